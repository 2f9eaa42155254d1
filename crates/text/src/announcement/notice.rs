//! What the bot says of itself in a channel: one or two plain sentences, always silent.

use std::collections::BTreeSet;

use deskbell_domain::card::text::{Piece, Text, WhenStyle};
use deskbell_domain::channel::{Audience, Obstacle};
use deskbell_domain::crowd::TEAM_AT_MOST;
use deskbell_domain::event::EventKind;
use deskbell_domain::ids::ChannelId;
use deskbell_domain::message::{Button, Flags, Message};
use deskbell_domain::press::{AudienceChoice, ChannelPress, Held};
use deskbell_domain::subscription::{Subscription, SuspendReason};
use deskbell_domain::time::Timestamp;
use deskbell_domain::trouble::{Cause, Part};

use crate::notify::none_is_lost;
use crate::number::{counted, events_of};
use crate::{readers, trouble};

/// A message of sentences alone.
pub fn notice(content: Text) -> Message {
    Message { flags: Flags { silent: true, ephemeral: false }, ..Message::of(content) }
}

/// The first message of a new notification, which also proves that the bot may post there.
pub fn set_up_notice(made: &Subscription, workspace_name: &str) -> Message {
    let (kind, by) = (made.kind.spec(), made.made_by);
    notice(Text::ours(format!("🔔 {} from ", kind.heading)).with(Piece::Bold(workspace_name.to_owned())).and(
        if made.is_paused() {
            format!(" will appear here once somebody resumes them. Set up by <@{by}>.")
        } else {
            format!(" will appear here. Set up by <@{by}>.")
        },
    ))
}

/// Told in another channel of the server when a notification was put on hold. `notify_list` is the command as a
/// clickable mention, or as plain text where its id is not known.
pub fn on_hold_notice(
    kind: EventKind,
    channel: ChannelId,
    reason: &SuspendReason,
    waiting: u64,
    notify_list: &str,
) -> Message {
    let why = match reason {
        SuspendReason::Channel(Obstacle::MissingPermissions(_)) => {
            format!("I can no longer post in <#{channel}>")
        }
        SuspendReason::Channel(Obstacle::ChannelGone) => "their channel is gone".to_owned(),
        SuspendReason::Channel(Obstacle::ChannelUnfit) => format!("<#{channel}> takes no messages"),
        SuspendReason::Channel(Obstacle::ThreadClosed) => format!("<#{channel}> is locked or archived"),
        SuspendReason::Channel(Obstacle::NotInGuild) => "I was not in this server".to_owned(),
        SuspendReason::GuildNotLinked => "this server is no longer linked to the workspace".to_owned(),
        SuspendReason::OtherWorkspace => "I am connected to another workspace now".to_owned(),
        SuspendReason::TokenRefused => "Intercom refuses the token of this server".to_owned(),
        SuspendReason::TokenLacksRight => "the token of this server may not read that".to_owned(),
    };
    let waiting = none_is_lost(waiting);
    notice(Text::ours(format!("⚠️ {} are on hold: {why}. {waiting} {notify_list}", kind.spec().heading)))
}

/// Stands where the card of an event that was set aside would stand. `notify_failed` is the command as a clickable
/// mention.
pub fn set_aside_notice(kind: EventKind, notify_failed: &str) -> Message {
    notice(Text::ours(format!(
        "⚠️ {} could not be posted here: Discord does not take its card. {notify_failed} keeps it.",
        counted(1, events_of(kind))
    )))
}

/// Told where a notification works again, above what waited; `since` is the time of the first.
pub fn back_notice(kind: EventKind, waiting: u64, since: Timestamp) -> Message {
    if waiting == 0 {
        return notice(Text::ours("-# Back. Nothing was missed."));
    }
    let since = Piece::When(since, WhenStyle::Time);
    if waiting == 1 {
        let sentence = Text::ours(format!("-# Back. 1 {} since ", kind.spec().one));
        return notice(sentence.with(since).and(" follows."));
    }
    let sentence = Text::ours(format!("-# Back. {} since ", counted(waiting, events_of(kind))));
    notice(sentence.with(since).and(" follow."))
}

/// Why a channel is read by more than a team now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Opened {
    /// Its readers are more, or more is known of them.
    ByItsReaders,
    /// Everybody in the server was the team, and the server has outgrown one.
    ByTheServersGrowth,
}

/// Told once in a channel that more than a team can read now, with the question what is posted there.
pub fn became_public_notice(channel: ChannelId, audience: Audience, opened: Opened) -> Message {
    let readers = readers::leave_out_from_here(audience, channel);
    notice(Text::ours(match opened {
        Opened::ByItsReaders => {
            format!("⚠️ {readers} Someone with **Manage Server** can choose otherwise.")
        }
        Opened::ByTheServersGrowth => format!(
            "⚠️ This server has more than {TEAM_AT_MOST} members now, so I no longer take everybody for the team. \
             {readers} Someone with **Manage Server** can choose otherwise."
        ),
    }))
    .buttons(audience_buttons(Held::In(channel)))
}

/// [Post without personal data] [Choose another channel] [Post everything anyway], for notifications that stand.
pub fn audience_buttons(held: Held) -> Vec<Button> {
    let press = |choice| ChannelPress::Audience(held, choice).to_custom_id();
    vec![
        Button::primary("Post without personal data", press(AudienceChoice::WithoutPersonalData)),
        Button::secondary("Choose another channel", press(AudienceChoice::AnotherChannel)),
        Button::danger("Post everything anyway", press(AudienceChoice::Everything)),
    ]
}

/// Told once when parts of a workspace could not be read for long, all for the same cause.
pub fn trouble_notice(
    workspace_name: &str,
    parts: &BTreeSet<Part>,
    cause: Cause,
    since: Timestamp,
) -> Message {
    let end = if parts.iter().any(|part| part.brings_events()) {
        "Nothing is lost: I catch up then."
    } else {
        "Cards show less until then."
    };
    notice(
        Text::ours("⚠️ Since ")
            .with(Piece::When(since, WhenStyle::Time))
            .and(format!(" I cannot read {} from ", trouble::parts(parts.iter().copied())))
            .with(Piece::Bold(workspace_name.to_owned()))
            .and(": ")
            .joined(trouble::reason(cause))
            .and(format!(". {} {end}", trouble::remedy(cause))),
    )
}

/// Told once when those parts can be read again.
pub fn trouble_over_notice(workspace_name: &str, parts: &BTreeSet<Part>, since: Timestamp) -> Message {
    let start = if parts.contains(&Part::Everything) {
        "-# Back: I can read ".to_owned()
    } else {
        format!("-# Back: I can read {} from ", trouble::parts(parts.iter().copied()))
    };
    let text = Text::ours(start).with(Piece::Bold(workspace_name.to_owned())).and(" again.");
    if !parts.iter().any(|part| part.brings_events()) {
        return notice(text);
    }
    notice(text.and(" What happened since ").with(Piece::When(since, WhenStyle::Time)).and(" follows."))
}
