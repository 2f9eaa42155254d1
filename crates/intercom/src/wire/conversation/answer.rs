//! What a customer answered to a bot: whether, when, and in which words.
//!
//! Lists and searches tell no more than the time, in `first_contact_reply` or in `statistics`, and both may be null; the
//! look-up of one conversation brings its parts. Only the 500 latest parts come, so that the first words of a longer
//! conversation are not among them.

use deskbell_domain::conversation::{Answer, Extent, Part};
use deskbell_domain::time::RecordTimes;
use serde_json::Value;

use crate::wire::lenient::{at, count, first, page_url, timestamp};

/// How many parts of a conversation come at most.
const MOST_PARTS: u64 = 500;

/// Whether a customer has answered what a bot began with, as far as the record and its parts tell.
pub(super) fn of(record: &Value, said: Option<&Said<'_>>, times: RecordTimes) -> Answer {
    let told = ["/first_contact_reply/created_at", "/statistics/first_contact_reply_at"];
    let told = first(record, &told, |value| timestamp(value, times));
    match told.or_else(|| Some(said?.first?.at)) {
        Some(time) => Answer::At(time),
        None if said.is_some_and(|said| said.extent == Extent::Whole) => Answer::None,
        None if has_not_moved(record, times) => Answer::None,
        None => Answer::Untold,
    }
}

/// What was said in a conversation that was read by itself.
pub(super) struct Said<'a> {
    /// The first words of a customer, unless the oldest parts are missing.
    pub(super) first: Option<&'a Part>,
    /// Whether all parts came.
    pub(super) extent: Extent,
}

/// The page on which a customer answered.
pub(super) fn page(record: &Value) -> Option<String> {
    page_url(at(record, "/first_contact_reply/url"))
}

/// Whether the oldest parts of a conversation are missing.
pub(super) fn extent(record: &Value) -> Extent {
    let total = ["/conversation_parts/total_count", "/statistics/count_conversation_parts"];
    let is_more = |path| count(at(record, path)).is_some_and(|count| count > MOST_PARTS);
    if total.into_iter().any(is_more) { Extent::Cut } else { Extent::Whole }
}

/// Whether nothing came after the first message.
fn has_not_moved(record: &Value, times: RecordTimes) -> bool {
    let time = |path| timestamp(at(record, path), times);
    time("/created_at").is_some_and(|made| time("/updated_at").is_some_and(|moved| moved <= made))
}
