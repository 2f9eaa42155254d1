//! Erasing all of a workspace: its key first, so that from then on nobody can read it, and then what was sealed with it.

use deskbell_domain::ids::WorkspaceId;
use deskbell_domain::port::store::{StoreError, Stored};

use crate::sql::statements;
use crate::store::PostgresStore;
use crate::value::call;

statements!("connection.sql": KEEP_CARDS);
statements!("remains.sql":
    ERASE_ENTRIES ERASE_AMENDMENTS ERASE_SEEN ERASE_SEEN_HIDDEN ERASE_ERASED ERASE_UNFINISHED ERASE_SNAPSHOTS ERASE_ACTORS
    ERASE_ROLL_UPS ERASE_HINTS ERASE_READINGS ERASE_SUBSCRIPTIONS ERASE_PROGRESS ERASE_LETTERS ERASE_POSTED
    ERASE_OWN_MESSAGES ERASE_CALLS ERASE_SHAPES ERASE_SHOWING ERASE_CONNECTIONS ERASE_TARGETS ERASE_KEPT ERASE_WORKSPACE
);

/// In the order in which they go.
const ALL: [&str; 23] = [
    ERASE_ENTRIES,
    ERASE_AMENDMENTS,
    ERASE_SEEN,
    ERASE_SEEN_HIDDEN,
    ERASE_ERASED,
    ERASE_UNFINISHED,
    ERASE_SNAPSHOTS,
    ERASE_ACTORS,
    ERASE_ROLL_UPS,
    ERASE_HINTS,
    ERASE_READINGS,
    ERASE_SUBSCRIPTIONS,
    ERASE_PROGRESS,
    ERASE_LETTERS,
    ERASE_POSTED,
    ERASE_OWN_MESSAGES,
    ERASE_CALLS,
    ERASE_SHAPES,
    ERASE_SHOWING,
    ERASE_CONNECTIONS,
    ERASE_TARGETS,
    ERASE_KEPT,
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

/// Erases the rows, each table by itself: a workspace has many, and no lock is to be held for long.
pub(crate) async fn erase_rows(store: &PostgresStore, workspace: &WorkspaceId) -> Stored<()> {
    for statement in ALL {
        store
            .write(|transaction| async move {
                transaction.write(call!(statement, workspace));
                Ok(())
            })
            .await?;
    }
    Ok(())
}
