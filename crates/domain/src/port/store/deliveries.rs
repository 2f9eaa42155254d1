//! What goes out: how far each subscription has come, its batch in flight, and what became of the others.

use async_trait::async_trait;

use super::error::Stored;
use super::subscriptions::Leftover;
use crate::audit::Deed;
use crate::delivery::{DeadLetter, DeadLetterId, InFlight, Nonce, PostedCounts, PostedMessage, Settlement};
use crate::event::{Entry, Event};
use crate::home::Home;
use crate::ids::{
    AmendmentNumber, ChannelId, ContactId, JournalNumber, MessageId, SubscriptionId, WorkspaceId,
};
use crate::layout::Crowd;
use crate::mention::Called;
use crate::subscription::Subscription;
use crate::time::{Timestamp, UnixMillis};

/// An event that waits for a subscription.
#[derive(Debug, Clone, PartialEq)]
pub struct Waiting {
    /// Its place.
    pub number: JournalNumber,
    /// Its own time.
    pub at: Timestamp,
    /// The event; none where it is gone or cannot be read.
    pub event: Option<Event>,
}

/// What a look into the journal found for a subscription. The two belong together: a cursor may be moved to the head of
/// the look that found nothing, and to no later one, under which something may wait by now.
#[derive(Debug, Clone, PartialEq)]
pub struct Look {
    /// The journal's last number; 0 where it is empty. Whatever was appended up to it was looked at.
    pub head: JournalNumber,
    /// The last amendment that the events show.
    pub amended: AmendmentNumber,
    /// The first of what waits, ascending.
    pub waiting: Vec<Waiting>,
}

/// How many events wait for a subscription.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Backlogged {
    /// How many.
    pub count: u64,
    /// The time of the first.
    pub since: Option<Timestamp>,
}

/// How far a subscription has come.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Progress {
    /// Everything up to it was served or is not for it.
    pub cursor: JournalNumber,
    /// The batch that may be on its way.
    pub in_flight: Option<InFlight>,
    /// When something was last posted for it.
    pub last_posted: Option<UnixMillis>,
    /// The crowd of which the batch before was a part, if it was.
    pub crowd: Option<Crowd>,
}

/// How a write of delivery ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[must_use]
pub enum DeliveryOutcome {
    /// It is written, or was already.
    Done,
    /// Something else stands there now (the subscription is gone, another batch is in flight): read again.
    Conflict,
}

/// The delivery of each subscription.
#[cfg_attr(any(test, feature = "mock"), mockall::automock)]
#[async_trait]
pub trait Deliveries: Send + Sync {
    /// How far a subscription has come; none where it does not exist.
    async fn progress(&self, home: &Home, id: SubscriptionId) -> Stored<Option<Progress>>;

    /// The next events for a subscription after `cursor`, at most `limit`, and how far the journal goes.
    async fn look(&self, subscription: &Subscription, cursor: JournalNumber, limit: usize) -> Stored<Look>;

    /// How many events wait for a subscription after `cursor`.
    async fn backlog(&self, subscription: &Subscription, cursor: JournalNumber) -> Stored<Backlogged>;

    /// Entries of the journal by number, with what was learnt of them up to an amendment; those that are gone or cannot be
    /// read are missing from the answer.
    async fn entries(
        &self,
        workspace: &WorkspaceId,
        numbers: &[JournalNumber],
        amended: AmendmentNumber,
    ) -> Stored<Vec<Entry>>;

    /// Writes the in-flight record before its first byte leaves. `replaces` is the nonce of the record that must
    /// stand there now (a batch that is cut anew, an attempt that is counted); none where none may stand there.
    async fn begin(
        &self,
        home: &Home,
        in_flight: InFlight,
        replaces: Option<Nonce>,
    ) -> Stored<DeliveryOutcome>;

    /// Ends a batch: cursor, counters, the index of posted messages, a dead letter, in one write.
    async fn settle(&self, settlement: Settlement) -> Stored<DeliveryOutcome>;

    /// Moves a cursor on without posting (events that are not for it; [Skip to now]). Never back. Fails with
    /// `Conflict` while a batch is in flight.
    async fn advance(&self, home: &Home, id: SubscriptionId, to: JournalNumber) -> Stored<DeliveryOutcome>;

    /// The dead letters of a server, oldest first.
    async fn dead_letters(&self, home: &Home) -> Stored<Vec<DeadLetter>>;

    /// Asks for another try of a dead letter; `false` where it is gone.
    async fn retry_dead_letter(&self, home: &Home, id: DeadLetterId, by: Option<Deed>) -> Stored<bool>;

    /// Throws a dead letter away; `false` where it is gone.
    async fn drop_dead_letter(&self, home: &Home, id: DeadLetterId, by: Option<Deed>) -> Stored<bool>;

    /// How many events of a subscription pruning dropped: those that waited while it was on hold, and dead letters. The
    /// exceptions (b) and (e) of the promise in ARCHITECTURE.md.
    async fn dropped(&self, home: &Home, id: SubscriptionId) -> Stored<Leftover>;

    /// The messages that show a contact's events, as long as they are kept: pruning forgets those that are too old.
    async fn posted_about(&self, workspace: &WorkspaceId, contact: &ContactId) -> Stored<Vec<PostedMessage>>;

    /// The last messages of ours in a channel, newest first, at most 5.
    async fn own_messages(&self, home: &Home, channel: ChannelId) -> Stored<Vec<MessageId>>;

    /// When somebody was last called in a channel: the time of the last call that a batch was begun with there.
    async fn last_call(&self, home: &Home, channel: ChannelId, to: Called) -> Stored<Option<UnixMillis>>;

    /// Remembers a message of ours that shows no event (the notice that `/notify add` posts).
    async fn remember_own_message(&self, home: &Home, channel: ChannelId, message: MessageId) -> Stored<()>;

    /// Remembers a message of ours that shows a contact and no event: it counts as one that shows the contact.
    async fn remember_shared(
        &self,
        home: &Home,
        contact: &ContactId,
        channel: ChannelId,
        message: MessageId,
    ) -> Stored<()>;

    /// How many events of each kind a server got on a day, such as `2026-11-23`.
    async fn posted_on(&self, home: &Home, day: &str) -> Stored<PostedCounts>;
}
