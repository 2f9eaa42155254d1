//! Short texts, each until a time.

use async_trait::async_trait;
use deskbell_domain::ids::WorkspaceId;
use deskbell_domain::port::store::{OutgoingKey, PrunedKept, ShortLived, ShortLivedKey, Stored};
use deskbell_domain::time::UnixMillis;
use deskbell_store::rules::short_lived::{KeptPlace, outgoing_at, place};
use tokio_postgres::Row;

use crate::bodies::Spot;
use crate::cells::{Cells as _, or_skip};
use crate::failure::Attempt;
use crate::of_nobody::nobody;
use crate::sql::statements;
use crate::store::PostgresStore;
use crate::transaction::Transaction;
use crate::value::{Call, call};

statements!("short_lived.sql":
    KEEP KEEP_IN KEPT KEPT_IN TAKE TAKE_IN OUTGOING PRUNE PRUNE_IN ALL_IN FORGET_IN
);
statements!("transaction.sql": FORGET_MARKS);

/// How many texts a call throws away at most.
const TEXTS: u64 = 500;

#[async_trait]
impl ShortLived for PostgresStore {
    async fn keep(&self, key: &ShortLivedKey, text: &str, until: UnixMillis) -> Stored<()> {
        let place = &place(key);
        self.write(|transaction| async move {
            transaction.write(match place {
                KeptPlace::Alone(name) => call!(KEEP, name, text, until),
                KeptPlace::Workspace(workspace, name) => {
                    let body = self.bodies.seal(&spot(workspace, name), &text)?;
                    call!(KEEP_IN, workspace, name, body, until)
                }
            });
            Ok(())
        })
        .await
    }

    async fn kept(&self, key: &ShortLivedKey, now: UnixMillis) -> Stored<Option<String>> {
        let place = place(key);
        self.read_rows(at(&place, KEPT, KEPT_IN), |rows| self.text(&place, &rows, now)).await
    }

    async fn take(&self, key: &ShortLivedKey, now: UnixMillis) -> Stored<Option<String>> {
        let place = &place(key);
        let work = |transaction: Transaction| async move {
            let rows = transaction.change(at(place, TAKE, TAKE_IN)).await?;
            self.text(place, &rows, now)
        };
        self.write_once(&of(place), work).await
    }

    async fn forget(&self, key: &ShortLivedKey) -> Stored<()> {
        let place = &place(key);
        self.write(|transaction| async move {
            transaction.write(at(place, TAKE, TAKE_IN));
            Ok(())
        })
        .await
    }

    async fn outgoing(&self) -> Stored<Vec<OutgoingKey>> {
        self.read_rows(call!(OUTGOING), |rows| {
            let mut found = Vec::new();
            for row in rows {
                let workspace = WorkspaceId::new(row.text("workspace")?);
                found.extend(outgoing_at(KeptPlace::Workspace(workspace, row.text("name")?)));
            }
            Ok(found)
        })
        .await
    }

    async fn prune_kept(&self, now: UnixMillis) -> Stored<PrunedKept> {
        let work = |transaction: Transaction| async move {
            let alone = transaction.change(call!(PRUNE, now, TEXTS)).await?.len() as u64;
            let inside = transaction.change(call!(PRUNE_IN, now, TEXTS - alone)).await?.len() as u64;
            transaction.write(call!(FORGET_MARKS));
            Ok(PrunedKept { texts: alone + inside, more: alone + inside == TEXTS })
        };
        self.write_once(&nobody(), work).await
    }
}

impl PostgresStore {
    /// The text in a row, if its time is not over.
    fn text(&self, place: &KeptPlace, rows: &[Row], now: UnixMillis) -> Attempt<Option<String>> {
        let Some(row) = rows.first() else { return Ok(None) };
        if UnixMillis(row.signed("until")?) <= now {
            return Ok(None);
        }
        match place {
            KeptPlace::Alone(_) => row.text("text").map(Some),
            KeptPlace::Workspace(workspace, name) => {
                self.bodies.open(&spot(workspace, name), &row.bytes("body")?).map(Some)
            }
        }
    }
}

fn at(place: &KeptPlace, alone: &'static str, inside: &'static str) -> Call {
    match place {
        KeptPlace::Alone(name) => call!(alone, name),
        KeptPlace::Workspace(workspace, name) => call!(inside, workspace, name),
    }
}

fn of(place: &KeptPlace) -> WorkspaceId {
    match place {
        KeptPlace::Alone(_) => nobody(),
        KeptPlace::Workspace(workspace, _) => workspace.clone(),
    }
}

/// Where a text stands that is kept for a workspace.
pub(crate) fn spot<'a>(workspace: &'a WorkspaceId, name: &str) -> Spot<'a> {
    Spot::new(workspace, "kept text").text(name)
}

/// Throws away the texts of a workspace in which one of these words stands, whatever the case of their letters.
pub(crate) async fn forget_with(
    store: &PostgresStore,
    transaction: &Transaction,
    workspace: &WorkspaceId,
    words: &[String],
) -> Attempt<()> {
    let words: Vec<_> = words.iter().map(|word| word.to_lowercase()).collect();
    for row in transaction.ask(call!(ALL_IN, workspace)).await? {
        let name = row.text("name")?;
        let text: Option<String> = or_skip(store.bodies.open(&spot(workspace, &name), &row.bytes("body")?))?;
        let text = text.unwrap_or_default().to_lowercase();
        if words.iter().any(|word| text.contains(word)) {
            transaction.write(call!(FORGET_IN, workspace, name));
        }
    }
    Ok(())
}
