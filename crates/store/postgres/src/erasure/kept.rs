//! What is kept of a contact: found by reading everything that is kept of the workspace.

use std::collections::BTreeSet;

use deskbell_domain::delivery::{DeadLetter, PostedMessage};
use deskbell_domain::difference::StoredSnapshot;
use deskbell_domain::home::Home;
use deskbell_domain::ids::{AmendmentNumber, ContactId, GuildId, JournalNumber, MessageId, WorkspaceId};
use deskbell_domain::port::store::KeptOf;
use deskbell_domain::time::UnixMillis;
use deskbell_store::rules::erasure::Hidden;
use tokio_postgres::Row;

use crate::cells::{Cells as _, or_skip};
use crate::delivery::{letters, posted};
use crate::failure::Attempt;
use crate::journal::{entries, spots};
use crate::sql::statements;
use crate::store::PostgresStore;
use crate::transaction::Transaction;
use crate::value::call;
use crate::workspace;

statements!("erasure.sql":
    EVENTS SNAPSHOTS ALL_LETTERS ACTOR HINT POSTED_ABOUT POSTED_WITH ERASED_SINCE
);

/// How many events are read at once.
const EVENTS_AT_ONCE: u64 = 1000;

pub(super) async fn of(
    store: &PostgresStore,
    transaction: &Transaction,
    workspace: &WorkspaceId,
    contact: &ContactId,
) -> Attempt<KeptOf> {
    let hidden = workspace::look_within(store, transaction, workspace).await?.and_then(|held| held.hidden);
    let messages = messages(transaction, workspace, (contact, hidden.as_ref())).await?;
    let numbers = numbers(store, transaction, workspace, contact).await?;
    let asked = (numbers.as_slice(), AmendmentNumber::LATEST);
    let events = entries::with_numbers(store, transaction, workspace, asked).await?;
    let look = [
        call!(SNAPSHOTS, workspace, contact),
        call!(ACTOR, workspace, contact),
        call!(HINT, workspace, contact),
    ];
    let [snapshots, actor, hint] = transaction.look(look).await?;
    let spot = spots::actor(workspace, contact.as_str());
    let actor =
        actor.first().map(|row| or_skip(store.bodies.open(&spot, &row.bytes("body")?))).transpose()?;
    Ok(KeptOf {
        events: events
            .into_iter()
            .map(|(number, event)| deskbell_domain::event::Entry { number, event })
            .collect(),
        snapshots: read_snapshots(store, workspace, contact, &snapshots)?,
        failed: dead_letters(store, transaction, workspace, contact).await?,
        actor: actor.flatten(),
        hints: hint.first().map_or(Ok(0), |row| row.number("times"))?,
        with_others: with_others(transaction, workspace, contact, &messages).await?,
        messages,
        erased: erased_since(transaction, workspace, hidden.as_ref(), contact).await?,
    })
}

async fn messages(
    transaction: &Transaction,
    workspace: &WorkspaceId,
    (contact, hidden): (&ContactId, Option<&Hidden>),
) -> Attempt<Vec<PostedMessage>> {
    let mut found = Vec::new();
    for of in std::iter::once(contact.clone()).chain(hidden.map(|hidden| hidden.nobody(contact))) {
        for row in transaction.ask(call!(POSTED_ABOUT, workspace, vec![of])).await? {
            found.push(posted::read(&row)?);
        }
    }
    Ok(found)
}

async fn erased_since(
    transaction: &Transaction,
    workspace: &WorkspaceId,
    hidden: Option<&Hidden>,
    contact: &ContactId,
) -> Attempt<Option<UnixMillis>> {
    let Some(hidden) = hidden else { return Ok(None) };
    let rows = transaction.ask(call!(ERASED_SINCE, workspace, hidden.contact(contact))).await?;
    rows.first().map(|row| row.signed("since").map(UnixMillis)).transpose()
}

/// The entries that tell of a contact.
async fn numbers(
    store: &PostgresStore,
    transaction: &Transaction,
    workspace: &WorkspaceId,
    contact: &ContactId,
) -> Attempt<Vec<JournalNumber>> {
    let (mut found, mut after) = (Vec::new(), JournalNumber(0));
    loop {
        let rows = transaction.ask(call!(EVENTS, workspace, after, EVENTS_AT_ONCE)).await?;
        let Some(last) = rows.last() else { return Ok(found) };
        after = JournalNumber(last.number("number")?);
        for row in &rows {
            let number = JournalNumber(row.number("number")?);
            let sealed = row.bytes("event")?;
            let spot = entries::spot(workspace, number);
            let event: Option<deskbell_domain::event::Event> = or_skip(store.bodies.open(&spot, &sealed))?;
            found.extend(event.filter(|event| event.tells_of(contact)).map(|_| number));
        }
    }
}

fn read_snapshots(
    store: &PostgresStore,
    workspace: &WorkspaceId,
    contact: &ContactId,
    rows: &[Row],
) -> Attempt<Vec<StoredSnapshot>> {
    let mut found = Vec::new();
    for row in rows {
        let epoch = u32::try_from(row.number("epoch")?).unwrap_or(u32::MAX);
        let spot = spots::snapshot(workspace, epoch, contact.as_str());
        found.extend(or_skip(store.bodies.open(&spot, &row.bytes("body")?))?);
    }
    Ok(found)
}

/// The dead letters of all servers that tell of a contact.
pub(super) async fn dead_letters(
    store: &PostgresStore,
    transaction: &Transaction,
    workspace: &WorkspaceId,
    contact: &ContactId,
) -> Attempt<Vec<DeadLetter>> {
    let mut found = Vec::new();
    for row in transaction.ask(call!(ALL_LETTERS, workspace)).await? {
        let home = Home::new(workspace, GuildId(row.number("guild")?));
        let letter = or_skip(letters::read(store, &home, &row))?;
        found.extend(letter.filter(|letter| letter.event.tells_of(contact)));
    }
    Ok(found)
}

/// The messages among these that show others, too.
async fn with_others(
    transaction: &Transaction,
    workspace: &WorkspaceId,
    contact: &ContactId,
    messages: &[PostedMessage],
) -> Attempt<Vec<MessageId>> {
    if messages.is_empty() {
        return Ok(Vec::new());
    }
    let theirs: Vec<_> = messages.iter().map(|one| one.message).collect();
    let mut shared = BTreeSet::new();
    for row in transaction.ask(call!(POSTED_WITH, workspace, theirs, contact)).await? {
        let row = posted::read(&row)?;
        shared.extend((!messages.contains(&row)).then_some(row.message));
    }
    Ok(shared.into_iter().collect())
}
