//! How much room the disk has.

use std::io;
use std::path::Path;

use crate::engine::Batch;

/// Room that must be left after a commit: sled writes its log in segments of 512 KiB, moves what is still needed out
/// of old ones, and writes a snapshot when it is opened.
const RESERVE_BYTES: u64 = 4 << 20;

/// How much more a batch may take than its bytes: sled may write whole pages for a single row.
const AMPLIFICATION: u64 = 4;

/// Refuses a commit that the disk may have no room for, before sled is poisoned by it.
pub(super) fn require(folder: &Path, batch: &Batch) -> io::Result<()> {
    let bytes: usize =
        batch.writes.iter().map(|(key, value)| key.len() + value.as_ref().map_or(0, Vec::len)).sum();
    let needed = RESERVE_BYTES.saturating_add(AMPLIFICATION.saturating_mul(bytes as u64));
    // A file system that does not tell is left to fail by itself.
    let Ok(disk) = rustix::fs::statvfs(folder) else { return Ok(()) };
    let free = disk.f_bavail.saturating_mul(disk.f_frsize);
    if free < needed {
        let words = format!("the disk is full: {free} bytes are free, {needed} are needed");
        return Err(io::Error::new(io::ErrorKind::StorageFull, words));
    }
    Ok(())
}
