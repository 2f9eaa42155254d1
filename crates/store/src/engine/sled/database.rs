//! Opening sled with our settings.

use std::fs::File;
use std::io;
use std::path::Path;
use std::time::Duration;

use super::long::LongValues;

/// Memory for pages: idle memory stays small, and a scan does not fill the machine.
const CACHE_BYTES: u64 = 32 << 20;

/// How often sled writes by itself and takes back space. Every commit is flushed anyway.
const FLUSH_EVERY_MS: u64 = 500;

/// How often, and after which pause, a database is opened that somebody holds: threads of sled's own may hold the lock
/// of one that was closed a moment longer, and a process that is just ending does.
const OPEN_TRIES: u32 = 40;
const OPEN_PAUSE: Duration = Duration::from_millis(25);

/// A database that is open.
pub(super) struct Open {
    pub(super) db: sled::Db,
    /// Our own handle of the file that holds everything.
    pub(super) file: File,
    pub(super) long: LongValues,
}

/// Opens the database as soon as nobody else holds it, within a second.
pub(super) fn open_when_free(files: &Path) -> io::Result<Open> {
    let mut outcome = open_db(files);
    for _ in 1..OPEN_TRIES {
        if !outcome.as_ref().is_err_and(is_lock_conflict) {
            break;
        }
        pause();
        outcome = open_db(files);
    }
    outcome
}

/// Opens sled with our settings and makes its existence durable.
pub(super) fn open_db(files: &Path) -> io::Result<Open> {
    let db = sled::Config::new()
        .path(files)
        .mode(sled::Mode::LowSpace)
        .cache_capacity(CACHE_BYTES)
        .flush_every_ms(Some(FLUSH_EVERY_MS))
        .open()?;
    File::open(files.join("conf"))?.sync_all()?;
    let file = File::options().read(true).write(true).open(files.join("db"))?;
    file.sync_all()?;
    File::open(files)?.sync_all()?;
    if let Some(parent) = files.parent() {
        File::open(parent)?.sync_all()?;
    }
    let long = LongValues::of(&db)?;
    Ok(Open { db, file, long })
}

/// sled tells it only in words.
pub(super) fn is_lock_conflict(error: &io::Error) -> bool {
    error.to_string().contains("could not acquire lock")
}

#[expect(
    clippy::disallowed_methods,
    reason = "on a thread for blocking work there is no tokio time to wait in"
)]
fn pause() {
    std::thread::sleep(OPEN_PAUSE);
}
