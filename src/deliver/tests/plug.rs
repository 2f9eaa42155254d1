//! The store with a plug that can be pulled before or after any write of delivery.

use std::future::pending;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

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
use deskbell_store::KvStore;
use tokio::sync::Notify;

/// When the plug is pulled.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Pull {
    BeforeWrite(u64),
    AfterWrite(u64),
}

pub(super) struct Plugged {
    pub(super) store: KvStore,
    pub(super) crash: Arc<Notify>,
    pub(super) pull: Arc<Mutex<Vec<Pull>>>,
    pub(super) writes: Arc<AtomicU64>,
}

impl Plugged {
    async fn write<T>(&self, write: impl Future<Output = Stored<T>>) -> Stored<T> {
        let number = self.writes.fetch_add(1, Ordering::Relaxed) + 1;
        self.pull_at(Pull::BeforeWrite(number)).await;
        let answer = write.await;
        self.pull_at(Pull::AfterWrite(number)).await;
        answer
    }

    async fn pull_at(&self, moment: Pull) {
        let pulled = self.pull.lock().unwrap().contains(&moment);
        if pulled {
            self.crash.notify_one();
            pending::<()>().await;
        }
    }
}

#[async_trait]
impl Deliveries for Plugged {
    async fn progress(&self, home: &Home, id: SubscriptionId) -> Stored<Option<Progress>> {
        self.store.progress(home, id).await
    }

    async fn look(&self, of: &Subscription, cursor: JournalNumber, limit: usize) -> Stored<Look> {
        self.store.look(of, cursor, limit).await
    }

    async fn backlog(&self, of: &Subscription, cursor: JournalNumber) -> Stored<Backlogged> {
        self.store.backlog(of, cursor).await
    }

    async fn entries(
        &self,
        workspace: &WorkspaceId,
        numbers: &[JournalNumber],
        amended: AmendmentNumber,
    ) -> Stored<Vec<Entry>> {
        self.store.entries(workspace, numbers, amended).await
    }

    async fn begin(&self, home: &Home, batch: InFlight, replaces: Option<Nonce>) -> Stored<DeliveryOutcome> {
        self.write(self.store.begin(home, batch, replaces)).await
    }

    async fn settle(&self, settlement: Settlement) -> Stored<DeliveryOutcome> {
        self.write(self.store.settle(settlement)).await
    }

    async fn advance(&self, home: &Home, id: SubscriptionId, to: JournalNumber) -> Stored<DeliveryOutcome> {
        self.write(self.store.advance(home, id, to)).await
    }

    async fn dead_letters(&self, home: &Home) -> Stored<Vec<DeadLetter>> {
        self.store.dead_letters(home).await
    }

    async fn retry_dead_letter(&self, home: &Home, id: DeadLetterId, by: Option<Deed>) -> Stored<bool> {
        self.store.retry_dead_letter(home, id, by).await
    }

    async fn drop_dead_letter(&self, home: &Home, id: DeadLetterId, by: Option<Deed>) -> Stored<bool> {
        self.store.drop_dead_letter(home, id, by).await
    }

    async fn dropped(&self, home: &Home, id: SubscriptionId) -> Stored<Leftover> {
        self.store.dropped(home, id).await
    }

    async fn posted_about(&self, of: &WorkspaceId, contact: &ContactId) -> Stored<Vec<PostedMessage>> {
        self.store.posted_about(of, contact).await
    }

    async fn own_messages(&self, home: &Home, channel: ChannelId) -> Stored<Vec<MessageId>> {
        self.store.own_messages(home, channel).await
    }

    async fn last_call(&self, home: &Home, channel: ChannelId, to: Called) -> Stored<Option<UnixMillis>> {
        self.store.last_call(home, channel, to).await
    }

    async fn remember_own_message(&self, home: &Home, channel: ChannelId, message: MessageId) -> Stored<()> {
        self.write(self.store.remember_own_message(home, channel, message)).await
    }

    async fn remember_shared(
        &self,
        home: &Home,
        contact: &ContactId,
        channel: ChannelId,
        message: MessageId,
    ) -> Stored<()> {
        self.write(self.store.remember_shared(home, contact, channel, message)).await
    }

    async fn posted_on(&self, home: &Home, day: &str) -> Stored<PostedCounts> {
        self.store.posted_on(home, day).await
    }
}
