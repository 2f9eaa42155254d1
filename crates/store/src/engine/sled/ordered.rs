//! What sled takes to be durable, is.
//!
//! After each write sled calls `sync_file_range` and from then on counts the write as stable: it notes so in the next
//! segment of its log, and writes over segments whose content has moved. But that call empties no drive's cache and
//! writes no file's length, so a power cut within a large commit can keep a later write without an earlier one. sled
//! then skips a part of its log, and does not open, or lacks what was acknowledged long ago (`crates/powercut` found
//! both). So in this program `sync_file_range` is `fdatasync`: a function of an executable goes before the one of the
//! system's library. Elsewhere than on Linux sled syncs the file by itself.
#![expect(unsafe_code, reason = "a function with the name and the form of the system's own")]

use std::os::fd::RawFd;
use std::sync::atomic::{AtomicBool, Ordering};

/// Whether sled calls ours: it is asked by the engine, so that the linker cannot leave it out.
static CALLED: AtomicBool = AtomicBool::new(false);

/// Whether the system once failed to bring something to the disk.
static LOST: AtomicBool = AtomicBool::new(false);

/// Whether something that sled believes written is perhaps not.
pub(super) fn has_lost_writes() -> bool {
    LOST.load(Ordering::Relaxed)
}

/// Notes what a sync came to.
pub(super) fn note(synced: std::io::Result<()>) -> std::io::Result<()> {
    if synced.as_ref().is_err_and(loses_pages) {
        LOST.store(true, Ordering::Relaxed);
    }
    synced
}

/// Whether the system may have thrown away what it could not bring to the disk. It does so also where the room is missing
/// only when the pages are brought there, on a file system that looks for it late or that lies on another machine.
fn loses_pages(error: &std::io::Error) -> bool {
    matches!(error.raw_os_error(), Some(libc::EIO | libc::ENOSPC | libc::EDQUOT | libc::ESTALE))
}

/// Whether anything was made durable by it.
pub(super) fn is_in_use() -> bool {
    CALLED.load(Ordering::Relaxed)
}

/// In the system's library it writes a part of a file to the drive; here the whole file, through the drive's cache.
#[unsafe(no_mangle)]
extern "C" fn sync_file_range(descriptor: RawFd, _offset: i64, _length: i64, _flags: u32) -> i32 {
    CALLED.store(true, Ordering::Relaxed);
    // SAFETY: any number may be given: one that is no open file is refused by the system, which says so in its error
    // number, where the caller reads it.
    let synced = unsafe { libc::fdatasync(descriptor) };
    if synced == -1 {
        // Looking at the error number leaves it where the caller reads it.
        let _noted = note(Err(std::io::Error::last_os_error()));
    }
    synced
}

#[cfg(test)]
mod tests {
    use std::os::fd::AsRawFd as _;

    use super::*;

    #[test]
    fn what_is_no_open_file_is_refused_as_the_system_refuses_it() {
        for descriptor in [-1, RawFd::MIN, RawFd::MAX] {
            assert_eq!(sync_file_range(descriptor, 0, 1, 7), -1);
            assert_eq!(std::io::Error::last_os_error().raw_os_error(), Some(libc::EBADF));
        }
    }

    #[test]
    fn an_open_file_is_made_durable_and_stays_open() {
        let file = tempfile::tempfile().expect("a file can be made");
        assert_eq!(sync_file_range(file.as_raw_fd(), 0, 1, 7), 0);
        assert!(file.metadata().is_ok());
        assert!(is_in_use());
    }

    #[test]
    fn a_sync_that_lost_pages_is_told_from_one_that_was_not_tried() {
        let loses = |code| loses_pages(&std::io::Error::from_raw_os_error(code));
        assert!([libc::EIO, libc::ENOSPC, libc::EDQUOT, libc::ESTALE].into_iter().all(loses));
        assert!(![libc::EBADF, libc::EINVAL, libc::EINTR].into_iter().any(loses));
    }
}
