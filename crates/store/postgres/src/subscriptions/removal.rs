//! Removing a subscription with everything that is of it.

use deskbell_domain::home::Home;
use deskbell_domain::ids::{SubscriptionId, WorkspaceId};
use deskbell_domain::port::store::{Leftover, SubscriptionRemoved};
use deskbell_domain::subscription::Subscription;
use tokio_postgres::Row;

use crate::cells::{Cells as _, or_skip};
use crate::delivery::look::backlog_within;
use crate::failure::Attempt;
use crate::sql::statements;
use crate::store::PostgresStore;
use crate::subscription_rows::WHAT;
use crate::transaction::Transaction;
use crate::value::call;
use crate::{progress_rows, workspace};

statements!("subscription.sql": PLACE FORGET FORGET_PROGRESS FORGET_LETTERS);

/// Its dead letters go, too: they hold a person's data, and nobody could have them posted any more.
pub(crate) async fn remove(
    store: &PostgresStore,
    transaction: &Transaction,
    home: &Home,
    id: SubscriptionId,
) -> Attempt<SubscriptionRemoved> {
    // A server that moved to another workspace may still have one of the workspace before.
    let place = call!(PLACE, home.guild, id);
    let rows = transaction.ask(place.clone()).await?;
    let Some(row) = rows.first() else { return Ok(SubscriptionRemoved::AlreadyGone) };
    let of = WorkspaceId::new(row.text("workspace")?);
    let (_, [rows]) = workspace::lock(store, transaction, &of, [place]).await?;
    let Some(row) = rows.first() else { return Ok(SubscriptionRemoved::AlreadyGone) };
    let home = Home::new(&of, home.guild);
    let mut leftover = Leftover::default();
    if let Some(present) = or_skip(row.json::<Subscription>("body", WHAT))? {
        let progress = transaction.ask(progress_rows::locked(&of, id)).await?;
        leftover.waiting = waiting(transaction, &present, progress.first()).await?;
    }
    transaction.write(call!(FORGET, of, id));
    transaction.write(call!(FORGET_PROGRESS, of, id));
    leftover.failed = transaction.change(call!(FORGET_LETTERS, of, home.guild, id)).await?.len() as u64;
    Ok(SubscriptionRemoved::Removed(leftover))
}

/// How many events wait. A cursor that cannot be read must not keep a subscription from being removed.
async fn waiting(transaction: &Transaction, subscription: &Subscription, row: Option<&Row>) -> Attempt<u64> {
    let Some(row) = row else { return Ok(0) };
    let Some(progress) = or_skip(progress_rows::read(row))? else { return Ok(0) };
    Ok(backlog_within(transaction, subscription, progress.cursor).await?.count)
}
