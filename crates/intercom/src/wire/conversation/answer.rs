//! What a customer answered to a bot: whether, when, and in which words.
//!
//! Lists and searches tell no more than the time, in `first_contact_reply` or in `statistics`, and both may be null; the
//! look-up of one conversation brings its parts. Only the 500 latest parts come, so that the first words of a longer
//! conversation are not among them.

use deskbell_domain::conversation::Answer;
use deskbell_domain::time::{RecordTimes, Timestamp};
use serde_json::Value;

use super::message::{Message, author, is_customer};
use crate::wire::lenient::{at, count, first, list, page_url, text, timestamp};

/// How many parts of a conversation come at most.
const MOST_PARTS: u64 = 500;

/// Whether a customer has answered what a bot began with, as far as the record tells.
pub(super) fn of(record: &Value, times: RecordTimes) -> Answer {
    let told = ["/first_contact_reply/created_at", "/statistics/first_contact_reply_at"];
    let told = first(record, &told, |value| timestamp(value, times));
    let told = told.or_else(|| said_at(first_part(record, times)?, times));
    match told {
        Some(time) => Answer::At(time),
        None if has_all_parts(record) || has_not_moved(record, times) => Answer::None,
        None => Answer::Untold,
    }
}

/// The first words of a customer, where the record holds its parts.
pub(super) fn words(record: &Value, times: RecordTimes) -> Option<Message> {
    first_part(record, times).map(Message::of)
}

/// The page on which a customer answered.
pub(super) fn page(record: &Value) -> Option<String> {
    page_url(at(record, "/first_contact_reply/url"))
}

fn first_part(record: &Value, times: RecordTimes) -> Option<&Value> {
    if is_cut(record) {
        return None;
    }
    // The order of parts is not documented.
    let said = parts(record)?.iter().filter(|part| is_customers_word(part));
    said.min_by_key(|part| said_at(part, times).unwrap_or(Timestamp(i64::MAX)))
}

pub(super) fn parts(record: &Value) -> Option<&Vec<Value>> {
    list(at(record, "/conversation_parts"), &["conversation_parts"])
}

/// Whether the oldest parts are missing.
pub(super) fn is_cut(record: &Value) -> bool {
    let total = ["/conversation_parts/total_count", "/statistics/count_conversation_parts"];
    let is_more = |path| count(at(record, path)).is_some_and(|count| count > MOST_PARTS);
    parts(record).is_some() && total.into_iter().any(is_more)
}

fn has_all_parts(record: &Value) -> bool {
    parts(record).is_some() && !is_cut(record)
}

/// Whether nothing came after the first message.
fn has_not_moved(record: &Value, times: RecordTimes) -> bool {
    let time = |path| timestamp(at(record, path), times);
    time("/created_at").is_some_and(|made| time("/updated_at").is_some_and(|moved| moved <= made))
}

fn said_at(part: &Value, times: RecordTimes) -> Option<Timestamp> {
    timestamp(at(part, "/created_at"), times)
}

/// A rating, or an attribute that a bot collected, is a part of the customer's too, and no words; words that were taken
/// back are.
fn is_customers_word(part: &Value) -> bool {
    if !is_customer(&author(part)) {
        return false;
    }
    let is_message = matches!(text(at(part, "/part_type")).as_deref(), Some("comment" | "quick_reply"));
    is_message || Message::of(part).is_something()
}
