//! What a store says of its own move: where its content goes, and from where it came.
//!
//! Both marks are in the clear, and belong to this store: they are never copied into another.

use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use crate::codec;
use crate::engine::Engine;
use crate::keys::{self, Key};
use crate::open_error::OpenError;

/// What was moved.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counts {
    /// How many values of each kind.
    pub values: BTreeMap<String, u64>,
    /// How many of these no key opened before either: they were taken over as they were.
    pub unopened: u64,
}

impl Counts {
    /// How many values in all.
    pub fn all(&self) -> u64 {
        self.values.values().sum()
    }
}

/// In a store whose content is moved elsewhere.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Departure {
    /// By what a half-filled store knows that it comes from here.
    pub(crate) id: String,
    /// Set at the end: from then on this store opens no more.
    pub(crate) moved: Option<Moved>,
}

/// That a store has moved.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Moved {
    pub(crate) to: PathBuf,
    pub(crate) counts: Counts,
}

/// In a store that is filled from another, or from a backup.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Arrival {
    /// Of the other's departure, or of the backup.
    pub(crate) id: String,
    /// Set at the end: before, this store does not open.
    pub(crate) done: Option<Counts>,
}

/// Whether a key is that of a mark.
pub(crate) fn is_mark(key: &[u8]) -> bool {
    key == keys::departure().as_bytes() || key == keys::arrival().as_bytes()
}

/// The mark of a store that moves, if it does.
pub(crate) fn departure(engine: &impl Engine) -> io::Result<Option<Departure>> {
    read(engine, &keys::departure())
}

/// The mark of a store that is filled, if it is.
pub(crate) fn arrival(engine: &impl Engine) -> io::Result<Option<Arrival>> {
    read(engine, &keys::arrival())
}

fn read<T: DeserializeOwned>(engine: &impl Engine, key: &Key) -> io::Result<Option<T>> {
    let Some(value) = engine.get(key.as_bytes())? else { return Ok(None) };
    codec::decode(key.as_bytes(), &value).map(Some).map_err(io::Error::other)
}

/// Refuses a store that has moved, or is only half filled.
pub(crate) fn refuse_what_moves(engine: &impl Engine, folder: &Path) -> Result<(), OpenError> {
    refuse_what_moved(engine, folder)?;
    match arrival(engine).map_err(failed(folder))? {
        Some(Arrival { done: None, .. }) => Err(OpenError::Unfinished { folder: folder.to_owned() }),
        Some(_) | None => Ok(()),
    }
}

fn refuse_what_moved(engine: &impl Engine, folder: &Path) -> Result<(), OpenError> {
    match departure(engine).map_err(failed(folder))? {
        Some(Departure { moved: Some(Moved { to, .. }), .. }) => Err(OpenError::Moved { to }),
        Some(_) | None => Ok(()),
    }
}

fn failed(folder: &Path) -> impl FnOnce(io::Error) -> OpenError {
    let folder = folder.to_owned();
    |source| OpenError::Failed { folder, source }
}

#[cfg(test)]
mod tests {
    use insta::assert_snapshot;

    use super::*;

    fn stored(value: &impl Serialize) -> String {
        let bytes = codec::encode(value);
        assert_eq!(bytes[0], 1, "the version of the form");
        String::from_utf8(bytes[1..].to_vec()).unwrap()
    }

    #[test]
    fn the_stored_forms_are_these() {
        let counts = Counts { values: BTreeMap::from([("journal entry".to_owned(), 2)]), unopened: 1 };
        let moved = Moved { to: PathBuf::from("/srv/new"), counts: counts.clone() };
        assert_snapshot!(
            stored(&Departure { id: "a1".to_owned(), moved: Some(moved) }),
            @r#"{"id":"a1","moved":{"to":"/srv/new","counts":{"values":{"journal entry":2},"unopened":1}}}"#
        );
        assert_snapshot!(
            stored(&Arrival { id: "a1".to_owned(), done: Some(counts) }),
            @r#"{"id":"a1","done":{"values":{"journal entry":2},"unopened":1}}"#
        );
        assert_snapshot!(stored(&Arrival { id: "a1".to_owned(), done: None }), @r#"{"id":"a1","done":null}"#);
    }
}
