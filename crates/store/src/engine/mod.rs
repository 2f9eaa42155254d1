//! The small ordered key-value engine that the store is written over.
//!
//! A batch is atomic: after a crash all of it is there or nothing. It is durable once [`Engine::sync`] has
//! returned. One writer at a time; any number of readers.

pub mod memory;
pub(crate) mod noted;
pub mod sled;

use std::io;

use deskbell_domain::ids::WorkspaceId;

/// A key with its value.
pub type Row = (Vec<u8>, Vec<u8>);

/// An ordered map of bytes that survives what happens to a process or its machine.
pub trait Engine: Send + Sync + 'static {
    /// Where the work of this engine may be done.
    fn placement(&self) -> Placement;

    /// Makes an engine that a failed write closed readable again. The writer asks before every group of writes.
    fn recover(&self) -> io::Result<()> {
        Ok(())
    }

    /// The value of a key.
    fn get(&self, key: &[u8]) -> io::Result<Option<Vec<u8>>>;

    /// The rows of a range, at most `limit`, in the given direction.
    fn range(&self, range: &KeyRange, limit: usize, direction: Direction) -> io::Result<Vec<Row>>;

    /// Applies a batch atomically. If it fails, nothing was applied, or a later [`Engine::get`] finds all of it.
    fn commit(&self, batch: Batch) -> io::Result<()>;

    /// Makes what was committed survive a power cut.
    fn sync(&self) -> io::Result<()>;

    /// Makes what is sealed for a workspace unreadable for good, where values are sealed.
    fn shred(&self, _: &WorkspaceId) -> io::Result<()> {
        Ok(())
    }
}

/// An engine that is shared, so that somebody else may look at what the store writes to.
impl<E: Engine + ?Sized> Engine for std::sync::Arc<E> {
    fn placement(&self) -> Placement {
        (**self).placement()
    }

    fn recover(&self) -> io::Result<()> {
        (**self).recover()
    }

    fn get(&self, key: &[u8]) -> io::Result<Option<Vec<u8>>> {
        (**self).get(key)
    }

    fn range(&self, range: &KeyRange, limit: usize, direction: Direction) -> io::Result<Vec<Row>> {
        (**self).range(range, limit, direction)
    }

    fn commit(&self, batch: Batch) -> io::Result<()> {
        (**self).commit(batch)
    }

    fn sync(&self) -> io::Result<()> {
        (**self).sync()
    }

    fn shred(&self, workspace: &WorkspaceId) -> io::Result<()> {
        (**self).shred(workspace)
    }
}

/// The system could not bring to the disk what it had taken. It may have thrown those pages away and still show them as
/// written, so that nothing read from now on is known to be durable: only a process that begins anew finds out.
#[derive(Debug, thiserror::Error)]
#[error("the disk failed while the store was being written")]
pub(crate) struct LostWrites;

impl LostWrites {
    /// Whether a failure is one of these.
    pub(crate) fn is(failure: &io::Error) -> bool {
        matches!(failure.get_ref(), Some(cause) if cause.is::<Self>())
    }
}

/// Where the work of an engine may be done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Placement {
    /// On the task that asks: the engine never waits, and a simulation stays deterministic.
    Inline,
    /// On a thread for blocking work: the engine reads and writes a disk.
    Blocking,
}

/// From where a range is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Direction {
    /// From its first key.
    Ascending,
    /// From its last key.
    Descending,
}

/// Keys from `start` up to, and without, `end`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyRange {
    /// The first key that belongs to it.
    pub start: Vec<u8>,
    /// The first key after it.
    pub end: Vec<u8>,
}

impl KeyRange {
    /// All keys that begin with `prefix`. A prefix of nothing but 0xFF has no end and gives an empty range; the
    /// store's own keys begin with a letter.
    pub fn with_prefix(prefix: &[u8]) -> Self {
        let mut end = prefix.to_vec();
        while end.pop_if(|byte| *byte == u8::MAX).is_some() {}
        if let Some(last) = end.last_mut() {
            *last += 1;
        }
        Self { start: prefix.to_vec(), end }
    }

    /// Every key that the store uses.
    pub(crate) fn everything() -> Self {
        Self { start: Vec::new(), end: vec![u8::MAX] }
    }

    /// This range without the keys up to and including `key`.
    #[must_use]
    pub fn after(mut self, key: &[u8]) -> Self {
        let mut next = key.to_vec();
        next.push(0);
        self.start = self.start.max(next);
        self
    }

    /// Whether no key can be in it.
    pub fn is_empty(&self) -> bool {
        self.start >= self.end
    }
}

/// What is written at once: a value for a key, or its removal.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Batch {
    /// Each key once, in order; none removes.
    pub writes: Vec<(Vec<u8>, Option<Vec<u8>>)>,
}

impl Batch {
    /// Whether it changes nothing.
    pub fn is_empty(&self) -> bool {
        self.writes.is_empty()
    }
}

#[cfg(test)]
mod tests;
