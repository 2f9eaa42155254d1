//! What the bot says of itself in a channel: one or two plain sentences, always silent (ux, U5 and U7).

use std::collections::BTreeSet;

use super::Announcement;
use crate::card::plural;
use crate::card::text::{Piece, Text, WhenStyle};
use crate::event::EventKind;
use crate::ids::{ChannelId, MemberId};
use crate::subscription::{Alert, SuspendReason};
use crate::time::Timestamp;
use crate::trouble::{Cause, Part, in_words};

/// A message of sentences alone.
pub fn notice(content: Text) -> Announcement {
    Announcement { content, cards: Vec::new(), rows: Vec::new(), alert: Alert::Silent }
}

/// The first message of a new notification, which also proves that the bot may post there.
pub fn set_up_notice(kind: EventKind, workspace_name: &str, by: MemberId) -> Announcement {
    notice(
        Text::ours(format!("🔔 {} from ", plural(kind)))
            .with(Piece::Bold(workspace_name.to_owned()))
            .and(format!(" will appear here. Set up by <@{by}>.")),
    )
}

/// Told in another channel of the server when a notification was put on hold. `notify_list` is the command as a
/// clickable mention, or as plain text where its id is not known.
pub fn on_hold_notice(
    kind: EventKind,
    channel: ChannelId,
    reason: &SuspendReason,
    waiting: u64,
    notify_list: &str,
) -> Announcement {
    let why = match reason {
        SuspendReason::MissingPermissions(_) => format!("I can no longer post in <#{channel}>"),
        SuspendReason::ChannelGone => "their channel is gone".to_owned(),
        SuspendReason::ChannelUnfit => format!("<#{channel}> takes no messages"),
        SuspendReason::ThreadClosed => format!("<#{channel}> is locked or archived"),
        SuspendReason::NotInGuild => "I was not in this server".to_owned(),
        SuspendReason::GuildNotLinked => "this server is no longer linked to the workspace".to_owned(),
        SuspendReason::OtherWorkspace => "I am connected to another workspace now".to_owned(),
    };
    let waiting = match waiting {
        0 => "None is lost.".to_owned(),
        1 => "1 is waiting, none is lost.".to_owned(),
        count => format!("{count} are waiting, none is lost."),
    };
    notice(Text::ours(format!("⚠️ {} are on hold: {why}. {waiting} {notify_list}", plural(kind))))
}

/// Told where a notification works again, above what waited; `since` is the time of the first.
pub fn back_notice(kind: EventKind, waiting: u64, since: Timestamp) -> Announcement {
    if waiting == 0 {
        return notice(Text::ours("-# Back. Nothing was missed."));
    }
    let follow = if waiting == 1 { " follows." } else { " follow." };
    notice(
        Text::ours(format!("-# Back. {} since ", kind.counted(waiting)))
            .with(Piece::When(since, WhenStyle::Time))
            .and(follow),
    )
}

/// Told once in a channel that everyone in the server can read now. `notify_add` as `notify_list` above.
pub fn became_public_notice(notify_add: &str) -> Announcement {
    notice(Text::ours(format!(
        "⚠️ Everyone in this server can read this channel now, so I leave personal data out from here on. \
         Someone with **Manage Server** can choose otherwise with {notify_add}."
    )))
}

/// Told once when parts of a workspace could not be read for long, all for the same cause.
pub fn trouble_notice(
    workspace_name: &str,
    parts: &BTreeSet<Part>,
    cause: Cause,
    since: Timestamp,
) -> Announcement {
    let end = if parts.iter().any(|part| part.brings_events()) {
        "Nothing is lost: I catch up then."
    } else {
        "Cards show less until then."
    };
    notice(
        Text::ours("⚠️ Since ")
            .with(Piece::When(since, WhenStyle::Time))
            .and(format!(" I cannot read {} from ", in_words(parts.iter().copied())))
            .with(Piece::Bold(workspace_name.to_owned()))
            .and(": ")
            .joined(cause.reason())
            .and(format!(". {} {end}", cause.remedy())),
    )
}

/// Told once when those parts can be read again.
pub fn trouble_over_notice(workspace_name: &str, parts: &BTreeSet<Part>, since: Timestamp) -> Announcement {
    let what = if parts.contains(&Part::Everything) {
        String::new()
    } else {
        format!("{} from ", in_words(parts.iter().copied()))
    };
    let text = Text::ours(format!("-# Back: I can read {what}"))
        .with(Piece::Bold(workspace_name.to_owned()))
        .and(" again.");
    if !parts.iter().any(|part| part.brings_events()) {
        return notice(text);
    }
    notice(text.and(" What happened since ").with(Piece::When(since, WhenStyle::Time)).and(" follows."))
}
