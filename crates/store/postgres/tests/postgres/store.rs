//! A store over a database of its own.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use deskbell_domain::ids::ApplicationId;
use deskbell_domain::port::random::Random;
use deskbell_domain::port::sealing::Sealing;
use deskbell_seal::{GivenKeys, KeyFolder};
use deskbell_store::contract::{Chance, Fixture, START, TestClock};
use deskbell_store_postgres::{Address, PostgresStore, Purpose, Settings};

/// The keys in a folder.
pub(crate) fn keys(folder: &Path, random: Arc<dyn Random>) -> Arc<dyn Sealing> {
    let opened = KeyFolder::new(folder).open(&GivenKeys::default(), random).expect("keys can be made");
    Arc::new(opened.keyring)
}

/// What a store needs, with keys that are not kept in the database, and without a place of its own.
pub(crate) fn settings(
    sealing: Arc<dyn Sealing>,
    clock: Arc<TestClock>,
    random: Arc<Chance>,
    application: Option<ApplicationId>,
) -> Settings {
    Settings {
        keys: Box::new(move |_, _| Ok(sealing.clone())),
        clock,
        random,
        application,
        patience: Duration::from_secs(60),
        purpose: Purpose::Use,
    }
}

/// Opens a store in use over a database, with its keys in a folder.
pub(crate) async fn open(address: &Address, folder: &Path) -> Fixture<PostgresStore> {
    let clock = Arc::new(TestClock::at(START));
    Fixture::over(with_clock(address, folder, clock.clone()).await, clock)
}

/// The same, by itself.
pub(crate) async fn store(address: &Address, folder: &Path) -> PostgresStore {
    with_clock(address, folder, Arc::new(TestClock::at(START))).await
}

async fn with_clock(address: &Address, folder: &Path, clock: Arc<TestClock>) -> PostgresStore {
    let random = Arc::new(Chance::default());
    let settings = settings(keys(folder, random.clone()), clock, random, None);
    PostgresStore::open(address, settings).await.expect("the database is there")
}
