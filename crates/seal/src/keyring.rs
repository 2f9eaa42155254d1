//! The keys at work: the port through which a store seals and opens.

use std::collections::BTreeMap;
use std::fmt;
use std::io;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock};

use deskbell_domain::ids::WorkspaceId;
use deskbell_domain::port::random::Random;
use deskbell_domain::port::sealing::{Place, Sealing, Unopened};

use crate::additional_data::of_place;
use crate::cipher::Cipher;
use crate::master_key::MasterKey;
use crate::sealed_keys::SealedKeys;
use crate::workspace_key::WorkspaceKey;

/// The keys of all workspaces. Values are sealed and opened without a lock; only who makes or throws away a key waits
/// for another who does.
pub struct Keyring {
    master: MasterKey,
    random: Arc<dyn Random>,
    ciphers: RwLock<BTreeMap<WorkspaceId, Arc<Cipher>>>,
    /// Whoever takes both locks takes this one first.
    kept: Mutex<KeptKeys>,
}

/// Puts the sealed keys of all workspaces in the place of those that are kept, whole and durably, or not at all. It is called
/// where a workspace is new and where one is shredded, and may block for as long as a file or a row takes.
pub type Keep = Box<dyn Fn(&[u8]) -> io::Result<()> + Send + Sync>;

/// The keys as they are kept.
pub(crate) struct KeptKeys {
    keep: Keep,
    keys: SealedKeys,
}

impl KeptKeys {
    pub(crate) fn new(keep: Keep, keys: SealedKeys) -> Self {
        Self { keep, keys }
    }

    /// What was there stays where it cannot be written.
    fn replace(&mut self, keys: SealedKeys) -> io::Result<()> {
        (self.keep)(&keys.to_json())?;
        self.keys = keys;
        Ok(())
    }
}

impl Keyring {
    pub(crate) fn new(
        master: MasterKey,
        kept: KeptKeys,
        keys: &BTreeMap<WorkspaceId, WorkspaceKey>,
        random: Arc<dyn Random>,
    ) -> Self {
        let ciphers = keys.iter().map(|(id, key)| (id.clone(), Arc::new(key.cipher()))).collect();
        Self { master, random, ciphers: RwLock::new(ciphers), kept: Mutex::new(kept) }
    }

    fn cipher(&self, workspace: &WorkspaceId) -> Option<Arc<Cipher>> {
        self.ciphers.read().unwrap_or_else(PoisonError::into_inner).get(workspace).cloned()
    }

    fn kept(&self) -> MutexGuard<'_, KeptKeys> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Makes the key of a workspace, unless another thread made it while this one waited.
    fn make(&self, workspace: &WorkspaceId) -> io::Result<Arc<Cipher>> {
        let mut kept = self.kept();
        if let Some(cipher) = self.cipher(workspace) {
            return Ok(cipher);
        }
        let key = WorkspaceKey::generate(&*self.random);
        let sealed = key.sealed(workspace, &self.master, &*self.random)?;
        let keys = kept.keys.with(workspace, sealed);
        kept.replace(keys)?;
        let cipher = Arc::new(key.cipher());
        let mut ciphers = self.ciphers.write().unwrap_or_else(PoisonError::into_inner);
        ciphers.insert(workspace.clone(), cipher.clone());
        Ok(cipher)
    }
}

impl Sealing for Keyring {
    fn seal(&self, place: &Place<'_>, plain: &[u8]) -> io::Result<Vec<u8>> {
        let cipher = match self.cipher(place.workspace) {
            Some(cipher) => cipher,
            None => self.make(place.workspace)?,
        };
        cipher.seal(&of_place(place), plain, &*self.random)
    }

    fn open(&self, place: &Place<'_>, sealed: &[u8]) -> Result<Vec<u8>, Unopened> {
        self.cipher(place.workspace).ok_or(Unopened)?.open(&of_place(place), sealed)
    }

    fn shred(&self, workspace: &WorkspaceId) -> io::Result<()> {
        let mut kept = self.kept();
        if !kept.keys.contains(workspace) {
            return Ok(());
        }
        let keys = kept.keys.without(workspace);
        kept.replace(keys)?;
        self.ciphers.write().unwrap_or_else(PoisonError::into_inner).remove(workspace);
        Ok(())
    }
}

/// No key shows.
impl fmt::Debug for Keyring {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Keyring").field("master", &self.master).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;
