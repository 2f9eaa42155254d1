//! An engine of which somebody takes a copy while it is written to.
//!
//! Rows are read one after the other, and meanwhile others change; so while a copy is taken the key of every write is
//! noted, and what stands under those keys is read once more. The last look is taken between two commits, with nothing
//! else in it than what changed a moment ago: the copy is what the store was then, and nobody waited for it.

use std::collections::BTreeSet;
use std::io;
use std::sync::{Mutex, MutexGuard, PoisonError};

use super::{Batch, Direction, Engine, KeyRange, Placement, Row};

/// How many keys are noted at most: a copy that somebody takes too slowly must not fill the memory.
const MOST_KEYS: usize = 1 << 20;

/// A key, and what stands under it now.
pub(crate) type Change = (Vec<u8>, Option<Vec<u8>>);

/// An engine whose writes can be noted.
pub(crate) struct NotedEngine<E> {
    engine: E,
    noted: Mutex<Noted>,
}

/// What was written since a copy was begun.
enum Noted {
    /// Nobody takes a copy.
    Unasked,
    /// Under these keys.
    Keys(BTreeSet<Vec<u8>>),
    /// More than can be kept in mind.
    TooMuch,
    /// A write failed, and nobody knows which rows that were read before are there now.
    Unknown,
}

/// Why a copy cannot be brought to its end.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Overtaken {
    /// More was written than can be kept in mind.
    #[error("more was written meanwhile than a copy can follow")]
    TooMuch,
    /// A write failed.
    #[error("the store could not be written meanwhile")]
    Unknown,
}

impl<E: Engine> NotedEngine<E> {
    pub(crate) fn new(engine: E) -> Self {
        Self { engine, noted: Mutex::new(Noted::Unasked) }
    }

    /// Notes what is written from now on; nothing where somebody else has it noted.
    pub(crate) fn note(&self) -> Option<Noting<'_, E>> {
        let mut noted = self.lock();
        if !matches!(*noted, Noted::Unasked) {
            return None;
        }
        *noted = Noted::Keys(BTreeSet::new());
        Some(Noting { of: self })
    }

    fn lock(&self) -> MutexGuard<'_, Noted> {
        self.noted.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Noted {
    /// The keys of a batch, where somebody asks for them.
    fn wanted(&self, batch: &Batch) -> Vec<Vec<u8>> {
        match self {
            Self::Keys(_) => batch.writes.iter().map(|(key, _)| key.clone()).collect(),
            Self::Unasked | Self::TooMuch | Self::Unknown => Vec::new(),
        }
    }

    fn add(&mut self, written: Vec<Vec<u8>>) {
        if let Self::Keys(keys) = self {
            keys.extend(written);
            if keys.len() > MOST_KEYS {
                *self = Self::TooMuch;
            }
        }
    }

    fn give_up(&mut self) {
        if !matches!(self, Self::Unasked) {
            *self = Self::Unknown;
        }
    }

    /// The keys that were noted, which are not told again.
    fn take(&mut self) -> Result<BTreeSet<Vec<u8>>, Overtaken> {
        match self {
            Self::Keys(keys) => Ok(std::mem::take(keys)),
            Self::TooMuch => Err(Overtaken::TooMuch),
            Self::Unasked | Self::Unknown => Err(Overtaken::Unknown),
        }
    }
}

/// What is written is noted for as long as this is there.
pub(crate) struct Noting<'a, E: Engine> {
    of: &'a NotedEngine<E>,
}

impl<E: Engine> Noting<'_, E> {
    /// Under which keys something was written since the last time.
    pub(crate) fn changed(&self) -> Result<BTreeSet<Vec<u8>>, Overtaken> {
        self.of.lock().take()
    }

    /// What was written since the last time, as it stands at one moment, which is now.
    pub(crate) fn last_changes(self) -> io::Result<Vec<Change>> {
        // Nothing is committed as long as this is held.
        let mut noted = self.of.lock();
        let keys = noted.take().map_err(io::Error::other)?;
        let rows = keys.into_iter().map(|key| {
            let value = self.of.engine.get(&key)?;
            Ok((key, value))
        });
        rows.collect()
    }
}

impl<E: Engine> Drop for Noting<'_, E> {
    fn drop(&mut self) {
        *self.of.lock() = Noted::Unasked;
    }
}

impl<E: Engine> Engine for NotedEngine<E> {
    fn placement(&self) -> Placement {
        self.engine.placement()
    }

    fn recover(&self) -> io::Result<()> {
        self.engine.recover()
    }

    fn get(&self, key: &[u8]) -> io::Result<Option<Vec<u8>>> {
        self.engine.get(key)
    }

    fn range(&self, range: &KeyRange, limit: usize, direction: Direction) -> io::Result<Vec<Row>> {
        self.engine.range(range, limit, direction)
    }

    /// A key is noted after its value can be seen, or a copy could read the old one and find the key noted no more.
    fn commit(&self, batch: Batch) -> io::Result<()> {
        let mut noted = self.lock();
        let written = noted.wanted(&batch);
        let committed = self.engine.commit(batch);
        match &committed {
            Ok(()) => noted.add(written),
            Err(_) => noted.give_up(),
        }
        committed
    }

    fn sync(&self) -> io::Result<()> {
        let synced = self.engine.sync();
        if synced.is_err() {
            self.lock().give_up();
        }
        synced
    }
}
