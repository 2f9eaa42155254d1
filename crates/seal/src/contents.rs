//! What lies in the folder, and what it means together with the keys that are given: decided in one place, whether the
//! store is opened or only looked at.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use deskbell_domain::ids::WorkspaceId;

use crate::files;
use crate::fingerprint::Fingerprint;
use crate::key_error::{GivenKey, KeyError};
use crate::master_key::{MasterKey, NotAKey};
use crate::sealed_keys::{SealedKeys, Unusable};
use crate::workspace_key::WorkspaceKey;

/// The master keys that are configured.
#[derive(Debug, Clone, Default)]
pub struct GivenKeys {
    /// The one to be used; without it that of the folder is.
    pub current: Option<MasterKey>,
    /// The one that was used before, while it is changed.
    pub previous: Option<MasterKey>,
}

/// Where the master key in use is from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Origin {
    /// The configuration.
    Configured,
    /// The file `key` in the folder.
    File,
    /// The file `key` in the folder, which is made at this start.
    Made,
}

/// What the keys of the workspaces were like before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KeysBefore {
    /// There were none: nothing can have been sealed in this folder.
    None,
    /// They were sealed under the master key in use.
    Current,
    /// They were sealed under the one before, and are sealed under the one in use at this start.
    Previous,
}

/// Where the files are.
#[derive(Debug, Clone)]
pub(crate) struct Paths {
    pub(crate) folder: PathBuf,
    /// The master key, where none is configured.
    pub(crate) key: PathBuf,
    /// The keys of the workspaces.
    pub(crate) keys: PathBuf,
    /// The fingerprint of the master key in use. It is written after `keys`, so where it stands those were there.
    pub(crate) id: PathBuf,
}

/// What lies in the folder.
pub(crate) struct Contents {
    paths: Paths,
    key: Option<MasterKey>,
    keys: Option<SealedKeys>,
    id: Option<Vec<u8>>,
}

/// What is to be done with it.
pub(crate) struct Judged {
    pub(crate) origin: Origin,
    /// The master key; none where it has to be made.
    pub(crate) current: Option<MasterKey>,
    pub(crate) before: KeysBefore,
    /// As the file holds them, whatever they are sealed under.
    pub(crate) sealed: Option<SealedKeys>,
    pub(crate) opened: BTreeMap<WorkspaceId, WorkspaceKey>,
}

impl Paths {
    pub(crate) fn below(folder: &Path) -> Self {
        let path = |name| folder.join(name);
        Self { folder: folder.to_owned(), key: path("key"), keys: path("keys"), id: path("key.id") }
    }
}

impl Contents {
    pub(crate) fn read(paths: &Paths) -> Result<Self, KeyError> {
        let id = files::read(&paths.id)?.map(|content| content.to_vec());
        Ok(Self { paths: paths.clone(), key: read_key(&paths.key)?, keys: read_keys(&paths.keys)?, id })
    }

    /// The keys of workspaces that a backup holds, which are to be opened with the master key of this folder, where it
    /// has one.
    pub(crate) fn of_backup(paths: &Paths, backup: &Path, keys: &[u8]) -> Result<Self, KeyError> {
        let keys = SealedKeys::parse(keys).map_err(|why| unusable(backup, why))?;
        Ok(Self { paths: paths.clone(), key: read_key(&paths.key)?, keys: Some(keys), id: None })
    }

    /// Whether `key.id` already names this key.
    pub(crate) fn names(&self, fingerprint: Fingerprint) -> bool {
        self.named() == Some(fingerprint)
    }

    fn named(&self) -> Option<Fingerprint> {
        std::str::from_utf8(self.id.as_deref()?).ok()?.trim().parse().ok()
    }

    /// Whether the store can be opened with these keys, and how.
    pub(crate) fn judge(&self, given: &GivenKeys) -> Result<Judged, KeyError> {
        let (origin, current) = match (&given.current, &self.key) {
            (Some(key), _) => (Origin::Configured, key),
            (None, Some(key)) => (Origin::File, key),
            (None, None) => return self.judge_without_key(),
        };
        let judged = match &self.keys {
            Some(sealed) => self.judge_keys(sealed, &self.candidates(given))?,
            None if self.id.is_some() => return Err(KeyError::KeysLost { path: self.paths.keys.clone() }),
            None => Judged::new(KeysBefore::None),
        };
        let before = match judged.before {
            KeysBefore::Previous if judged.is_sealed_under(current) => KeysBefore::Current,
            before => before,
        };
        Ok(Judged { origin, current: Some(current.clone()), before, ..judged })
    }

    fn judge_without_key(&self) -> Result<Judged, KeyError> {
        if self.keys.is_none() && self.id.is_none() {
            return Ok(Judged::new(KeysBefore::None));
        }
        let wanted = self.keys.as_ref().map(SealedKeys::under).or_else(|| self.named());
        Err(KeyError::Missing { folder: self.paths.folder.clone(), wanted })
    }

    /// Every key that may open the folder's: the one in use, and what may have been in use before.
    fn candidates<'a>(&'a self, given: &'a GivenKeys) -> Vec<(GivenKey, &'a MasterKey)> {
        let configured = given.current.iter().map(|key| (GivenKey::Configured, key));
        let previous = given.previous.iter().map(|key| (GivenKey::Previous, key));
        configured.chain(previous).chain(self.key.iter().map(|key| (GivenKey::File, key))).collect()
    }

    fn judge_keys(
        &self,
        sealed: &SealedKeys,
        candidates: &[(GivenKey, &MasterKey)],
    ) -> Result<Judged, KeyError> {
        let wanted = sealed.under();
        let Some((_, opener)) = candidates.iter().find(|(_, key)| key.fingerprint() == wanted) else {
            let given = candidates.iter().map(|(from, key)| (*from, key.fingerprint())).collect();
            return Err(KeyError::Wrong { folder: self.paths.folder.clone(), wanted, given });
        };
        let opened = sealed.open(opener).map_err(|why| unusable(&self.paths.keys, why))?;
        Ok(Judged { sealed: Some(sealed.clone()), opened, ..Judged::new(KeysBefore::Previous) })
    }
}

impl Judged {
    /// Where the master key is still to be made.
    fn new(before: KeysBefore) -> Self {
        Self { origin: Origin::Made, current: None, before, sealed: None, opened: BTreeMap::new() }
    }

    fn is_sealed_under(&self, key: &MasterKey) -> bool {
        self.sealed.as_ref().is_some_and(|sealed| sealed.under() == key.fingerprint())
    }
}

fn read_key(path: &Path) -> Result<Option<MasterKey>, KeyError> {
    let Some(content) = files::read(path)? else { return Ok(None) };
    let text = std::str::from_utf8(&content).map_err(|_| NotAKey::NotBase64);
    let key = text.and_then(MasterKey::parse);
    key.map(Some).map_err(|why| KeyError::NotAKey { path: path.to_owned(), why })
}

fn read_keys(path: &Path) -> Result<Option<SealedKeys>, KeyError> {
    let content = files::read(path)?;
    content.map(|content| SealedKeys::parse(&content).map_err(|why| unusable(path, why))).transpose()
}

fn unusable(path: &Path, why: Unusable) -> KeyError {
    let path = path.to_owned();
    match why {
        Unusable::TooNew => KeyError::TooNew { path },
        Unusable::Broken(why) => KeyError::Broken { path, why },
    }
}
