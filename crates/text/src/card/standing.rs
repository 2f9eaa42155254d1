//! How a conversation stands, in a few words: who has it, whether its customer waits, when it was answered and closed.

use deskbell_domain::card::text::{Piece, Text, WhenStyle};
use deskbell_domain::conversation::{Conversation, Now, State};
use deskbell_domain::time::Timestamp;

const MINUTE: i64 = 60;
const HOUR: i64 = 60 * MINUTE;
const DAY: i64 = 24 * HOUR;

/// The words; none where nothing is known.
pub(super) fn words(conversation: &Conversation) -> Option<Text> {
    let now = conversation.now.as_deref()?;
    Some(match now.state {
        State::Closed => closed(now),
        State::Snoozed => put_off(conversation),
        State::Open => match now.waiting_since {
            Some(since) if now.answered_at.is_some() => waits(since),
            Some(since) => held(conversation).unwrap_or_else(|| waits(since)),
            None => answered(conversation, now),
        },
    })
}

/// Whether the team is done with it.
pub(super) fn is_closed(conversation: &Conversation) -> bool {
    conversation.now.as_deref().is_some_and(|now| now.state == State::Closed)
}

fn closed(now: &Now) -> Text {
    let words = match now.closed_at {
        Some(at) => Text::ours("closed ").with(Piece::When(at, WhenStyle::Relative)),
        None => Text::ours("closed"),
    };
    match now.closed_by.as_ref().and_then(|who| who.name.clone()) {
        Some(name) => words.and(" by ").and_theirs(name),
        None => words,
    }
}

fn put_off(conversation: &Conversation) -> Text {
    match holder(conversation) {
        Some(name) => Text::theirs(name).and(" put it off"),
        None => Text::ours("put off"),
    }
}

fn waits(since: Timestamp) -> Text {
    Text::ours("waits since ").with(Piece::When(since, WhenStyle::Relative))
}

fn held(conversation: &Conversation) -> Option<Text> {
    Some(Text::theirs(holder(conversation)?).and(" has it"))
}

fn answered(conversation: &Conversation, now: &Now) -> Text {
    let words = match holder(conversation) {
        Some(name) => Text::theirs(name).and(" answered"),
        None => Text::ours("answered"),
    };
    let took = now.answered_at.zip(conversation.customer_spoke_at());
    match took.map(|(answered, spoke)| answered.0.saturating_sub(spoke.0)).filter(|took| *took >= 0) {
        Some(took) => words.and(format!(" after {}", roughly(took))),
        None => words,
    }
}

/// The teammate who has it, else the team; none where nobody has it or the name is not known.
fn holder(conversation: &Conversation) -> Option<String> {
    conversation.admin_name.clone().or_else(|| conversation.team_name.clone())
}

/// A time in its largest unit.
fn roughly(seconds: i64) -> String {
    match seconds {
        ..MINUTE => "less than a minute".to_owned(),
        ..HOUR => format!("{} min", seconds / MINUTE),
        ..DAY => format!("{} h", seconds / HOUR),
        _ => match seconds / DAY {
            1 => "a day".to_owned(),
            days => format!("{days} days"),
        },
    }
}
