//! What is recorded.

use std::path::PathBuf;
use std::sync::Arc;

/// A call that changed the folder, or made a change durable. Paths are relative to the folder.
#[derive(Debug, Clone)]
pub enum Event {
    /// A file was made.
    FileMade(PathBuf),
    /// A folder was made.
    FolderMade(PathBuf),
    /// A name was changed.
    Renamed {
        /// What it was.
        from: PathBuf,
        /// What it is.
        to: PathBuf,
    },
    /// A file's name was removed.
    Removed(PathBuf),
    /// Bytes were written.
    Written {
        /// Into which file.
        file: PathBuf,
        /// Where.
        offset: u64,
        /// Which.
        bytes: Arc<[u8]>,
    },
    /// A file's length was set.
    Resized {
        /// Which file.
        file: PathBuf,
        /// How long it is now.
        length: u64,
    },
    /// A file or a folder was made durable.
    Synced {
        /// Which; empty for the folder itself.
        path: PathBuf,
        /// By which call.
        by: Flush,
    },
    /// What the recording program wanted to stand here.
    Marked(usize),
}

/// A call that makes durable.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Flush {
    /// `fsync`.
    Everything,
    /// `fdatasync`: the bytes and the length.
    Data,
}
