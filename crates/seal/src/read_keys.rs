//! The keys of a store that is only read.

use std::collections::BTreeMap;
use std::fmt;

use deskbell_domain::ids::WorkspaceId;
use deskbell_domain::port::sealing::{Place, Unopened};

use crate::additional_data::of_place;
use crate::cipher::Cipher;
use crate::workspace_key::WorkspaceKey;

/// Opens what was sealed, and neither seals nor writes anything: a store that is copied away keeps its keys as they
/// are.
pub struct ReadKeys(BTreeMap<WorkspaceId, Cipher>);

impl ReadKeys {
    pub(crate) fn new(keys: &BTreeMap<WorkspaceId, WorkspaceKey>) -> Self {
        Self(keys.iter().map(|(id, key)| (id.clone(), key.cipher())).collect())
    }

    /// Opens what was sealed for a place.
    ///
    /// # Errors
    /// Fails where the key of the workspace is gone, or the value was sealed for another place, or was changed.
    pub fn open(&self, place: &Place<'_>, sealed: &[u8]) -> Result<Vec<u8>, Unopened> {
        self.0.get(place.workspace).ok_or(Unopened)?.open(&of_place(place), sealed)
    }
}

/// No key shows.
impl fmt::Debug for ReadKeys {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_tuple("ReadKeys").field(&self.0.len()).finish()
    }
}
