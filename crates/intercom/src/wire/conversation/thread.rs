//! A conversation with its parts: what was said and done in it, by whom
//! (<https://developers.intercom.com/docs/references/rest-api/api.intercom.io/conversations>).
//!
//! A part's type tells little: words ride on parts that assign, close or reopen, too, so that what a part holds decides.
//! An AI agent speaks in the name of Operator, and says of itself that it is one.

use deskbell_domain::conversation::{Author, Extent, Holder, Part, Reached, Readers, Speaker, State, Thread};
use deskbell_domain::ids::{PartId, TagId};
use deskbell_domain::time::RecordTimes;
use serde_json::Value;

use super::answer::{self, Said};
use super::message::{Message, author, is_customer};
use super::{first_message, standing};
use crate::wire::lenient::{at, flag, id, text, timestamp};

/// The list of parts, and what it stands in.
pub(crate) const PARTS: &str = "conversation_parts";

/// A part, and whether it is words of a customer.
pub(crate) struct ReadPart {
    part: Part,
    is_customers_word: bool,
}

/// Reads a conversation with the parts that were read of it, if it had a list of them; `None` without an id.
pub(crate) fn read(record: &Value, parts: Option<Vec<ReadPart>>, times: RecordTimes) -> Option<Thread> {
    let extent = if parts.is_some() { answer::extent(record) } else { Extent::Cut };
    let mut parts = parts.unwrap_or_default();
    // Their order is not documented. Ids are numbers that grow.
    parts.sort_by(|a, b| key(&a.part).cmp(&key(&b.part)));
    let mut words = parts.iter().filter(|part| part.is_customers_word).map(|read| &read.part);
    let said = Said { first: words.next().filter(|_| extent == Extent::Whole), extent };
    let conversation = super::read_with(record, Some(&said), times)?;
    let opening = first_message(record);
    Some(Thread {
        conversation,
        extent,
        opened_by: speaker(opening, &author(opening)),
        bot_took_part: standing::bot_took_part(record),
        tags: tags(record),
        reached: if is_by_email(opening) { Reached::ByEmail } else { Reached::Otherwise },
        asks_for_the_team: asks_for_the_team(record),
        parts: parts.into_iter().map(|read| read.part).collect(),
    })
}

/// The tags on it, under both names of the list.
fn tags(record: &Value) -> Vec<TagId> {
    let list = [at(record, "/tags/tags"), at(record, "/tags/data"), at(record, "/tags")];
    let list = list.into_iter().find_map(Value::as_array);
    list.into_iter().flatten().filter_map(|tag| id(at(tag, "/id"))).map(TagId::new).collect()
}

/// Its first message came by e-mail, or went out as one (`source.type`).
fn is_by_email(opening: &Value) -> bool {
    text(at(opening, "/type")).as_deref() == Some("email")
}

/// The AI agent gave it up to the team: `routed_to_team` until version 2.15, since then by a word for each cause.
fn asks_for_the_team(record: &Value) -> bool {
    let state = text(at(record, "/ai_agent/resolution_state"));
    matches!(state.as_deref(), Some("routed_to_team" | "escalated" | "procedure_handoff"))
}

fn key(part: &Part) -> (deskbell_domain::time::Timestamp, usize, &str) {
    let id = part.id.as_str();
    (part.at, id.len(), id)
}

/// Reads a part; `None` without an id or a time.
pub(crate) fn read_part(part: &Value, times: RecordTimes) -> Option<ReadPart> {
    let message = Message::of(part);
    let kind = text(at(part, "/part_type")).unwrap_or_default();
    // A rating, or an attribute that a bot collected, is a part of the customer's too, and no words; words that were taken
    // back are.
    let is_word = matches!(kind.as_str(), "comment" | "quick_reply") || message.is_something();
    let is_customers_word = is_word && is_customer(&message.author);
    let Message { author, text: words, attachments } = message;
    let part = Part {
        id: PartId::new(id(at(part, "/id"))?),
        at: timestamp(at(part, "/created_at"), times)?,
        speaker: speaker(part, &author),
        author,
        readers: if kind.starts_with("note") { Readers::Team } else { Readers::Everybody },
        text: words,
        attachments,
        assigned: assigned(at(part, "/assigned_to")),
        stands: stands(&kind),
    };
    Some(ReadPart { part, is_customers_word })
}

/// How it stands from then on. What else is done with it stands first in the name, as in `note_and_unsnooze`.
fn stands(kind: &str) -> Option<State> {
    let opens = ["_reopen", "_unsnooze"].into_iter().any(|ending| kind.ends_with(ending));
    match kind {
        "close" => Some(State::Closed),
        "snoozed" => Some(State::Snoozed),
        "open" | "unsnoozed" => Some(State::Open),
        _ => opens.then_some(State::Open),
    }
}

/// Who has it from then on. Where nobody has, the reference says so; null is no change.
fn assigned(to: &Value) -> Option<Holder> {
    let kind = text(at(to, "/type"))?;
    let is_somebody = id(at(to, "/id")).is_some_and(|id| id != "0");
    match kind.as_str() {
        "bot" => Some(Holder::Bot),
        "admin" | "team" if is_somebody => Some(Holder::People),
        "admin" | "team" | "nobody_admin" => Some(Holder::Nobody),
        _ => None,
    }
}

fn speaker(message: &Value, author: &Author) -> Speaker {
    let is_ai = ["/author/from_ai_agent", "/author/is_ai_answer", "/from_ai_agent", "/is_ai_answer"];
    if is_customer(author) {
        return Speaker::Customer;
    }
    match author.kind.as_deref() {
        Some("bot") => Speaker::Bot,
        Some("admin") if is_ai.into_iter().any(|path| flag(at(message, path)) == Some(true)) => Speaker::Bot,
        Some("admin") if is_operator(author) => Speaker::Bot,
        Some("admin") => Speaker::Teammate,
        _ => Speaker::Nobody,
    }
}

/// Operator is listed among the admins; its address is `operator+` the workspace's id at Intercom's own domain.
fn is_operator(author: &Author) -> bool {
    author
        .email
        .as_deref()
        .is_some_and(|email| email.starts_with("operator+") && email.ends_with("@intercom.io"))
}

#[cfg(test)]
mod tests;
