//! The engine in memory: a map with a synced and an unsynced half.
//!
//! For tests, simulations and the demo. [`MemoryEngine::crash`] does what a power cut does to the unsynced half:
//! loses it, keeps it, or keeps its first batches; [`MemoryEngine::switch_off_after`] brings it about between a
//! commit and its sync. [`MemoryEngine::fail`] makes writes fail as a full disk does.
//! Everything is done on the caller's task and in one order, so a run with the same seed is the same run.

use std::collections::BTreeMap;
use std::io;
use std::ops::Bound;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::{Batch, Direction, Engine, KeyRange, Placement, Row};

/// An engine in memory; clones share one content, so that a simulation can crash what the store writes to.
#[derive(Debug, Clone, Default)]
pub struct MemoryEngine {
    content: Arc<Mutex<Content>>,
}

#[derive(Debug, Default)]
struct Content {
    synced: BTreeMap<Vec<u8>, Vec<u8>>,
    /// What a reader sees: the synced half with the unsynced batches applied.
    visible: BTreeMap<Vec<u8>, Vec<u8>>,
    unsynced: Vec<Batch>,
    fault: Option<Fault>,
    commits: u64,
    off: bool,
    off_after: Option<u64>,
}

/// What a crash does to the batches that were committed but not synced.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Crash {
    /// They are gone.
    Lose,
    /// They are there.
    Keep,
    /// The first so many are there.
    KeepFirst(usize),
}

/// How writes fail.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// A commit fails as on a full disk; nothing is applied.
    Commit,
    /// A sync fails and what was not synced is gone, as if the machine had crashed.
    SyncLost,
    /// A sync fails, yet what was not synced is there, as a disk that failed to answer may do.
    SyncKept,
}

impl MemoryEngine {
    /// An empty engine.
    pub fn new() -> Self {
        Self::default()
    }

    /// Does what a power cut does. The store over it must be dropped and opened anew.
    pub fn crash(&self, crash: Crash) {
        self.settle_unsynced(crash);
        self.lock().off = false;
    }

    fn settle_unsynced(&self, crash: Crash) {
        let content = &mut *self.lock();
        let kept = match crash {
            Crash::Lose => 0,
            Crash::Keep => content.unsynced.len(),
            Crash::KeepFirst(count) => count,
        };
        let lost = content.unsynced.len() > kept;
        for batch in content.unsynced.drain(..).take(kept) {
            apply(&mut content.synced, batch);
        }
        // What was kept is visible already; a copy of everything is made only where something was lost.
        if lost {
            content.visible = content.synced.clone();
        }
    }

    /// Switches the machine off after so many more commits, before the sync of the last of them. From then on
    /// nothing can be read or written, until [`MemoryEngine::crash`] says what is left.
    pub fn switch_off_after(&self, commits: u64) {
        let content = &mut *self.lock();
        content.off_after = Some(content.commits + commits);
    }

    /// Takes a planned switching off back, where it has not come about.
    pub fn stay_on(&self) {
        self.lock().off_after = None;
    }

    /// Whether the machine was switched off.
    pub fn is_off(&self) -> bool {
        self.lock().off
    }

    /// Makes every write fail from now on, until it is called with none.
    pub fn fail(&self, fault: Option<Fault>) {
        self.lock().fault = fault;
    }

    /// How many batches were committed so far: where a simulation draws its crashes.
    pub fn commits(&self) -> u64 {
        self.lock().commits
    }

    /// All rows, for a test that compares two stores.
    pub fn rows(&self) -> Vec<Row> {
        self.lock().visible.iter().map(|(key, value)| (key.clone(), value.clone())).collect()
    }

    fn lock(&self) -> MutexGuard<'_, Content> {
        self.content.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn apply(map: &mut BTreeMap<Vec<u8>, Vec<u8>>, batch: Batch) {
    for (key, value) in batch.writes {
        match value {
            Some(value) => map.insert(key, value),
            None => map.remove(&key),
        };
    }
}

impl Content {
    fn require_power(&self) -> io::Result<()> {
        if self.off { Err(io::Error::other("the machine is switched off")) } else { Ok(()) }
    }
}

fn disk_full() -> io::Error {
    io::Error::new(io::ErrorKind::StorageFull, "no space left on device")
}

impl Engine for MemoryEngine {
    fn placement(&self) -> Placement {
        Placement::Inline
    }

    fn get(&self, key: &[u8]) -> io::Result<Option<Vec<u8>>> {
        let content = self.lock();
        content.require_power()?;
        Ok(content.visible.get(key).cloned())
    }

    fn range(&self, range: &KeyRange, limit: usize, direction: Direction) -> io::Result<Vec<Row>> {
        if range.is_empty() {
            return Ok(Vec::new());
        }
        let content = self.lock();
        content.require_power()?;
        let bounds = (Bound::Included(range.start.as_slice()), Bound::Excluded(range.end.as_slice()));
        let rows = content.visible.range::<[u8], _>(bounds);
        let copy = |(key, value): (&Vec<u8>, &Vec<u8>)| (key.clone(), value.clone());
        Ok(match direction {
            Direction::Ascending => rows.take(limit).map(copy).collect(),
            Direction::Descending => rows.rev().take(limit).map(copy).collect(),
        })
    }

    fn commit(&self, batch: Batch) -> io::Result<()> {
        let content = &mut *self.lock();
        content.require_power()?;
        if content.fault == Some(Fault::Commit) {
            return Err(disk_full());
        }
        content.commits += 1;
        apply(&mut content.visible, batch.clone());
        content.unsynced.push(batch);
        if content.off_after.is_some_and(|last| content.commits >= last) {
            content.off_after = None;
            content.off = true;
        }
        Ok(())
    }

    fn sync(&self) -> io::Result<()> {
        let fault = {
            let content = self.lock();
            content.require_power()?;
            content.fault
        };
        let (left, answer) = match fault {
            Some(Fault::SyncLost) => (Crash::Lose, Err(disk_full())),
            Some(Fault::SyncKept) => (Crash::Keep, Err(disk_full())),
            Some(Fault::Commit) | None => (Crash::Keep, Ok(())),
        };
        self.settle_unsynced(left);
        answer
    }
}

#[cfg(test)]
mod tests;
