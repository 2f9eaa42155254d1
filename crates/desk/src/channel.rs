//! A Discord channel as far as the rules need it: whether it takes messages, who can read it, what we lack.

use serde::{Deserialize, Serialize};

use crate::card::number;
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

    /// With its article: "a forum".
    pub fn phrase(self) -> &'static str {
        match self {
            Self::Text => "a text channel",
            Self::Announcement => "an announcement channel",
            Self::Thread => "a thread",
            Self::Forum => "a forum",
            Self::Voice => "a voice channel",
            Self::Category => "a category",
            Self::Other => "another kind of channel",
        }
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

    /// Who can read it, as a sentence without its full stop: "Everyone in this server can read #general". `channel` is
    /// the channel as it is to be written.
    pub fn sentence(self, channel: &str) -> String {
        match self {
            Self::Everyone => format!("Everyone in this server can read {channel}"),
            Self::Crowd(Some(people)) => format!("About {} people can read {channel}", number(people)),
            Self::Crowd(None) => format!("I can't find out how many people can read {channel}"),
            Self::Some => format!("Only a team can read {channel}"),
        }
    }

    /// The same as a part of a sentence: "everyone can read it". `channel` is what stands for the channel there.
    pub fn clause(self, channel: &str) -> String {
        match self {
            Self::Everyone => format!("everyone can read {channel}"),
            Self::Crowd(Some(people)) => format!("about {} people can read {channel}", number(people)),
            Self::Crowd(None) => format!("I can't find out how many people can read {channel}"),
            Self::Some => format!("only a team can read {channel}"),
        }
    }
}

/// The permissions that the bot needs, in the order in which they are told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Permission {
    /// To see the channel.
    ViewChannel,
    /// To post.
    SendMessages,
    /// To post in a thread.
    SendMessagesInThreads,
    /// To show cards.
    EmbedLinks,
    /// To find out after a crash whether a message was posted.
    ReadMessageHistory,
}

impl Permission {
    /// As Discord's settings name it.
    pub fn label(self) -> &'static str {
        match self {
            Self::ViewChannel => "View Channel",
            Self::SendMessages => "Send Messages",
            Self::SendMessagesInThreads => "Send Messages in Threads",
            Self::EmbedLinks => "Embed Links",
            Self::ReadMessageHistory => "Read Message History",
        }
    }
}
