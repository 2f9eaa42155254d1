//! Connections: sealed under their workspace, found by their server.

pub(crate) mod erasing;

use async_trait::async_trait;
use deskbell_domain::audit::Deed;
use deskbell_domain::connection::Connection;
use deskbell_domain::home::Home;
use deskbell_domain::ids::{GuildId, WorkspaceId};
use deskbell_domain::port::store::{Cards, ChangeOutcome, Connections, Disconnected, Erasing, Stored};
use deskbell_store::rules::change::Written;
use deskbell_store::rules::records::ConnectionRecord;
use tokio_postgres::Row;

use crate::audit::scribe::Whose;
use crate::bodies::Spot;
use crate::cells::{Cells as _, or_skip};
use crate::failure::Attempt;
use crate::sql::statements;
use crate::store::PostgresStore;
use crate::transaction::Transaction;
use crate::value::call;

statements!("connection.sql":
    CONNECTIONS CONNECTION LOCK_LINK BODY LINK RELINK UNLINK CONNECT FORGET_CONNECTION TO_ERASE UNERASED UNERASED_OF
    NOTE_FORMER
);

#[async_trait]
impl Connections for PostgresStore {
    async fn connections(&self) -> Stored<Vec<Connection>> {
        self.read_rows(call!(CONNECTIONS), |rows| {
            let mut found = Vec::new();
            for row in rows {
                let home =
                    Home::new(&WorkspaceId::new(row.text("workspace")?), GuildId(row.number("guild")?));
                found.extend(or_skip(open(self, &home, &row))?.flatten());
            }
            Ok(found)
        })
        .await
    }

    async fn connection(&self, guild: GuildId) -> Stored<Option<Connection>> {
        self.read_rows(call!(CONNECTION, guild), |rows| {
            let Some(row) = rows.first() else { return Ok(None) };
            open(self, &Home::new(&WorkspaceId::new(row.text("workspace")?), guild), row)
        })
        .await
    }

    async fn change_connection(&self, connection: Connection, by: Option<Deed>) -> Stored<ChangeOutcome> {
        let (scribe, wish, by) = (&self.scribe(), &connection, &by);
        self.write(|transaction| async move {
            let changed = change(self, &transaction, wish).await?;
            if changed == Written::Now {
                let home = Home::new(&wish.workspace.id, wish.guild);
                scribe.done(&transaction, Whose::of(&home), by.as_ref()).await?;
            }
            Ok(changed.outcome())
        })
        .await
    }

    async fn disconnect(&self, home: &Home, cards: Cards, by: Option<Deed>) -> Stored<Disconnected> {
        let (scribe, by) = (&self.scribe(), &by);
        let work = |transaction: Transaction| async move {
            let rows = transaction.ask(call!(LOCK_LINK, home.guild)).await?;
            let linked = rows.first().map(|row| row.text("workspace")).transpose()?;
            if linked.is_none_or(|there| there != home.workspace.as_str()) {
                return Ok(Disconnected::Before);
            }
            transaction.write(call!(UNLINK, home.guild));
            transaction.write(call!(FORGET_CONNECTION, home.workspace, home.guild));
            transaction.write(call!(TO_ERASE, home.guild, home.workspace, erasing::word(cards)));
            scribe.done(&transaction, Whose::of(home), by.as_ref()).await?;
            Ok(Disconnected::Now)
        };
        self.write_once(&home.workspace, work).await
    }

    async fn unerased(&self) -> Stored<Vec<Home>> {
        self.read_rows(call!(UNERASED), |rows| {
            let home = |row: &Row| {
                Ok(Home::new(&WorkspaceId::new(row.text("workspace")?), GuildId(row.number("guild")?)))
            };
            rows.iter().map(home).collect()
        })
        .await
    }

    async fn erase(&self, home: &Home, what: Erasing) -> Stored<()> {
        erasing::erase(self, home, what).await
    }
}

/// Where a connection stands.
pub(crate) fn spot(home: &Home) -> Spot<'_> {
    Spot::new(&home.workspace, "connection").number(home.guild.0)
}

/// The connection in a row.
fn open(store: &PostgresStore, home: &Home, row: &Row) -> Attempt<Option<Connection>> {
    let Some(sealed) = row.bytes_or_none("body")? else { return Ok(None) };
    let record: ConnectionRecord = store.bodies.open(&spot(home), &sealed)?;
    Ok(Some(record.of_server(home.guild)))
}

async fn change(store: &PostgresStore, transaction: &Transaction, wish: &Connection) -> Attempt<Written> {
    let look = [call!(LOCK_LINK, wish.guild), call!(UNERASED_OF, wish.guild)];
    let [linked, unerased] = transaction.look(look).await?;
    let before = linked.first().map(|row| row.text("workspace")).transpose()?;
    let before = before.map(|id| Home::new(&WorkspaceId::new(id), wish.guild));
    let known = match &before {
        Some(home) => {
            let rows = transaction.ask(call!(BODY, home.workspace, home.guild)).await?;
            rows.first().map(|row| open(store, home, row)).transpose()?.flatten()
        }
        None => None,
    };
    let next = Connection { version: wish.version.wrapping_add(1), ..wish.clone() };
    if known.as_ref() == Some(&next) {
        return Ok(Written::Before);
    }
    if !unerased.is_empty() || known.as_ref().map_or(0, |known| known.version) != wish.version {
        return Ok(Written::Not);
    }
    let home = Home::new(&next.workspace.id, next.guild);
    if let Some(before) = before.as_ref().filter(|before| known.is_some() && **before != home) {
        transaction.write(call!(FORGET_CONNECTION, before.workspace, before.guild));
        transaction.write(call!(NOTE_FORMER, before.guild, before.workspace));
    }
    let link = if before.is_some() { RELINK } else { LINK };
    transaction.write(call!(link, home.guild, home.workspace));
    let body = store.bodies.seal(&spot(&home), &ConnectionRecord::of(&next))?;
    transaction.write(call!(CONNECT, home.workspace, home.guild, body));
    Ok(Written::Now)
}
