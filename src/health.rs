//! `deskbell health`: whether a bot that runs elsewhere is well, told from its heartbeat file alone. Neither the store
//! nor the network is touched, so it can be called as often as one likes.

use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use deskbell_desk::status::{StatusBoard, StoreState};
use deskbell_desk::time::{Clock, UnixMillis};
use serde::{Deserialize, Serialize};

/// How often the file is written anew.
pub const BEAT_EVERY: Duration = Duration::from_secs(10);
const STALE_AFTER_MS: i64 = 35_000;
const FILE: &str = "heartbeat.json";

/// What the file says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Heartbeat {
    /// When it was written, in milliseconds since 1970.
    pub at: UnixMillis,
    /// Our version.
    pub version: String,
    /// Whether the store takes writes.
    pub store_writable: bool,
    /// Batches that were sent again without knowing whether they had been posted (promise 1 a).
    pub deskbell_possible_duplicates_total: u64,
}

/// What `deskbell health` found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Health {
    /// The bot is well.
    Well,
    /// It runs, but the store cannot be written.
    StoreUnwritable,
    /// Nothing was written for that long.
    Silent {
        /// Seconds.
        seconds: i64,
    },
    /// There is no heartbeat file, or it cannot be read.
    Absent,
}

impl Health {
    /// What to tell.
    pub fn sentence(&self) -> String {
        match self {
            Self::Well => "ok: the bot is well.".to_owned(),
            Self::StoreUnwritable => {
                "not ok: the store cannot be written. Free space or mend the disk.".to_owned()
            }
            Self::Silent { seconds } => {
                format!("not ok: a loop stopped {seconds} s ago. Look into the log, then restart.")
            }
            Self::Absent => {
                "not ok: no bot has run with this STORE_URL, or its folder cannot be read.".to_owned()
            }
        }
    }
}

/// Where the file of a store's folder is.
pub fn path(folder: &Path) -> PathBuf {
    folder.join(FILE)
}

/// Writes the file anew, whole or not at all.
pub fn beat(folder: &Path, board: &StatusBoard, now: UnixMillis) -> io::Result<()> {
    let heartbeat = Heartbeat {
        at: now,
        version: env!("CARGO_PKG_VERSION").to_owned(),
        store_writable: board.store() == StoreState::Writable,
        deskbell_possible_duplicates_total: board.possible_duplicates(),
    };
    let text = serde_json::to_vec(&heartbeat).map_err(io::Error::other)?;
    let new = folder.join("heartbeat.new");
    std::fs::write(&new, text)?;
    std::fs::rename(new, path(folder))
}

/// Takes the file away at a clean end: a bot that was stopped is not well.
pub fn stop(folder: &Path) {
    if let Err(error) = std::fs::remove_file(path(folder)) {
        tracing::debug!(%error, "there was no heartbeat to take away");
    }
}

/// Reads the file and judges it.
pub fn examine(folder: &Path, clock: &dyn Clock) -> Health {
    let read =
        std::fs::read(path(folder)).ok().and_then(|text| serde_json::from_slice::<Heartbeat>(&text).ok());
    let Some(heartbeat) = read else { return Health::Absent };
    let silent_ms = clock.now().since(heartbeat.at);
    if silent_ms > STALE_AFTER_MS {
        Health::Silent { seconds: silent_ms / 1000 }
    } else if heartbeat.store_writable {
        Health::Well
    } else {
        Health::StoreUnwritable
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    struct At(i64);

    impl Clock for At {
        fn now(&self) -> UnixMillis {
            UnixMillis(self.0)
        }
    }

    #[test]
    fn a_fresh_beat_is_well_and_an_old_one_is_not() {
        let folder = tempfile::tempdir().expect("a folder can be made");
        assert_eq!(examine(folder.path(), &At(0)), Health::Absent);
        beat(folder.path(), &StatusBoard::default(), UnixMillis(1_000)).expect("it can be written");
        assert_eq!(examine(folder.path(), &At(36_000)), Health::Well);
        assert_eq!(examine(folder.path(), &At(36_001)), Health::Silent { seconds: 35 });
    }

    #[test]
    fn a_store_that_cannot_be_written_is_not_well() {
        let folder = tempfile::tempdir().expect("a folder can be made");
        let board = StatusBoard::default();
        board.set_store(StoreState::Unwritable { since: UnixMillis(0) });
        beat(folder.path(), &board, UnixMillis(1_000)).expect("it can be written");
        assert_eq!(examine(folder.path(), &At(1_000)), Health::StoreUnwritable);
    }
}
