//! What is said of channels: why nothing can be posted there, and who can read them.

use deskbell_domain::card::text::{Piece, Text, WhenStyle};
use deskbell_domain::channel::{Audience, ChannelKind, Obstacle, Permission};
use deskbell_domain::ids::{ChannelId, ContactId};
use deskbell_domain::message::{Button, Message};
use deskbell_domain::port::channels::ChannelError;
use deskbell_domain::press::look::LookPress;
use deskbell_domain::service::request::NotPosted;
use deskbell_domain::time::Timestamp;

use crate::around::Around;
use crate::command::CommandName;
use crate::number::{bold_list, number};
use crate::readers;

/// A channel in which nothing can be posted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClosedChannel {
    /// Which.
    pub channel: ChannelId,
    /// Its kind, as far as it is known.
    pub kind: ChannelKind,
    /// What is in the way.
    pub why: ChannelError,
    /// The command to try again with.
    pub again: CommandName,
}

/// Why nothing can be posted, and what to do.
pub fn closed(around: Around<'_>, closed: &ClosedChannel) -> Message {
    let again = around.mention(closed.again);
    let channel = format!("<#{}>", closed.channel);
    Message::say(match &closed.why {
        ChannelError::Closed(Obstacle::MissingPermissions(lacking)) => lacks(&channel, lacking, &again),
        ChannelError::Closed(Obstacle::ChannelUnfit) => unfit(&channel, closed.kind),
        ChannelError::Closed(Obstacle::ThreadClosed) => format!(
            "I can't post in {channel}: it is locked or archived. Somebody who may manage threads opens it, then {again} \
             again. Nothing was changed."
        ),
        ChannelError::Closed(Obstacle::ChannelGone) => {
            "That channel does not exist in this server any more. Nothing was changed.".to_owned()
        }
        ChannelError::Closed(Obstacle::NotInGuild) => {
            "I am not in this server as a member. Whoever runs this bot invites me again; `deskbell check` prints the link."
                .to_owned()
        }
        ChannelError::Unavailable => {
            "Discord did not answer. Nothing was changed. Try again in a minute.".to_owned()
        }
    })
}

fn lacks(channel: &str, lacking: &[Permission], again: &str) -> String {
    let labels: Vec<_> = lacking.iter().map(|permission| permission.label()).collect();
    let named = bold_list(&labels);
    match lacking {
        [Permission::ViewChannel] => format!(
            "I can't see {channel}: I lack {named}. {channel} → Edit Channel → Permissions → Deskbell → allow it, then \
             {again} again. Nothing was changed."
        ),
        [] => format!(
            "I can't post in {channel}: Discord does not let me. {channel} → Edit Channel → Permissions → Deskbell → allow \
             **View Channel**, **Send Messages** and **Embed Links**, then {again} again. Nothing was changed."
        ),
        [_] => format!(
            "I can't post in {channel}: I lack {named}. {channel} → Edit Channel → Permissions → Deskbell → allow it, then \
             {again} again. Nothing was changed."
        ),
        [_, _] => format!(
            "I can't post in {channel}: I lack {named}. {channel} → Edit Channel → Permissions → Deskbell → allow both, \
             then {again} again. Nothing was changed."
        ),
        _ => format!(
            "I can't post in {channel}: I lack {named}. {channel} → Edit Channel → Permissions → Deskbell → allow them, \
             then {again} again. Nothing was changed."
        ),
    }
}

/// What is in the way in a channel that was named before, as a sentence without its full stop.
pub fn in_the_way(obstacle: &Obstacle) -> String {
    match obstacle {
        Obstacle::MissingPermissions(lacking) if !lacking.is_empty() => {
            let labels: Vec<_> = lacking.iter().map(|permission| permission.label()).collect();
            format!("I lack {} there", bold_list(&labels))
        }
        Obstacle::MissingPermissions(_) => "Discord does not let me post there".to_owned(),
        Obstacle::ChannelGone => "the channel is gone".to_owned(),
        Obstacle::ChannelUnfit => "the channel takes no messages".to_owned(),
        Obstacle::ThreadClosed => "the thread is locked or archived".to_owned(),
        Obstacle::NotInGuild => "I am not in this server".to_owned(),
    }
}

/// A crowd can read the channel, and the asker may not decide that.
pub fn public(channel: ChannelId, audience: Audience) -> Message {
    let readers = readers::can_read(audience, channel);
    Message::say(format!("{readers} Only someone with **Manage Server** may show a customer there."))
}

/// The asker may not post there, so nothing is posted there for them.
pub fn may_not_post(channel: ChannelId, lacking: &[Permission]) -> Message {
    let labels: Vec<_> = lacking.iter().map(|permission| permission.label()).collect();
    Message::say(format!(
        "You may not post in <#{channel}> yourself: you lack {} there. So I post nothing there for you. Nothing was \
         changed.",
        bold_list(&labels)
    ))
}

/// A crowd can read the channel, and the asker may decide that.
pub fn ask_before_public_share(channel: ChannelId, audience: Audience, contact: &ContactId) -> Message {
    let readers = readers::can_read(audience, channel);
    Message::say(format!(
        "⚠️ {readers} The card would show them this customer's name, e-mail, phone number and company."
    ))
    .buttons([Button::danger("Share anyway", LookPress::ShareAnyway(contact.clone()).to_custom_id())])
}

/// A card was posted.
pub fn shared(channel: ChannelId) -> Message {
    Message::say(format!("✅ Shared in <#{channel}>."))
}

/// Discord did not take a message.
pub fn not_posted(why: NotPosted, now: Timestamp) -> Message {
    match why {
        NotPosted::Unknown => Message::say(
            "Discord did not answer, so I do not know whether it was posted. Look in the channel before trying again.",
        ),
        NotPosted::RateLimited(after) => {
            let at = now.plus(i64::try_from(after.as_secs()).unwrap_or(60).max(1));
            Message::of(
                Text::ours("Discord takes no more messages just now. Nothing was posted. Try again ")
                    .with(Piece::When(at, WhenStyle::Relative))
                    .and("."),
            )
        }
        NotPosted::TurnedAway => Message::say(
            "Discord does not let my messages through just now. Nothing was posted. Try again in a few minutes.",
        ),
        NotPosted::Refused => Message::say("Discord does not take this message. Nothing was posted."),
        NotPosted::Unauthorized => {
            Message::say("Discord refuses my token. Nothing was posted. Whoever runs this bot must renew it.")
        }
    }
}

/// [Skip to now] was pressed.
pub fn skipped(waiting: u64, channel: ChannelId) -> Message {
    Message::say(match waiting {
        0 => format!("Nothing is waiting for <#{channel}> any more."),
        1 => format!("✅ 1 waiting event is skipped. What comes from now on is posted in <#{channel}>."),
        _ => format!(
            "✅ {} waiting events are skipped. What comes from now on is posted in <#{channel}>.",
            number(waiting)
        ),
    })
}

/// The bot posts in no channel of this kind.
fn unfit(channel: &str, kind: ChannelKind) -> String {
    match kind {
        ChannelKind::Text | ChannelKind::Announcement | ChannelKind::Thread => format!(
            "I can post in text and announcement channels and in threads; Discord says that {channel} takes no messages. \
             Nothing was changed."
        ),
        ChannelKind::Forum => format!(
            "I can post in text and announcement channels and in threads; {channel} is a forum. Nothing was changed."
        ),
        ChannelKind::Voice => format!(
            "I can post in text and announcement channels and in threads; {channel} is a voice channel. Nothing was \
             changed."
        ),
        ChannelKind::Category => format!(
            "I can post in text and announcement channels and in threads; {channel} is a category. Nothing was changed."
        ),
        ChannelKind::Other => format!(
            "I can post in text and announcement channels and in threads; {channel} is another kind of channel. Nothing \
             was changed."
        ),
    }
}
