//! Filling a database with what another store had. It may be broken off anywhere and begun again: a mark stands in the
//! database before anything else does, and no bot starts on it until the mark says that all is there.

mod of_server;
mod of_workspace;

use std::collections::BTreeMap;
use std::io;

use deskbell_domain::ids::WorkspaceId;
use deskbell_domain::port::store::{StoreError, Stored};
use deskbell_store::{Counts, Exported};
use serde::{Deserialize, Serialize};

use self::of_workspace::Heads;
use crate::cells::Cells as _;
use crate::delivery::flight::called;
use crate::failure::{Attempt, Failure};
use crate::sql::statements;
use crate::store::PostgresStore;
use crate::value::{Call, call};

statements!("import.sql": OWN_MESSAGES CALL MARK ANYTHING COUNTED CLEAR);
statements!("migration.sql": CLAIMED);
statements!("short_lived.sql": KEEP);
statements!("subscription.sql": REGISTER);
statements!("remains.sql": DEPARTED);

/// What a database says that is filled from another store.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Arrival {
    /// By what that store is known.
    pub id: String,
    /// What came, once all of it is there.
    pub done: Option<Counts>,
}

/// A database that is filled.
pub struct Arriving {
    store: PostgresStore,
    heads: BTreeMap<WorkspaceId, Heads>,
}

/// What has to be as much here as it was there.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Filled {
    /// Entries of journals.
    pub entries: u64,
    /// Subscriptions.
    pub subscriptions: u64,
    /// Snapshots.
    pub snapshots: u64,
    /// Dead letters.
    pub letters: u64,
}

impl Arriving {
    /// Into the database of a store that is open.
    pub fn into(store: PostgresStore) -> Self {
        Self { store, heads: BTreeMap::new() }
    }

    /// What the database says of where its content is from.
    pub async fn arrival(&self) -> Stored<Option<Arrival>> {
        self.store.read_rows(call!(CLAIMED, *"arrival"), |rows| rows.first().map(read).transpose()).await
    }

    /// Whether nothing stands there that another bot could need.
    pub async fn is_empty(&self) -> Stored<bool> {
        self.store.read_rows(call!(ANYTHING), |rows| Ok(rows.is_empty())).await
    }

    /// Says where the content is from, and whether all of it is there.
    pub async fn mark(&self, arrival: &Arrival) -> Stored<()> {
        let text = serde_json::to_string(arrival).expect("texts and numbers are always JSON");
        self.write(&[call!(MARK, text)]).await
    }

    /// Takes out whatever a try before left.
    pub async fn clear(&mut self) -> Stored<()> {
        self.heads.clear();
        let cleared = async {
            let connection = self.store.connection().await?;
            Ok(connection.batch_execute(CLEAR).await?)
        };
        cleared.await.map_err(told)
    }

    /// Writes some rows.
    pub async fn take(&mut self, rows: Vec<Exported>) -> Stored<()> {
        let mut calls = Vec::new();
        for row in rows {
            calls.extend(self.calls(row).map_err(told)?);
        }
        self.write(&calls).await
    }

    /// Writes what belongs to whole workspaces.
    pub async fn finish(&mut self) -> Stored<()> {
        for (workspace, heads) in std::mem::take(&mut self.heads) {
            let call = heads.write(&self.store, &workspace).map_err(told)?;
            self.write(&[call]).await?;
        }
        Ok(())
    }

    /// How much is there.
    pub async fn filled(&self) -> Stored<Filled> {
        self.store
            .read_rows(call!(COUNTED), |rows| {
                let row = rows.first().ok_or_else(|| Failure::unreadable("what was counted"))?;
                Ok(Filled {
                    entries: row.number("entries")?,
                    subscriptions: row.number("subscriptions")?,
                    snapshots: row.number("snapshots")?,
                    letters: row.number("letters")?,
                })
            })
            .await
    }

    async fn write(&self, calls: &[Call]) -> Stored<()> {
        let work = |transaction: crate::transaction::Transaction| async move {
            for call in calls {
                transaction.write(call.clone());
            }
            Ok(())
        };
        self.store.write(work).await
    }

    fn calls(&mut self, row: Exported) -> Attempt<Vec<Call>> {
        Ok(match row {
            Exported::Workspace(workspace, row) => {
                let heads = self.heads.entry(workspace.clone());
                of_workspace::calls(&self.store, &workspace, row, heads)?
            }
            Exported::Server(guild, row) => of_server::calls(guild, row),
            Exported::OwnMessages(channel, messages) => vec![call!(OWN_MESSAGES, channel, messages)],
            Exported::LastCall(channel, to, at) => vec![call!(CALL, channel, called(to), at)],
            Exported::Commands(application, hash) => vec![call!(REGISTER, application, hash)],
            Exported::Kept(name, text, until) => vec![call!(KEEP, name, text, until)],
            Exported::Unwanted(message) => vec![crate::deletions::delete_later(message)],
            Exported::Departure(of) => vec![call!(DEPARTED, of.guild, of.since)],
        })
    }
}

/// Reads the mark in a row.
fn read(row: &tokio_postgres::Row) -> Attempt<Arrival> {
    serde_json::from_str(&row.text("value")?).map_err(|_| Failure::unreadable("store record"))
}

/// Whether a mark says that not all is there.
pub(crate) fn is_unfinished(mark: &str) -> bool {
    serde_json::from_str::<Arrival>(mark).map_or(true, |arrival| arrival.done.is_none())
}

fn told(failure: Failure) -> StoreError {
    match failure {
        Failure::Told(error) => error,
        Failure::Again(error) | Failure::Final(error) => StoreError::Unwritable(io::Error::other(error)),
    }
}
