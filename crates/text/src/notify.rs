//! What is said of notifications.

mod add;
mod failed;
mod list;
pub mod mention;
mod pages;
pub mod panel;
mod run;

use std::time::Duration;

pub use add::{
    Added, added, already_there, ask_about_public, changed, choose_channel, no_threshold, no_threshold_for,
    test_unclear,
};
use deskbell_domain::card::text::{Piece, Text, WhenStyle};
use deskbell_domain::channel::{Audience, Obstacle};
use deskbell_domain::message::Message;
use deskbell_domain::service::notify::add::Wish;
pub use deskbell_domain::service::notify::held_back::is_held_back;
use deskbell_domain::subscription::{
    Alert, Detail, Subscription, SubscriptionState, SuspendReason, Suspension,
};
pub(crate) use failed::failed_too_old;
pub use failed::{NO_ANSWER, ask_before_dropping, dropped, failed, failed_one, no_such_letter, tried_again};
pub use list::{ListPlace, Listing, Wrong, list};
pub use run::{
    ask_before_removing, ask_before_skipping, ask_what_becomes_of, ask_whom_samples_mention, kept, paused,
    removed, resumed, resumed_from_now, tested, were_dropped, with_closed,
};
pub(crate) use run::{is_kept, resume_button};

use crate::around::Around;
use crate::card::after;
use crate::channel::in_the_way;
use crate::command::CommandName;
use crate::number::number;
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
    let (heading, channel) = (subscription.kind.spec().heading, subscription.channel);
    match subscription.waits {
        Some(waits) => format!("{heading} {} in <#{channel}>", after(waits)),
        None => format!("{heading} in <#{channel}>"),
    }
}

/// The settings that are not as they are by default: how much is shown, and whether it rings.
pub fn settings(subscription: &Subscription) -> Vec<&'static str> {
    other_than(Wish::plain(subscription.kind), subscription)
}

/// The settings that a notification has otherwise than somebody wished.
pub(crate) fn other_than(wish: Wish, made: &Subscription) -> Vec<&'static str> {
    let detail = (made.detail != wish.detail()).then(|| made.detail.word());
    let alert = (made.alert != wish.alert()).then(|| alert_word(made.alert));
    detail.into_iter().chain(alert).collect()
}

/// What cards show, as a sentence without its full stop.
fn cards_show(detail: Detail) -> &'static str {
    match detail {
        Detail::Full => "Cards show everything",
        Detail::Short => "Cards are short",
        Detail::Private => "Cards show no personal data",
        Detail::Card => "Cards show what it takes to act",
    }
}

/// Whether it runs, and rings.
fn rings(subscription: &Subscription) -> String {
    let (heading, channel) = (subscription.kind.spec().heading, subscription.channel);
    let rings = match subscription.alert {
        Alert::Loud => "They always ring.",
        Alert::Smart if subscription.alert.ever_rings(subscription.kind) => {
            "They ring where somebody is needed."
        }
        Alert::Smart | Alert::Silent => "They do not ring.",
    };
    match &subscription.state {
        SubscriptionState::Active => format!("{heading} go to <#{channel}>. {rings}"),
        SubscriptionState::Paused { .. } => format!("{heading} in <#{channel}> are paused. {rings}"),
        SubscriptionState::Suspended(_) => format!("{heading} in <#{channel}> are on hold. {rings}"),
    }
}

fn alert_word(alert: Alert) -> &'static str {
    match alert {
        Alert::Loud => "Loud",
        Alert::Silent => "Silent",
        Alert::Smart => "Smart",
    }
}

/// The same for a list, where what the readers of the channel see stands in the place of what was chosen.
fn settings_for(subscription: &Subscription, audience: Option<Audience>) -> Vec<String> {
    let seen = match audience {
        Some(readers) if is_held_back(subscription, audience) => Some(readers::private(readers)),
        _ => shown_to_crowd(subscription, audience),
    };
    let chosen = settings(subscription).into_iter();
    let chosen = chosen.filter(|word| seen.is_none() || *word != subscription.detail.word());
    let chosen: Vec<_> = chosen.map(str::to_owned).collect();
    seen.into_iter().chain(chosen).collect()
}

/// The warning where a crowd reads cards with personal data because somebody chose so.
pub fn shown_to_crowd(subscription: &Subscription, audience: Option<Audience>) -> Option<String> {
    let readers = audience.filter(|audience| audience.is_public())?;
    let cards = match subscription.detail {
        Detail::Full => "full cards",
        Detail::Short => "short cards",
        Detail::Private => "cards without personal data",
        Detail::Card => "cards with personal data",
    };
    subscription.shows_to_a_crowd().then(|| readers::warning(readers, cards))
}

/// Why a notification is on hold, as a sentence without its full stop, to stand after a colon.
pub fn hold_reason(hold: &Suspension) -> String {
    reason(&hold.reason)
}

pub(crate) fn reason(why: &SuspendReason) -> String {
    match why {
        SuspendReason::Channel(Obstacle::ThreadClosed) => {
            "the thread is locked or archived; I go on when somebody opens it".to_owned()
        }
        SuspendReason::Channel(obstacle) => in_the_way(obstacle),
        SuspendReason::GuildNotLinked => "this server is not linked to the workspace any more".to_owned(),
        SuspendReason::OtherWorkspace => "I am connected to another workspace now".to_owned(),
        SuspendReason::TokenRefused => {
            "Intercom refuses the token of this server; `/connection` renews it".to_owned()
        }
        SuspendReason::TokenLacksRight => {
            "the token of this server may not read that; `/connection` says what it lacks".to_owned()
        }
    }
}

/// How many wait, as a part of a list: `14 waiting`.
fn waiting(count: u64) -> String {
    format!("{} waiting", number(count))
}

/// How many wait for what is on hold, with the word that nothing is lost.
pub(crate) fn none_is_lost(waiting: u64) -> String {
    match waiting {
        0 => "None is lost.".to_owned(),
        1 => "1 is waiting, none is lost.".to_owned(),
        _ => format!("{} are waiting, none is lost.", number(waiting)),
    }
}

/// How often Intercom is asked: `every 2 minutes`.
pub fn every(interval: Duration) -> String {
    format!("every {}", span(interval, ["hour", "minute", "second"]))
}

/// How soon something is posted: `2 minutes`, `a minute`.
pub(crate) fn within(interval: Duration) -> String {
    span(interval, ["an hour", "a minute", "a second"])
}

/// In the largest whole unit, with what a single hour, minute and second is called.
fn span(interval: Duration, [hour, minute, second]: [&str; 3]) -> String {
    let seconds = interval.as_secs().max(1);
    match seconds {
        3600 => hour.to_owned(),
        60 => minute.to_owned(),
        1 => second.to_owned(),
        _ if seconds.is_multiple_of(3600) => format!("{} hours", number(seconds / 3600)),
        _ if seconds.is_multiple_of(60) => format!("{} minutes", number(seconds / 60)),
        _ => format!("{} seconds", number(seconds)),
    }
}

fn when(text: Text, at: deskbell_domain::time::Timestamp) -> Text {
    text.with(Piece::When(at, WhenStyle::Relative))
}

#[cfg(test)]
mod tests;
