//! How a conversation stands: who has it, whether its customer waits, and when it was closed.
//!
//! `statistics` may be null, in lists as in the look-up of one
//! (<https://developers.intercom.com/docs/references/rest-api/api.intercom.io/conversations>): then nobody knows when
//! somebody answered, and `waiting_since` alone tells that somebody did.

use deskbell_domain::conversation::{Assignee, Now, State};
use deskbell_domain::time::{RecordTimes, Timestamp};
use serde_json::Value;

use super::assignee;
use crate::wire::lenient::{admin_id, at, flag, text, timestamp};

/// Reads it.
pub(super) fn of(record: &Value, times: RecordTimes) -> Now {
    let state = state(record);
    let is_closed = state == State::Closed;
    let closed_by = admin_id(at(record, "/statistics/last_closed_by_id")).filter(|_| is_closed);
    Now {
        state,
        waiting_since: time(record, "/waiting_since", times),
        answered_at: time(record, "/statistics/first_admin_reply_at", times),
        closed_at: time(record, "/statistics/last_close_at", times).filter(|_| is_closed),
        closed_by: closed_by.map(Assignee::unnamed),
        admin: assignee::admin(record).map(Assignee::unnamed),
        team: assignee::team(record).map(Assignee::unnamed),
    }
}

/// A snoozed one is open, too.
fn state(record: &Value) -> State {
    match text(at(record, "/state")).as_deref() {
        Some("closed") => State::Closed,
        Some("snoozed") => State::Snoozed,
        Some(_) => State::Open,
        None if flag(at(record, "/open")) == Some(false) => State::Closed,
        None => State::Open,
    }
}

/// Where nobody waits the time is null, in records of before 2.0 also 0 or a time that cannot be.
fn time(record: &Value, path: &str, times: RecordTimes) -> Option<Timestamp> {
    timestamp(at(record, path), times).filter(|at| at.0 > 0)
}
