//! The handle that everybody holds.

use std::sync::Arc;

use async_trait::async_trait;
use deskbell_domain::port::random::Random;
use deskbell_domain::port::store::{Cluster, StoreError, StoreHealth, Stored};
use deskbell_domain::status::StoreState;
use deskbell_domain::time::Clock;
use tokio::sync::watch;

use crate::copier::Copier;
use crate::engine::{Engine, Placement};
use crate::keys;
use crate::pruned_to::PrunedTo;
use crate::writer::{Queue, Writer, writer_over};

/// The store. A clone is another handle to the same store.
///
/// A caller that is dropped while it waits may have been heard or not: every operation may be repeated.
#[derive(Clone)]
pub struct KvStore {
    engine: Arc<dyn Engine>,
    queue: Queue,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) random: Arc<dyn Random>,
    /// How far pruning has looked in each workspace.
    pub(crate) pruned_to: Arc<PrunedTo>,
    /// Takes copies of it, where it is on a disk.
    pub(crate) copier: Option<Copier>,
}

impl KvStore {
    /// A store over an engine, and the writer that must be run for it.
    pub fn over(engine: impl Engine, clock: Arc<dyn Clock>, random: Arc<dyn Random>) -> (Self, Writer) {
        let engine: Arc<dyn Engine> = Arc::new(engine);
        let (queue, writer) = writer_over(Arc::clone(&engine), Arc::clone(&clock));
        (Self { engine, queue, clock, random, pruned_to: Arc::default(), copier: None }, writer)
    }

    pub(crate) fn with_copier(self, copier: Copier) -> Self {
        Self { copier: Some(copier), ..self }
    }

    /// Takes copies of the store while it is used, where it is on a disk.
    pub fn copier(&self) -> Option<Copier> {
        self.copier.clone()
    }

    pub(crate) async fn write<T, F>(&self, compute: F) -> Stored<T>
    where
        T: Send + 'static,
        F: FnOnce(&mut crate::write_batch::WriteBatch<'_>) -> Stored<T> + Send + 'static,
    {
        self.queue.write(compute).await
    }

    /// Reads a single value or a few: directly, since that is done in microseconds.
    pub(crate) fn peek<T>(&self, read: impl FnOnce(&dyn Engine) -> Stored<T>) -> Stored<T> {
        read(self.engine.as_ref())
    }

    /// Reads much: on a thread for blocking work, where the engine reads a disk.
    pub(crate) async fn read<T, F>(&self, read: F) -> Stored<T>
    where
        T: Send + 'static,
        F: FnOnce(&dyn Engine) -> Stored<T> + Send + 'static,
    {
        match self.engine.placement() {
            Placement::Inline => read(self.engine.as_ref()),
            Placement::Blocking => {
                let engine = Arc::clone(&self.engine);
                let result = tokio::task::spawn_blocking(move || read(engine.as_ref())).await;
                result.unwrap_or(Err(StoreError::Closed))
            }
        }
    }
}

/// One process has the folder.
impl Cluster for KvStore {}

#[async_trait]
impl StoreHealth for KvStore {
    fn state(&self) -> watch::Receiver<StoreState> {
        self.queue.state()
    }

    async fn probe(&self) -> Stored<()> {
        let now = self.clock.now();
        self.write(move |writes| {
            writes.put(keys::probe(), &now);
            Ok(())
        })
        .await
    }
}
