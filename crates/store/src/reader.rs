//! What can be read of a store: the engine as it stands, or the engine under a batch that is being made.

use deskbell_domain::port::store::{StoreError, Stored};
use serde::de::DeserializeOwned;

use crate::codec;
use crate::engine::{Direction, Engine, KeyRange, Row};
use crate::keys::Key;

/// How many rows a scan reads at a time.
const CHUNK: usize = 64;

/// Something that rows are read from.
pub(crate) trait Reader {
    fn get(&self, key: &[u8]) -> Stored<Option<Vec<u8>>>;

    fn range(&self, range: &KeyRange, limit: usize, direction: Direction) -> Stored<Vec<Row>>;
}

impl<E: Engine + ?Sized> Reader for E {
    fn get(&self, key: &[u8]) -> Stored<Option<Vec<u8>>> {
        Engine::get(self, key).map_err(StoreError::NotRead)
    }

    fn range(&self, range: &KeyRange, limit: usize, direction: Direction) -> Stored<Vec<Row>> {
        Engine::range(self, range, limit, direction).map_err(StoreError::NotRead)
    }
}

/// Reads one value.
pub(crate) fn load<T: DeserializeOwned>(reader: &(impl Reader + ?Sized), key: &Key) -> Stored<Option<T>> {
    match reader.get(key.as_bytes())? {
        Some(bytes) => codec::decode(key.as_bytes(), &bytes).map(Some),
        None => Ok(None),
    }
}

/// Reads one value; one that cannot be read counts as absent, with a warning.
pub(crate) fn load_or_skip<T: DeserializeOwned>(
    reader: &(impl Reader + ?Sized),
    key: &Key,
) -> Stored<Option<T>> {
    Ok(reader.get(key.as_bytes())?.and_then(|bytes| codec::decode_or_skip(key.as_bytes(), &bytes)))
}

/// Reads all values of a range; those that cannot be read are left out with a warning.
pub(crate) fn load_all<T: DeserializeOwned>(
    reader: &(impl Reader + ?Sized),
    range: KeyRange,
) -> Stored<Vec<T>> {
    let mut values = Vec::new();
    scan(reader, range, |key, value| {
        values.extend(codec::decode_or_skip(key, value));
        Scan::Continue
    })?;
    Ok(values)
}

/// Whether a scan goes on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Scan {
    Continue,
    Stop,
}

/// Reads a range in pieces, ascending, so that no reader holds the engine for long.
pub(crate) fn scan(
    reader: &(impl Reader + ?Sized),
    mut range: KeyRange,
    mut visit: impl FnMut(&[u8], &[u8]) -> Scan,
) -> Stored<()> {
    loop {
        let rows = reader.range(&range, CHUNK, Direction::Ascending)?;
        for (key, value) in &rows {
            if visit(key, value) == Scan::Stop {
                return Ok(());
            }
        }
        match rows.last() {
            Some((key, _)) if rows.len() == CHUNK => range = range.after(key),
            _ => return Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::Batch;
    use crate::engine::memory::MemoryEngine;

    #[test]
    fn a_failed_read_does_not_say_that_the_store_cannot_be_written() {
        let engine = MemoryEngine::new();
        engine.switch_off_after(1);
        engine.commit(Batch { writes: vec![(vec![1], Some(vec![1]))] }).unwrap();
        assert!(matches!(Reader::get(&engine, &[1]), Err(StoreError::NotRead(_))));
        let all = KeyRange { start: vec![0], end: vec![u8::MAX] };
        let rows = Reader::range(&engine, &all, 1, Direction::Ascending);
        assert!(matches!(rows, Err(StoreError::NotRead(_))));
    }
}
