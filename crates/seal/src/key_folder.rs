//! The folder beside the store in which the keys are.

use std::collections::BTreeMap;
use std::io;
use std::path::Path;
use std::sync::Arc;

use deskbell_domain::ids::WorkspaceId;
use deskbell_domain::port::random::Random;

use crate::contents::{Contents, GivenKeys, Judged, KeysBefore, Origin, Paths};
use crate::files;
use crate::fingerprint::Fingerprint;
use crate::key_error::KeyError;
use crate::keyring::{KeptKeys, Keyring};
use crate::master_key::MasterKey;
use crate::read_keys::ReadKeys;
use crate::sealed_keys::SealedKeys;
use crate::workspace_key::WorkspaceKey;

/// A store's folder, as far as it is about keys.
#[derive(Debug, Clone)]
pub struct KeyFolder {
    paths: Paths,
}

/// What came of opening a folder.
#[derive(Debug)]
pub struct Opened {
    /// The keys, at work.
    pub keyring: Keyring,
    /// Where the master key is from. Whoever runs the bot should hear of one that was made.
    pub origin: Origin,
    /// By what it is told from others.
    pub fingerprint: Fingerprint,
    /// What the keys of the workspaces were like before.
    pub before: KeysBefore,
}

/// What opening a folder would do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Examined {
    /// Where the master key is from, or would be.
    pub origin: Origin,
    /// By what it is told from others; none where it is still to be made.
    pub fingerprint: Option<Fingerprint>,
    /// What the keys of the workspaces are like.
    pub before: KeysBefore,
}

impl KeyFolder {
    /// The keys of the store in this folder.
    pub fn new(folder: &Path) -> Self {
        Self { paths: Paths::below(folder) }
    }

    /// Looks whether the folder can be opened with these keys. Nothing is written.
    ///
    /// # Errors
    /// Fails where [`KeyFolder::open`] would, but for what cannot be written.
    pub fn examine(&self, given: &GivenKeys) -> Result<Examined, KeyError> {
        let Judged { origin, current, before, .. } = Contents::read(&self.paths)?.judge(given)?;
        Ok(Examined { origin, fingerprint: current.as_ref().map(MasterKey::fingerprint), before })
    }

    /// Opens the keys of the workspaces as they are, with whichever of the given keys and that of the folder opens
    /// them. Nothing is written.
    ///
    /// # Errors
    /// Fails where [`KeyFolder::open`] would, but for what cannot be written.
    pub fn read(&self, given: &GivenKeys) -> Result<ReadKeys, KeyError> {
        read_only(&Contents::read(&self.paths)?, given)
    }

    /// Opens the keys of the workspaces that a backup holds, with whichever of the given keys and that of this folder
    /// opens them. Nothing is written.
    ///
    /// # Errors
    /// Fails where [`KeyFolder::read`] would.
    pub fn read_backup(&self, backup: &Path, keys: &[u8], given: &GivenKeys) -> Result<ReadKeys, KeyError> {
        read_only(&Contents::of_backup(&self.paths, backup, keys)?, given)
    }

    /// Opens the folder with the keys that are configured; a folder without keys gets what it lacks. Keys of
    /// workspaces that are sealed under a previous master key are sealed under the one in use, all at once.
    ///
    /// Whoever calls this holds the lock of the store in the same folder: two processes that wrote `keys` would lose
    /// each other's. A process may die at any point in it, and the next one opens the folder all the same.
    ///
    /// # Errors
    /// Fails where the key is missing or another one, or a file is broken, lost or none; what to do stands in the error.
    pub fn open(&self, given: &GivenKeys, random: Arc<dyn Random>) -> Result<Opened, KeyError> {
        let contents = Contents::read(&self.paths)?;
        let judged = contents.judge(given)?;
        files::make_folder(&self.paths.folder).map_err(not_written(&self.paths.folder))?;
        let master = match judged.current {
            Some(key) => key,
            None => self.make_key(&*random)?,
        };
        let keys = match judged.sealed.filter(|_| judged.before == KeysBefore::Current) {
            Some(keys) => keys,
            None => self.seal(&judged.opened, &master, &*random)?,
        };
        let fingerprint = master.fingerprint();
        if !contents.names(fingerprint) {
            self.name(fingerprint)?;
        }
        let path = self.paths.keys.clone();
        let kept = KeptKeys::new(Box::new(move |keys| files::replace(&path, keys)), keys);
        let keyring = Keyring::new(master, kept, &judged.opened, random);
        Ok(Opened { keyring, origin: judged.origin, fingerprint, before: judged.before })
    }

    /// The file is durable before anything is sealed under what it holds.
    fn make_key(&self, random: &dyn Random) -> Result<MasterKey, KeyError> {
        let key = MasterKey::generate(random);
        let mut line = key.to_base64();
        line.push('\n');
        files::replace(&self.paths.key, line.as_bytes()).map_err(not_written(&self.paths.key))?;
        Ok(key)
    }

    fn seal(
        &self,
        keys: &BTreeMap<WorkspaceId, WorkspaceKey>,
        master: &MasterKey,
        random: &dyn Random,
    ) -> Result<SealedKeys, KeyError> {
        let path = &self.paths.keys;
        let sealed = SealedKeys::seal(keys, master, random).map_err(not_written(path))?;
        files::replace(path, &sealed.to_json()).map_err(not_written(path))?;
        Ok(sealed)
    }

    fn name(&self, fingerprint: Fingerprint) -> Result<(), KeyError> {
        let path = &self.paths.id;
        files::replace(path, format!("{fingerprint}\n").as_bytes()).map_err(not_written(path))
    }
}

/// Here the key before is as good as the one in use: nothing is sealed under either.
fn read_only(contents: &Contents, given: &GivenKeys) -> Result<ReadKeys, KeyError> {
    let current = given.current.clone().or_else(|| given.previous.clone());
    let given = GivenKeys { current, previous: given.previous.clone() };
    Ok(ReadKeys::new(&contents.judge(&given)?.opened))
}

fn not_written(path: &Path) -> impl FnOnce(io::Error) -> KeyError {
    let path = path.to_owned();
    |source| KeyError::NotWritten { path, source }
}

#[cfg(test)]
mod tests;
