use deskbell_domain::time::Timestamp;
use serde_json::json;

use super::*;
use crate::json::{self, Shape};

fn read(record: &Value, times: RecordTimes) -> Option<Thread> {
    let body = record.to_string();
    let listed = json::read_as(Shape::RecordWith(PARTS), body.as_bytes(), |part| read_part(part, times))?;
    super::read(&listed.rest, listed.records, times)
}

fn read_one(part: &Value) -> Part {
    let parts = json!({"conversation_parts": [part], "total_count": 1});
    let record = json!({"id": "5", "created_at": 1_700_000_000, "conversation_parts": parts});
    let thread = read(&record, RecordTimes::at(None)).expect("it has an id");
    thread.parts.into_iter().next().expect("it has a part")
}

fn by(author: &Value) -> Speaker {
    read_one(&json!({"id": "1", "created_at": 1_700_000_000, "part_type": "comment", "author": author}))
        .speaker
}

#[test]
fn who_speaks_is_told_apart_from_whom_they_speak_for() {
    for kind in ["user", "lead", "contact", "visitor"] {
        assert_eq!(by(&json!({"type": kind, "id": "a"})), Speaker::Customer, "{kind}");
    }
    assert_eq!(by(&json!({"type": "admin", "id": "7", "email": "grace@acme.io"})), Speaker::Teammate);
    let operator = json!({"type": "admin", "id": "1", "email": "operator+acme1234@intercom.io"});
    assert_eq!(by(&operator), Speaker::Bot, "an AI agent speaks in the name of Operator");
    assert_eq!(by(&json!({"type": "admin", "id": "7", "from_ai_agent": true})), Speaker::Bot);
    assert_eq!(by(&json!({"type": "bot", "id": "1"})), Speaker::Bot);
    for nobody in [json!({"type": "team", "id": "3"}), json!({}), json!(null)] {
        assert_eq!(by(&nobody), Speaker::Nobody, "{nobody}");
    }
}

#[test]
fn words_are_read_whatever_part_they_ride_on() {
    let part = |kind: &str, body: &Value| {
        read_one(&json!({"id": 9, "created_at": 1_700_000_000, "part_type": kind, "body": body,
            "author": {"type": "user"}}))
    };
    for kind in ["comment", "open", "close", "assignment", "quick_reply"] {
        assert!(part(kind, &json!("<p>Hello</p>")).is_message(), "{kind}");
        assert!(!part(kind, &json!(null)).is_message(), "{kind}");
    }
    for kind in ["note", "note_and_reopen"] {
        assert!(!part(kind, &json!("<p>Hello</p>")).is_message(), "{kind} is for the team");
    }
}

#[test]
fn how_it_stands_from_then_on_is_told_by_the_type_of_a_part() {
    let stands =
        |kind: &str| read_one(&json!({"id": "9", "created_at": 1_700_000_000, "part_type": kind})).stands;
    assert_eq!(stands("close"), Some(State::Closed));
    assert_eq!(stands("snoozed"), Some(State::Snoozed));
    let opens = ["open", "note_and_reopen", "assign_and_reopen"];
    let wakes = ["unsnoozed", "timer_unsnooze", "note_and_unsnooze", "assign_and_unsnooze"];
    for kind in opens.into_iter().chain(wakes) {
        assert_eq!(stands(kind), Some(State::Open), "{kind}");
    }
    for kind in ["comment", "note", "assignment", "conversation_tags_updated"] {
        assert_eq!(stands(kind), None, "{kind}");
    }
}

#[test]
fn that_a_bot_took_part_is_read() {
    let took_part = |is: bool| {
        let record = json!({"id": "5", "created_at": 1_700_000_000, "ai_agent_participated": is,
            "admin_assignee_id": 814, "source": {"author": {"type": "user"}}});
        read(&record, RecordTimes::at(None)).expect("it has an id").bot_took_part
    };
    assert_eq!([true, false].map(took_part), [true, false], "whoever has it by now");
}

#[test]
fn who_has_it_from_then_on_is_read() {
    let to = |assigned_to: &Value| {
        read_one(&json!({"id": "9", "created_at": 1_700_000_000, "part_type": "assignment",
            "assigned_to": assigned_to}))
        .assigned
    };
    assert_eq!(to(&json!({"type": "admin", "id": "7"})), Some(Holder::People));
    assert_eq!(to(&json!({"type": "team", "id": 3})), Some(Holder::People));
    assert_eq!(to(&json!({"type": "bot", "id": "1"})), Some(Holder::Bot));
    assert_eq!(to(&json!({"type": "nobody_admin", "id": null})), Some(Holder::Nobody));
    assert_eq!(to(&json!(null)), None);
}

#[test]
fn parts_come_by_time_and_by_their_number() {
    let part = |id: &str, at: i64| json!({"id": id, "created_at": at, "part_type": "comment"});
    let parts = [part("10", 1_700_000_001), part("9", 1_700_000_001), part("11", 1_700_000_000)];
    let record = json!({"id": "5", "conversation_parts": {"conversation_parts": parts, "total_count": 3}});
    let thread = read(&record, RecordTimes::at(None)).expect("it has an id");
    let ids: Vec<_> = thread.parts.iter().map(|part| part.id.as_str()).collect();
    assert_eq!((ids, thread.extent), (vec!["11", "9", "10"], Extent::Whole));
    assert_eq!(thread.parts[0].at, Timestamp(1_700_000_000));
}

#[test]
fn more_than_five_hundred_parts_do_not_all_come() {
    let of = |total: i64| {
        let parts = json!({"conversation_parts": [], "total_count": total});
        let record = json!({"id": "5", "conversation_parts": parts});
        read(&record, RecordTimes::at(None)).expect("it has an id")
    };
    assert_eq!((of(500).extent, of(501).extent), (Extent::Whole, Extent::Cut));
}

#[test]
fn an_agent_that_gives_up_asks_for_the_team_whichever_word_it_has_for_it() {
    let asks = |state: &str| {
        let record = json!({"id": "5", "ai_agent": {"resolution_state": state}});
        read(&record, RecordTimes::at(None)).expect("it has an id").asks_for_the_team
    };
    assert!(["routed_to_team", "escalated", "procedure_handoff"].into_iter().all(asks));
    assert!(!["assumed_resolution", "confirmed_resolution", "abandoned"].into_iter().any(asks));
}

#[test]
fn the_newest_of_five_hundred_long_parts_are_there_and_of_each_as_much_as_is_shown() {
    let part = |id: usize| {
        json!({"id": id.to_string(), "created_at": 1_700_000_000, "part_type": "comment",
            "body": "<p>word </p>".repeat(1_000), "author": {"type": "user"}, "metadata": "x".repeat(3_000)})
    };
    let parts: Vec<_> = (1..=500).map(part).collect();
    let record = json!({"id": "5", "title": "x".repeat(600_000),
        "conversation_parts": {"conversation_parts": parts, "total_count": 500}, "state": "closed"});
    let thread = read(&record, RecordTimes::at(None)).expect("it has an id");
    assert_eq!(thread.parts.len(), 500);
    assert_eq!(thread.parts.last().map(|part| part.id.as_str()), Some("500"));
    assert!(thread.parts.iter().all(|part| part.text.to_plain().chars().count() <= 3_000));
}

#[test]
fn a_conversation_that_began_with_a_mail_is_known_for_one() {
    let reached = |source: Value| {
        let record = json!({"id": "5", "source": source});
        read(&record, RecordTimes::at(None)).expect("it has an id").reached
    };
    assert_eq!(reached(json!({"type": "email", "body": "<p>Hi</p>"})), Reached::ByEmail);
    assert_eq!(reached(json!({"type": "conversation"})), Reached::Otherwise);
    assert_eq!(reached(json!(null)), Reached::Otherwise);
}
