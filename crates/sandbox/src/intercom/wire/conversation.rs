//! A conversation as JSON.

use serde_json::{Value, json};

use super::{
    super::{ApiVersion, Author, Contact, Conversation, ConversationState, Kind, Part, state::State},
    odd,
};

/// A conversation as lists and searches show it.
pub(in super::super) fn conversation(
    state: &State,
    conversation: &Conversation,
    version: ApiVersion,
) -> Value {
    let mut answer = body(state, conversation, version);
    odd::reshape(&state.settings.oddities, &mut answer);
    answer
}

/// A conversation as the look-up of one shows it, with its replies.
pub(in super::super) fn conversation_with_parts(
    state: &State,
    conversation: &Conversation,
    version: ApiVersion,
) -> Value {
    let mut answer = body(state, conversation, version);
    let parts = conversation.parts.iter().enumerate();
    let parts: Vec<_> = parts.map(|(number, reply)| part(state, conversation, number, reply)).collect();
    answer["conversation_parts"] = json!({
        "type": "conversation_part.list",
        "conversation_parts": parts,
        "total_count": parts.len(),
    });
    odd::reshape(&state.settings.oddities, &mut answer);
    answer
}

fn body(state: &State, conversation: &Conversation, version: ApiVersion) -> Value {
    let is_new = version.has_changes_of_2_16();
    json!({
        "type": "conversation",
        "id": conversation.id.as_str(),
        "title": conversation.title,
        "created_at": conversation.created_at,
        "updated_at": conversation.updated_at,
        "waiting_since": conversation.waiting_since(),
        "snoozed_until": null,
        "source": source(state, conversation),
        "contacts": {"type": "contact.list", "contacts": participants(state, conversation)},
        "teammates": null,
        "admin_assignee_id": match conversation.assignee {
            Some(admin) => json!(admin.0),
            None if is_new => json!(0),
            None => Value::Null,
        },
        "team_assignee_id": match conversation.team {
            Some(team) if is_new => json!(team.0),
            Some(team) => json!(team.to_string()),
            None if is_new => json!(0),
            None => Value::Null,
        },
        "open": conversation.state == ConversationState::Open,
        "state": conversation.state.as_str(),
        "read": false,
        "priority": if is_new { "none" } else { "not_priority" },
        "tags": {"type": "tag.list", "tags": []},
        "first_contact_reply": first_contact_reply(conversation),
        "sla_applied": null,
        "statistics": statistics(conversation),
        "conversation_rating": null,
        "custom_attributes": {},
        "ticket": ticket(conversation),
        "linked_objects": {"type": "list", "data": [], "total_count": 0, "has_more": false},
        "ai_agent": null,
        "ai_agent_participated": false,
    })
}

/// There are none before somebody of the team has answered or closed it. What has not happened is left out.
fn statistics(conversation: &Conversation) -> Value {
    let mut statistics = json!({"type": "conversation_statistics"});
    if let Some(at) = conversation.contact_spoke_at() {
        statistics["first_contact_reply_at"] = at.into();
    }
    if let Some(at) = conversation.team_answered_at() {
        statistics["first_admin_reply_at"] = at.into();
    }
    if let Some((at, by)) = conversation.closed {
        statistics["last_close_at"] = at.into();
        statistics["last_closed_by_id"] = by.to_string().into();
    }
    let is_none = conversation.team_answered_at().is_none() && conversation.closed.is_none();
    if is_none { Value::Null } else { statistics }
}

/// For a conversation that a contact began this is the first message itself.
fn first_contact_reply(conversation: &Conversation) -> Value {
    match conversation.contact_spoke_at() {
        Some(time) => json!({"created_at": time, "type": conversation.channel, "url": conversation.url}),
        None => Value::Null,
    }
}

fn source(state: &State, conversation: &Conversation) -> Value {
    json!({
        "type": conversation.channel,
        "id": format!("4{}", conversation.id),
        "delivered_as": conversation.delivered_as.as_str(),
        "subject": conversation.subject.as_deref().unwrap_or_default(),
        "body": conversation.body.as_deref().unwrap_or_default(),
        "author": author(state, &conversation.author),
        "attachments": [],
        "url": conversation.url,
        "redacted": false,
    })
}

fn participants(state: &State, conversation: &Conversation) -> Vec<Value> {
    let reference = |id| {
        let external_id = state.live(id).and_then(|contact| contact.external_id.as_ref());
        json!({"type": "contact", "id": id.as_str(), "external_id": external_id})
    };
    conversation.contacts.iter().map(reference).collect()
}

fn author(state: &State, author: &Author) -> Value {
    match author {
        Author::Contact(id) => {
            let contact = state.live(id);
            let text = |field: fn(&Contact) -> Option<&String>| contact.and_then(field);
            json!({
                "type": contact.map_or("contact", |contact| contact.role.as_str()),
                "id": id.as_str(),
                "name": text(|contact| contact.name.as_ref()),
                "email": text(|contact| contact.email.as_ref()).cloned().unwrap_or_default(),
            })
        }
        Author::Admin(id) => {
            let admin = state.admins.iter().find(|admin| admin.id == *id);
            json!({
                "type": "admin",
                "id": id.to_string(),
                "name": admin.map(|admin| &admin.name),
                "email": admin.map(|admin| admin.email.clone()).unwrap_or_default(),
            })
        }
        Author::Bot(name) => {
            json!({"type": "bot", "id": "278", "name": name, "email": "operator@bot.example"})
        }
    }
}

fn ticket(conversation: &Conversation) -> Value {
    match conversation.kind {
        Kind::Conversation => Value::Null,
        Kind::Ticket => json!({"type": "ticket", "id": conversation.id.as_str()}),
    }
}

fn part(state: &State, conversation: &Conversation, number: usize, part: &Part) -> Value {
    json!({
        "type": "conversation_part",
        "id": format!("{}{number:03}", conversation.id),
        "part_type": "comment",
        "body": part.body,
        "created_at": part.created_at,
        "updated_at": part.created_at,
        "notified_at": part.created_at,
        "assigned_to": null,
        "author": author(state, &part.author),
        "attachments": [],
        "external_id": null,
        "redacted": false,
        "email_message_metadata": null,
        "state": conversation.state.as_str(),
        "tags": [],
        "event_details": null,
        "app_package_code": null,
    })
}
