//! Who may see customers: one list for each server.

use async_trait::async_trait;
use deskbell_domain::access::Access;
use deskbell_domain::audit::Deed;
use deskbell_domain::home::Home;
use deskbell_domain::port::store::{AccessLists, ChangeOutcome, Stored};
use tokio_postgres::Row;

use crate::audit::scribe::Whose;
use crate::cells::Cells as _;
use crate::failure::Attempt;
use crate::sql::statements;
use crate::store::PostgresStore;
use crate::value::{call, json};

statements!("subscription.sql": FOUND_SERVER ACCESS LOCK_ACCESS CHANGE_ACCESS);

#[async_trait]
impl AccessLists for PostgresStore {
    async fn access(&self, home: &Home) -> Stored<Access> {
        self.read_rows(call!(ACCESS, home.guild), |rows| list(&rows)).await
    }

    async fn change_access(&self, home: &Home, access: Access, by: Option<Deed>) -> Stored<ChangeOutcome> {
        let (scribe, access, by) = (&self.scribe(), &access, &by);
        self.write(|transaction| async move {
            transaction.write(call!(FOUND_SERVER, home.guild));
            let rows = transaction.ask(call!(LOCK_ACCESS, home.guild)).await?;
            let present = list(&rows)?;
            let next = Access { version: access.version.wrapping_add(1), ..access.clone() };
            if present == next {
                return Ok(ChangeOutcome::Changed);
            }
            if present.version != access.version {
                return Ok(ChangeOutcome::Conflict);
            }
            transaction.write(call!(CHANGE_ACCESS, home.guild, json(&next)));
            scribe.done(&transaction, Whose::of(home), by.as_ref()).await?;
            Ok(ChangeOutcome::Changed)
        })
        .await
    }
}

fn list(rows: &[Row]) -> Attempt<Access> {
    let list = rows.first().map(|row| row.json_or_none("access", "access list")).transpose()?;
    Ok(list.flatten().unwrap_or_default())
}
