//! What delivery needs of the store.

use async_trait::async_trait;
use deskbell_domain::audit::Deed;
use deskbell_domain::delivery::{
    DeadLetter, DeadLetterId, InFlight, Nonce, PostedCounts, PostedMessage, Settlement, Verdict,
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
use deskbell_domain::time::{Clock as _, UnixMillis};

use super::StorePort;
use crate::amended;
use crate::power::Operation;
use crate::{rings, witness};

#[async_trait]
impl Deliveries for StorePort {
    async fn progress(&self, home: &Home, id: SubscriptionId) -> Stored<Option<Progress>> {
        self.world.power.around(Operation::Progress, self.store.progress(home, id)).await
    }

    async fn look(&self, of: &Subscription, cursor: JournalNumber, limit: usize) -> Stored<Look> {
        self.world.power.around(Operation::Look, self.store.look(of, cursor, limit)).await
    }

    async fn backlog(&self, of: &Subscription, cursor: JournalNumber) -> Stored<Backlogged> {
        self.world.power.around(Operation::Backlog, self.store.backlog(of, cursor)).await
    }

    async fn entries(
        &self,
        workspace: &WorkspaceId,
        numbers: &[JournalNumber],
        amended: AmendmentNumber,
    ) -> Stored<Vec<Entry>> {
        self.world.power.around(Operation::Entries, self.store.entries(workspace, numbers, amended)).await
    }

    async fn begin(&self, home: &Home, batch: InFlight, replaces: Option<Nonce>) -> Stored<DeliveryOutcome> {
        let world = self.world.of_workspace(&home.workspace);
        amended::may_begin(&world, &batch);
        let work = async {
            let answer = self.store.begin(home, batch.clone(), replaces.clone()).await;
            if answer.is_ok() {
                amended::begins(&world, &self.store, &batch, replaces.as_ref()).await;
                // An append has Intercom's time, or this machine's where that is behind and Intercom's is not believed yet.
                let at = self.world.time.true_now().min(self.world.time.now());
                world.learn_entries(&self.store, at).await;
            }
            answer
        };
        self.world.power.around(Operation::Begin, work).await
    }

    async fn settle(&self, settlement: Settlement) -> Stored<DeliveryOutcome> {
        let world = self.world.of_workspace(&settlement.home.workspace);
        let (of, numbers) = (settlement.in_flight.subscription, &settlement.in_flight.numbers);
        self.world.note(format_args!("settles {numbers:?} of {of}: {:?}", settlement.verdict));
        if let (Verdict::Dead { .. }, Some(number)) = (&settlement.verdict, numbers.first()) {
            witness::set_aside(&world, of, *number);
        }
        rings::settles(&world, &settlement.in_flight);
        amended::settles(&world, &settlement.in_flight.nonce);
        self.world.power.around(Operation::Settle, self.store.settle(settlement)).await
    }

    async fn advance(&self, home: &Home, id: SubscriptionId, to: JournalNumber) -> Stored<DeliveryOutcome> {
        self.world.power.around(Operation::Advance, self.store.advance(home, id, to)).await
    }

    async fn dead_letters(&self, home: &Home) -> Stored<Vec<DeadLetter>> {
        self.world.power.around(Operation::DeadLetters, self.store.dead_letters(home)).await
    }

    async fn retry_dead_letter(&self, home: &Home, id: DeadLetterId, by: Option<Deed>) -> Stored<bool> {
        self.world.power.around(Operation::RetryDeadLetter, self.store.retry_dead_letter(home, id, by)).await
    }

    async fn drop_dead_letter(&self, home: &Home, id: DeadLetterId, by: Option<Deed>) -> Stored<bool> {
        self.world.power.around(Operation::DropDeadLetter, self.store.drop_dead_letter(home, id, by)).await
    }

    async fn dropped(&self, home: &Home, id: SubscriptionId) -> Stored<Leftover> {
        self.world.power.around(Operation::Dropped, self.store.dropped(home, id)).await
    }

    async fn posted_about(&self, workspace: &WorkspaceId, contact: &ContactId) -> Stored<Vec<PostedMessage>> {
        self.world.power.around(Operation::PostedAbout, self.store.posted_about(workspace, contact)).await
    }

    async fn own_messages(&self, home: &Home, channel: ChannelId) -> Stored<Vec<MessageId>> {
        self.world.power.around(Operation::OwnMessages, self.store.own_messages(home, channel)).await
    }

    async fn last_call(&self, home: &Home, channel: ChannelId, to: Called) -> Stored<Option<UnixMillis>> {
        self.world.power.around(Operation::LastCall, self.store.last_call(home, channel, to)).await
    }

    async fn remember_own_message(&self, home: &Home, channel: ChannelId, message: MessageId) -> Stored<()> {
        let work = self.store.remember_own_message(home, channel, message);
        self.world.power.around(Operation::RememberOwnMessage, work).await
    }

    async fn remember_shared(
        &self,
        home: &Home,
        contact: &ContactId,
        channel: ChannelId,
        message: MessageId,
    ) -> Stored<()> {
        self.store.remember_shared(home, contact, channel, message).await
    }

    async fn posted_on(&self, home: &Home, day: &str) -> Stored<PostedCounts> {
        self.world.power.around(Operation::PostedOn, self.store.posted_on(home, day)).await
    }
}
