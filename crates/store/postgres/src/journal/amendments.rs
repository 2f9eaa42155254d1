//! What is learnt of entries after they were journaled.

use deskbell_domain::amendment::Amendment;
use deskbell_domain::event::EventId;
use deskbell_domain::ids::{AmendmentNumber, JournalNumber, WorkspaceId};
use deskbell_domain::port::store::{Learnt as News, Naming};
use deskbell_store::rules::amendments::{push, remove_known};
use tokio_postgres::Row;

use super::entries::{learnt, learnt_spot};
use crate::cells::Cells as _;
use crate::failure::{Attempt, Failure};
use crate::sql::statements;
use crate::store::PostgresStore;
use crate::transaction::Transaction;
use crate::value::call;
use crate::workspace::{self, Held};

statements!("journal.sql": LEARNT LEARNT_OF_EVENT AMENDED AMEND WANT_EDITS NAMING);

/// An entry that is gone is passed over, and one that is done needs no names.
pub(super) async fn amend(
    store: &PostgresStore,
    transaction: &Transaction,
    workspace: &WorkspaceId,
    (number, news, naming): (JournalNumber, &Amendment, Naming),
) -> Attempt<()> {
    let look = [call!(LEARNT, workspace, number)];
    let Some((held, [rows])) = workspace::lock_present(store, transaction, workspace, look).await? else {
        return Ok(());
    };
    let Some(row) = rows.first() else { return Ok(()) };
    if !row.flag("unnamed")? {
        return Ok(());
    }
    let _ = add(store, transaction, (workspace, &held), row, news.clone())?;
    if naming == Naming::Done {
        transaction.write(call!(NAMING, workspace, number, false));
    }
    Ok(())
}

/// Keeps what was learnt of an event, whether names are looked for or not.
pub(super) async fn learn(
    store: &PostgresStore,
    transaction: &Transaction,
    workspace: &WorkspaceId,
    event: &EventId,
    news: &Amendment,
) -> Attempt<News> {
    let look = [call!(LEARNT_OF_EVENT, workspace, event)];
    let Some((held, [rows])) = workspace::lock_present(store, transaction, workspace, look).await? else {
        return Ok(News::Nothing);
    };
    // An event may be seen under several ids; what is learnt is of the one that its entry has.
    let Some(row) = rows.first().filter(|row| row.text("event_id").is_ok_and(|id| id == event.as_str()))
    else {
        return Ok(News::Nothing);
    };
    // Of whoever was erased nothing is kept, not even that somebody else was the same person.
    let erased = workspace::erased(transaction, workspace, held.hidden.as_ref(), news.merged_into()).await?;
    if !erased.is_empty() {
        return Ok(News::Nothing);
    }
    let added = add(store, transaction, (workspace, &held), row, news.clone())?;
    if added == News::News && news.lacks_a_name() {
        transaction.write(call!(NAMING, workspace, row.number("number")?, true));
    }
    Ok(added)
}

/// Adds what was learnt of an entry to what is known, and wants edits of the messages that show it.
fn add(
    store: &PostgresStore,
    transaction: &Transaction,
    (workspace, held): (&WorkspaceId, &Held),
    row: &Row,
    mut news: Amendment,
) -> Attempt<News> {
    let number = JournalNumber(row.number("number")?);
    let mut all = learnt(store, workspace, row)?;
    remove_known(&mut news, &all);
    if news.is_empty() {
        return Ok(News::Nothing);
    }
    let next = held.amended.0.checked_add(1).ok_or_else(|| Failure::unreadable("amendment"))?;
    let next = AmendmentNumber(next);
    push(&mut all, (next, news));
    let body = store.bodies.seal(&learnt_spot(workspace, number), &all)?;
    transaction.write(call!(AMENDED, workspace, next));
    transaction.write(call!(AMEND, workspace, number, next, body));
    transaction.write(call!(WANT_EDITS, workspace, number, next));
    Ok(News::News)
}
