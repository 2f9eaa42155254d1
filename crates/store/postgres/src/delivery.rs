//! Delivery: progress, batches in flight, dead letters, posted messages and counters.

pub(crate) mod flight;
pub(crate) mod letters;
pub(crate) mod look;
mod own_messages;
pub(crate) mod posted;
mod settle;
pub(crate) mod shapes;

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

use crate::audit::scribe::Whose;
use crate::cells::Cells as _;
use crate::journal::entries;
use crate::progress_rows;
use crate::sql::statements;
use crate::store::PostgresStore;
use crate::value::call;
use crate::workspace;

statements!("delivery.sql": LAST_CALL LETTERS POSTED_ABOUT POSTED_ON);

#[async_trait]
impl Deliveries for PostgresStore {
    async fn progress(&self, home: &Home, id: SubscriptionId) -> Stored<Option<Progress>> {
        Ok(progress_rows::present(self, home, id).await?.map(Progress::from))
    }

    async fn look(&self, subscription: &Subscription, cursor: JournalNumber, limit: usize) -> Stored<Look> {
        look::look(self, subscription, cursor, limit).await
    }

    async fn backlog(&self, subscription: &Subscription, cursor: JournalNumber) -> Stored<Backlogged> {
        look::backlog(self, subscription, cursor).await
    }

    async fn entries(
        &self,
        workspace: &WorkspaceId,
        numbers: &[JournalNumber],
        amended: AmendmentNumber,
    ) -> Stored<Vec<Entry>> {
        self.read_rows(entries::asked(workspace, numbers), |rows| {
            let found = entries::read(self, workspace, &rows, amended)?;
            let entry = |number: &JournalNumber| Some((*number, found.get(number)?.clone()));
            let entries = numbers.iter().filter_map(entry);
            Ok(entries.map(|(number, event)| Entry { number, event }).collect())
        })
        .await
    }

    async fn begin(
        &self,
        home: &Home,
        in_flight: InFlight,
        replaces: Option<Nonce>,
    ) -> Stored<DeliveryOutcome> {
        let batch = (&in_flight, replaces.as_ref());
        self.write(|transaction| async move { flight::begin(self, &transaction, home, batch).await }).await
    }

    async fn settle(&self, settlement: Settlement) -> Stored<DeliveryOutcome> {
        let settlement = &settlement;
        self.write(|transaction| async move { settle::settle(self, &transaction, settlement).await }).await
    }

    async fn advance(&self, home: &Home, id: SubscriptionId, to: JournalNumber) -> Stored<DeliveryOutcome> {
        self.write(|transaction| async move { flight::advance(&transaction, home, id, to).await }).await
    }

    async fn dead_letters(&self, home: &Home) -> Stored<Vec<DeadLetter>> {
        let call = call!(LETTERS, home.workspace, home.guild);
        self.read_rows(call, |rows| letters::read_all(self, home, &rows)).await
    }

    async fn retry_dead_letter(&self, home: &Home, id: DeadLetterId, by: Option<Deed>) -> Stored<bool> {
        let (scribe, by) = (&self.scribe(), &by);
        let work = |transaction| async move {
            let look = [letters::asked(home, id)];
            let locked = workspace::lock_present(self, &transaction, &home.workspace, look).await?;
            let Some((_, [rows])) = locked else { return Ok(false) };
            let Some(row) = rows.first() else { return Ok(false) };
            let letter = letters::read(self, home, row)?;
            if !letter.retry {
                scribe.done(&transaction, Whose::of(home), by.as_ref()).await?;
                let letter = DeadLetter { retry: true, ..letter };
                transaction.write(letters::write(self, home, &letter)?);
            }
            Ok(true)
        };
        self.write(work).await
    }

    async fn drop_dead_letter(&self, home: &Home, id: DeadLetterId, by: Option<Deed>) -> Stored<bool> {
        let (scribe, by) = (&self.scribe(), &by);
        let work = |transaction| async move {
            let look = [letters::asked(home, id)];
            let locked = workspace::lock_present(self, &transaction, &home.workspace, look).await?;
            if locked.is_none_or(|(_, [rows])| rows.is_empty()) {
                return Ok(false);
            }
            transaction.write(letters::forget(home, id));
            scribe.done(&transaction, Whose::of(home), by.as_ref()).await?;
            Ok(true)
        };
        self.write_once(&home.workspace, work).await
    }

    async fn dropped(&self, home: &Home, id: SubscriptionId) -> Stored<Leftover> {
        let record = progress_rows::present(self, home, id).await?;
        Ok(record.map_or_else(Leftover::default, |record| Leftover {
            waiting: record.dropped,
            failed: record.dropped_failed,
            erased: record.erased,
        }))
    }

    async fn posted_about(&self, workspace: &WorkspaceId, contact: &ContactId) -> Stored<Vec<PostedMessage>> {
        let asked = vec![contact.clone()];
        self.read_rows(call!(POSTED_ABOUT, workspace, asked), |rows| rows.iter().map(posted::read).collect())
            .await
    }

    async fn own_messages(&self, home: &Home, channel: ChannelId) -> Stored<Vec<MessageId>> {
        let call = own_messages::asked(&home.workspace, channel);
        self.read_rows(call, |rows| own_messages::read(&rows)).await
    }

    async fn last_call(&self, home: &Home, channel: ChannelId, to: Called) -> Stored<Option<UnixMillis>> {
        self.read_rows(call!(LAST_CALL, home.workspace, channel, flight::called(to)), |rows| {
            rows.first().map(|row| row.signed("at").map(UnixMillis)).transpose()
        })
        .await
    }

    async fn remember_own_message(&self, home: &Home, channel: ChannelId, message: MessageId) -> Stored<()> {
        self.write(|transaction| async move {
            let known = transaction.ask(own_messages::asked(&home.workspace, channel)).await?;
            own_messages::remember(&transaction, &home.workspace, (channel, message), &known)
        })
        .await
    }

    async fn remember_shared(
        &self,
        home: &Home,
        contact: &ContactId,
        channel: ChannelId,
        message: MessageId,
    ) -> Stored<()> {
        let place = (channel, message);
        self.write(|transaction| async move {
            posted::remember_shared(self, &transaction, home, (contact, place)).await
        })
        .await
    }

    async fn posted_on(&self, home: &Home, day: &str) -> Stored<PostedCounts> {
        self.read_rows(call!(POSTED_ON, home.workspace, home.guild, day), |rows| {
            let mut counts = PostedCounts::default();
            for row in rows {
                counts.add(row.kind("kind")?, row.number("count")?);
            }
            Ok(counts)
        })
        .await
    }
}
