//! The suite over the engines of this crate.

use std::path::Path;
use std::sync::Arc;

use deskbell_domain::port::random::Random;
use deskbell_domain::port::sealing::Sealing;
use deskbell_seal::{GivenKeys, KeyError, KeyFolder};

use super::{Chance, START, TestClock, fixture};
use crate::engine::Engine;
use crate::engine::memory::MemoryEngine;
use crate::engine::sled::SledEngine;
use crate::{KvStore, SealedEngine};

/// The store of this crate in use.
pub(crate) type Fixture = fixture::Fixture<KvStore>;

/// Runs a test over an engine, with the writer beside it.
pub(crate) async fn run<T>(engine: impl Engine, test: impl AsyncFnOnce(Fixture) -> T) -> T {
    run_with(engine, Chance::default(), test).await
}

/// The same, with other random numbers.
pub(crate) async fn run_with<T>(
    engine: impl Engine,
    random: impl Random + 'static,
    test: impl AsyncFnOnce(Fixture) -> T,
) -> T {
    let clock = Arc::new(TestClock::at(START));
    let (store, writer) = KvStore::over(engine, clock.clone(), Arc::new(random));
    tokio::join!(writer.run(), test(Fixture::over(store, clock))).1
}

/// The keys in a folder.
pub(crate) fn keyring(folder: &Path, random: Arc<dyn Random>) -> Result<Arc<dyn Sealing>, KeyError> {
    let opened = KeyFolder::new(folder).open(&GivenKeys::default(), random)?;
    Ok(Arc::new(opened.keyring))
}

/// Over sealed values, as in use.
pub(crate) async fn on_sealed<T>(test: impl AsyncFnOnce(Fixture) -> T) -> T {
    let folder = tempfile::tempdir().unwrap();
    let keys = keyring(folder.path(), Arc::new(Chance::default())).unwrap();
    run(SealedEngine::new(MemoryEngine::new(), keys), test).await
}

pub(crate) async fn on_memory<T>(test: impl AsyncFnOnce(Fixture) -> T) -> T {
    run(MemoryEngine::new(), test).await
}

pub(crate) async fn on_sled<T>(test: impl AsyncFnOnce(Fixture) -> T) -> T {
    let folder = tempfile::tempdir().unwrap();
    run(SledEngine::open(folder.path(), START).unwrap(), test).await
}
