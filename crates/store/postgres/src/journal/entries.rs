//! Entries, with what was learnt of them.

use std::collections::BTreeMap;

use deskbell_domain::event::Event;
use deskbell_domain::ids::{AmendmentNumber, JournalNumber, WorkspaceId};
use deskbell_store::rules::amendments::Learnt;
use tokio_postgres::Row;

use crate::bodies::Spot;
use crate::cells::{Cells as _, or_skip};
use crate::failure::Attempt;
use crate::sql::statements;
use crate::store::PostgresStore;
use crate::transaction::Transaction;
use crate::value::{Call, call};

statements!("journal.sql": ENTRIES);

/// Where an event stands.
pub(crate) fn spot(workspace: &WorkspaceId, number: JournalNumber) -> Spot<'_> {
    Spot::new(workspace, "journal entry").number(number.0)
}

/// Where it stands what was learnt of an entry.
pub(crate) fn learnt_spot(workspace: &WorkspaceId, number: JournalNumber) -> Spot<'_> {
    Spot::new(workspace, "amendment").number(number.0)
}

/// Looks for entries by their numbers.
pub(crate) fn asked(workspace: &WorkspaceId, numbers: &[JournalNumber]) -> Call {
    call!(ENTRIES, workspace, numbers)
}

/// Reads the entries with these numbers; those that are gone or cannot be read are missing.
pub(crate) async fn with_numbers(
    store: &PostgresStore,
    transaction: &Transaction,
    workspace: &WorkspaceId,
    (numbers, amended): (&[JournalNumber], AmendmentNumber),
) -> Attempt<BTreeMap<JournalNumber, Event>> {
    let rows = transaction.ask(asked(workspace, numbers)).await?;
    read(store, workspace, &rows, amended)
}

/// The events of rows of entries, with what was learnt of them up to an amendment. One that cannot be read is left out.
pub(crate) fn read(
    store: &PostgresStore,
    workspace: &WorkspaceId,
    rows: &[Row],
    amended: AmendmentNumber,
) -> Attempt<BTreeMap<JournalNumber, Event>> {
    let mut entries = BTreeMap::new();
    for row in rows {
        let number = JournalNumber(row.number("number")?);
        let event = or_skip(store.bodies.open::<Event>(&spot(workspace, number), &row.bytes("event")?))?;
        let Some(mut event) = event else { continue };
        for (_, learnt) in learnt(store, workspace, row)?.iter().filter(|(place, _)| *place <= amended) {
            event.amend(learnt);
        }
        entries.insert(number, event);
    }
    Ok(entries)
}

/// What was learnt of the entry of a row.
pub(crate) fn learnt(store: &PostgresStore, workspace: &WorkspaceId, row: &Row) -> Attempt<Vec<Learnt>> {
    let number = JournalNumber(row.number("number")?);
    let Some(sealed) = row.bytes_or_none("learnt")? else { return Ok(Vec::new()) };
    Ok(or_skip(store.bodies.open(&learnt_spot(workspace, number), &sealed))?.unwrap_or_default())
}
