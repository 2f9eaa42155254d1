//! Everything that a store holds, row by row: with the same rows it gives the same answers.

use std::collections::BTreeMap;

use deskbell_store::engine::{Direction, Engine, KeyRange};

/// The row of [`KvStore::probe`](deskbell_store::KvStore::probe), which the replay itself writes.
const PROBE: &[u8] = b"mp";

/// The rows of a store.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Picture(BTreeMap<Vec<u8>, Vec<u8>>);

impl Picture {
    pub(crate) fn of(engine: &impl Engine) -> Self {
        let all = KeyRange { start: vec![0], end: vec![u8::MAX] };
        let rows = engine.range(&all, usize::MAX, Direction::Ascending).expect("the store can be read");
        Self(rows.into_iter().filter(|(key, _)| key != PROBE).collect())
    }

    /// The keys of the rows that are different in another picture.
    pub(crate) fn difference(&self, other: &Self) -> Vec<String> {
        if self == other {
            return Vec::new();
        }
        let all = self.0.keys().chain(other.0.keys().filter(|key| !self.0.contains_key(*key)));
        let different = all.filter(|key| self.0.get(*key) != other.0.get(*key));
        different.map(|key| key.escape_ascii().to_string()).collect()
    }
}
