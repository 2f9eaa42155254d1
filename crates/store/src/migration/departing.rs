//! What is moved: a store, or a backup.

use std::io;

use deskbell_domain::port::random::Random;

use super::rows;
use crate::backup::BackupFile;
use crate::codec;
use crate::engine::Engine;
use crate::keys;
use crate::move_marks::{Departure, Moved, departure};
use crate::open::write_marks;

/// Takes what stands under a key.
pub(crate) type Take<'a> = dyn FnMut(Vec<u8>, Option<Vec<u8>>) -> io::Result<()> + 'a;

/// Something whose content can be moved.
pub(crate) trait Departing {
    /// By what a half-filled store knows that it comes from here; the same whenever it is asked.
    fn id(&self) -> io::Result<String>;

    /// Where it went, if it is gone.
    fn moved(&self) -> io::Result<Option<Moved>>;

    /// From now on it is gone, durably.
    fn leave(&self, moved: &Moved) -> io::Result<()>;

    /// Whether it stays as it is, however often it is moved.
    fn stays(&self) -> bool;

    /// Hands over everything; what comes last under a key counts.
    fn rows(&self, take: &mut Take<'_>) -> io::Result<()>;

    /// How many values there are, where that can be told.
    fn number(&self) -> io::Result<Option<u64>>;
}

/// A store that is locked.
pub(crate) struct Store<'a, E> {
    pub(crate) engine: &'a E,
    pub(crate) random: &'a dyn Random,
}

impl<E: Engine> Store<'_, E> {
    fn mark(&self, departure: &Departure) -> io::Result<()> {
        write_marks(self.engine, &[(keys::departure(), codec::encode(departure))])
    }
}

impl<E: Engine> Departing for Store<'_, E> {
    fn id(&self) -> io::Result<String> {
        if let Some(Departure { id, .. }) = departure(self.engine)? {
            return Ok(id);
        }
        let id = format!("{:016x}{:016x}", self.random.number(), self.random.number());
        self.mark(&Departure { id: id.clone(), moved: None })?;
        Ok(id)
    }

    fn moved(&self) -> io::Result<Option<Moved>> {
        Ok(departure(self.engine)?.and_then(|departure| departure.moved))
    }

    fn leave(&self, moved: &Moved) -> io::Result<()> {
        self.mark(&Departure { id: self.id()?, moved: Some(moved.clone()) })
    }

    fn stays(&self) -> bool {
        false
    }

    fn rows(&self, take: &mut Take<'_>) -> io::Result<()> {
        rows::each(self.engine, |rows| rows.into_iter().try_for_each(|(key, value)| take(key, Some(value))))
    }

    fn number(&self) -> io::Result<Option<u64>> {
        rows::number(self.engine).map(Some)
    }
}

impl Departing for BackupFile {
    fn id(&self) -> io::Result<String> {
        Ok(BackupFile::id(self))
    }

    fn moved(&self) -> io::Result<Option<Moved>> {
        Ok(None)
    }

    fn leave(&self, _: &Moved) -> io::Result<()> {
        Ok(())
    }

    fn stays(&self) -> bool {
        true
    }

    fn rows(&self, take: &mut Take<'_>) -> io::Result<()> {
        BackupFile::rows(self, take)
    }

    /// A value that changed while the backup was taken is in it more than once.
    fn number(&self) -> io::Result<Option<u64>> {
        Ok(None)
    }
}
