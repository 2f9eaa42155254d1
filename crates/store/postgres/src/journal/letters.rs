//! Dead letters that were set aside too long ago.

use std::collections::BTreeMap;

use deskbell_domain::delivery::{DeadLetterId, Source};
use deskbell_domain::subscription::Subscription;
use deskbell_domain::time::{Timestamp, UnixMillis};
use deskbell_store::rules::delivery::ProgressRecord;
use deskbell_store::rules::prune::Order;

use crate::cells::Cells as _;
use crate::failure::Attempt;
use crate::progress_rows;
use crate::sql::statements;
use crate::transaction::Transaction;
use crate::value::call;

statements!("prune.sql": OLD_LETTERS FORGET_LETTERS PROGRESS);

/// How many letters a call looks at.
const ROWS: u64 = 500;

/// What a call threw away.
pub(super) struct Gone {
    pub(super) count: u64,
    /// Whether more may be found.
    pub(super) more: bool,
}

/// Throws letters away, and counts them where people look for them. A notification that was removed has no count any more.
pub(super) async fn prune(
    transaction: &Transaction,
    order: &Order,
    paired: Vec<(Subscription, Option<ProgressRecord>)>,
) -> Attempt<Gone> {
    let workspace = &order.workspace;
    let old = call!(OLD_LETTERS, workspace, order.keep_from.seconds(), order.now.seconds(), ROWS);
    let rows = transaction.ask(old).await?;
    let tried_again = |id: u64, letter| {
        let progress =
            paired.iter().find(|(of, _)| of.id.0 == id).and_then(|(_, progress)| progress.as_ref());
        let source = progress.and_then(|progress| progress.in_flight.as_ref()).map(|batch| batch.source);
        source == Some(Source::DeadLetter(letter))
    };
    let mut gone: BTreeMap<u64, u64> = BTreeMap::new();
    for row in &rows {
        let (of, id) = (row.number("subscription")?, row.number("id")?);
        let since = UnixMillis(row.signed("since")?.saturating_mul(1000));
        let set_aside_at = order.written_at(since, Timestamp(row.signed("at")?));
        if set_aside_at < order.keep_from && !tried_again(of, DeadLetterId(id)) {
            transaction.write(call!(FORGET_LETTERS, workspace, row.number("guild")?, id));
            *gone.entry(of).or_default() += 1;
        }
    }
    count(transaction, order, &gone).await?;
    let more = rows.len() as u64 == ROWS && !gone.is_empty();
    Ok(Gone { count: gone.values().sum(), more })
}

/// What was dropped of entries in this very call is counted already: it is read anew.
async fn count(transaction: &Transaction, order: &Order, gone: &BTreeMap<u64, u64>) -> Attempt<()> {
    if gone.is_empty() {
        return Ok(());
    }
    for row in transaction.ask(call!(PROGRESS, order.workspace)).await? {
        let id = row.number("id")?;
        let Some(count) = gone.get(&id) else { continue };
        let mut progress = progress_rows::read(&row)?;
        progress.dropped_failed = progress.dropped_failed.saturating_add(*count);
        transaction.write(progress_rows::save(
            &order.workspace,
            deskbell_domain::ids::SubscriptionId(id),
            &progress,
        ));
    }
    Ok(())
}
