//! What is left of servers and workspaces.

use std::collections::{BTreeMap, BTreeSet};

use async_trait::async_trait;
use deskbell_domain::home::Home;
use deskbell_domain::ids::{GuildId, WorkspaceId};
use deskbell_domain::port::store::{Departure, Remains, Stored};
use deskbell_domain::time::UnixMillis;
use deskbell_store::rules::short_lived::OF_NO_WORKSPACE;

use crate::cells::Cells as _;
use crate::sql::statements;
use crate::store::PostgresStore;
use crate::transaction::Transaction;
use crate::value::call;
use crate::whole_workspace::{erase_rows, keep_cards, shred};

statements!("remains.sql": OF_HOMES OF_SERVERS WORKSPACES DEPARTURES DEPARTED BACK);

#[async_trait]
impl Remains for PostgresStore {
    async fn homes(&self) -> Stored<Vec<Home>> {
        self.read(|transaction: Transaction| async move {
            let [homes, servers] = transaction.look([call!(OF_HOMES), call!(OF_SERVERS)]).await?;
            let mut found: BTreeMap<GuildId, BTreeSet<WorkspaceId>> = BTreeMap::new();
            for row in &homes {
                let workspace = WorkspaceId::new(row.text("workspace")?);
                found.entry(GuildId(row.number("guild")?)).or_default().insert(workspace);
            }
            for row in &servers {
                let of_none = || BTreeSet::from([WorkspaceId::new(OF_NO_WORKSPACE)]);
                found.entry(GuildId(row.number("guild")?)).or_insert_with(of_none);
            }
            let homes = |(guild, all): (GuildId, BTreeSet<WorkspaceId>)| {
                all.into_iter().map(move |workspace| Home::new(&workspace, guild))
            };
            Ok(found.into_iter().flat_map(homes).collect())
        })
        .await
    }

    async fn workspaces(&self) -> Stored<Vec<WorkspaceId>> {
        self.read_rows(call!(WORKSPACES), |rows| {
            let mut found = Vec::new();
            for row in rows {
                found.push(WorkspaceId::new(row.text("workspace")?));
            }
            found.retain(|one| one.as_str() != OF_NO_WORKSPACE);
            found.sort();
            Ok(found)
        })
        .await
    }

    async fn departures(&self) -> Stored<Vec<Departure>> {
        self.read_rows(call!(DEPARTURES), |rows| {
            let departure = |row: &tokio_postgres::Row| {
                Ok(Departure {
                    guild: GuildId(row.number("guild")?),
                    since: UnixMillis(row.signed("since")?),
                })
            };
            rows.iter().map(departure).collect()
        })
        .await
    }

    async fn note_departure(&self, new: Departure) -> Stored<()> {
        self.write(|transaction| async move {
            transaction.write(call!(DEPARTED, new.guild, new.since));
            Ok(())
        })
        .await
    }

    async fn forget_departure(&self, guild: GuildId) -> Stored<()> {
        self.write(|transaction| async move {
            transaction.write(call!(BACK, guild));
            Ok(())
        })
        .await
    }

    async fn erase_workspace(&self, workspace: &WorkspaceId) -> Stored<()> {
        keep_cards(self, workspace).await?;
        shred(self, workspace).await?;
        erase_rows(self, workspace).await
    }
}
