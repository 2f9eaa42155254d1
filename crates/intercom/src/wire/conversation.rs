//! Conversations, from the 2.x API (`source`) and from the 1.x API (`conversation_message`).

use deskbell_domain::{
    conversation::{Author, Conversation, Start},
    ids::{ContactId, ConversationId},
    time::RecordTimes,
};
use serde_json::Value;

use super::lenient::{at, first, flag, id, page_url, text, text_of, timestamp};
use crate::html;

mod answer;
mod assignee;
mod message;
mod standing;
mod thread;

use answer::Said;
use message::{Message, is_customer};
pub(crate) use thread::{PARTS, ReadPart, read as read_thread, read_part};

const LONGEST_SUBJECT: usize = 256;

/// Reads a conversation as a list has it; `None` without an id.
pub(crate) fn read(record: &Value, times: RecordTimes) -> Option<Conversation> {
    read_with(record, None, times)
}

/// Reads a conversation of which it is known what was said in it.
fn read_with(record: &Value, parts: Option<&Said<'_>>, times: RecordTimes) -> Option<Conversation> {
    let message = first_message(record);
    let first = Message::of(message);
    let start = start(record, message, (&first.author, parts), times);
    let answered = parts.and_then(|said| said.first).filter(|_| matches!(start, Start::Bot(_)));
    let said = answered.map_or(first, Message::of_part);
    let moved = timestamp(at(record, "/updated_at"), times);
    Some(Conversation {
        id: ConversationId::new(id(at(record, "/id"))?),
        // A record whose creation cannot be read was there when it last moved.
        created_at: timestamp(at(record, "/created_at"), times).or(moved).unwrap_or_default(),
        updated_at: moved.unwrap_or_default(),
        subject: subject(at(message, "/subject")).or_else(|| subject(at(record, "/title"))),
        text: said.text,
        attachments: said.attachments,
        message_url: page_url(at(message, "/url")).or_else(|| answer::page(record)),
        contact: contact(record, &said.author),
        admin_id: assignee::admin(record),
        admin_name: None,
        team_id: assignee::team(record),
        team_name: None,
        company_names: Vec::new(),
        start,
        author: said.author,
        now: Some(Box::new(standing::of(record, times))),
    })
}

/// The message that a conversation began with.
fn first_message(record: &Value) -> &Value {
    let of_today = at(record, "/source");
    if of_today.is_object() { of_today } else { at(record, "/conversation_message") }
}

/// Subjects are HTML as bodies are, but one line.
fn subject(value: &Value) -> Option<String> {
    let line = html::read(value.as_str()?).to_plain();
    let line = line.split_whitespace().collect::<Vec<_>>().join(" ");
    text_of(&Value::from(line), LONGEST_SUBJECT)
}

/// The customer who wrote; where nobody has, the first contact that takes part.
fn contact(record: &Value, author: &Author) -> Option<ContactId> {
    let writer = author.id.clone().filter(|_| is_customer(author));
    let listed =
        || first(record, &["/contacts/contacts/0/id", "/contacts/0/id", "/user/id", "/customers/0/id"], id);
    writer.or_else(listed).map(ContactId::new)
}

/// A record that does not tell counts as a customer's: rather a card too many than a customer unheard.
fn start(
    record: &Value,
    message: &Value,
    (author, parts): (&Author, Option<&Said<'_>>),
    times: RecordTimes,
) -> Start {
    if !at(record, "/ticket").is_null() && flag(at(record, "/ticket")) != Some(false) {
        return Start::Ticket;
    }
    let delivered_as = text(at(message, "/delivered_as"));
    let untold = delivered_as.is_none() && author.kind.is_none();
    if untold || delivered_as.as_deref() == Some("customer_initiated") || is_customer(author) {
        Start::Customer
    } else if is_automatic(delivered_as.as_deref(), author) {
        Start::Bot(answer::of(record, parts, times))
    } else {
        Start::Team
    }
}

/// Whether no person wrote the first message. A campaign goes out in a teammate's name.
fn is_automatic(delivered_as: Option<&str>, author: &Author) -> bool {
    matches!(delivered_as, Some("operator_initiated" | "automated" | "campaigns_initiated"))
        || author.kind.as_deref() == Some("bot")
}

/// The list of a conversation search, under both of its names.
pub(crate) const LIST_KEYS: [&str; 2] = ["conversations", "data"];

#[cfg(test)]
mod tests;
