//! What the tests stand on.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use deskbell_domain::ids::WorkspaceId;
use deskbell_domain::port::random::Random;
use deskbell_domain::port::sealing::Place;

use crate::contents::GivenKeys;
use crate::key_folder::{KeyFolder, Opened};
use crate::master_key::MasterKey;

/// The same numbers for the same seed: `SplitMix64`.
pub(crate) struct Seeded(AtomicU64);

impl Seeded {
    pub(crate) fn new(seed: u64) -> Self {
        Self(AtomicU64::new(seed))
    }
}

impl Random for Seeded {
    fn number(&self) -> u64 {
        let state = self.0.fetch_add(0x9e37_79b9_7f4a_7c15, Ordering::Relaxed);
        let state = (state ^ (state >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let state = (state ^ (state >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        state ^ (state >> 31)
    }
}

/// A master key by number.
pub(crate) fn key(number: u64) -> MasterKey {
    MasterKey::generate(&Seeded::new(number))
}

/// Keys by number, as they are configured.
pub(crate) fn given(current: Option<u64>, previous: Option<u64>) -> GivenKeys {
    GivenKeys { current: current.map(key), previous: previous.map(key) }
}

/// Opens a folder, in a run whose numbers no other run draws.
pub(crate) fn open(folder: &Path, given: &GivenKeys) -> Opened {
    static RUNS: AtomicU64 = AtomicU64::new(1000);
    let random = Seeded::new(RUNS.fetch_add(1, Ordering::Relaxed));
    KeyFolder::new(folder).open(given, Arc::new(random)).expect("the folder can be opened")
}

/// A workspace by name.
pub(crate) fn workspace(name: &str) -> WorkspaceId {
    WorkspaceId::new(name)
}

/// A place in the journal of a workspace.
pub(crate) fn in_journal(workspace: &WorkspaceId) -> Place<'_> {
    Place { workspace, record: "journal", id: b"1" }
}
