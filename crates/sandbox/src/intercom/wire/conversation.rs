//! A conversation as JSON.

use serde_json::{Value, json};

use super::{
    super::{
        ApiVersion, Conversation, ConversationState, Kind, PartId, Rating, TicketId,
        conversation::AiAgent,
        state::State,
        statistics::{self as summed, Statistics},
    },
    author, odd, part,
    statistics::statistics,
    tag,
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

/// A conversation as the look-up of one shows it, with its newest parts.
pub(in super::super) fn conversation_with_parts(
    state: &State,
    conversation: &Conversation,
    now_ms: i64,
    version: ApiVersion,
) -> Value {
    let mut answer = body(state, conversation, version);
    answer["conversation_parts"] = part::newest(state, conversation, now_ms);
    odd::reshape(&state.settings.oddities, &mut answer);
    answer
}

/// A conversation with one part, as the calls that make one answer.
pub(in super::super) fn conversation_with_part(
    state: &State,
    conversation: &Conversation,
    made: Option<PartId>,
    version: ApiVersion,
) -> Value {
    let mut answer = body(state, conversation, version);
    answer["conversation_parts"] = part::only(state, conversation, made);
    odd::reshape(&state.settings.oddities, &mut answer);
    answer
}

fn body(state: &State, conversation: &Conversation, version: ApiVersion) -> Value {
    let is_new = version.has_changes_of_2_16();
    let summed = summed::of(conversation);
    json!({
        "type": "conversation",
        "id": conversation.id.as_str(),
        "title": conversation.title,
        "channel": {"initial": channel(conversation), "current": channel(conversation)},
        "created_at": conversation.created_at,
        "updated_at": conversation.updated_at,
        "waiting_since": summed.waiting_since,
        "snoozed_until": conversation.snoozed_until,
        "source": source(state, conversation),
        "contacts": {"type": "contact.list", "contacts": participants(state, conversation)},
        "teammates": teammates(conversation),
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
        "open": conversation.state != ConversationState::Closed,
        "state": conversation.state.as_str(),
        "read": conversation.read,
        "priority": if is_new { "none" } else { "not_priority" },
        "tags": {"type": "tag.list", "tags": tag::applied_all(state, &conversation.tags)},
        "first_contact_reply": first_contact_reply(conversation, &summed),
        "sla_applied": null,
        "statistics": statistics(state, conversation, &summed),
        "conversation_rating": conversation.rating.as_ref().map(|given| rating(state, given)),
        "custom_attributes": conversation.custom_attributes,
        "ticket": ticket(conversation),
        "linked_objects": linked_objects(conversation),
        "ai_agent": conversation.ai_agent.map(ai_agent),
        "ai_agent_participated": conversation.ai_agent.is_some(),
    })
}

/// What the source calls a conversation was begun in the Messenger.
fn channel(conversation: &Conversation) -> &str {
    match conversation.channel.as_str() {
        "conversation" => "messenger",
        other => other,
    }
}

/// For a conversation that a contact began this is the first message itself.
fn first_contact_reply(conversation: &Conversation, summed: &Statistics) -> Value {
    match summed.first_contact_reply_at {
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
        "author": author::of_source(state, &conversation.author),
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

/// Those who wrote at least once.
fn teammates(conversation: &Conversation) -> Value {
    let wrote = conversation.teammates();
    if wrote.is_empty() {
        return Value::Null;
    }
    let wrote: Vec<_> = wrote.iter().map(|id| json!({"type": "admin", "id": id.to_string()})).collect();
    json!({"type": "admin.list", "teammates": wrote})
}

fn rating(state: &State, given: &Rating) -> Value {
    let external_id = state.live(&given.contact).and_then(|contact| contact.external_id.as_ref());
    let teammate = given.teammate.map(|id| json!({"type": "admin", "id": id.to_string()}));
    json!({
        "rating": given.score,
        "remark": given.remark.as_deref().unwrap_or_default(),
        "created_at": given.created_at,
        "updated_at": given.updated_at,
        "contact": {"type": "contact", "id": given.contact.as_str(), "external_id": external_id},
        "teammate": teammate.unwrap_or_else(|| json!({"type": "nobody_admin", "id": null})),
    })
}

fn ai_agent(agent: AiAgent) -> Value {
    json!({
        "source_type": "workflow",
        "source_title": "Sandbox",
        "last_answer_type": "ai_answer",
        "resolution_state": agent.resolution.map(super::super::Resolution::as_str),
        "rating": null,
        "rating_remark": null,
        "created_at": agent.since,
        "updated_at": agent.since,
        "content_sources": {"type": "content_source.list", "content_sources": [], "total_count": 0},
    })
}

fn ticket(conversation: &Conversation) -> Value {
    match conversation.kind {
        Kind::Conversation => Value::Null,
        Kind::Ticket => json!({"type": "ticket", "id": ticket_id(conversation)}),
    }
}

/// A ticket that was made of a conversation has an id of its own.
fn ticket_id(conversation: &Conversation) -> &str {
    conversation.ticket.as_ref().map_or(conversation.id.as_str(), TicketId::as_str)
}

fn linked_objects(conversation: &Conversation) -> Value {
    let linked = |id: &TicketId| json!({"type": "ticket", "id": id.as_str(), "category": "Customer"});
    let data: Vec<_> = conversation.ticket.iter().map(linked).collect();
    json!({"type": "list", "total_count": data.len(), "has_more": false, "data": data})
}
