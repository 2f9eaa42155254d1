//! Why the keys of a store cannot be had, as sentences for whoever runs the bot. None ever holds a key.

use std::fmt;
use std::io;
use std::path::{Path, PathBuf};

use crate::fingerprint::Fingerprint;
use crate::master_key::NotAKey;

/// From where a master key was given.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum GivenKey {
    /// It is the configured one.
    Configured,
    /// It is configured as the one before.
    Previous,
    /// It stands in the file `key` in the store's folder.
    File,
}

impl fmt::Display for GivenKey {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Configured => "DESKBELL_KEY",
            Self::Previous => "DESKBELL_KEY_PREVIOUS",
            Self::File => "the file key",
        })
    }
}

/// Why the keys of a store cannot be had. Nothing was changed then that a next start would miss.
#[derive(Debug, thiserror::Error)]
pub enum KeyError {
    /// There were keys, and no master key is given that could open them.
    #[error("{}", missing(folder, *wanted))]
    Missing {
        /// The store's folder.
        folder: PathBuf,
        /// Which one it was, where that can still be told.
        wanted: Option<Fingerprint>,
    },
    /// None of the keys that are given is the one.
    #[error(
        "the store in {} is sealed under the key with the fingerprint {wanted}, and others are given: {}. Set \
         DESKBELL_KEY to the right one; while you change the key, set DESKBELL_KEY_PREVIOUS to the old one",
        folder.display(), list(given)
    )]
    Wrong {
        /// The store's folder.
        folder: PathBuf,
        /// The fingerprint of the one that opens it.
        wanted: Fingerprint,
        /// Those that are given.
        given: Vec<(GivenKey, Fingerprint)>,
    },
    /// The keys of the workspaces were there, and are not any more.
    #[error(
        "{} is lost, and the keys of the workspaces were in it: put it back from the backup that the store is from. \
         Without it nothing that is sealed in the store can be read again, and you have to begin anew: set STORE_URL \
         to another folder. What is at Intercom and in Discord is not touched",
        path.display()
    )]
    KeysLost {
        /// Where the file was.
        path: PathBuf,
    },
    /// The file of the master key holds something else.
    #[error(
        "{} holds no key: {why}. Put the key back that stood there; or set DESKBELL_KEY to it, and take the file \
         away",
        path.display()
    )]
    NotAKey {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        why: NotAKey,
    },
    /// The file of the workspaces' keys cannot be understood.
    #[error(
        "{} is broken ({why}), and the keys of the workspaces are in it: put it back from a backup, of the same time \
         as the store or later",
        path.display()
    )]
    Broken {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        why: String,
    },
    /// The file of the workspaces' keys was written by a later version.
    #[error("{} was written by a later version of Deskbell", path.display())]
    TooNew {
        /// The file.
        path: PathBuf,
    },
    /// A link stands in a file's place, and what it leads to is not ours to write.
    #[error(
        "{} is a link, and links in a store are not followed: put the file that it leads to in its place, or take \
         it away",
        link.display()
    )]
    Link {
        /// The link.
        link: PathBuf,
    },
    /// Something that holds no bytes stands in a file's place: a folder, for one.
    #[error("{} is not a file: put the file there that belongs there, or take away what is there", path.display())]
    NoFile {
        /// What stands there.
        path: PathBuf,
    },
    /// A file cannot be read.
    #[error("{} cannot be read: see that it belongs to the user that runs the bot", path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// What the system says.
        #[source]
        source: io::Error,
    },
    /// A file cannot be written.
    #[error(
        "{} cannot be written: see that the disk has room, and that the folder belongs to the user that runs the bot",
        path.display()
    )]
    NotWritten {
        /// The file.
        path: PathBuf,
        /// What the system says.
        #[source]
        source: io::Error,
    },
}

fn missing(folder: &Path, wanted: Option<Fingerprint>) -> String {
    let key = match wanted {
        Some(fingerprint) => {
            format!("the key of the store in {} is missing (fingerprint {fingerprint})", folder.display())
        }
        None => format!("the key of the store in {} is missing", folder.display()),
    };
    format!(
        "{key}: set DESKBELL_KEY to it, or put it back as {}. Without it nothing that is sealed in the store can be \
         read again, and you have to begin anew: set STORE_URL to another folder. What is at Intercom and in Discord \
         is not touched",
        folder.join("key").display()
    )
}

fn list(given: &[(GivenKey, Fingerprint)]) -> String {
    let named: Vec<_> = given.iter().map(|(key, fingerprint)| format!("{key} ({fingerprint})")).collect();
    named.join(", ")
}
