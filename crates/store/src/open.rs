//! Opening a store on a disk.

use std::io;
use std::path::PathBuf;
use std::sync::Arc;

use deskbell_desk::port::store::StoreError;
use deskbell_desk::time::Clock;

use crate::engine::sled::SledEngine;
use crate::engine::{Batch, Engine};
use crate::store::DeskStore;
use crate::writer::Writer;
use crate::{codec, keys};

/// The form of the stored keys and values. A store of a later form is refused, one of an earlier form is converted.
const SCHEMA: u32 = 2;

/// Where a store is, and what it needs.
pub struct Settings {
    /// The folder of `STORE_URL=sled:…`; it is made if it is not there. The store's files are in a folder `store`
    /// within it, beside which copies of a broken store are put.
    pub folder: PathBuf,
    /// The wall clock.
    pub clock: Arc<dyn Clock>,
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

impl DeskStore {
    /// Opens the store of a folder. This reads the disk: call it where blocking is allowed.
    pub fn open(settings: Settings) -> Result<(Self, Writer), OpenError> {
        let Settings { folder, clock } = settings;
        let engine = SledEngine::open(&folder, clock.now())?;
        match check_schema(&engine) {
            Ok(Schema::Known) => Ok(Self::over(engine, clock)),
            Ok(Schema::Later) => Err(OpenError::TooNew { folder }),
            Err(source) => Err(OpenError::Failed { folder, source }),
        }
    }
}

enum Schema {
    Known,
    Later,
}

fn check_schema(engine: &impl Engine) -> io::Result<Schema> {
    let key = keys::schema();
    let known = engine.get(key.as_bytes())?.map(|bytes| codec::decode::<u32>(key.as_bytes(), &bytes));
    match known {
        Some(Ok(SCHEMA)) => Ok(Schema::Known),
        Some(Ok(later)) if later > SCHEMA => Ok(Schema::Later),
        Some(Err(StoreError::Unreadable { .. })) => Ok(Schema::Later),
        Some(Err(error)) => Err(io::Error::other(error)),
        // A new store; or one of form 1, every value of which is also one of form 2.
        None | Some(Ok(_)) => {
            let write = (key.into_bytes(), Some(codec::encode(&SCHEMA)));
            engine.commit(Batch { writes: vec![write] })?;
            engine.sync()?;
            Ok(Schema::Known)
        }
    }
}

#[cfg(test)]
mod tests;
