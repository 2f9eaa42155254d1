//! Up to where pruning has looked in each journal. After a restart it begins anew.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use deskbell_domain::ids::{JournalNumber, WorkspaceId};

/// The number of the last entry that was looked at, where a look did not come to the end.
#[derive(Default)]
pub(crate) struct PrunedTo(Mutex<BTreeMap<WorkspaceId, JournalNumber>>);

impl PrunedTo {
    /// Behind which entry the next look goes on.
    pub(crate) fn of(&self, workspace: &WorkspaceId) -> JournalNumber {
        let places = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        places.get(workspace).copied().unwrap_or(JournalNumber(0))
    }

    /// Behind which entry the next look goes on; at the beginning, where this one came to the end.
    pub(crate) fn set(&self, workspace: &WorkspaceId, place: Option<JournalNumber>) {
        let mut places = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        match place {
            Some(place) => places.insert(workspace.clone(), place),
            None => places.remove(workspace),
        };
    }
}
