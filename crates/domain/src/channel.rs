//! A Discord channel as far as the rules need it: whether it takes messages, who can read it, what we lack.

use serde::{Deserialize, Serialize};
use strum::IntoStaticStr;

use crate::ids::{ChannelId, GuildId};

/// What the bot can find out about a channel.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChannelView {
    /// Which.
    pub id: ChannelId,
    /// Its server.
    pub guild: GuildId,
    /// Its name, without `#`.
    pub name: String,
    /// Its kind.
    pub kind: ChannelKind,
    /// Who can read it.
    pub audience: Audience,
    /// What the bot needs and lacks there, empty where all is well; none where Discord did not tell.
    pub lacking: Option<Vec<Permission>>,
}

impl ChannelView {
    /// Why the bot cannot post there, as far as the channel's settings tell; none where nothing is in the way, or where
    /// Discord did not tell what the bot lacks.
    pub fn obstacle(&self) -> Option<Obstacle> {
        if !self.kind.takes_messages() {
            return Some(Obstacle::ChannelUnfit);
        }
        let lacking = self.lacking.iter().flatten().copied();
        let lacking: Vec<_> = lacking.filter(|permission| permission.is_needed_to_post()).collect();
        (!lacking.is_empty()).then_some(Obstacle::MissingPermissions(lacking))
    }
}

/// Why nothing can be posted in a channel until somebody changes something there: the only words for it, whether
/// Discord refused a message, the channel's settings tell, or the gateway did. They are stored with what is on hold.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Obstacle {
    /// The bot lacks these permissions there; empty where Discord does not say which.
    MissingPermissions(Vec<Permission>),
    /// The channel does not exist, or belongs to another server.
    ChannelGone,
    /// The channel is of a kind that takes no messages.
    ChannelUnfit,
    /// The thread is locked or archived.
    ThreadClosed,
    /// The bot is not in the server.
    NotInGuild,
}

impl Obstacle {
    /// The bot may not see the channel: Discord tells nothing of it then.
    pub fn hidden() -> Self {
        Self::MissingPermissions(vec![Permission::ViewChannel])
    }
}

/// The kinds of channel that the rules tell apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ChannelKind {
    /// A text channel.
    Text,
    /// An announcement channel.
    Announcement,
    /// A thread.
    Thread,
    /// A forum or media channel: takes posts, not messages.
    Forum,
    /// A voice or stage channel.
    Voice,
    /// A category.
    Category,
    /// Anything else.
    Other,
}

impl ChannelKind {
    /// Whether notifications can go there.
    pub fn takes_messages(self) -> bool {
        matches!(self, Self::Text | Self::Announcement | Self::Thread)
    }
}

/// Who can read a channel.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Audience {
    /// Every member of the server.
    Everyone,
    /// Roles that so many people hold together that it is hardly a team; none where that is not known.
    Crowd(Option<u64>),
    /// Only a team.
    Some,
}

impl Audience {
    /// Whether personal data shown there is shown to more than a team.
    pub fn is_public(self) -> bool {
        self != Self::Some
    }
}

/// The permissions that the bot needs, in the order in which they are told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, IntoStaticStr)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "title_case")]
pub enum Permission {
    /// To see the channel.
    ViewChannel,
    /// To post.
    SendMessages,
    /// To post in a thread.
    #[strum(serialize = "Send Messages in Threads")]
    SendMessagesInThreads,
    /// To show cards.
    EmbedLinks,
    /// To find out after a crash whether a message was posted.
    ReadMessageHistory,
}

impl Permission {
    /// As Discord's settings name it.
    pub fn label(self) -> &'static str {
        self.into()
    }

    /// Whether nothing can be posted without it. Without Read Message History a message only cannot be found again after
    /// a crash.
    pub fn is_needed_to_post(self) -> bool {
        self != Self::ReadMessageHistory
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn obstacle(kind: ChannelKind, lacking: Option<Vec<Permission>>) -> Option<Obstacle> {
        let (id, guild, name) = (ChannelId(1), GuildId(2), "sales".to_owned());
        ChannelView { id, guild, name, kind, audience: Audience::Some, lacking }.obstacle()
    }

    #[test]
    fn permissions_are_named_as_discords_settings_name_them() {
        let labels = [
            Permission::ViewChannel,
            Permission::SendMessages,
            Permission::SendMessagesInThreads,
            Permission::EmbedLinks,
            Permission::ReadMessageHistory,
        ]
        .map(Permission::label);
        insta::assert_snapshot!(labels.join(", "), @"View Channel, Send Messages, Send Messages in Threads, Embed Links, Read Message History");
    }

    #[test]
    fn a_channel_is_closed_by_its_kind_and_by_what_posting_needs() {
        let lacking = vec![Permission::EmbedLinks, Permission::ReadMessageHistory];
        assert_eq!(obstacle(ChannelKind::Forum, Some(Vec::new())), Some(Obstacle::ChannelUnfit));
        assert_eq!(
            obstacle(ChannelKind::Text, Some(lacking)),
            Some(Obstacle::MissingPermissions(vec![Permission::EmbedLinks]))
        );
    }

    #[test]
    fn a_history_that_cannot_be_read_and_what_is_not_told_close_nothing() {
        assert_eq!(obstacle(ChannelKind::Thread, Some(vec![Permission::ReadMessageHistory])), None);
        assert_eq!(obstacle(ChannelKind::Text, None), None);
    }
}
