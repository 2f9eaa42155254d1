//! A message as it stands in a channel, or as a reply that one person sees.

use bytes::Bytes;
use jiff::Timestamp;
use serde_json::Value;

use super::{
    existence::Existence,
    ids::{AttachmentId, ChannelId, InteractionId, MessageId, RoleId, UserId},
};

/// No sound and no push on the phones of those who read.
pub(crate) const SUPPRESS_NOTIFICATIONS: u64 = 1 << 12;
/// Seen by one person only.
pub(crate) const EPHEMERAL: u64 = 1 << 6;
/// Stands for an answer that is still being worked on.
pub(crate) const LOADING: u64 = 1 << 7;
/// Link previews are left out.
pub(crate) const SUPPRESS_EMBEDS: u64 = 1 << 2;

/// A file of a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attachment {
    pub id: AttachmentId,
    /// Its name.
    pub filename: String,
    /// The MIME type that was sent with it.
    pub content_type: String,
    /// What is in it.
    pub bytes: Bytes,
}

/// Whom a message pings, after `allowed_mentions`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Pings {
    /// The people.
    pub users: Vec<UserId>,
    pub roles: Vec<RoleId>,
    /// Whether @everyone or @here pings.
    pub everyone: bool,
}

impl Pings {
    /// Whether nobody is pinged.
    pub fn is_empty(&self) -> bool {
        self.users.is_empty() && self.roles.is_empty() && !self.everyone
    }
}

/// A message, and everything that became of it.
#[derive(Clone, Debug, PartialEq)]
pub struct Message {
    pub id: MessageId,
    /// Where it stands.
    pub channel: ChannelId,
    /// Who wrote it.
    pub author: UserId,
    /// Its text, trimmed as Discord does.
    pub content: String,
    /// Its embeds as Discord gives them back.
    pub embeds: Vec<Value>,
    /// Its rows of buttons and selects as Discord gives them back.
    pub components: Vec<Value>,
    /// Its files.
    pub attachments: Vec<Attachment>,
    /// Discord's flags, as bits.
    pub flags: u64,
    /// What the sender wanted it told apart by.
    pub nonce: Option<Value>,
    /// Whom it pinged when it was sent.
    pub pings: Pings,
    /// When it was sent.
    pub sent: Timestamp,
    /// When it was last edited.
    pub edited: Option<Timestamp>,
    /// Whether it still stands.
    pub existence: Existence,
    /// The interaction that it answers.
    pub interaction: Option<InteractionId>,
    /// How often it was changed.
    pub revision: u32,
}

impl Message {
    /// Whether it came without a sound (flag 4096).
    pub fn is_silent(&self) -> bool {
        self.flags & SUPPRESS_NOTIFICATIONS != 0
    }

    /// Whether only one person sees it (flag 64).
    pub fn is_ephemeral(&self) -> bool {
        self.flags & EPHEMERAL != 0
    }

    /// Whether it only says that the bot is thinking.
    pub fn is_loading(&self) -> bool {
        self.flags & LOADING != 0
    }

    /// Whether somebody deleted it.
    pub fn is_deleted(&self) -> bool {
        self.existence == Existence::Gone
    }

    /// The embeds that a person sees: of those with an equal url Discord shows only the first.
    pub fn visible_embeds(&self) -> Vec<&Value> {
        let mut urls: Vec<&str> = Vec::new();
        let mut visible = Vec::new();
        for embed in &self.embeds {
            match embed["url"].as_str() {
                Some(url) if urls.contains(&url) => {}
                url => {
                    urls.extend(url);
                    visible.push(embed);
                }
            }
        }
        visible
    }

    /// Every button and select, in reading order.
    pub(crate) fn parts(&self) -> impl Iterator<Item = &Value> {
        self.components.iter().flat_map(|row| row["components"].as_array().into_iter().flatten())
    }
}
