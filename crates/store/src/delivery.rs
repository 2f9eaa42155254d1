//! Delivery's part of the store: progress, batches in flight, dead letters, posted messages and counters.
//!
//! The state of a subscription's delivery is one record: the cursor and at most one batch in flight. Every change
//! of it says what must stand there now, so a repetition is recognised and a stale writer is refused.

pub(crate) mod flight;
mod look;
pub(crate) mod own_messages;
pub(crate) mod settle;
mod shared;

use async_trait::async_trait;
use deskbell_domain::audit::Deed;
use deskbell_domain::delivery::{
    DeadLetter, DeadLetterId, InFlight, Nonce, PostedCounts, PostedMessage, Settlement,
};
use deskbell_domain::event::Entry;
use deskbell_domain::home::Home;
use deskbell_domain::ids::{
    AmendmentNumber, ChannelId, ContactId, JournalNumber, MessageId, SubscriptionId, WorkspaceId,
};
use deskbell_domain::mention::Called;
use deskbell_domain::port::store::{
    Backlogged, Deliveries, DeliveryOutcome, Leftover, Look, Progress, Stored,
};
use deskbell_domain::subscription::Subscription;
use deskbell_domain::time::UnixMillis;

pub(crate) use self::look::backlog;
use crate::audit::scribe::Whose;
use crate::journal::pages;
use crate::keys;
use crate::reader::{Reader, load, load_all, load_or_skip};
use crate::records::ProgressRecord;
use crate::store::KvStore;

#[async_trait]
impl Deliveries for KvStore {
    async fn progress(&self, home: &Home, id: SubscriptionId) -> Stored<Option<Progress>> {
        let record: Option<ProgressRecord> =
            self.peek(|reader| load(reader, &keys::progress(home.guild, id)))?;
        Ok(record.map(Progress::from))
    }

    async fn look(&self, subscription: &Subscription, cursor: JournalNumber, limit: usize) -> Stored<Look> {
        let subscription = subscription.clone();
        self.read(move |reader| look::look(reader, &subscription, cursor, limit)).await
    }

    async fn backlog(&self, subscription: &Subscription, cursor: JournalNumber) -> Stored<Backlogged> {
        let subscription = subscription.clone();
        self.read(move |reader| look::backlog(reader, &subscription, cursor)).await
    }

    async fn entries(
        &self,
        workspace: &WorkspaceId,
        numbers: &[JournalNumber],
        amended: AmendmentNumber,
    ) -> Stored<Vec<Entry>> {
        let (workspace, numbers) = (workspace.clone(), numbers.to_vec());
        self.read(move |reader| {
            let entry = |number| Ok(pages::entry(reader, &workspace, number, amended).transpose());
            numbers.into_iter().filter_map(|number| entry(number).transpose()).map(|found| found?).collect()
        })
        .await
    }

    async fn begin(
        &self,
        home: &Home,
        in_flight: InFlight,
        replaces: Option<Nonce>,
    ) -> Stored<DeliveryOutcome> {
        let home = home.clone();
        self.write(move |writes| flight::begin(writes, &home, in_flight, replaces.as_ref())).await
    }

    async fn settle(&self, settlement: Settlement) -> Stored<DeliveryOutcome> {
        self.write(move |writes| settle::settle(writes, &settlement)).await
    }

    async fn advance(&self, home: &Home, id: SubscriptionId, to: JournalNumber) -> Stored<DeliveryOutcome> {
        let guild = home.guild;
        self.write(move |writes| flight::advance(writes, guild, id, to)).await
    }

    async fn dead_letters(&self, home: &Home) -> Stored<Vec<DeadLetter>> {
        let range = keys::dead_letters(home).below();
        self.read(move |reader| load_all(reader, range)).await
    }

    async fn retry_dead_letter(&self, home: &Home, id: DeadLetterId, by: Option<Deed>) -> Stored<bool> {
        let (key, home, scribe) = (keys::dead_letter(home, id), home.clone(), self.scribe());
        self.write(move |writes| {
            let Some(letter) = load::<DeadLetter>(writes, &key)? else { return Ok(false) };
            if !letter.retry {
                scribe.done(writes, Whose::of(&home), by)?;
            }
            writes.put(key, &DeadLetter { retry: true, ..letter });
            Ok(true)
        })
        .await
    }

    async fn drop_dead_letter(&self, home: &Home, id: DeadLetterId, by: Option<Deed>) -> Stored<bool> {
        let (key, home, scribe) = (keys::dead_letter(home, id), home.clone(), self.scribe());
        self.write(move |writes| {
            let found = writes.get(key.as_bytes())?.is_some();
            if found {
                writes.delete(key);
                scribe.done(writes, Whose::of(&home), by)?;
            }
            Ok(found)
        })
        .await
    }

    async fn dropped(&self, home: &Home, id: SubscriptionId) -> Stored<Leftover> {
        let record: Option<ProgressRecord> =
            self.peek(|reader| load(reader, &keys::progress(home.guild, id)))?;
        let leftover = |ProgressRecord { dropped, dropped_failed, erased, .. }| Leftover {
            waiting: dropped,
            failed: dropped_failed,
            erased,
        };
        Ok(record.map(leftover).unwrap_or_default())
    }

    async fn posted_about(&self, workspace: &WorkspaceId, contact: &ContactId) -> Stored<Vec<PostedMessage>> {
        let range = keys::posted_about(workspace, contact).below();
        self.read(move |reader| load_all(reader, range)).await
    }

    async fn own_messages(&self, _: &Home, channel: ChannelId) -> Stored<Vec<MessageId>> {
        let known = self.peek(|reader| load_or_skip(reader, &keys::channel::own_messages(channel)))?;
        Ok(known.unwrap_or_default())
    }

    async fn last_call(&self, _: &Home, channel: ChannelId, to: Called) -> Stored<Option<UnixMillis>> {
        self.peek(|reader| load_or_skip(reader, &keys::channel::call(channel, to)))
    }

    async fn remember_own_message(&self, _: &Home, channel: ChannelId, message: MessageId) -> Stored<()> {
        self.write(move |writes| own_messages::remember(writes, channel, message)).await
    }

    async fn remember_shared(
        &self,
        home: &Home,
        contact: &ContactId,
        channel: ChannelId,
        message: MessageId,
    ) -> Stored<()> {
        let (home, contact) = (home.clone(), contact.clone());
        self.write(move |writes| shared::remember(writes, &home, &contact, (channel, message))).await
    }

    async fn posted_on(&self, home: &Home, day: &str) -> Stored<PostedCounts> {
        let counts = self.peek(|reader| load_or_skip(reader, &keys::day(home.guild, day)))?;
        Ok(counts.unwrap_or_default())
    }
}
