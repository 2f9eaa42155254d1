//! Whether the store can be written.

use async_trait::async_trait;
use deskbell_domain::port::store::{StoreHealth, Stored};
use deskbell_domain::status::StoreState;
use tokio::sync::watch;

use crate::sql::statements;
use crate::store::PostgresStore;
use crate::value::call;

statements!("transaction.sql": PROBE);

#[async_trait]
impl StoreHealth for PostgresStore {
    fn state(&self) -> watch::Receiver<StoreState> {
        self.word.state()
    }

    async fn probe(&self) -> Stored<()> {
        let now = self.clock.now().0.to_string();
        let now = &now;
        self.write(|transaction| async move {
            transaction.write(call!(PROBE, now));
            Ok(())
        })
        .await
    }
}
