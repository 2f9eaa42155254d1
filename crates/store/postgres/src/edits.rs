//! Posted messages that live on, and which of them no longer show what is true.

use async_trait::async_trait;
use deskbell_domain::delivery::MessageShape;
use deskbell_domain::home::Home;
use deskbell_domain::ids::{AmendmentNumber, ChannelId, GuildId, MessageId, WorkspaceId};
use deskbell_domain::port::store::{EditEnd, Edits, Stored, WantedEdit};
use tokio_postgres::Row;

use crate::cells::{Cells as _, or_skip};
use crate::delivery::shapes;
use crate::failure::Attempt;
use crate::sql::statements;
use crate::store::PostgresStore;
use crate::transaction::Transaction;
use crate::value::{call, json};
use crate::workspace;

statements!("delivery.sql": WANTED SHAPE SHOWN);

/// What a shape is called where it cannot be read.
const WHAT: &str = "message that lives on";

#[async_trait]
impl Edits for PostgresStore {
    async fn wanted_edits(
        &self,
        workspace: &WorkspaceId,
        channel: ChannelId,
        limit: usize,
    ) -> Stored<Vec<WantedEdit>> {
        self.read_rows(call!(WANTED, workspace, channel, limit as u64), |rows| {
            let mut wanted = Vec::new();
            for row in rows {
                wanted.extend(or_skip(wanted_edit(workspace, channel, &row))?);
            }
            Ok(wanted)
        })
        .await
    }

    async fn end_edit(&self, edit: &WantedEdit, end: EditEnd) -> Stored<()> {
        self.write(|transaction| async move { end_edit(self, &transaction, edit, end).await }).await
    }
}

fn wanted_edit(workspace: &WorkspaceId, channel: ChannelId, row: &Row) -> Attempt<WantedEdit> {
    Ok(WantedEdit {
        home: Home::new(workspace, GuildId(row.number("guild")?)),
        channel,
        message: MessageId(row.number("message")?),
        shape: row.json("body", WHAT)?,
        wanted: AmendmentNumber(row.number("wanted")?),
    })
}

async fn end_edit(
    store: &PostgresStore,
    transaction: &Transaction,
    edit: &WantedEdit,
    end: EditEnd,
) -> Attempt<()> {
    let (workspace, channel, message) = (&edit.home.workspace, edit.channel, edit.message);
    let look = [call!(SHAPE, workspace, channel, message)];
    let Some((_, [rows])) = workspace::lock_present(store, transaction, workspace, look).await? else {
        return Ok(());
    };
    let Some(row) = rows.first() else { return Ok(()) };
    if end == EditEnd::Gone {
        for call in shapes::forget(workspace, channel, message) {
            transaction.write(call);
        }
        return Ok(());
    }
    let mut shape: MessageShape = row.json("body", WHAT)?;
    shape.batch.amended = shape.batch.amended.max(edit.wanted);
    let wanted = row.number_or_none("wanted")?.map(AmendmentNumber).filter(|wanted| *wanted > edit.wanted);
    transaction.write(call!(SHOWN, workspace, channel, message, json(&shape), wanted));
    Ok(())
}
