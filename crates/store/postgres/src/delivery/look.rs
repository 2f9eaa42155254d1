//! What waits for a subscription.

use deskbell_domain::ids::{AmendmentNumber, JournalNumber};
use deskbell_domain::port::store::{Backlogged, Look, Stored, Waiting};
use deskbell_domain::subscription::Subscription;
use deskbell_domain::time::Timestamp;

use crate::cells::Cells as _;
use crate::failure::Attempt;
use crate::journal::entries;
use crate::sql::statements;
use crate::store::PostgresStore;
use crate::transaction::Transaction;
use crate::value::{Call, call};

statements!("delivery.sql": LOOK BACKLOG FIRST_WAITING);

/// One statement tells the head, what waits and what it is, as of one moment.
pub(super) async fn look(
    store: &PostgresStore,
    subscription: &Subscription,
    cursor: JournalNumber,
    limit: usize,
) -> Stored<Look> {
    let mut call = waiting(LOOK, subscription, cursor);
    call.values.push(crate::value::Bind::bind(&(limit as u64)));
    store
        .read_rows(call, |rows| {
            let Some(first) = rows.first() else {
                let (head, amended) = (JournalNumber(0), AmendmentNumber::NONE);
                return Ok(Look { head, amended, waiting: Vec::new() });
            };
            let head = JournalNumber(first.number("head")?);
            let amended = AmendmentNumber(first.number("amended")?);
            // Where nothing waits the head stands alone.
            let found: Vec<_> =
                rows.into_iter().filter(|row| !matches!(row.number_or_none("number"), Ok(None))).collect();
            let mut events = entries::read(store, &subscription.workspace, &found, amended)?;
            let mut waiting = Vec::with_capacity(found.len());
            for row in &found {
                let number = JournalNumber(row.number("number")?);
                let at = Timestamp(row.signed("compared_at")?);
                waiting.push(Waiting { number, at, event: events.remove(&number) });
            }
            Ok(Look { head, amended, waiting })
        })
        .await
}

pub(super) async fn backlog(
    store: &PostgresStore,
    subscription: &Subscription,
    cursor: JournalNumber,
) -> Stored<Backlogged> {
    store.read(|transaction| async move { backlog_within(&transaction, subscription, cursor).await }).await
}

/// How many events wait for a subscription after a cursor.
pub(crate) async fn backlog_within(
    transaction: &Transaction,
    subscription: &Subscription,
    cursor: JournalNumber,
) -> Attempt<Backlogged> {
    let look = [waiting(BACKLOG, subscription, cursor), waiting(FIRST_WAITING, subscription, cursor)];
    let [counted, first] = transaction.look(look).await?;
    let count = counted.first().map_or(Ok(0), |row| row.number("count"))?;
    let since = first.first().map(|row| row.signed("compared_at").map(Timestamp)).transpose()?;
    Ok(Backlogged { count, since })
}

/// What is meant for a subscription and stands behind a cursor. It says the same as
/// [`Subscription::is_for`](deskbell_domain::subscription::Subscription::is_for), and passes over what was posted since.
fn waiting(statement: &'static str, subscription: &Subscription, cursor: JournalNumber) -> Call {
    let after = cursor.max(subscription.after);
    let Subscription { workspace, id, kind, floor, waits, .. } = subscription;
    call!(statement, workspace, kind, after, floor, waits, id)
}
