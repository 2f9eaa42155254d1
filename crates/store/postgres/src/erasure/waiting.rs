//! Who still waits for what is erased, and what is on its way.

use deskbell_domain::delivery::{InFlight, Source};
use deskbell_domain::event::Event;
use deskbell_domain::home::Home;
use deskbell_domain::ids::AmendmentNumber;
use deskbell_domain::subscription::Subscription;
use deskbell_store::rules::delivery::ProgressRecord;
use deskbell_store::rules::erasure::{Waiting, concerns, unposted};
use tokio_postgres::Row;

use super::whom::Trace;
use crate::delivery::letters;
use crate::failure::Attempt;
use crate::journal::entries;
use crate::progress_rows;
use crate::store::PostgresStore;
use crate::subscription_rows;
use crate::transaction::Transaction;

/// The notifications of a workspace with how far they have come, and how many batches that show the contact are on their
/// way to the servers that the erasure is for.
pub(super) struct Found {
    pub(super) all: Vec<(Subscription, ProgressRecord)>,
    pub(super) showing: u64,
}

impl Found {
    /// Takes back what is on its way to the contact's erased events and was certainly not posted: a channel that is on
    /// hold would keep it until it is repaired. Its worker finds that it is gone before it sends, and looks again.
    pub(super) async fn read(
        store: &PostgresStore,
        transaction: &Transaction,
        trace: &Trace,
        (subscriptions, progress): (&[Row], &[Row]),
    ) -> Attempt<Self> {
        let (subscriptions, _) = subscription_rows::read(subscriptions)?;
        let (mut all, mut showing) = (Vec::new(), 0);
        for (subscription, record) in progress_rows::paired(subscriptions, progress)? {
            let Some(mut record) = record else { continue };
            if let Some(batch) = &record.in_flight
                && concerns(&trace.begun.servers, trace.begun.extent, subscription.guild)
                && shows(store, transaction, trace, (&subscription.home(), batch)).await?
            {
                if unposted(&subscription, &record, &trace.begun).is_some() {
                    record.in_flight = None;
                    transaction.write(progress_rows::save(&trace.workspace, subscription.id, &record));
                } else {
                    showing += 1;
                }
            }
            all.push((subscription, record));
        }
        Ok(Self { all, showing })
    }

    /// As those that wait.
    pub(super) fn waiting(&self) -> Waiting {
        Waiting::of(self.all.clone())
    }
}

/// Writes what was dropped; answers how much that is.
pub(super) fn write(waiting: Waiting, transaction: &Transaction, trace: &Trace) -> u64 {
    let mut sum = 0;
    for (subscription, record, erased) in waiting.erased() {
        sum += erased;
        transaction.write(progress_rows::save(&trace.workspace, subscription.id, &record));
    }
    sum
}

async fn shows(
    store: &PostgresStore,
    transaction: &Transaction,
    trace: &Trace,
    (home, batch): (&Home, &InFlight),
) -> Attempt<bool> {
    let tells = |event: &Event| event.tells_of(&trace.contact);
    if let Source::DeadLetter(id) = batch.source {
        let rows = transaction.ask(letters::asked(home, id)).await?;
        return Ok(letters::read_all(store, home, &rows)?.iter().any(|letter| tells(&letter.event)));
    }
    let asked = (batch.numbers.as_slice(), AmendmentNumber::NONE);
    let events = entries::with_numbers(store, transaction, &home.workspace, asked).await?;
    Ok(events.values().any(tells))
}
