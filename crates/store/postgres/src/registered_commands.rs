//! Which commands Discord was told, for each application.

use async_trait::async_trait;
use deskbell_domain::ids::ApplicationId;
use deskbell_domain::port::store::{RegisteredCommands, Stored};

use crate::cells::Cells as _;
use crate::sql::statements;
use crate::store::PostgresStore;
use crate::value::call;

statements!("subscription.sql": REGISTERED REGISTER);

#[async_trait]
impl RegisteredCommands for PostgresStore {
    async fn registered_commands(&self, application: ApplicationId) -> Stored<Option<String>> {
        self.read_rows(call!(REGISTERED, application), |rows| {
            rows.first().map(|row| row.text("commands")).transpose()
        })
        .await
    }

    async fn remember_registered_commands(&self, application: ApplicationId, hash: &str) -> Stored<()> {
        self.write(|transaction| async move {
            transaction.write(call!(REGISTER, application, hash));
            Ok(())
        })
        .await
    }
}
