//! The ports to the store, for one life of the process: the real store, with the places in it at which a process dies,
//! and with an ear for what the judge must know.

mod delivery;
mod journal;
mod settings;

use std::sync::Arc;

use deskbell_store::DeskStore;

use crate::world::World;

/// The store, as a process sees it.
#[derive(Clone)]
pub(crate) struct StorePort {
    pub(crate) world: Arc<World>,
    pub(crate) store: DeskStore,
}
