//! How a conversation stands: who has it, whether its customer waits, and when it was closed.
//!
//! `statistics` may be null, in lists as in the look-up of one
//! (<https://developers.intercom.com/docs/references/rest-api/api.intercom.io/conversations>): then nobody knows when
//! somebody answered, and `waiting_since` alone tells that somebody did.

use deskbell_domain::conversation::{Assignee, Now, Rating, State};
use deskbell_domain::time::{RecordTimes, Timestamp};
use serde_json::Value;

use super::assignee;
use crate::html;
use crate::wire::lenient::{admin_id, at, count, flag, text, timestamp};

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
        rating: rating(record, times),
        is_with_bot: is_with_bot(record),
        as_of: time(record, "/updated_at", times),
    }
}

/// A rating that was asked for and not given has no score.
fn rating(record: &Value, times: RecordTimes) -> Option<Rating> {
    let score = count(at(record, "/conversation_rating/rating")).filter(|score| (1..=5).contains(score))?;
    let remark = text(at(record, "/conversation_rating/remark"));
    Some(Rating {
        score: u8::try_from(score).ok()?,
        at: time(record, "/conversation_rating/created_at", times)?,
        remark: remark
            .map(|remark| html::read(&remark).to_plain())
            .filter(|remark| !remark.trim().is_empty()),
    })
}

/// A bot or an AI agent took part, and neither a team nor a teammate is assigned.
fn is_with_bot(record: &Value) -> bool {
    bot_took_part(record) && assignee::admin(record).is_none() && assignee::team(record).is_none()
}

/// An AI agent took part, or a bot began it.
pub(super) fn bot_took_part(record: &Value) -> bool {
    let wrote = |path| text(at(record, path)).as_deref() == Some("bot");
    flag(at(record, "/ai_agent_participated")) == Some(true)
        || wrote("/source/author/type")
        || wrote("/conversation_message/author/type")
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
            "team_assignee_id": 0, "statistics": statistics, "updated_at": 1_700_000_200});
        let admin = || Some(Assignee::unnamed("814".to_owned()));
        let expected = Now {
            state: State::Closed,
            answered_at: Some(Timestamp(1_700_000_100)),
            closed_at: Some(Timestamp(1_700_000_200)),
            closed_by: admin(),
            admin: admin(),
            as_of: Some(Timestamp(1_700_000_200)),
            ..Now::default()
        };
        assert_eq!(read(&closed), expected);
        let reopened = json!({"state": "open", "waiting_since": 1_700_000_300, "admin_assignee_id": 814,
            "statistics": statistics});
        let waits = Some(Timestamp(1_700_000_300));
        let expected = Now {
            state: State::Open,
            waiting_since: waits,
            closed_at: None,
            closed_by: None,
            as_of: None,
            ..expected
        };
        assert_eq!(read(&reopened), expected, "it was closed once");
    }

    #[test]
    fn a_record_that_tells_little_is_an_open_conversation() {
        for record in [json!({}), json!({"statistics": null, "waiting_since": 0, "state": "new"})] {
            assert_eq!(read(&record), Now::default(), "{record}");
        }
        assert_eq!(read(&json!({"open": false})).state, State::Closed);
    }

    #[test]
    fn a_rating_counts_when_it_was_given() {
        let rated = |rating: &Value| read(&json!({"conversation_rating": rating})).rating;
        let given = json!({"rating": 2, "remark": "<p>slow</p>", "created_at": 1_700_000_500});
        let expected = Rating { score: 2, at: Timestamp(1_700_000_500), remark: Some("slow".to_owned()) };
        assert_eq!(rated(&given), Some(expected));
        for none in [json!(null), json!({"rating": null, "created_at": 1_700_000_500}), json!({"rating": 0})]
        {
            assert_eq!(rated(&none), None, "{none}");
        }
    }

    #[test]
    fn a_bot_has_it_until_somebody_of_the_team_does() {
        let with = |more: &[(&str, Value)]| {
            let mut record = json!({"ai_agent_participated": true});
            for (name, value) in more {
                record[name] = value.clone();
            }
            read(&record).is_with_bot
        };
        assert!(with(&[]));
        assert!(with(&[
            ("ai_agent_participated", json!(false)),
            ("source", json!({"author": {"type": "bot"}}))
        ]));
        assert!(!with(&[("ai_agent_participated", json!(false))]));
        assert!(!with(&[("team_assignee_id", json!(3))]));
        assert!(!with(&[("admin_assignee_id", json!(7))]));
    }
}
