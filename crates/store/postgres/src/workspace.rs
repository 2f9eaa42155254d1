//! The row of a workspace: whoever writes in the workspace locks it first.

use std::collections::{BTreeMap, BTreeSet};

use deskbell_domain::event::EventKind;
use deskbell_domain::ids::{AmendmentNumber, ContactId, JournalNumber, WorkspaceId};
use deskbell_domain::port::store::{Baseline, Stored, Stream, StreamState};
use deskbell_domain::time::{Timestamp, UnixMillis};
use deskbell_store::rules::erasure::Hidden;
use futures::try_join;
use tokio_postgres::Row;

use crate::bodies::{Bodies, Spot};
use crate::cells::{Cells as _, or_skip};
use crate::failure::{Attempt, Failure};
use crate::sql::statements;
use crate::store::PostgresStore;
use crate::transaction::Transaction;
use crate::value::{Call, call};

statements!("workspace.sql": LOCK SHARE LOOK FOUND HIDE ERASED);

/// What stands in the row of a workspace.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Held {
    pub(crate) head: JournalNumber,
    pub(crate) amended: AmendmentNumber,
    pub(crate) newest: BTreeMap<EventKind, Timestamp>,
    pub(crate) streams: BTreeMap<Stream, StreamState>,
    pub(crate) baseline: Option<Baseline>,
    /// What hides the ids of those who were erased; none where nobody was.
    pub(crate) hidden: Option<Hidden>,
    /// Since when a subscription cannot be read.
    pub(crate) unreadable_since: Option<UnixMillis>,
}

impl Held {
    fn read(bodies: &Bodies, workspace: &WorkspaceId, row: &Row) -> Attempt<Self> {
        let newest: BTreeMap<String, Timestamp> = row.json("newest", "journal head")?;
        let of_code = |(code, at): (String, Timestamp)| EventKind::of_code(&code).map(|kind| (kind, at));
        let secret = match row.bytes_or_none("hider")? {
            Some(sealed) => or_skip(bodies.open(&hider(workspace), &sealed))?,
            None => None,
        };
        Ok(Self {
            head: JournalNumber(row.number("head")?),
            amended: AmendmentNumber(row.number("amended")?),
            newest: newest.into_iter().filter_map(of_code).collect(),
            streams: row.json("streams", "stream state")?,
            baseline: row.json_or_none("baseline", "baseline")?,
            hidden: secret.map(Hidden::with),
            unreadable_since: row.signed_or_none("unreadable_since")?.map(UnixMillis),
        })
    }

    /// The times of the newest events, as they are kept.
    pub(crate) fn newest_by_code(&self) -> BTreeMap<&'static str, Timestamp> {
        self.newest.iter().map(|(kind, at)| (kind.spec().code, *at)).collect()
    }
}

/// Where the secret stands that hides ids.
pub(crate) fn hider(workspace: &WorkspaceId) -> Spot<'_> {
    Spot::new(workspace, "erasure").text("hider")
}

/// Locks a workspace, which is there from then on, and looks along with that.
pub(crate) async fn lock<const COUNT: usize>(
    store: &PostgresStore,
    transaction: &Transaction,
    workspace: &WorkspaceId,
    also: [Call; COUNT],
) -> Attempt<(Held, [Vec<Row>; COUNT])> {
    if let Some(locked) = lock_present(store, transaction, workspace, also.clone()).await? {
        return Ok(locked);
    }
    transaction.write(call!(FOUND, workspace));
    let locked = lock_present(store, transaction, workspace, also).await?;
    locked.ok_or_else(|| Failure::unreadable("journal head"))
}

/// Locks a workspace, if it is there.
pub(crate) async fn lock_present<const COUNT: usize>(
    store: &PostgresStore,
    transaction: &Transaction,
    workspace: &WorkspaceId,
    also: [Call; COUNT],
) -> Attempt<Option<(Held, [Vec<Row>; COUNT])>> {
    let ([rows], looked) = try_join!(transaction.look([call!(LOCK, workspace)]), transaction.look(also))?;
    let held = rows.first().map(|row| Held::read(&store.bodies, workspace, row)).transpose()?;
    Ok(held.map(|held| (held, looked)))
}

/// Keeps whoever changes the whole of a workspace out, but not others who do this.
pub(crate) async fn share<const COUNT: usize>(
    store: &PostgresStore,
    transaction: &Transaction,
    workspace: &WorkspaceId,
    also: [Call; COUNT],
) -> Attempt<Option<(Held, [Vec<Row>; COUNT])>> {
    let ([rows], looked) = try_join!(transaction.look([call!(SHARE, workspace)]), transaction.look(also))?;
    let held = rows.first().map(|row| Held::read(&store.bodies, workspace, row)).transpose()?;
    Ok(held.map(|held| (held, looked)))
}

/// What stands in the row, if it is there.
pub(crate) async fn look(store: &PostgresStore, workspace: &WorkspaceId) -> Stored<Option<Held>> {
    store
        .read_rows(call!(LOOK, workspace), |rows| {
            rows.first().map(|row| Held::read(&store.bodies, workspace, row)).transpose()
        })
        .await
}

/// The same, where more is looked at.
pub(crate) async fn look_within(
    store: &PostgresStore,
    transaction: &Transaction,
    workspace: &WorkspaceId,
) -> Attempt<Option<Held>> {
    let rows = transaction.ask(call!(LOOK, workspace)).await?;
    rows.first().map(|row| Held::read(&store.bodies, workspace, row)).transpose()
}

/// What hides ids in a workspace that is locked, made where there is nothing yet.
pub(crate) fn hidden(
    store: &PostgresStore,
    transaction: &Transaction,
    workspace: &WorkspaceId,
    held: &Held,
) -> Attempt<Hidden> {
    if let Some(known) = held.hidden {
        return Ok(known);
    }
    let made = Hidden::drawn(&*store.random);
    let sealed = store.bodies.seal(&hider(workspace), &made.secret())?;
    transaction.write(call!(HIDE, workspace, sealed));
    Ok(made)
}

/// Those of these contacts that were erased.
pub(crate) async fn erased<'a>(
    transaction: &Transaction,
    workspace: &WorkspaceId,
    hidden: Option<&Hidden>,
    contacts: impl IntoIterator<Item = &'a ContactId>,
) -> Attempt<BTreeSet<ContactId>> {
    let Some(hidden) = hidden else { return Ok(BTreeSet::new()) };
    let digests: BTreeMap<_, _> = contacts.into_iter().map(|id| (hidden.contact(id), id)).collect();
    if digests.is_empty() {
        return Ok(BTreeSet::new());
    }
    let asked: Vec<_> = digests.keys().cloned().collect();
    let rows = transaction.ask(call!(ERASED, workspace, asked)).await?;
    let mut erased = BTreeSet::new();
    for row in rows {
        erased.extend(digests.get(&row.text("digest")?).map(|id| (*id).clone()));
    }
    Ok(erased)
}
