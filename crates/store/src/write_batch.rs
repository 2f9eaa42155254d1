//! A batch in the making: reads see what it already holds.
//!
//! The writer makes one for all operations of a group. Each operation writes into a layer of its own, which
//! is taken over when the operation succeeds and thrown away when it does not, so that one refused operation
//! leaves no trace in the group.

use std::collections::BTreeMap;
use std::ops::Bound;

use deskbell_domain::port::store::Stored;
use serde::Serialize;

use crate::codec;
use crate::engine::{Batch, Direction, Engine, KeyRange, Row};
use crate::keys::Key;
use crate::reader::Reader;

type Layer = BTreeMap<Vec<u8>, Option<Vec<u8>>>;

/// What a group of operations will write.
pub(crate) struct WriteBatch<'a> {
    engine: &'a dyn Engine,
    group: Layer,
    operation: Layer,
}

impl<'a> WriteBatch<'a> {
    pub(crate) fn new(engine: &'a dyn Engine) -> Self {
        Self { engine, group: Layer::new(), operation: Layer::new() }
    }

    /// Writes a value.
    pub(crate) fn put<T: Serialize>(&mut self, key: Key, value: &T) {
        self.operation.insert(key.into_bytes(), Some(codec::encode(value)));
    }

    /// Writes a value that is encoded already, or whose key was read from a range.
    pub(crate) fn put_raw(&mut self, key: Vec<u8>, value: Vec<u8>) {
        self.operation.insert(key, Some(value));
    }

    /// Removes a value.
    pub(crate) fn delete(&mut self, key: Key) {
        self.delete_raw(key.into_bytes());
    }

    /// Removes a value whose key was read from a range.
    pub(crate) fn delete_raw(&mut self, key: Vec<u8>) {
        self.operation.insert(key, None);
    }

    /// Takes over what the operation wrote.
    pub(crate) fn accept(&mut self) {
        self.group.append(&mut self.operation);
    }

    /// Throws away what the operation wrote.
    pub(crate) fn reject(&mut self) {
        self.operation.clear();
    }

    pub(crate) fn into_batch(self) -> Batch {
        Batch { writes: self.group.into_iter().collect() }
    }

    fn overlay(&self, range: &KeyRange) -> Layer {
        if range.is_empty() {
            return Layer::new();
        }
        let bounds = (Bound::Included(range.start.as_slice()), Bound::Excluded(range.end.as_slice()));
        let layers = [&self.group, &self.operation];
        let rows = layers.into_iter().flat_map(|layer| layer.range::<[u8], _>(bounds));
        rows.map(|(key, value)| (key.clone(), value.clone())).collect()
    }
}

impl Reader for WriteBatch<'_> {
    fn get(&self, key: &[u8]) -> Stored<Option<Vec<u8>>> {
        match self.operation.get(key).or_else(|| self.group.get(key)) {
            Some(value) => Ok(value.clone()),
            None => Reader::get(self.engine, key),
        }
    }

    /// The engine is asked for as many rows more as this batch holds in the range: at most so many are removed, so
    /// the first `limit` of the merged rows are never beyond what the engine gave.
    fn range(&self, range: &KeyRange, limit: usize, direction: Direction) -> Stored<Vec<Row>> {
        let overlay = self.overlay(range);
        let rows = Reader::range(self.engine, range, limit.saturating_add(overlay.len()), direction)?;
        if overlay.is_empty() {
            return Ok(rows);
        }
        let mut merged: Layer = rows.into_iter().map(|(key, value)| (key, Some(value))).collect();
        merged.extend(overlay);
        let present = merged.into_iter().filter_map(|(key, value)| Some((key, value?)));
        Ok(match direction {
            Direction::Ascending => present.take(limit).collect(),
            Direction::Descending => present.rev().take(limit).collect(),
        })
    }
}

#[cfg(test)]
mod tests;
