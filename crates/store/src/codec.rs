//! Values: a byte that tells the version, then JSON.
//!
//! The form of each stored type is pinned by a snapshot test, so that an old store still opens. A value that cannot
//! be read is an error that names what it was for, never its content, and never a panic.

use deskbell_domain::port::store::{StoreError, Stored};
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::keys;

/// The version that is written. A reader of a later version reads this one, too.
const VERSION: u8 = 1;

/// Room for most values, so that a vector in the making rarely moves.
const ROOM: usize = 512;

/// A value as it is stored.
pub(crate) fn encode<T: Serialize>(value: &T) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(ROOM);
    bytes.push(VERSION);
    write_json(&mut bytes, value);
    bytes
}

fn write_json<T: Serialize>(bytes: &mut Vec<u8>, value: &T) {
    serde_json::to_writer(bytes, value)
        .expect("a vector takes every byte, and every stored type has keys that are text or numbers");
}

/// A list in the making that ends before it is longer than it may be. It is stored like a vector of its values.
pub(crate) struct List {
    limit: usize,
    bytes: Vec<u8>,
}

impl List {
    /// An empty list of at most `limit` bytes.
    pub(crate) fn new(limit: usize) -> Self {
        Self { limit, bytes: Vec::with_capacity(limit) }
    }

    /// Adds a value, unless the list would be too long with it; the first always has its place.
    pub(crate) fn push<T: Serialize>(&mut self, value: &T) -> Pushed {
        let end = self.bytes.len();
        if end == 0 {
            self.bytes.extend([VERSION, b'[']);
        } else {
            self.bytes.push(b',');
        }
        write_json(&mut self.bytes, value);
        if end > 0 && self.bytes.len() >= self.limit {
            self.bytes.truncate(end);
            return Pushed::Full;
        }
        Pushed::Added
    }

    /// The value as it is stored; the list is empty again.
    pub(crate) fn finish(&mut self) -> Vec<u8> {
        self.bytes.push(b']');
        std::mem::replace(&mut self.bytes, Vec::with_capacity(self.limit))
    }
}

/// Whether a value found its place in a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Pushed {
    Added,
    Full,
}

/// Reads a stored value; the key tells what it was for if it cannot be read.
pub(crate) fn decode<T: DeserializeOwned>(key: &[u8], bytes: &[u8]) -> Stored<T> {
    match bytes {
        [VERSION, json @ ..] => serde_json::from_slice(json).map_err(|_| unreadable(key)),
        _ => Err(unreadable(key)),
    }
}

/// Reads a value of a list: one that cannot be read is left out with a warning.
pub(crate) fn decode_or_skip<T: DeserializeOwned>(key: &[u8], bytes: &[u8]) -> Option<T> {
    decode(key, bytes).inspect_err(|_| warn_of(key)).ok()
}

/// Reads a stored list: what cannot be read of it is left out with a warning, be it one value or all.
pub(crate) fn decode_list<T: DeserializeOwned>(key: &[u8], bytes: &[u8]) -> Vec<T> {
    decode(key, bytes).unwrap_or_else(|_| {
        let values: Vec<serde_json::Value> = decode_or_skip(key, bytes).unwrap_or_default();
        let read = |value| serde_json::from_value(value).inspect_err(|_| warn_of(key)).ok();
        values.into_iter().filter_map(read).collect()
    })
}

fn warn_of(key: &[u8]) {
    tracing::warn!(value = keys::kind_of(key), "a stored value cannot be read and is left out");
}

/// What a value is told to be that cannot be read, or that says what cannot be.
pub(crate) fn unreadable(key: &[u8]) -> StoreError {
    StoreError::Unreadable { key: keys::kind_of(key).to_owned() }
}

#[cfg(test)]
mod tests;
