//! Moving the content of a store, or of a backup, into another store.
//!
//! Values are opened with the old keys and sealed anew, with keys of workspaces that are made for the new store. It may
//! be broken off anywhere and begun again:
//!
//! 1. The old store is locked and gets an id, which stands in the new one before anything else does. A new store with
//!    that mark opens for nobody.
//! 2. Whatever a try before left is taken out of the new store, everything is copied, and counted there.
//! 3. The old store is marked: from now on it does not open. Then the mark of the new one says that it is done.
//!
//! So at no moment both of them open, and neither of them opens with a part. A backup stays as it is.

mod copying;
mod departing;
mod rows;

use std::io;
use std::path::{Path, PathBuf};

use deskbell_domain::port::random::Random;
use deskbell_domain::time::UnixMillis;

pub use self::copying::Opener;
pub(crate) use self::departing::{Departing, Store};
pub(crate) use self::rows::each;
use crate::backup::{BackupError, BackupFile};
use crate::codec;
use crate::engine::sled::SledEngine;
use crate::engine::{Direction, Engine, KeyRange};
use crate::keys;
use crate::move_marks::{Arrival, Counts, Moved, arrival};
use crate::move_note::refuse_and_note;
use crate::open::{Form, Keys, Prepared, form, is_there, open_engine_of, prepare, write_marks};
use crate::open_error::{NoKeys, OpenError};

/// What is moved.
#[derive(Debug)]
pub enum MoveFrom {
    /// The store in this folder, which opens no more afterwards.
    Store(PathBuf),
    /// A backup, which stays as it is.
    Backup(BackupFile),
}

/// The keys of both sides.
pub struct MigrationKeys {
    /// Brings the old keys, once the old store is locked. It writes nothing.
    pub old: Box<dyn FnOnce() -> Result<Opener, NoKeys>>,
    /// Brings the new keys, once the new store is locked and on the disk.
    pub new: Keys,
}

/// What came of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Migrated {
    /// What is in the new store, as it was counted there when it was done.
    pub counts: Counts,
    /// Whether that was before, and nothing was left to do.
    pub was_done: bool,
}

/// Why nothing was moved, or not all of it.
#[derive(Debug, thiserror::Error)]
pub enum MigrationError {
    /// One of the stores cannot be opened, or has moved.
    #[error(transparent)]
    Open(#[from] OpenError),
    /// The backup cannot be used.
    #[error(transparent)]
    Backup(#[from] BackupError),
    /// There are no keys.
    #[error(transparent)]
    Keys(NoKeys),
    /// Something else is there.
    #[error(
        "there is something else in the store in {}, and it was left alone: name a folder that is empty, or not there yet",
        to.display()
    )]
    OtherData {
        /// The new store's folder.
        to: PathBuf,
    },
    /// Both are the same.
    #[error("both are the store in {}: name another folder for the new one", folder.display())]
    Same {
        /// The folder.
        folder: PathBuf,
    },
    /// As many values must be in the new store as were in the old one.
    #[error("{expected} values were to be moved, and {found} are in the new store: run it again")]
    Miscounted {
        /// In the old store.
        expected: u64,
        /// In the new store.
        found: u64,
    },
    /// A disk failed, or is full.
    #[error(
        "it was broken off ({0}). Mend that, then run it again: it begins anew by itself, and nothing is lost"
    )]
    BrokenOff(io::Error),
}

impl From<io::Error> for MigrationError {
    fn from(error: io::Error) -> Self {
        Self::BrokenOff(error)
    }
}

/// Moves the content of a store or a backup into the store of a folder. This reads and writes disks: call it where
/// blocking is allowed.
pub fn migrate(
    from: &MoveFrom,
    to: &Path,
    keys: MigrationKeys,
    random: &dyn Random,
    now: UnixMillis,
) -> Result<Migrated, MigrationError> {
    match from {
        MoveFrom::Backup(backup) => into(backup, to, keys, now),
        MoveFrom::Store(folder) => {
            let engine = open_departing(folder, now)?;
            refuse_the_same(folder, to)?;
            let migrated = into(&Store { engine: &engine, random }, to, keys, now)?;
            let _moved = refuse_and_note(&engine, folder);
            Ok(migrated)
        }
    }
}

/// Locks a store that is whole.
pub(crate) fn open_departing(folder: &Path, now: UnixMillis) -> Result<SledEngine, MigrationError> {
    let engine = open_engine_of(folder, now)?;
    refuse_what_cannot_leave(&engine, folder)?;
    Ok(engine)
}

/// The old folder is there; a new one that is not there yet is another.
fn refuse_the_same(from: &Path, to: &Path) -> Result<(), MigrationError> {
    match (from.canonicalize(), to.canonicalize()) {
        (Ok(from), Ok(to)) if from == to => Err(MigrationError::Same { folder: from }),
        _ => Ok(()),
    }
}

/// A store that is only half there, or of which nothing can be known.
fn refuse_what_cannot_leave(engine: &impl Engine, folder: &Path) -> Result<(), MigrationError> {
    let folder = folder.to_owned();
    if arrival(engine)?.is_some_and(|arrival| arrival.done.is_none()) {
        return Err(OpenError::Unfinished { folder }.into());
    }
    match form(engine)? {
        Form::None => Err(OpenError::Absent { folder }.into()),
        Form::Later => Err(OpenError::TooNew { folder }.into()),
        Form::Earlier | Form::Present => Ok(()),
    }
}

fn into(
    from: &impl Departing,
    to: &Path,
    keys: MigrationKeys,
    now: UnixMillis,
) -> Result<Migrated, MigrationError> {
    let moved = from.moved()?;
    if let Some(Moved { to: there, .. }) = &moved
        && !is_there(to)
    {
        return Err(OpenError::Moved { to: there.clone() }.into());
    }
    let engine = match (SledEngine::open(to, now), moved) {
        (Ok(engine), _) => engine,
        // Nobody but a bot can use it, for which it had to be done.
        (Err(OpenError::InUse { .. }), Some(moved)) if moved.to == to.canonicalize()? => {
            return Ok(Migrated { counts: moved.counts, was_done: true });
        }
        (Err(error), _) => return Err(error.into()),
    };
    Arriving { engine: &engine, folder: to.canonicalize()? }.fill(from, keys)
}

/// What is left to do.
enum Left {
    Everything,
    /// All is copied and the old store says so, but the new one does not.
    Mark(Counts),
    Nothing(Counts),
}

/// The store that is filled.
struct Arriving<'a, E> {
    engine: &'a E,
    folder: PathBuf,
}

impl<E: Engine> Arriving<'_, E> {
    fn fill(&self, from: &impl Departing, keys: MigrationKeys) -> Result<Migrated, MigrationError> {
        let id = from.id()?;
        match self.left(from, &id)? {
            Left::Nothing(counts) => Ok(Migrated { counts, was_done: true }),
            Left::Mark(counts) => self.end(id, counts),
            Left::Everything => {
                let old = (keys.old)().map_err(MigrationError::Keys)?;
                self.mark(&Arrival { id: id.clone(), done: None })?;
                self.copy(from, id, &old, keys.new)
            }
        }
    }

    fn left(&self, from: &impl Departing, id: &str) -> Result<Left, MigrationError> {
        match (from.moved()?, arrival(self.engine)?) {
            (moved, Some(Arrival { id: known, done: Some(counts) }))
                if known == id && (moved.is_some() || from.stays()) =>
            {
                Ok(Left::Nothing(counts))
            }
            (Some(moved), Some(Arrival { id: known, done: None })) if known == id => {
                Ok(Left::Mark(moved.counts))
            }
            (Some(Moved { to, .. }), _) => Err(OpenError::Moved { to }.into()),
            (None, Some(Arrival { id: known, done: None })) if known == id => Ok(Left::Everything),
            (None, None) if self.is_empty()? => Ok(Left::Everything),
            (None, _) => Err(MigrationError::OtherData { to: self.folder.clone() }),
        }
    }

    fn is_empty(&self) -> io::Result<bool> {
        Ok(self.engine.range(&KeyRange::everything(), 1, Direction::Ascending)?.is_empty())
    }

    /// The mark is on the disk by now, so that the keys that are made beside this store are not taken for those of a
    /// lost one.
    fn copy(
        &self,
        from: &impl Departing,
        id: String,
        old: &Opener,
        new: Keys,
    ) -> Result<Migrated, MigrationError> {
        let new = new().map_err(MigrationError::Keys)?;
        rows::clear(self.engine)?;
        copying::copy(from, old, self.engine, new.as_ref())?;
        self.refuse_a_part(from)?;
        let Prepared::Known = prepare(self.engine, new.as_ref())? else {
            return Err(OpenError::TooNew { folder: self.folder.clone() }.into());
        };
        let counts = rows::counted(self.engine, new.as_ref())?;
        from.leave(&Moved { to: self.folder.clone(), counts: counts.clone() })?;
        self.end(id, counts)
    }

    fn refuse_a_part(&self, from: &impl Departing) -> Result<(), MigrationError> {
        let found = rows::number(self.engine)?;
        match from.number()? {
            Some(expected) if expected != found => Err(MigrationError::Miscounted { expected, found }),
            Some(_) | None => Ok(()),
        }
    }

    fn end(&self, id: String, counts: Counts) -> Result<Migrated, MigrationError> {
        self.mark(&Arrival { id, done: Some(counts.clone()) })?;
        Ok(Migrated { counts, was_done: false })
    }

    fn mark(&self, arrival: &Arrival) -> io::Result<()> {
        write_marks(self.engine, &[(keys::arrival(), codec::encode(arrival))])?;
        let _half_there = refuse_and_note(self.engine, &self.folder);
        Ok(())
    }
}

#[cfg(test)]
mod tests;
