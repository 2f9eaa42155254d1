//! What somebody asks for in a server: who asks, and the ports over which it is done.

use std::time::Duration;

use crate::audit::entry::{Begun, Outcome};
use crate::audit::{self, Action, Deed, Notification};
use crate::card::chosen::CardFields;
use crate::channel::{ChannelKind, Permission};
use crate::event::EventKind;
use crate::home::Home;
use crate::ids::{ChannelId, MemberId};
use crate::mention::Mention;
use crate::message::Message;
use crate::port::channels::{ChannelError, Channels};
use crate::port::outbox::Outbox;
use crate::port::rights::PostingRights;
use crate::port::store::{
    AccessLists, Audit, Deliveries, Journal, ShortLived, StoreError, Stored, Subscriptions,
};
use crate::subscription::{Alert, Detail, Subscription};
use crate::time::ServerTime;

/// A request of a member of a server. Whether they may ask is for the caller to know; whether they may post where the
/// bot shall post for them, a service asks of `rights`.
pub struct Request<'a> {
    /// The server, and its workspace.
    pub home: Home,
    /// Who asks.
    pub member: MemberId,
    /// Where they may post.
    pub rights: Box<dyn PostingRights + 'a>,
    /// The journal.
    pub journal: &'a dyn Journal,
    /// What waits and what could not be posted.
    pub deliveries: &'a dyn Deliveries,
    /// The notifications.
    pub subscriptions: &'a dyn Subscriptions,
    /// Who may see customers.
    pub access: &'a dyn AccessLists,
    /// Who did what.
    pub audit: &'a dyn Audit,
    /// What is kept for a while.
    pub short_lived: &'a dyn ShortLived,
    /// The channels' own tasks.
    pub outbox: &'a dyn Outbox,
    /// What is known of Discord's channels.
    pub channels: &'a dyn Channels,
    /// Our clock and Intercom's.
    pub time: &'a ServerTime,
    /// What is posted in channels for a request.
    pub messages: Messages,
}

/// What services post in channels: a service says no sentence itself.
#[derive(Clone, Copy)]
pub struct Messages {
    /// The first message of a notification, which also proves that the bot may post there: the notification as it is to
    /// be made, and the workspace's name.
    pub first: fn(&Subscription, &str) -> Message,
    /// An invented event as a notification with these settings would show it.
    pub sample: fn(&SampleOf<'_>) -> Message,
}

/// Whether a sample calls the role that a real message would call, which somebody decides who tries it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, strum::EnumString, strum::IntoStaticStr)]
#[strum(serialize_all = "kebab-case")]
pub enum SampleCalls {
    /// It does not, so that nobody is disturbed.
    Nobody,
    /// It does, so that somebody sees whether their phone rings.
    TheRole,
}

/// What a sample is of.
#[derive(Debug, Clone, Copy)]
pub struct SampleOf<'a> {
    /// What the notification shows.
    pub kind: EventKind,
    /// How much of it.
    pub detail: Detail,
    /// Whether it rings.
    pub alert: Alert,
    /// Whom it would call.
    pub mention: Option<Mention>,
    /// Whether the sample calls them, too.
    pub calls: SampleCalls,
    /// What the workspace is called.
    pub workspace_name: &'a str,
    /// What cards of leads and users show beside the fields that always stand there.
    pub fields: &'a CardFields,
}

impl Request<'_> {
    /// What is done for this request, to be written down by whatever does it.
    pub(crate) fn deed(&self, action: Action) -> Deed {
        Deed::of(self.member, action)
    }

    /// What is done to a notification that is read by whoever changes it.
    pub(crate) fn by(&self, action: fn(Notification) -> Action) -> By {
        By { member: self.member, action }
    }

    /// Tells the log what was done for this request, and is written down.
    pub(crate) fn did(&self, deed: &Deed) {
        audit::log(self.home.guild, deed);
    }

    /// Writes down what is about to be done where the store does not reach.
    pub(crate) async fn begin(&self, deed: Deed) -> Stored<Begun> {
        self.audit.begin_deed(&self.home, deed).await
    }

    /// Writes down how it ended. It has happened: where that cannot be written the next start says that nobody knows.
    pub(crate) async fn end(&self, begun: Begun, outcome: Outcome) {
        if outcome == Outcome::Done {
            self.did(&begun.deed);
        }
        if let Err(cause) = self.audit.end_deed(&self.home, begun, outcome).await {
            tracing::warn!(%cause, "it could not be written down how something ended");
        }
    }
}

/// Who changes a notification, and what that is.
#[derive(Clone, Copy)]
pub struct By {
    member: MemberId,
    action: fn(Notification) -> Action,
}

impl By {
    /// Of this notification.
    pub fn deed(self, subscription: &Subscription) -> Deed {
        Deed::of(self.member, (self.action)(Notification::from(subscription)))
    }
}

/// Why a service did not do what was asked.
#[derive(Debug, thiserror::Error)]
pub enum NotDone {
    /// The store did not answer, or cannot be written.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// Nothing can be posted in the channel, or Discord did not tell whether it can.
    #[error("nothing can be posted in channel {channel}: {why:?}")]
    Closed {
        /// Which.
        channel: ChannelId,
        /// Its kind, as far as it is known.
        kind: ChannelKind,
        /// What is in the way.
        why: ChannelError,
    },
    /// The asker lacks this to post in the channel themselves.
    #[error("the asker lacks {1:?} in channel {0}")]
    MayNotPost(ChannelId, Vec<Permission>),
    /// Discord did not take the message.
    #[error("discord did not take the message: {0:?}")]
    NotPosted(NotPosted),
    /// Nobody knows whether the first message of a notification stands in its channel, so that it was not made.
    #[error("it is unclear whether the first message stands in channel {0}")]
    FirstMessageUnclear(ChannelId),
    /// There is no such notification (any more).
    #[error("unknown notification")]
    UnknownNotification,
    /// The server has no notification at all.
    #[error("no notifications")]
    NoNotifications,
    /// The event was posted or dropped meanwhile.
    #[error("unknown failed event")]
    UnknownFailedEvent,
    /// @everyone is no role that can be given access.
    #[error("everyone cannot be given access")]
    Everyone,
    /// More are in the server than can be a team.
    #[error("too large for a team")]
    TooLargeForATeam,
    /// A message is on its way just now: to be tried again.
    #[error("busy")]
    Busy,
    /// Others change the same all the while: to be tried again.
    #[error("contended")]
    Contended,
}

/// Why a message does not stand in a channel for certain.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NotPosted {
    /// Nobody knows whether it does.
    Unknown,
    /// Discord takes no more just now.
    RateLimited(Duration),
    /// Discord turns every message of the bot away for a while.
    TurnedAway,
    /// Discord does not take this message.
    Refused,
    /// The bot's token is refused.
    Unauthorized,
}
