//! Why a store could not be opened.

use std::io;
use std::path::{Path, PathBuf};

/// Why there are no keys.
pub type NoKeys = Box<dyn std::error::Error + Send + Sync>;

/// The line that leads to where a store went.
fn store_url(to: &Path) -> String {
    if to.starts_with("postgres:") {
        return "STORE_URL to that, with who signs in".to_owned();
    }
    format!("STORE_URL=sled:{}", to.display())
}

/// Why a store could not be opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// Another process holds it.
    #[error("the store in {} is in use by another process: only one Deskbell can use a store", folder.display())]
    InUse {
        /// The folder.
        folder: PathBuf,
    },
    /// The folder cannot be made or written.
    #[error(
        "the folder {} cannot be written by the user with id {user}: give it to that user \
         (`chown -R {user} {}`) or set STORE_URL to another folder",
        folder.display(), folder.display()
    )]
    NotWritable {
        /// The folder.
        folder: PathBuf,
        /// The id of the user as whom this process runs.
        user: u32,
        /// What the system says.
        #[source]
        source: io::Error,
    },
    /// The folder is not there and cannot be made.
    #[error(
        "the folder {} cannot be made, since {} cannot be written by the user with id {user}: make it and give it to \
         that user (`mkdir -p {} && chown {user} {}`) or set STORE_URL to another folder",
        folder.display(), place.display(), folder.display(), folder.display()
    )]
    NotMade {
        /// The folder.
        folder: PathBuf,
        /// The nearest folder above it that is there.
        place: PathBuf,
        /// The id of the user as whom this process runs.
        user: u32,
        /// What the system says.
        #[source]
        source: io::Error,
    },
    /// A file stands where a folder must be.
    #[error("{} is a file, and the store needs a folder there: move it away, or set STORE_URL to another folder", file.display())]
    FileInTheWay {
        /// The file.
        file: PathBuf,
    },
    /// A link stands among its files, and what it leads to is not ours to write.
    #[error(
        "{} is a link, and links in a store are not followed: put the file that it leads to in its place, or take \
         it away",
        link.display()
    )]
    Link {
        /// The link.
        link: PathBuf,
    },
    /// It was written by a later version of Deskbell.
    #[error("the store in {} was written by a later version of Deskbell", folder.display())]
    TooNew {
        /// The folder.
        folder: PathBuf,
    },
    /// It was written by an earlier version of Deskbell, and is only to be read.
    #[error(
        "the store in {} was written by an earlier version of Deskbell: start the bot once with this one, or copy the \
         folder while no bot runs",
        folder.display()
    )]
    TooOld {
        /// The folder.
        folder: PathBuf,
    },
    /// There is none, where one is only to be read.
    #[error("there is no store in {}", folder.display())]
    Absent {
        /// The folder.
        folder: PathBuf,
    },
    /// Its content is elsewhere.
    #[error("This store moved to {}: set {}", to.display(), store_url(to))]
    Moved {
        /// Where.
        to: PathBuf,
    },
    /// It cannot be moved into a store of another form before it has the present one.
    #[error(
        "the store in {} was last used by an earlier version: start this version with it once, then run it again",
        folder.display()
    )]
    Earlier {
        /// The folder.
        folder: PathBuf,
    },
    /// It is filled from another, and not done.
    #[error(
        "the store in {} is only half there: the deskbell migrate that fills it was broken off. Run the same deskbell \
         migrate again; it begins anew by itself",
        folder.display()
    )]
    Unfinished {
        /// The folder.
        folder: PathBuf,
    },
    /// What stands in its place is no store.
    #[error(
        "{} holds nothing that can be read as a store: put it back from the backup, or move the folder {} away to \
         begin anew",
        db.display(), folder.display()
    )]
    NoStore {
        /// The folder.
        folder: PathBuf,
        /// The file that holds something else.
        db: PathBuf,
    },
    /// There was one, and nothing of it is left.
    #[error(
        "the store in {} is empty, and {} shows that there was one: put the backup back, or move the folder {} away \
         to begin anew",
        folder.display(), trace.display(), folder.display()
    )]
    Lost {
        /// The folder.
        folder: PathBuf,
        /// The file that shows it.
        trace: PathBuf,
    },
    /// Its content is broken beyond what can be mended here.
    #[error("the store in {} is broken; a copy of it is in {}", folder.display(), copy.display())]
    Broken {
        /// The folder.
        folder: PathBuf,
        /// Where the copy is.
        copy: PathBuf,
        /// What the engine says.
        #[source]
        source: io::Error,
    },
    /// The keys that its values are sealed with cannot be had.
    #[error(transparent)]
    Keys(#[from] NoKeys),
    /// Anything else: a full disk, a broken one.
    #[error("the store in {} cannot be opened", folder.display())]
    Failed {
        /// The folder.
        folder: PathBuf,
        /// What the system says.
        #[source]
        source: io::Error,
    },
}
