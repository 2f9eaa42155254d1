//! The keys of the store: in a folder of the run's own, under a master key that is changed while the process is down.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use deskbell_domain::port::sealing::Sealing;
use deskbell_seal::{GivenKeys, MasterKey};
use tempfile::TempDir;

use crate::chance::Chance;

/// Whoever sets `DESKBELL_KEY` and `DESKBELL_KEY_PREVIOUS`.
pub(crate) struct KeyChain {
    folder: TempDir,
    chance: Arc<Chance>,
    given: Mutex<GivenKeys>,
    at_work: Mutex<Option<Arc<dyn Sealing>>>,
}

impl KeyChain {
    /// A first key.
    pub(crate) fn of(seed: u64) -> Self {
        let chance = Arc::new(Chance::of(seed, 8));
        let given = GivenKeys { current: Some(MasterKey::generate(&*chance)), previous: None };
        let folder = TempDir::new().expect("the system has a folder for temporary files");
        Self { folder, chance, given: Mutex::new(given), at_work: Mutex::default() }
    }

    /// From the next start on there is another key. The one before stays until the start after that.
    pub(crate) fn rotate(&self) {
        let mut given = self.given();
        let next = MasterKey::generate(&*self.chance);
        let previous = given.current.replace(next);
        given.previous = previous;
    }

    /// The keys at work, as a process opens them that has the lock of the store.
    pub(crate) fn open(&self) -> Arc<dyn Sealing> {
        let given = self.given().clone();
        let keys = deskbell::app::keys(self.folder.path(), given, self.chance.clone());
        let keys = keys().expect("one of the two keys is the one in use, and nobody touches the folder");
        self.given().previous = None;
        *self.at_work.lock().unwrap_or_else(PoisonError::into_inner) = Some(keys.clone());
        keys
    }

    /// The keys that the last process opened.
    pub(crate) fn at_work(&self) -> Option<Arc<dyn Sealing>> {
        self.at_work.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn given(&self) -> MutexGuard<'_, GivenKeys> {
        self.given.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
