//! Long values come back whole, and leave nothing behind.

use std::fs;
use std::path::Path;

use deskbell_domain::time::UnixMillis;

use crate::engine::sled::SledEngine;
use crate::engine::{Batch, Direction, Engine as _, KeyRange};

fn engine(folder: &Path) -> SledEngine {
    SledEngine::open(folder, UnixMillis(0)).unwrap()
}

fn write(engine: &SledEngine, key: &str, value: Option<Vec<u8>>) {
    engine.commit(Batch { writes: vec![(key.as_bytes().to_vec(), value)] }).unwrap();
    engine.sync().unwrap();
}

fn rows(engine: &SledEngine, direction: Direction) -> Vec<(Vec<u8>, Vec<u8>)> {
    engine.range(&KeyRange { start: Vec::new(), end: vec![u8::MAX] }, 9, direction).unwrap()
}

#[test]
fn a_long_value_is_read_back_and_nothing_else_shows() {
    let folder = tempfile::tempdir().unwrap();
    let engine = engine(folder.path());
    let long: Vec<u8> = (0..100_000_u32).map(|byte| byte.to_be_bytes()[3]).collect();
    let all = [(b"a".to_vec(), long.clone()), (b"b".to_vec(), vec![255]), (b"c".to_vec(), vec![1])];
    for (key, value) in &all {
        write(&engine, std::str::from_utf8(key).unwrap(), Some(value.clone()));
        assert_eq!(engine.get(key).unwrap().as_ref(), Some(value));
    }
    assert_eq!(rows(&engine, Direction::Ascending), all);
    assert_eq!(rows(&engine, Direction::Descending), all.into_iter().rev().collect::<Vec<_>>());
}

#[test]
fn the_pieces_of_a_value_go_with_it() {
    let folder = tempfile::tempdir().unwrap();
    let all = |engine: &SledEngine| engine.with_db(|open| Ok(open.db.len())).unwrap();
    let engine = engine(folder.path());
    write(&engine, "a", Some(vec![7; 20_000]));
    assert_eq!(all(&engine), 5);
    engine.reopen().unwrap();
    write(&engine, "b", Some(vec![8; 7_000]));
    assert_eq!(engine.get(b"a").unwrap(), Some(vec![7; 20_000]));
    write(&engine, "a", Some(vec![9; 7_000]));
    assert_eq!((engine.get(b"a").unwrap(), all(&engine)), (Some(vec![9; 7_000]), 6));
    write(&engine, "a", None);
    write(&engine, "b", Some(vec![1]));
    assert_eq!((engine.get(b"a").unwrap(), all(&engine)), (None, 1));
}

#[test]
fn sled_makes_no_file_of_neighbouring_long_values() {
    let folder = tempfile::tempdir().unwrap();
    let engine = engine(folder.path());
    for round in 0..3_u8 {
        let writes = (0..60).map(|row| (format!("w{row:03}").into_bytes(), Some(vec![round; 20_000])));
        engine.commit(Batch { writes: writes.collect() }).unwrap();
        engine.sync().unwrap();
    }
    assert_eq!(fs::read_dir(folder.path().join("store/blobs")).unwrap().count(), 0);
}
