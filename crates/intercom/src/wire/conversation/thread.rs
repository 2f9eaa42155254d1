//! A conversation with its parts: what was said and done in it, by whom
//! (<https://developers.intercom.com/docs/references/rest-api/api.intercom.io/conversations>).
//!
//! A part's type tells little: words ride on parts that assign, close or reopen, too, so that what a part holds decides.
//! An AI agent speaks in the name of Operator, and says of itself that it is one.

use deskbell_domain::conversation::{Author, Extent, Holder, Part, Readers, Speaker, Thread};
use deskbell_domain::ids::PartId;
use deskbell_domain::time::RecordTimes;
use serde_json::Value;

use super::message::{Message, author, is_customer};
use super::{answer, first_message};
use crate::wire::lenient::{at, flag, id, text, timestamp};

/// Reads a conversation with its parts; `None` without an id.
pub(crate) fn read(record: &Value, times: RecordTimes) -> Option<Thread> {
    let conversation = super::read(record, times)?;
    let listed = answer::parts(record).map(Vec::as_slice).unwrap_or_default();
    let mut parts: Vec<_> = listed.iter().filter_map(|part| read_part(part, times)).collect();
    // Their order is not documented. Ids are numbers that grow.
    parts.sort_by(|a, b| key(a).cmp(&key(b)));
    let opening = first_message(record);
    Some(Thread {
        conversation,
        parts,
        extent: if answer::is_cut(record) { Extent::Cut } else { Extent::Whole },
        opened_by: speaker(opening, &author(opening)),
        asks_for_the_team: text(at(record, "/ai_agent/resolution_state")).as_deref()
            == Some("routed_to_team"),
    })
}

fn key(part: &Part) -> (deskbell_domain::time::Timestamp, usize, &str) {
    let id = part.id.as_str();
    (part.at, id.len(), id)
}

fn read_part(part: &Value, times: RecordTimes) -> Option<Part> {
    let Message { author, text: words, attachments } = Message::of(part);
    let kind = text(at(part, "/part_type")).unwrap_or_default();
    Some(Part {
        id: PartId::new(id(at(part, "/id"))?),
        at: timestamp(at(part, "/created_at"), times)?,
        speaker: speaker(part, &author),
        author,
        readers: if kind.starts_with("note") { Readers::Team } else { Readers::Everybody },
        text: words,
        attachments,
        assigned: assigned(at(part, "/assigned_to")),
    })
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
