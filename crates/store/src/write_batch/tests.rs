use proptest::prelude::*;

use super::*;
use crate::engine::memory::MemoryEngine;

fn raw(writes: &mut WriteBatch<'_>, key: u8, value: Option<u8>) {
    writes.operation.insert(vec![key], value.map(|value| vec![value]));
}

fn engine_with(rows: &[(u8, u8)]) -> MemoryEngine {
    let engine = MemoryEngine::new();
    let writes = rows.iter().map(|(key, value)| (vec![*key], Some(vec![*value]))).collect();
    engine.commit(Batch { writes }).unwrap();
    engine
}

fn all() -> KeyRange {
    KeyRange { start: vec![0], end: vec![255] }
}

#[test]
fn an_operation_that_is_refused_leaves_no_trace_in_its_group() {
    let engine = engine_with(&[(1, 1)]);
    let mut writes = WriteBatch::new(&engine);
    raw(&mut writes, 2, Some(2));
    writes.accept();
    raw(&mut writes, 2, None);
    raw(&mut writes, 3, Some(3));
    assert_eq!(Reader::get(&writes, &[2]).unwrap(), None);
    writes.reject();
    assert_eq!(Reader::get(&writes, &[2]).unwrap(), Some(vec![2]));
    assert_eq!(writes.into_batch().writes, [(vec![2], Some(vec![2]))]);
}

proptest! {
    #[test]
    fn a_write_batch_reads_as_the_engine_will_after_it_was_written(
        rows in prop::collection::vec((0..20_u8, any::<u8>()), 0..20),
        group in prop::collection::vec((0..20_u8, any::<Option<u8>>()), 0..12),
        operation in prop::collection::vec((0..20_u8, any::<Option<u8>>()), 0..12),
        limit in 0..25_usize,
        descending in any::<bool>(),
    ) {
        let engine = engine_with(&rows);
        let mut writes = WriteBatch::new(&engine);
        for (key, value) in group {
            raw(&mut writes, key, value);
        }
        writes.accept();
        for (key, value) in operation {
            raw(&mut writes, key, value);
        }
        let direction = if descending { Direction::Descending } else { Direction::Ascending };
        let merged = Reader::range(&writes, &all(), limit, direction).unwrap();
        let each: Vec<_> = (0..20).map(|key| Reader::get(&writes, &[key]).unwrap()).collect();
        writes.accept();
        let batch = writes.into_batch();
        engine.commit(batch).unwrap();
        prop_assert_eq!(merged, Engine::range(&engine, &all(), limit, direction).unwrap());
        for (key, value) in (0..20).zip(each) {
            prop_assert_eq!(value, Engine::get(&engine, &[key]).unwrap());
        }
    }
}
