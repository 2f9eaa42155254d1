//! Records and searches as they go over the wire, as far as the bot reads them.

use deskbell_domain::contact::{Contact, Role};
use deskbell_domain::conversation::{
    Answer, Conversation, Holder, Part, Readers, Speaker, Start, State, Thread,
};
use deskbell_domain::port::intercom::{
    ContactFilter, ContactSearch, ContactSort, ConversationSearch, Order, Page, PageCursor, PageRequest,
};
use deskbell_domain::port::store::Hinted;
use deskbell_domain::time::Timestamp;
use serde_json::{Value, json};

use super::Truth;

/// What a webhook brings of a record: as it was just now, and not all of it.
pub(crate) fn item(truth: &Truth, of: &Hinted) -> Value {
    match of {
        Hinted::Contact(id) => {
            let found = truth.places.get(id).map(|place| contact(&truth.people[*place].last().contact));
            let mut item = found.unwrap_or_else(|| json!({"type": "contact", "id": id.as_str()}));
            for left_out in ["phone", "unsubscribed_from_emails", "tags"] {
                item.as_object_mut().map(|item| item.remove(left_out));
            }
            item
        }
        Hinted::Conversation(id) => json!({"type": "conversation", "id": id.as_str()}),
    }
}

/// A contact.
pub(super) fn contact(contact: &Contact) -> Value {
    let role = if contact.role == Role::Lead { "lead" } else { "user" };
    let tags: Vec<_> = contact.tags.items.iter().map(|tag| json!({"id": tag.id.as_str()})).collect();
    let companies = contact.companies.items.iter();
    let companies: Vec<_> = companies.map(|company| json!({"id": company.id.as_str()})).collect();
    json!({
        "type": "contact",
        "id": contact.id.as_str(),
        "role": role,
        "name": contact.name,
        "email": contact.email,
        "phone": contact.phone,
        "unsubscribed_from_emails": contact.unsubscribed,
        "created_at": contact.created_at.0,
        "updated_at": contact.updated_at.0,
        "last_seen_at": contact.last_seen_at.map(|at| at.0),
        "tags": {"data": tags, "total_count": tags.len(), "has_more": false},
        "companies": {"data": companies, "total_count": companies.len(), "has_more": false},
    })
}

/// A conversation.
pub(super) fn conversation(one: &Conversation) -> Value {
    let (kind, delivered_as) = match one.start {
        Start::Customer => ("user", "customer_initiated"),
        Start::Bot(_) => ("bot", "operator_initiated"),
        _ => ("admin", "admin_initiated"),
    };
    let answered = match one.start {
        Start::Bot(Answer::At(at)) => Some(at.0),
        _ => None,
    };
    json!({
        "type": "conversation",
        "id": one.id.as_str(),
        "created_at": one.created_at.0,
        "updated_at": one.updated_at.0,
        "title": one.subject,
        "source": {
            "delivered_as": delivered_as,
            "subject": one.subject,
            "author": {"type": kind, "name": one.author.name},
        },
        "contacts": {"contacts": one.contact.iter().map(|id| json!({"id": id.as_str()})).collect::<Vec<_>>()},
        "state": state(one),
        "admin_assignee_id": one.admin_id,
        "team_assignee_id": one.team_id,
        "ai_agent_participated": one.now.as_ref().is_some_and(|now| now.is_with_bot),
        "statistics": {"first_contact_reply_at": answered},
        "conversation_rating": rating(one),
    })
}

fn rating(one: &Conversation) -> Value {
    let rating = one.now.as_ref().and_then(|now| now.rating.as_ref());
    rating.map_or(
        Value::Null,
        |rating| json!({"rating": rating.score, "remark": rating.remark, "created_at": rating.at.0}),
    )
}

/// A conversation with its parts.
pub(super) fn thread(thread: &Thread) -> Value {
    let mut one = conversation(&thread.conversation);
    let parts: Vec<_> = thread.parts.iter().map(part).collect();
    let list = "conversation_parts";
    one[list] = json!({"type": "conversation_part.list", list: parts, "total_count": parts.len()});
    one["ai_agent_participated"] = json!(thread.bot_took_part);
    if thread.asks_for_the_team {
        one["ai_agent"] = json!({"resolution_state": "routed_to_team"});
    }
    one
}

fn part(part: &Part) -> Value {
    let author = match part.speaker {
        Speaker::Customer => "user",
        Speaker::Teammate => "admin",
        Speaker::Bot => "bot",
        Speaker::Nobody => "team",
    };
    let assigned = match part.assigned {
        Some(Holder::People) => json!({"type": "admin", "id": "1"}),
        Some(Holder::Bot) => json!({"type": "bot", "id": "9"}),
        Some(Holder::Nobody) => json!({"type": "nobody_admin", "id": null}),
        None => Value::Null,
    };
    let kind = match (part.readers, part.assigned) {
        _ if part.stands == Some(State::Closed) => "close",
        _ if part.stands == Some(State::Snoozed) => "snoozed",
        _ if part.stands == Some(State::Open) => "open",
        (Readers::Team, _) => "note",
        (Readers::Everybody, Some(_)) => "assignment",
        (Readers::Everybody, None) => "comment",
    };
    json!({
        "type": "conversation_part",
        "id": part.id.as_str(),
        "part_type": kind,
        "created_at": part.at.0,
        "body": part.text.to_plain(),
        "author": {"type": author, "id": "1", "name": part.author.name},
        "assigned_to": assigned,
    })
}

fn state(one: &Conversation) -> &'static str {
    match one.now.as_deref().map(|now| now.state) {
        Some(State::Closed) => "closed",
        Some(State::Snoozed) => "snoozed",
        Some(State::Open) | None => "open",
    }
}

/// A page of a search.
pub(super) fn page<T>(list: &str, page: &Page<T>, record: impl Fn(&T) -> Value) -> Value {
    let items: Vec<_> = page.items.iter().map(record).collect();
    let next = page.next.as_ref().map(|cursor| json!({"page": 2, "starting_after": cursor.0}));
    json!({"type": "list", list: items, "total_count": page.total, "pages": {"type": "pages", "next": next}})
}

/// What a search for contacts asks for.
pub(super) fn contact_search(body: &Value) -> (ContactSearch, PageRequest) {
    let after = |field| condition(body, field).and_then(Value::as_i64).map(Timestamp);
    let role = match condition(body, "role").and_then(Value::as_str) {
        Some("user") => Some(Role::User),
        Some("lead") => Some(Role::Lead),
        _ => None,
    };
    let filter = after("updated_at").map(ContactFilter::UpdatedAfter);
    let filter = filter.or_else(|| after("created_at").map(ContactFilter::CreatedAfter));
    let by_change = body["sort"]["field"] == "updated_at";
    let sort = match (by_change, order(body)) {
        (true, Order::NewestFirst) => ContactSort::UpdatedDescending,
        (true, Order::OldestFirst) => ContactSort::UpdatedAscending,
        (false, Order::NewestFirst) => ContactSort::CreatedDescending,
        (false, Order::OldestFirst) => ContactSort::CreatedAscending,
    };
    let filter = filter.unwrap_or(ContactFilter::None);
    (ContactSearch { role, filter, endings: Vec::new(), sort }, request(body))
}

/// What a search for conversations asks for.
pub(super) fn conversation_search(body: &Value) -> (ConversationSearch, PageRequest) {
    let after = condition(body, "updated_at").and_then(Value::as_i64).map_or(Timestamp(0), Timestamp);
    (ConversationSearch { after, endings: Vec::new(), order: order(body) }, request(body))
}

fn order(body: &Value) -> Order {
    if body["sort"]["order"] == "ascending" { Order::OldestFirst } else { Order::NewestFirst }
}

fn request(body: &Value) -> PageRequest {
    let pagination = &body["pagination"];
    PageRequest {
        size: pagination["per_page"].as_u64().and_then(|size| u32::try_from(size).ok()).unwrap_or(50),
        cursor: pagination["starting_after"].as_str().map(|text| PageCursor(text.to_owned())),
    }
}

/// The value that a condition of a query names.
fn condition<'a>(body: &'a Value, field: &str) -> Option<&'a Value> {
    let all = body["query"]["value"].as_array()?;
    all.iter().find(|one| one["field"] == field).map(|one| &one["value"])
}
