//! Several events in one card that says nothing of anybody: how many, of what, and when.

use std::collections::{BTreeMap, BTreeSet};

use deskbell_domain::card::text::{Piece, Text, WhenStyle};
use deskbell_domain::delivery::Backlog;
use deskbell_domain::difference::Change;
use deskbell_domain::event::{Entry, EventKind, Record, Together};
use deskbell_domain::time::Timestamp;

use crate::field::name as field_name;
use crate::number::number;

/// In seconds: what happened closer together is told by the time of day, which the message's own date goes with.
const OF_ONE_DAY: i64 = 12 * 60 * 60;

/// So many events about so many people: "10 new leads", "1 user updated 4 times".
pub(super) fn named(together: Together, events: usize, people: usize) -> String {
    let events = number(events as u64);
    match (together, people) {
        (Together::Counted(noun), _) => format!("{events} {noun}"),
        (Together::OfUsers(verb), 1) => format!("1 user {verb} {events} times"),
        (Together::OfUsers(verb), _) => format!("{} users {verb}", number(people as u64)),
    }
}

/// What is said of several events of a kind where nothing personal may be.
pub(super) fn counted(kind: EventKind, entries: &[Entry], backlog: Option<Backlog>) -> Text {
    match kind.spec().together {
        Together::Counted(noun) => {
            came(format!("{} {noun} came in", entries.len()), moments(entries, backlog))
        }
        Together::OfUsers(_) => counted_fields(entries),
    }
}

/// When the first and the last of them happened, where that is known.
#[derive(Clone, Copy)]
struct Moments {
    first: Timestamp,
    last: Timestamp,
    style: WhenStyle,
}

fn moments(entries: &[Entry], backlog: Option<Backlog>) -> Option<Moments> {
    let times = || entries.iter().map(|entry| entry.event.at).filter(|at| *at != Timestamp::default());
    let (first, last) = (times().min()?, times().max()?);
    let is_of_today = backlog.is_none() && last.0.saturating_sub(first.0) < OF_ONE_DAY;
    Some(Moments { first, last, style: if is_of_today { WhenStyle::Time } else { WhenStyle::Full } })
}

/// `10 new leads came in between 09:20 and 09:31.`
fn came(start: String, moments: Option<Moments>) -> Text {
    let Some(Moments { first, last, style }) = moments else { return Text::ours(start).and(".") };
    if first == last {
        return Text::ours(start).and(" at ").with(Piece::When(first, style)).and(".");
    }
    let between = Text::ours(start).and(" between ").with(Piece::When(first, style));
    between.and(" and ").with(Piece::When(last, style)).and(".")
}

/// What changed of many users, without saying whose: `14 users changed: Email (3), Tag Name (11).`
fn counted_fields(entries: &[Entry]) -> Text {
    let people: BTreeSet<_> = entries.iter().filter_map(|entry| entry.event.contact_id()).collect();
    let mut counts: BTreeMap<_, usize> = BTreeMap::new();
    for entry in entries {
        if let Record::Update { changes, .. } = &entry.event.record {
            for field in changes.iter().filter_map(Change::field) {
                *counts.entry(field).or_default() += 1;
            }
        }
    }
    let mut text = Text::ours(match (people.len(), counts.is_empty()) {
        (1, true) => return Text::ours("1 user changed."),
        (1, false) => "1 user changed: ".to_owned(),
        (several, true) => return Text::ours(format!("{several} users changed.")),
        (several, false) => format!("{several} users changed: "),
    });
    for (place, (field, count)) in counts.iter().enumerate() {
        let gap = if place > 0 { ", " } else { "" };
        text = text.and(gap).and_theirs(field_name(field)).and(format!(" ({count})"));
    }
    text.and(".")
}
