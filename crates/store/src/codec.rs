//! Values: a byte that tells the version, then JSON.
//!
//! The form of each stored type is pinned by a snapshot test, so that an old store still opens. A value that cannot
//! be read is an error that names what it was for, never its content, and never a panic.

use deskbell_desk::port::store::{StoreError, Stored};
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::keys;

/// The version that is written. A reader of a later version reads this one, too.
const VERSION: u8 = 1;

/// A value as it is stored.
pub(crate) fn encode<T: Serialize>(value: &T) -> Vec<u8> {
    let mut bytes = vec![VERSION];
    serde_json::to_writer(&mut bytes, value)
        .expect("a vector takes every byte, and every stored type has keys that are text or numbers");
    bytes
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
    decode(key, bytes)
        .inspect_err(|_| {
            tracing::warn!(value = keys::kind_of(key), "a stored value cannot be read and is left out");
        })
        .ok()
}

fn unreadable(key: &[u8]) -> StoreError {
    StoreError::Unreadable { key: keys::kind_of(key).to_owned() }
}

#[cfg(test)]
mod tests;
