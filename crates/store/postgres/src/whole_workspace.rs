//! Erasing all of a workspace: its key first, so that from then on nobody can read it, and then what was sealed with it.

use deskbell_domain::ids::WorkspaceId;
use deskbell_domain::port::store::{StoreError, Stored};

use crate::sql::statements;
use crate::store::PostgresStore;
use crate::transaction::Transaction;
use crate::value::call;

statements!("connection.sql": KEEP_CARDS);
statements!("remains.sql":
    ERASE_ENTRIES ERASE_AMENDMENTS ERASE_SEEN ERASE_SEEN_HIDDEN ERASE_ERASED ERASE_UNFINISHED ERASE_SNAPSHOTS ERASE_ACTORS
    ERASE_ROLL_UPS ERASE_HINTS ERASE_READINGS ERASE_SUBSCRIPTIONS ERASE_PROGRESS ERASE_LETTERS ERASE_POSTED
    ERASE_OWN_MESSAGES ERASE_CALLS ERASE_SHAPES ERASE_SHOWING ERASE_CONNECTIONS ERASE_TARGETS ERASE_KEPT ERASE_WORKSPACE
);

/// How many rows of a table go at once: others get their turn, and no attempt takes long.
const ROWS: u64 = 2000;

/// The tables that may have many rows of a workspace.
const IN_PIECES: [&str; 13] = [
    ERASE_ENTRIES,
    ERASE_AMENDMENTS,
    ERASE_SEEN,
    ERASE_SEEN_HIDDEN,
    ERASE_SNAPSHOTS,
    ERASE_HINTS,
    ERASE_READINGS,
    ERASE_LETTERS,
    ERASE_POSTED,
    ERASE_SHAPES,
    ERASE_SHOWING,
    ERASE_TARGETS,
    ERASE_KEPT,
];

/// The others, in the order in which they go.
const WHOLE: [&str; 10] = [
    ERASE_ERASED,
    ERASE_UNFINISHED,
    ERASE_ACTORS,
    ERASE_ROLL_UPS,
    ERASE_SUBSCRIPTIONS,
    ERASE_PROGRESS,
    ERASE_OWN_MESSAGES,
    ERASE_CALLS,
    ERASE_CONNECTIONS,
    ERASE_WORKSPACE,
];

/// Keeps where cards of a workspace stand that is to be erased, for the servers that had it before.
pub(crate) async fn keep_cards(store: &PostgresStore, workspace: &WorkspaceId) -> Stored<()> {
    store
        .write(|transaction| async move {
            transaction.write(call!(KEEP_CARDS, workspace));
            Ok(())
        })
        .await
}

/// Throws the workspace's key away, which is a write of its own beside the store.
pub(crate) async fn shred(store: &PostgresStore, workspace: &WorkspaceId) -> Stored<()> {
    let (bodies, workspace) = (store.bodies.clone(), workspace.clone());
    let shredded = tokio::task::spawn_blocking(move || bodies.sealing().shred(&workspace)).await;
    shredded.unwrap_or_else(|error| Err(std::io::Error::other(error))).map_err(StoreError::Unwritable)
}

/// Erases the rows, each table by itself and each large one piece by piece.
pub(crate) async fn erase_rows(store: &PostgresStore, workspace: &WorkspaceId) -> Stored<()> {
    for statement in IN_PIECES {
        while erase_some(store, statement, workspace).await? == ROWS {}
    }
    for statement in WHOLE {
        store
            .write(|transaction| async move {
                transaction.write(call!(statement, workspace));
                Ok(())
            })
            .await?;
    }
    Ok(())
}

/// Answers how many rows went.
async fn erase_some(store: &PostgresStore, statement: &'static str, workspace: &WorkspaceId) -> Stored<u64> {
    store
        .write(|transaction: Transaction| async move {
            Ok(transaction.change(call!(statement, workspace, ROWS)).await?.len() as u64)
        })
        .await
}
