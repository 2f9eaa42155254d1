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
        None if flag(at(record, "/open")) == Some(false) => State::Closed,
        _ => State::Open,
    }
}

/// Where nobody waits the time is null, in records of before 2.0 also 0 or a time that cannot be.
fn time(record: &Value, path: &str, times: RecordTimes) -> Option<Timestamp> {
    timestamp(at(record, path), times).filter(|at| at.0 > 0)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn read(record: &Value) -> Now {
        of(record, RecordTimes::at(None))
    }

    #[test]
    fn who_has_it_who_waits_and_when_it_was_closed_is_read() {
        let statistics = json!({"first_admin_reply_at": 1_700_000_100, "last_close_at": 1_700_000_200,
            "last_closed_by_id": "814"});
        let closed = json!({"state": "closed", "open": false, "waiting_since": null, "admin_assignee_id": 814,
            "team_assignee_id": 0, "statistics": statistics});
        let admin = || Some(Assignee::unnamed("814".to_owned()));
        let expected = Now {
            state: State::Closed,
            answered_at: Some(Timestamp(1_700_000_100)),
            closed_at: Some(Timestamp(1_700_000_200)),
            closed_by: admin(),
            admin: admin(),
            ..Now::default()
        };
        assert_eq!(read(&closed), expected);
        let reopened = json!({"state": "open", "waiting_since": 1_700_000_300, "admin_assignee_id": 814,
            "statistics": statistics});
        let waits = Some(Timestamp(1_700_000_300));
        let expected =
            Now { state: State::Open, waiting_since: waits, closed_at: None, closed_by: None, ..expected };
        assert_eq!(read(&reopened), expected, "it was closed once");
    }

    #[test]
    fn a_record_that_tells_little_is_an_open_conversation() {
        for record in [json!({}), json!({"statistics": null, "waiting_since": 0, "state": "new"})] {
            assert_eq!(read(&record), Now::default(), "{record}");
        }
        assert_eq!(read(&json!({"open": false})).state, State::Closed);
    }
}
