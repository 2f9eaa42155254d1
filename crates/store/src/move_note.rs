//! A note beside a store of what it says of its own move, for those who may not open it.
//!
//! The marks in the store decide. The note is written whenever they are set or met, and a power cut may lose it: then
//! somebody who only looks hears nothing, and whoever opens the store still hears the truth.

use std::fs::{self, File};
use std::io::{self, Write as _};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::engine::Engine;
use crate::move_marks::refuse_what_moves;
use crate::open_error::OpenError;

const FILE: &str = "move.json";

/// Why a store does not open.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Note {
    MovedTo(PathBuf),
    HalfThere,
}

/// Refuses a store that has moved, or is only half filled, and leaves a note of that.
pub(crate) fn refuse_and_note(engine: &impl Engine, folder: &Path) -> Result<(), OpenError> {
    let standing = refuse_what_moves(engine, folder);
    let noted = match &standing {
        Ok(()) => remove(folder),
        Err(OpenError::Moved { to }) => write(folder, &Note::MovedTo(to.clone())),
        Err(OpenError::Unfinished { .. }) => write(folder, &Note::HalfThere),
        Err(_) => Ok(()),
    };
    if let Err(error) = noted {
        tracing::debug!(%error, "what the store says of its move could not be noted beside it");
    }
    standing
}

/// Refuses by the note alone. One that cannot be read says nothing.
pub(crate) fn refuse_what_is_noted(folder: &Path) -> Result<(), OpenError> {
    let note = fs::read(folder.join(FILE)).ok().and_then(|text| serde_json::from_slice(&text).ok());
    match note {
        None => Ok(()),
        Some(Note::MovedTo(to)) => Err(OpenError::Moved { to }),
        Some(Note::HalfThere) => Err(OpenError::Unfinished { folder: folder.to_owned() }),
    }
}

/// Where a link stands in its place, the link is taken away and not what it leads to.
fn write(folder: &Path, note: &Note) -> io::Result<()> {
    remove(folder)?;
    let text = serde_json::to_vec(note).map_err(io::Error::other)?;
    let mut file = File::options().write(true).create_new(true).mode(0o600).open(folder.join(FILE))?;
    file.write_all(&text)
}

fn remove(folder: &Path) -> io::Result<()> {
    match fs::remove_file(folder.join(FILE)) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}
