//! The engine on a disk: sled 0.34.7, one tree, used so that what it acknowledges survives a power cut.
//!
//! sled alone does not promise that: its flush empties neither the drive's cache nor writes the file's metadata, and
//! its `conf` is never synced. So each of its writes is synced (`ordered.rs`), every commit is flushed and then `db` is
//! synced once more through a handle of our own, and `conf` and the folder are synced when the store is opened. Long
//! values are stored in pieces (`long.rs`), since what sled puts into files of their own is not synced either.
//! `crates/powercut` shows that it suffices, cut by cut.
//!
//! A failed write poisons a sled database for good. So a commit is not even begun while the disk is nearly full, and
//! after most other failures the database is closed and opened again: readers then see what is durable, and the next
//! commit works once its cause is gone. Not so where the disk itself failed a sync: then nobody knows what is durable
//! (see `LostWrites`), and the writer ends, and the process with it.

#[cfg(target_env = "gnu")]
mod allocator;
pub(crate) mod content;
mod database;
mod folder;
mod long;
#[cfg(target_os = "linux")]
mod ordered;
mod space;

use std::io;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::sync::{PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};
use std::time::Duration;

use deskbell_domain::time::UnixMillis;

use self::database::{Open, open_db, open_when_free};
use self::space::Room;
use super::{Batch, Direction, Engine, KeyRange, LostWrites, Placement, Row};
use crate::open_error::OpenError;

/// Refuses a folder in which no store can be opened, from its files alone.
pub(crate) fn refuse_by_files(folder: &Path) -> Result<(), OpenError> {
    let files = folder.join("store");
    folder::refuse_links(folder, &files)?;
    content::refuse_what_is_lost(folder, &files)
}

/// How long a flush may take before it is looked after.
const FLUSH_PATIENCE: Duration = Duration::from_secs(2);

/// A sled database in a folder.
pub struct SledEngine {
    folder: PathBuf,
    open: RwLock<Option<Open>>,
}

impl SledEngine {
    /// Opens the database in `folder`, mending what can be mended.
    pub fn open(folder: &Path, now: UnixMillis) -> Result<Self, OpenError> {
        #[cfg(target_env = "gnu")]
        allocator::give_back_freed_memory();
        let files = folder::prepare(folder)?;
        content::refuse_what_is_lost(folder, &files)?;
        let open = folder::open_or_mend(folder, &files, now)?;
        Ok(Self { folder: files, open: RwLock::new(Some(open)) })
    }

    /// How many bytes the database takes on the disk.
    pub fn size_on_disk(&self) -> io::Result<u64> {
        self.with_db(|open| open.db.size_on_disk().map_err(io::Error::from))
    }

    fn lock(&self) -> RwLockReadGuard<'_, Option<Open>> {
        self.open.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn lock_exclusively(&self) -> RwLockWriteGuard<'_, Option<Open>> {
        self.open.write().unwrap_or_else(PoisonError::into_inner)
    }

    fn with_db<T>(&self, work: impl FnOnce(&Open) -> io::Result<T>) -> io::Result<T> {
        work(self.lock().as_ref().ok_or_else(closed)?)
    }

    /// Closes a poisoned database and opens it again: what was not durable is gone from the readers' sight.
    fn reopen(&self) -> io::Result<()> {
        let mut slot = self.lock_exclusively();
        drop(slot.take());
        let mut outcome = open_when_free(&self.folder);
        if outcome.as_ref().is_err_and(folder::is_corruption) {
            // An attempt on the full disk left half a snapshot behind, which sled refuses; its log has everything.
            outcome = folder::remove_snapshots(&self.folder).and_then(|()| open_db(&self.folder));
        }
        *slot = Some(outcome?);
        tracing::info!("the store was opened again after a failed write");
        Ok(())
    }

    /// After a sync that the disk failed nothing is opened again: the system may show what never reached the disk.
    fn recover_from(&self, failure: io::Error) -> io::Error {
        if has_lost_writes() {
            drop(self.lock_exclusively().take());
            return io::Error::other(LostWrites);
        }
        tracing::error!(error = %failure, "a write to the store failed; it is opened again");
        if let Err(error) = self.reopen() {
            tracing::error!(%error, "the store could not be opened again; it is tried with the next write");
        }
        failure
    }
}

#[cfg(target_os = "linux")]
use self::ordered::{has_lost_writes, note};

/// Elsewhere sled syncs by itself and does not tell what failed.
#[cfg(not(target_os = "linux"))]
fn has_lost_writes() -> bool {
    false
}

#[cfg(not(target_os = "linux"))]
fn note(synced: io::Result<()>) -> io::Result<()> {
    synced
}

fn closed() -> io::Error {
    io::Error::other("the store is closed after a failed write")
}

impl Engine for SledEngine {
    fn placement(&self) -> Placement {
        Placement::Blocking
    }

    fn recover(&self) -> io::Result<()> {
        // The guard must be gone before the database is opened.
        let closed = self.lock().is_none();
        if closed { self.reopen() } else { Ok(()) }
    }

    fn get(&self, key: &[u8]) -> io::Result<Option<Vec<u8>>> {
        self.with_db(|open| match open.db.get(key)? {
            Some(row) => long::value(&open.db, key, row),
            None => Ok(None),
        })
    }

    fn range(&self, range: &KeyRange, limit: usize, direction: Direction) -> io::Result<Vec<Row>> {
        if range.is_empty() {
            return Ok(Vec::new());
        }
        self.with_db(|open| {
            let start = range.start.as_slice().max(&long::FIRST_KEY);
            let rows = open.db.range(start..range.end.as_slice());
            let copy = |row| copy_row(&open.db, row).transpose();
            match direction {
                Direction::Ascending => rows.filter_map(copy).take(limit).collect(),
                Direction::Descending => rows.rev().filter_map(copy).take(limit).collect(),
            }
        })
    }

    fn commit(&self, batch: Batch) -> io::Result<()> {
        if let Some(room) = Room::of(&self.folder) {
            room.has_place_for(&batch)?;
        }
        let applied = self.with_db(|open| {
            let mut writes = sled::Batch::default();
            for (key, value) in batch.writes {
                open.long.write(&open.db, &mut writes, key, value)?;
            }
            open.db.apply_batch(writes).map_err(io::Error::from)
        });
        applied.map_err(|failure| self.recover_from(failure))
    }

    fn sync(&self) -> io::Result<()> {
        let synced = self.with_db(|open| {
            flush(&open.db)?;
            #[cfg(target_os = "linux")]
            if !ordered::is_in_use() {
                return Err(io::Error::other(
                    "this program was linked so that sled's writes are not durable",
                ));
            }
            note(open.file.sync_data())
        });
        synced.map_err(|failure| self.recover_from(failure))
    }
}

fn copy_row(db: &sled::Db, row: sled::Result<(sled::IVec, sled::IVec)>) -> io::Result<Option<Row>> {
    let (key, row) = row?;
    Ok(long::value(db, &key, row)?.map(|value| (key.to_vec(), value)))
}

/// Flushes, and does not wait for ever if a write fails.
///
/// When the write of a buffer fails on one of sled's threads, sled notes the error but does not always wake whoever
/// waits for that buffer. Any further use of the log does wake them, so a second thread makes one; it is refused
/// because of the error, and so changes nothing.
fn flush(db: &sled::Db) -> io::Result<()> {
    std::thread::scope(|scope| {
        let (done, wait) = mpsc::channel::<()>();
        scope.spawn(move || {
            while wait.recv_timeout(FLUSH_PATIENCE) == Err(RecvTimeoutError::Timeout) {
                if db.context.global_error().is_err() {
                    let _refused = db.insert(b"", b"");
                }
            }
        });
        let flushed = db.flush();
        drop(done);
        flushed.map(drop).map_err(io::Error::from)
    })
}

#[cfg(test)]
mod tests;
