//! How far subscriptions have come, as rows.

use deskbell_domain::home::Home;
use deskbell_domain::ids::{JournalNumber, SubscriptionId, WorkspaceId};
use deskbell_domain::port::store::Stored;
use deskbell_domain::subscription::Subscription;
use deskbell_domain::time::UnixMillis;
use deskbell_store::rules::delivery::ProgressRecord;
use tokio_postgres::Row;

use crate::cells::{Cells as _, or_skip};
use crate::failure::Attempt;
use crate::sql::statements;
use crate::store::PostgresStore;
use crate::value::{Call, call, json_or_none};

statements!("progress.sql": LOCKED PRESENT OF_SERVER MAKE SAVE BEGIN);

const WHAT: &str = "progress";

/// Looks how far a subscription has come, and keeps others from moving it.
pub(crate) fn locked(workspace: &WorkspaceId, id: SubscriptionId) -> Call {
    call!(LOCKED, workspace, id)
}

/// How far a subscription has come, of the workspace or of one that its server had before.
pub(crate) async fn present(
    store: &PostgresStore,
    home: &Home,
    id: SubscriptionId,
) -> Stored<Option<ProgressRecord>> {
    let first = |rows: Vec<Row>| rows.first().map(read).transpose();
    match store.read_rows(call!(PRESENT, home.workspace, id), first).await? {
        Some(record) => Ok(Some(record)),
        None => store.read_rows(call!(OF_SERVER, home.guild, id), first).await,
    }
}

/// What a row says.
pub(crate) fn read(row: &Row) -> Attempt<ProgressRecord> {
    Ok(ProgressRecord {
        cursor: JournalNumber(row.number("cursor")?),
        in_flight: row.json_or_none("in_flight", WHAT)?,
        last_posted: row.signed_or_none("last_posted")?.map(UnixMillis),
        dropped: row.number("dropped")?,
        dropped_failed: row.number("dropped_failed")?,
        erased: row.number("erased")?,
        crowd_until: row.number_or_none("crowd_until")?.map(JournalNumber),
        crowd_layout: row.json_or_none("crowd_layout", WHAT)?,
    })
}

/// Pairs subscriptions with how far they have come. Without its progress nobody knows what one was served: it is where it
/// began then.
pub(crate) fn paired(
    subscriptions: Vec<Subscription>,
    rows: &[Row],
) -> Attempt<Vec<(Subscription, Option<ProgressRecord>)>> {
    let mut paired = Vec::new();
    for subscription in subscriptions {
        let id = subscription.id.0;
        let row = rows.iter().find(|row| row.number("id").is_ok_and(|of| of == id));
        let record = row.map(|row| or_skip(read(row))).transpose()?.flatten();
        paired.push((subscription, record));
    }
    Ok(paired)
}

/// That of a subscription that has just been made.
pub(crate) fn make(made: &Subscription) -> Call {
    call!(MAKE, made.workspace, made.id, made.guild, made.after)
}

/// Writes how far a subscription has come.
pub(crate) fn save(workspace: &WorkspaceId, id: SubscriptionId, record: &ProgressRecord) -> Call {
    with(SAVE, workspace, id, record)
}

/// The same of one whose batch begins, or is tried again: since when it is on its way the database's clock says.
pub(crate) fn begin(workspace: &WorkspaceId, id: SubscriptionId, record: &ProgressRecord) -> Call {
    with(BEGIN, workspace, id, record)
}

fn with(
    statement: &'static str,
    workspace: &WorkspaceId,
    id: SubscriptionId,
    record: &ProgressRecord,
) -> Call {
    let nonce = record.in_flight.as_ref().map(|batch| batch.nonce.as_str().to_owned());
    call!(
        statement,
        workspace,
        id,
        record.cursor,
        nonce,
        json_or_none(record.in_flight.as_ref()),
        record.last_posted,
        record.dropped,
        record.dropped_failed,
        record.erased,
        record.crowd_until,
        json_or_none(record.crowd_layout.as_ref()),
    )
}
