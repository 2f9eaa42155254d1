//! Opening a store on a disk.

mod conversion;

use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use deskbell_domain::port::random::Random;
use deskbell_domain::port::sealing::Sealing;
use deskbell_domain::port::store::StoreError;
use deskbell_domain::time::{Clock, UnixMillis};

use crate::codec;
use crate::copier::Copier;
use crate::engine::noted::NotedEngine;
use crate::engine::sled::{SledEngine, content, refuse_by_files};
use crate::engine::{Batch, Engine};
use crate::keys::{self, Key};
use crate::move_marks::refuse_what_moves;
use crate::move_note::{refuse_and_note, refuse_what_is_noted};
use crate::open_error::{NoKeys, OpenError};
use crate::sealed::SealedEngine;
use crate::store::KvStore;
use crate::writer::Writer;

/// The form of the stored keys and values. A store of a later form is refused, one of an earlier form is converted.
const SCHEMA: u32 = 3;

/// Where a store is, and what it needs.
pub struct Settings {
    /// The folder of `STORE_URL=sled:…`; it is made if it is not there. The store's files are in a folder `store`
    /// within it, beside which copies of a broken store are put.
    pub folder: PathBuf,
    /// The wall clock.
    pub clock: Arc<dyn Clock>,
    /// For the ids of subscriptions.
    pub random: Arc<dyn Random>,
    /// Brings the keys that values are sealed with. Called once the store is locked: whatever it reads and writes beside
    /// the store is this process's alone.
    pub keys: Keys,
}

/// The way to the keys that values are sealed with.
pub type Keys = Box<dyn FnOnce() -> Result<Arc<dyn Sealing>, NoKeys> + Send>;

impl KvStore {
    /// Opens the store of a folder. This reads the disk: call it where blocking is allowed.
    pub fn open(settings: Settings) -> Result<(Self, Writer), OpenError> {
        let Settings { folder, clock, random, keys } = settings;
        let engine = SledEngine::open(&folder, clock.now())?;
        refuse_and_note(&engine, &folder)?;
        refuse_what_was_emptied(&engine, &folder)?;
        let sealing = keys().map_err(OpenError::Keys)?;
        match prepare(&engine, sealing.as_ref()) {
            Ok(Prepared::Known) => {}
            Ok(Prepared::Later) => return Err(OpenError::TooNew { folder }),
            Err(source) => return Err(OpenError::Failed { folder, source }),
        }
        let engine = Arc::new(NotedEngine::new(engine));
        let copier = Copier::new(engine.clone(), &folder);
        let (store, writer) = Self::over(SealedEngine::new(engine, sealing), clock, random);
        Ok((store.with_copier(copier), writer))
    }
}

/// Refuses what [`KvStore::open`] would refuse, as far as files tell it: nothing is opened, locked or made, so that it
/// can be asked beside a bot that runs.
///
/// # Errors
/// Fails where there was a store and is none, where something else stands in its place, and where it has moved or is
/// only half there.
pub fn look_at(folder: &Path) -> Result<(), OpenError> {
    refuse_by_files(folder)?;
    refuse_what_is_noted(folder)
}

/// Opens the engine of a store of the present form that is there already and is only to be read.
pub(crate) fn open_what_is_there(folder: &Path, now: UnixMillis) -> Result<SledEngine, OpenError> {
    let engine = open_engine_of(folder, now)?;
    refuse_what_moves(&engine, folder)?;
    let failed = |source| OpenError::Failed { folder: folder.to_owned(), source };
    match form(&engine).map_err(failed)? {
        Form::Present if conversion::is_done(&engine).map_err(failed)? => Ok(engine),
        Form::Present | Form::Earlier => Err(OpenError::TooOld { folder: folder.to_owned() }),
        Form::None => Err(OpenError::Absent { folder: folder.to_owned() }),
        Form::Later => Err(OpenError::TooNew { folder: folder.to_owned() }),
    }
}

/// Whether a folder has a store in it, whatever is in that.
pub(crate) fn is_there(folder: &Path) -> bool {
    folder.join("store/db").exists()
}

/// Opens the engine of a store that is there already, and makes none where there is none.
pub(crate) fn open_engine_of(folder: &Path, now: UnixMillis) -> Result<SledEngine, OpenError> {
    if !is_there(folder) {
        return Err(OpenError::Absent { folder: folder.to_owned() });
    }
    SledEngine::open(folder, now)
}

/// Refuses a store without content with which a bot ran. A new one is brought onto the disk before keys are made beside
/// it: keys beside nothing then show that a store was lost.
fn refuse_what_was_emptied(engine: &impl Engine, folder: &Path) -> Result<(), OpenError> {
    let failed = |source| OpenError::Failed { folder: folder.to_owned(), source };
    if !matches!(form(engine).map_err(failed)?, Form::None) {
        return Ok(());
    }
    match content::heartbeat(folder) {
        Some(trace) => Err(OpenError::Lost { folder: folder.to_owned(), trace }),
        None => engine.sync().map_err(failed),
    }
}

/// Whether a store can be used.
pub(crate) enum Prepared {
    Known,
    Later,
}

/// Brings the content of an engine into the present form. The number of the form is raised first, so that no earlier
/// version opens what it could not read; a conversion that was broken off is gone on with at the next start.
pub(crate) fn prepare(engine: &impl Engine, sealing: &dyn Sealing) -> io::Result<Prepared> {
    match form(engine)? {
        Form::Later => return Ok(Prepared::Later),
        Form::None => {
            write_marks(engine, &[(keys::schema(), codec::encode(&SCHEMA)), conversion::end_mark()])?;
        }
        Form::Earlier => {
            write_marks(engine, &[(keys::schema(), codec::encode(&SCHEMA))])?;
            convert(engine, sealing)?;
        }
        Form::Present if !conversion::is_done(engine)? => convert(engine, sealing)?,
        Form::Present => {}
    }
    Ok(Prepared::Known)
}

fn convert(engine: &impl Engine, sealing: &dyn Sealing) -> io::Result<()> {
    conversion::seal_everything(engine, sealing)?;
    write_marks(engine, &[conversion::end_mark()])
}

/// Which form the content of an engine has.
pub(crate) enum Form {
    /// There is none yet.
    None,
    Earlier,
    Present,
    Later,
}

pub(crate) fn form(engine: &impl Engine) -> io::Result<Form> {
    let key = keys::schema();
    let known = engine.get(key.as_bytes())?.map(|bytes| codec::decode::<u32>(key.as_bytes(), &bytes));
    match known {
        None => Ok(Form::None),
        Some(Ok(SCHEMA)) => Ok(Form::Present),
        Some(Ok(other)) if other < SCHEMA => Ok(Form::Earlier),
        Some(Ok(_) | Err(StoreError::Unreadable { .. })) => Ok(Form::Later),
        Some(Err(error)) => Err(io::Error::other(error)),
    }
}

pub(crate) fn write_marks(engine: &impl Engine, marks: &[(Key, Vec<u8>)]) -> io::Result<()> {
    let writes = marks.iter().map(|(key, value)| (key.as_bytes().to_vec(), Some(value.clone())));
    let mut writes: Vec<_> = writes.collect();
    writes.sort();
    engine.commit(Batch { writes })?;
    engine.sync()
}

#[cfg(test)]
pub(crate) mod tests;
