//! Subscriptions: a server's wish to see one kind of event in one channel. People read "notification".

use serde::{Deserialize, Serialize};

use crate::channel::Obstacle;
use crate::event::EventKind;
use crate::ids::{ChannelId, GuildId, JournalNumber, MemberId, SubscriptionId, WorkspaceId};
use crate::time::Timestamp;

/// A subscription. One per guild, channel and kind; bound to the workspace that it was made for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Subscription {
    /// Never used again.
    pub id: SubscriptionId,
    /// The server.
    pub guild: GuildId,
    /// The workspace whose events it shows.
    pub workspace: WorkspaceId,
    /// Where they are shown.
    pub channel: ChannelId,
    /// Which they are.
    pub kind: EventKind,
    /// How much of them is shown.
    pub detail: Detail,
    /// Whether they ring.
    pub alert: Alert,
    /// Intercom's time when it was made: events with an earlier time of their own are not for it.
    pub floor: Timestamp,
    /// The last journal number when it was made: events up to it are not for it.
    pub after: JournalNumber,
    /// Who made it.
    pub made_by: MemberId,
    /// What was decided for a channel that everyone can read.
    #[serde(default)]
    pub public: PublicChoice,
    /// Whether it runs.
    #[serde(default)]
    pub state: SubscriptionState,
    /// Counts the changes of this record: a change names the version it was made from.
    #[serde(default)]
    pub version: u64,
}

/// How much a card shows; the order is that of the command's choices, append only.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Detail {
    /// Every field.
    Full,
    /// Name, e-mail, company, tags and 140 characters of text.
    Short,
    /// Nothing personal in any part.
    Private,
}

impl Detail {
    /// The name that people read and choose.
    pub fn word(self) -> &'static str {
        match self {
            Self::Full => "Full",
            Self::Short => "Short",
            Self::Private => "Private",
        }
    }
}

/// Whether a message rings.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Alert {
    /// It does.
    Loud,
    /// It does not: `SUPPRESS_NOTIFICATIONS`.
    Silent,
}

impl Alert {
    /// The name that people read.
    pub fn word(self) -> &'static str {
        match self {
            Self::Loud => "loud",
            Self::Silent => "silent",
        }
    }

    /// What a kind does unless told otherwise.
    pub fn default_for(kind: EventKind) -> Self {
        match kind {
            EventKind::NewLead | EventKind::NewConversation => Self::Loud,
            EventKind::NewUser | EventKind::UserUpdated => Self::Silent,
        }
    }
}

/// What a person decided about a channel that @everyone can read.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PublicChoice {
    /// Nothing: where everyone can read, cards are Private.
    #[default]
    WithoutPersonalData,
    /// Everything anyway, in so many words.
    Everything,
}

/// Whether a subscription runs.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SubscriptionState {
    /// It does.
    #[default]
    Active,
    /// A person paused it: events are kept, nothing is posted.
    Paused {
        /// Who; none where the bot was started with `--paused`.
        by: Option<MemberId>,
        /// Since when.
        since: Timestamp,
    },
    /// Discord does not let us post: events are kept, and we try again ever more rarely.
    Suspended(Suspension),
}

/// A subscription on hold.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Suspension {
    /// Why.
    pub reason: SuspendReason,
    /// Since when.
    pub since: Timestamp,
    /// How often it was tried again.
    pub probes: u32,
    /// When it is tried next.
    pub next_probe: Timestamp,
    /// Whether it was told in another channel.
    pub told: bool,
}

/// Why a subscription is on hold.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SuspendReason {
    /// `DISCORD_GUILD_ID` does not list the server any more.
    GuildNotLinked,
    /// The token belongs to another workspace now.
    OtherWorkspace,
    /// Nothing can be posted in the channel. Stored as the obstacle alone.
    #[serde(untagged)]
    Channel(Obstacle),
}

impl SuspendReason {
    /// Whether trying again can help without somebody changing the bot's configuration.
    pub fn can_be_probed(&self) -> bool {
        matches!(self, Self::Channel(_))
    }
}

impl Subscription {
    /// Whether messages may go out.
    pub fn is_active(&self) -> bool {
        self.state == SubscriptionState::Active
    }

    /// Whether an event at this place and time is for it (its kind is the caller's to compare).
    pub fn wants(&self, number: JournalNumber, at: Timestamp) -> bool {
        number > self.after && at >= self.floor
    }
}
