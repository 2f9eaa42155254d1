//! What is said of notifications.

mod add;
mod failed;
mod list;
mod run;

use std::time::Duration;

pub use add::{Added, added, already_there, ask_about_public, changed, choose_channel, test_unclear};
use deskbell_domain::card::text::{Piece, Text, WhenStyle};
use deskbell_domain::channel::{Audience, Obstacle};
use deskbell_domain::message::Message;
pub use deskbell_domain::service::notify::held_back::is_held_back;
use deskbell_domain::subscription::{Subscription, SuspendReason, Suspension};
pub use failed::{NO_ANSWER, ask_before_dropping, dropped, failed, failed_one, no_such_letter, tried_again};
pub use list::{Listed, Wrong, list};
pub use run::{
    ask_before_removing, ask_what_becomes_of, kept, paused, removed, resumed, resumed_from_now, tested,
    were_dropped, with_closed,
};

use crate::around::Around;
use crate::channel::in_the_way;
use crate::command::CommandName;
use crate::number::{counted, number};
use crate::readers;

/// There is none yet.
pub fn nothing_yet(around: Around<'_>) -> Message {
    Message::say(format!(
        "Nothing is posted yet. {} starts with one kind, {} does all of them.",
        around.mention(CommandName::NotifyAdd),
        around.mention(CommandName::Setup)
    ))
}

/// There is no such notification (any more).
pub fn no_such_notification(around: Around<'_>) -> Message {
    Message::say(format!(
        "I found no such notification. Pick one from the list while typing; {} shows all of them.",
        around.mention(CommandName::NotifyList)
    ))
}

/// "New leads in #sales".
pub fn subject(subscription: &Subscription) -> String {
    format!("{} in <#{}>", subscription.kind.spec().heading, subscription.channel)
}

/// How much is shown, as the reader of the channel sees it.
pub fn detail_word(subscription: &Subscription, audience: Option<Audience>) -> String {
    match audience {
        Some(readers) if is_held_back(subscription, audience) => {
            format!("Private ({})", readers::clause(readers, "it"))
        }
        _ => shown_to_crowd(subscription, audience).unwrap_or_else(|| subscription.detail.word().to_owned()),
    }
}

/// The warning where a crowd reads cards with personal data because somebody chose so.
pub fn shown_to_crowd(subscription: &Subscription, audience: Option<Audience>) -> Option<String> {
    let readers = audience.filter(|audience| audience.is_public())?;
    subscription.shows_to_a_crowd().then(|| {
        format!("⚠️ {}, {} cards", readers::clause(readers, "it"), subscription.detail.word().to_lowercase())
    })
}

/// Why a notification is on hold, as the second half of a sentence.
pub fn hold_reason(hold: &Suspension) -> String {
    match &hold.reason {
        SuspendReason::Channel(thread @ Obstacle::ThreadClosed) => {
            format!("{}; I go on when somebody opens it", in_the_way(thread))
        }
        SuspendReason::Channel(obstacle) => in_the_way(obstacle),
        SuspendReason::GuildNotLinked => "this server is not linked to the workspace any more".to_owned(),
        SuspendReason::OtherWorkspace => "I am connected to another workspace now".to_owned(),
    }
}

/// `1 is waiting`, `14 are waiting`.
pub fn waiting(count: u64) -> String {
    format!("{} {} waiting", number(count), if count == 1 { "is" } else { "are" })
}

/// `every 2 minutes`.
pub fn every(interval: Duration) -> String {
    let seconds = interval.as_secs().max(1);
    let (count, word) = match seconds {
        _ if seconds.is_multiple_of(3600) => (seconds / 3600, "hour"),
        _ if seconds.is_multiple_of(60) => (seconds / 60, "minute"),
        _ => (seconds, "second"),
    };
    if count == 1 { format!("every {word}") } else { format!("every {}", counted(count, word)) }
}

fn when(text: Text, at: deskbell_domain::time::Timestamp) -> Text {
    text.with(Piece::When(at, WhenStyle::Relative))
}

#[cfg(test)]
mod tests;
