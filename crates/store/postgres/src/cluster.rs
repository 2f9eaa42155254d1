//! Whether this process still has the work.

use async_trait::async_trait;
use deskbell_domain::port::store::{Cluster, StoreError, StoreHealth as _, Stored};

use crate::store::PostgresStore;

#[async_trait]
impl Cluster for PostgresStore {
    fn may_send(&self) -> Stored<()> {
        self.member.as_ref().map_or(Ok(()), |member| member.may_send()).map_err(StoreError::Unwritable)
    }

    async fn confirm(&self) -> Stored<()> {
        if self.member.is_none() {
            return Ok(());
        }
        self.probe().await
    }
}
