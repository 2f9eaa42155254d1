//! What is said of channels: why nothing can be posted there, and who can read them.

use deskbell_desk::card::text::{Piece, Text, WhenStyle};
use deskbell_desk::channel::{Audience, Permission};
use deskbell_desk::ids::{ChannelId, ContactId};
use deskbell_desk::time::Timestamp;

use super::{Reply, bold_list, danger, number};
use crate::error::{NotPosted, Obstacle, ObstacleReason};
use crate::look_press::LookPress;

/// Why nothing can be posted, and what to do. `again` is the command to try again with, as a link.
pub(crate) fn obstacle(obstacle: &Obstacle, again: &str) -> Reply {
    let channel = format!("<#{}>", obstacle.channel);
    Reply::say(match &obstacle.reason {
        ObstacleReason::Lacking(lacking) if !lacking.is_empty() => {
            let labels: Vec<_> = lacking.iter().map(|permission| permission.label()).collect();
            let them = match labels.len() {
                1 => "it",
                2 => "both",
                _ => "them",
            };
            format!(
                "I can't post in {channel}: I lack {}. {channel} → Edit Channel → Permissions → Deskbell → allow {them}, \
                 then {again} again. Nothing was changed.",
                bold_list(&labels)
            )
        }
        ObstacleReason::Lacking(_) => format!(
            "I can't post in {channel}: Discord does not let me. {channel} → Edit Channel → Permissions → Deskbell → allow \
             **View Channel**, **Send Messages** and **Embed Links**, then {again} again. Nothing was changed."
        ),
        ObstacleReason::Kind(kind) => format!(
            "I can post in text and announcement channels and in threads; {channel} is {}. Nothing was changed.",
            kind.phrase()
        ),
        ObstacleReason::ThreadClosed => format!(
            "I can't post in {channel}: it is locked or archived. Somebody who may manage threads opens it, then {again} \
             again. Nothing was changed."
        ),
        ObstacleReason::Gone => "That channel does not exist in this server any more. Nothing was changed.".to_owned(),
        ObstacleReason::Hidden => format!(
            "I can't see {channel}: I lack **View Channel**. {channel} → Edit Channel → Permissions → Deskbell → allow it, \
             then {again} again. Nothing was changed."
        ),
        ObstacleReason::NotInGuild => {
            "I am not in this server as a member. Whoever runs this bot invites me again; `deskbell check` prints the link."
                .to_owned()
        }
        ObstacleReason::Unavailable => "Discord did not answer. Nothing was changed. Try again in a minute.".to_owned(),
    })
}

/// A crowd can read the channel, and the asker may not decide that.
pub(crate) fn public(channel: ChannelId, audience: Audience) -> Reply {
    let readers = audience.sentence(&format!("<#{channel}>"));
    Reply::say(format!("{readers}. Only someone with **Manage Server** may show a customer there."))
}

/// The asker may not post there, so nothing is posted there for them.
pub(crate) fn may_not_post(channel: ChannelId, lacking: &[Permission]) -> Reply {
    let labels: Vec<_> = lacking.iter().map(|permission| permission.label()).collect();
    Reply::say(format!(
        "You may not post in <#{channel}> yourself: you lack {} there. So I post nothing there for you. Nothing was \
         changed.",
        bold_list(&labels)
    ))
}

/// A crowd can read the channel, and the asker may decide that.
pub(crate) fn ask_before_public_share(channel: ChannelId, audience: Audience, contact: &ContactId) -> Reply {
    let readers = audience.sentence(&format!("<#{channel}>"));
    Reply::say(format!("⚠️ {readers}. The card would show them this customer's name and e-mail."))
        .buttons([danger("Share anyway", LookPress::ShareAnyway(contact.clone()).to_custom_id())])
}

/// A card was posted.
pub(crate) fn shared(channel: ChannelId) -> Reply {
    Reply::say(format!("✅ Shared in <#{channel}>."))
}

/// Discord did not take a message.
pub(crate) fn not_posted(why: NotPosted, now: Timestamp) -> Reply {
    match why {
        NotPosted::Unknown => Reply::say(
            "Discord did not answer, so I do not know whether it was posted. Look in the channel before trying again.",
        ),
        NotPosted::RateLimited(after) => {
            let at = now.plus(i64::try_from(after.as_secs()).unwrap_or(60).max(1));
            Reply::of(
                Text::ours("Discord takes no more messages just now. Nothing was posted. Try again ")
                    .with(Piece::When(at, WhenStyle::Relative))
                    .and("."),
            )
        }
        NotPosted::Walled => Reply::say(
            "Discord does not let my messages through just now. Nothing was posted. Try again in a few minutes.",
        ),
        NotPosted::Refused => Reply::say("Discord does not take this message. Nothing was posted."),
        NotPosted::Unauthorized => {
            Reply::say("Discord refuses my token. Nothing was posted. Whoever runs this bot must renew it.")
        }
    }
}

/// [Skip to now] was pressed.
pub(crate) fn skipped(waiting: u64, channel: ChannelId) -> Reply {
    Reply::say(match waiting {
        0 => format!("Nothing is waiting for <#{channel}> any more."),
        1 => format!("✅ 1 waiting event is skipped. What comes from now on is posted in <#{channel}>."),
        _ => format!(
            "✅ {} waiting events are skipped. What comes from now on is posted in <#{channel}>.",
            number(waiting)
        ),
    })
}
