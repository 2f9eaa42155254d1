//! Whether the process that wrote a heartbeat is still there, told by a lock on a file beside it.

use std::fs::{File, TryLockError};
use std::io;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::Path;

use rustix::fs::OFlags;

/// Whether the process that wrote the heartbeat is still there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Process {
    /// It is.
    There,
    /// It is not.
    Gone,
    /// Nobody can tell: where the folder is, files cannot be locked.
    Unknown,
}

/// Whether a lock shows that the process is there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lock {
    /// It does.
    Held,
    /// It does not.
    Free,
}

/// A lock that the kernel takes back the moment the process ends, however it ends: `deskbell health` looks whether it
/// is free.
#[derive(Default)]
pub struct AliveLock(Option<File>);

impl AliveLock {
    /// Takes the lock where it is not held yet. Somebody who is just looking may be in the way: then the next beat
    /// takes it.
    pub fn hold(&mut self, heartbeat: &Path) -> Lock {
        if self.0.is_none() {
            self.0 = lock_file(heartbeat, true).ok().filter(|file| file.try_lock().is_ok());
        }
        if self.0.is_some() { Lock::Held } else { Lock::Free }
    }
}

/// It lies beside the heartbeat. A link in its place is not followed.
fn lock_file(heartbeat: &Path, create: bool) -> io::Result<File> {
    let no_links = OFlags::NOFOLLOW.bits().cast_signed();
    let path = heartbeat.with_extension("lock");
    File::options().read(true).write(create).create(create).mode(0o600).custom_flags(no_links).open(path)
}

/// Whether the process that held the lock is still there.
pub(super) fn process(heartbeat: &Path) -> Process {
    match lock_file(heartbeat, false).map(|file| file.try_lock_shared()) {
        Ok(Ok(())) => Process::Gone,
        Ok(Err(TryLockError::WouldBlock)) => Process::There,
        Ok(Err(TryLockError::Error(_))) | Err(_) => Process::Unknown,
    }
}
