//! The ports to the store, for one life of the process: the real store, with the places in it at which a process dies,
//! and with an ear for what the judge must know.

mod audit;
mod connections;
mod delivery;
mod edits;
mod erasure;
mod journal;
mod settings;

use std::sync::Arc;

use async_trait::async_trait;
use deskbell_domain::port::store::{Cluster, StoreHealth, Stored};
use deskbell_domain::status::StoreState;
use deskbell_store::KvStore;
use tokio::sync::watch;

use crate::world::World;

/// The store, as a process sees it.
#[derive(Clone)]
pub(crate) struct StorePort {
    pub(crate) world: Arc<World>,
    pub(crate) store: KvStore,
}

impl Cluster for StorePort {}

/// Nothing dies around it: what it writes passes the same sites of the engine as every other write.
#[async_trait]
impl StoreHealth for StorePort {
    fn state(&self) -> watch::Receiver<StoreState> {
        self.store.state()
    }

    async fn probe(&self) -> Stored<()> {
        self.store.probe().await
    }
}
