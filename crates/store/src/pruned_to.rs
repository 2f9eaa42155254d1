//! Up to where pruning has looked in each workspace. Only the writer uses it, and after a restart it begins anew.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use deskbell_domain::ids::{JournalNumber, WorkspaceId};

/// Up to where pruning has looked.
#[derive(Default)]
pub(crate) struct PrunedTo {
    /// In the journal.
    pub(crate) entries: Positions<JournalNumber>,
    /// In the index of posted messages, by key.
    pub(crate) messages: Positions<Vec<u8>>,
    /// In the readings of conversations, by key.
    pub(crate) readings: Positions<Vec<u8>>,
}

/// The place of the last row that was looked at, where a look did not come to the end.
pub(crate) struct Positions<T>(Mutex<BTreeMap<WorkspaceId, T>>);

impl<T> Default for Positions<T> {
    fn default() -> Self {
        Self(Mutex::default())
    }
}

impl<T> Positions<T> {
    /// Takes the place away, so that the next look begins anew unless it is told otherwise.
    pub(crate) fn take(&self, workspace: &WorkspaceId) -> Option<T> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).remove(workspace)
    }

    pub(crate) fn set(&self, workspace: &WorkspaceId, place: T) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).insert(workspace.clone(), place);
    }
}
