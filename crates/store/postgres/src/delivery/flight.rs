//! Beginning a batch, and moving a cursor on without one.

use std::collections::BTreeSet;

use deskbell_domain::delivery::{InFlight, Nonce};
use deskbell_domain::home::Home;
use deskbell_domain::ids::{JournalNumber, SubscriptionId};
use deskbell_domain::mention::Called;
use deskbell_domain::port::store::DeliveryOutcome;
use deskbell_store::rules::delivery::{Begins, begins, new_call};

use super::letters;
use crate::cells::Cells as _;
use crate::failure::Attempt;
use crate::progress_rows;
use crate::sql::statements;
use crate::store::PostgresStore;
use crate::transaction::Transaction;
use crate::value::call;
use crate::workspace;

statements!("delivery.sql": ARE_JOURNALED CALLED);

pub(super) async fn begin(
    store: &PostgresStore,
    transaction: &Transaction,
    home: &Home,
    (in_flight, replaces): (&InFlight, Option<&Nonce>),
) -> Attempt<DeliveryOutcome> {
    let (workspace, id) = (&home.workspace, in_flight.subscription);
    let look = [progress_rows::locked(workspace, id), call!(ARE_JOURNALED, workspace, id, in_flight.numbers)];
    let Some((_, [rows, journaled])) = workspace::share(store, transaction, workspace, look).await? else {
        return Ok(DeliveryOutcome::Conflict);
    };
    let Some(row) = rows.first() else { return Ok(DeliveryOutcome::Conflict) };
    let mut progress = progress_rows::read(row)?;
    let may_begin = match begins(&progress, in_flight, replaces) {
        Begins::Before => return Ok(DeliveryOutcome::Done),
        Begins::Conflict => false,
        Begins::Now => true,
        Begins::WithLetter(id) => !transaction.ask(letters::asked(home, id)).await?.is_empty(),
        Begins::WithEvents => {
            let numbers: BTreeSet<_> = in_flight.numbers.iter().collect();
            let count = journaled.first().map_or(Ok(0), |row| row.number("count"))?;
            count == numbers.len() as u64
        }
    };
    if !may_begin {
        return Ok(DeliveryOutcome::Conflict);
    }
    if let Some(new) = new_call(&progress, in_flight) {
        transaction.write(call!(CALLED, workspace, in_flight.channel, called(new.to), new.at));
    }
    progress.in_flight = Some(in_flight.clone());
    transaction.write(progress_rows::begin(workspace, id, &progress));
    Ok(DeliveryOutcome::Done)
}

/// Who was called, as it stands in a key.
pub(crate) fn called(to: Called) -> String {
    match to {
        Called::Role(role) => format!("role:{role}"),
        Called::Member(member) => format!("member:{member}"),
    }
}

pub(super) async fn advance(
    transaction: &Transaction,
    home: &Home,
    id: SubscriptionId,
    to: JournalNumber,
) -> Attempt<DeliveryOutcome> {
    let rows = transaction.ask(progress_rows::locked(&home.workspace, id)).await?;
    let Some(row) = rows.first() else { return Ok(DeliveryOutcome::Conflict) };
    let mut progress = progress_rows::read(row)?;
    if progress.in_flight.is_some() {
        return Ok(DeliveryOutcome::Conflict);
    }
    if to > progress.cursor {
        progress.cursor = to;
        transaction.write(progress_rows::save(&home.workspace, id, &progress));
    }
    Ok(DeliveryOutcome::Done)
}
