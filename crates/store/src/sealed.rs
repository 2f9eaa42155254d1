//! An engine in which nobody reads about people without the key of their workspace.
//!
//! It stands between the store and what writes to the disk: the values of some keys are sealed on their way down, each for
//! its own place, and opened on their way up. Ids, times, numbers and settings stay as they are.

use std::io;
use std::sync::Arc;

use deskbell_domain::ids::WorkspaceId;
use deskbell_domain::port::sealing::Sealing;

use crate::engine::{Batch, Direction, Engine, KeyRange, Placement, Row};
use crate::keys;

/// An engine under which values are sealed.
pub struct SealedEngine<E> {
    engine: E,
    sealing: Arc<dyn Sealing>,
}

impl<E: Engine> SealedEngine<E> {
    /// Over an engine that holds sealed values, or none yet.
    pub fn new(engine: E, sealing: Arc<dyn Sealing>) -> Self {
        Self { engine, sealing }
    }

    /// What stands under a key. A value that does not open is as good as one that cannot be read, and is told like it.
    fn opened(&self, key: &[u8], value: Vec<u8>) -> Vec<u8> {
        let opened = keys::sealed_place(key, |place| self.sealing.open(place, &value));
        match opened {
            None => value,
            Some(Ok(plain)) => plain,
            Some(Err(_)) => Vec::new(),
        }
    }
}

/// A value as it stands in the engine.
pub(crate) fn seal(sealing: &dyn Sealing, key: &[u8], value: Vec<u8>) -> io::Result<Vec<u8>> {
    keys::sealed_place(key, |place| sealing.seal(place, &value)).unwrap_or(Ok(value))
}

impl<E: Engine> Engine for SealedEngine<E> {
    fn placement(&self) -> Placement {
        self.engine.placement()
    }

    fn recover(&self) -> io::Result<()> {
        self.engine.recover()
    }

    fn get(&self, key: &[u8]) -> io::Result<Option<Vec<u8>>> {
        Ok(self.engine.get(key)?.map(|value| self.opened(key, value)))
    }

    fn range(&self, range: &KeyRange, limit: usize, direction: Direction) -> io::Result<Vec<Row>> {
        let rows = self.engine.range(range, limit, direction)?;
        let opened = rows.into_iter().map(|(key, value)| {
            let value = self.opened(&key, value);
            (key, value)
        });
        Ok(opened.collect())
    }

    fn commit(&self, batch: Batch) -> io::Result<()> {
        let sealed = batch.writes.into_iter().map(|(key, value)| {
            let value = value.map(|value| seal(self.sealing.as_ref(), &key, value)).transpose()?;
            Ok((key, value))
        });
        self.engine.commit(Batch { writes: sealed.collect::<io::Result<_>>()? })
    }

    fn sync(&self) -> io::Result<()> {
        self.engine.sync()
    }

    fn shred(&self, workspace: &WorkspaceId) -> io::Result<()> {
        self.sealing.shred(workspace)
    }
}

#[cfg(test)]
mod tests;
