//! How much room the disk has.

use std::io;
use std::path::Path;

use crate::engine::Batch;

/// Room that must be left after a commit: sled writes its log in segments of half a megabyte, moves what is still needed out
/// of old ones, and writes a snapshot when it is opened.
const RESERVE_BYTES: u64 = 4 << 20;

/// How much more a batch may take than its bytes: sled may write whole pages for a single row.
const AMPLIFICATION: u64 = 4;

/// The room on a disk.
pub(super) struct Room {
    /// Bytes that we may write.
    pub(super) free: u64,
}

impl Room {
    /// The room where a folder is; none where the file system does not tell, which is then left to fail by itself.
    pub(super) fn of(folder: &Path) -> Option<Self> {
        let disk = rustix::fs::statvfs(folder).ok()?;
        Some(Self { free: disk.f_bavail.saturating_mul(disk.f_frsize) })
    }

    /// Refuses a commit that there may be no room for, before sled is poisoned by it.
    pub(super) fn has_place_for(&self, batch: &Batch) -> io::Result<()> {
        let rows = batch.writes.iter();
        let bytes: usize = rows.map(|(key, value)| key.len() + value.as_ref().map_or(0, Vec::len)).sum();
        let needed = RESERVE_BYTES.saturating_add(AMPLIFICATION.saturating_mul(bytes as u64));
        if self.free >= needed {
            return Ok(());
        }
        let words = format!("the disk is full: {} bytes are free, {needed} are needed", self.free);
        Err(io::Error::new(io::ErrorKind::StorageFull, words))
    }
}
