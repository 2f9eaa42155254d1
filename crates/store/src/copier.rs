//! Taking a copy of a store, whether or not it is in use.

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::backup::BackupWriter;
use crate::engine::noted::NotedEngine;
use crate::engine::sled::SledEngine;
use crate::engine::{Direction, Engine, KeyRange};
use crate::open_error::OpenError;

/// How many rows are read at a time.
const ROWS: usize = 256;
/// Fewer changes than this are read while writes wait.
const FEW: usize = 256;
/// How often changes are read before, where many come.
const LOOKS: usize = 8;

/// Why no copy of a store could be taken.
#[derive(Debug, thiserror::Error)]
pub enum CopyError {
    /// The store cannot be opened.
    #[error(transparent)]
    Open(#[from] OpenError),
    /// Somebody takes one.
    #[error("another backup is being taken: try again when it is done")]
    Busy,
    /// The store could not be read.
    #[error("the store could not be read to its end: {0}")]
    Store(io::Error),
    /// The copy could not be written.
    #[error("the backup could not be written: {0}")]
    Out(io::Error),
}

/// Takes copies of a store that is open.
#[derive(Clone)]
pub struct Copier {
    engine: Arc<NotedEngine<SledEngine>>,
    keys: PathBuf,
}

impl Copier {
    pub(crate) fn new(engine: Arc<NotedEngine<SledEngine>>, folder: &Path) -> Self {
        Self { engine, keys: folder.join("keys") }
    }

    /// Writes a backup: what the store is at one moment before this returns. Whoever writes to the store meanwhile does
    /// not wait for it. This reads the disk: call it where blocking is allowed.
    pub fn copy(&self, out: &mut dyn Write) -> Result<(), CopyError> {
        copy(&*self.engine, &self.keys, out)
    }
}

pub(crate) fn copy<E: Engine>(
    engine: &NotedEngine<E>,
    keys: &Path,
    out: &mut dyn Write,
) -> Result<(), CopyError> {
    let noting = engine.note().ok_or(CopyError::Busy)?;
    let mut backup = BackupWriter::begin(out).map_err(CopyError::Out)?;
    copy_rows(engine, &mut backup)?;
    for _ in 0..LOOKS {
        let changed = noting.changed().map_err(|overtaken| CopyError::Store(io::Error::other(overtaken)))?;
        let few = changed.len() < FEW;
        for key in changed {
            let value = engine.get(&key).map_err(CopyError::Store)?;
            backup.row(&key, value.as_deref()).map_err(CopyError::Out)?;
        }
        if few {
            break;
        }
    }
    for (key, value) in noting.last_changes().map_err(CopyError::Store)? {
        backup.row(&key, value.as_deref()).map_err(CopyError::Out)?;
    }
    // A key is kept before anything is sealed with it: those of all rows are there.
    let keys = fs::read(keys).map_err(CopyError::Store)?;
    backup.finish(&keys).map_err(CopyError::Out)
}

fn copy_rows(engine: &impl Engine, backup: &mut BackupWriter<'_>) -> Result<(), CopyError> {
    let mut range = KeyRange::everything();
    loop {
        let rows = engine.range(&range, ROWS, Direction::Ascending).map_err(CopyError::Store)?;
        let Some((last, _)) = rows.last() else { return Ok(()) };
        range = range.after(last);
        for (key, value) in rows {
            backup.row(&key, Some(&value)).map_err(CopyError::Out)?;
        }
    }
}
