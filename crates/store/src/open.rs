//! Opening a store on a disk.

use std::io;
use std::path::PathBuf;
use std::sync::Arc;

use deskbell_domain::port::random::Random;
use deskbell_domain::port::store::StoreError;
use deskbell_domain::time::Clock;

use crate::engine::sled::SledEngine;
use crate::engine::{Batch, Engine};
use crate::open_error::OpenError;
use crate::store::KvStore;
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
    /// For the ids of subscriptions.
    pub random: Arc<dyn Random>,
}

impl KvStore {
    /// Opens the store of a folder. This reads the disk: call it where blocking is allowed.
    pub fn open(settings: Settings) -> Result<(Self, Writer), OpenError> {
        let Settings { folder, clock, random } = settings;
        let engine = SledEngine::open(&folder, clock.now())?;
        match check_schema(&engine) {
            Ok(Schema::Known) => Ok(Self::over(engine, clock, random)),
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
