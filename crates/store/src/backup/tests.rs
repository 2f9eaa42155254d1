use std::collections::BTreeMap;
use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use insta::assert_snapshot;
use tempfile::TempDir;

use super::*;
use crate::copier::{CopyError, copy};
use crate::engine::memory::{Fault, MemoryEngine};
use crate::engine::noted::NotedEngine;
use crate::engine::{Batch, Engine};

type Content = BTreeMap<Vec<u8>, Vec<u8>>;

/// A folder with a file `keys` in it.
fn folder() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("keys"), "sealed keys").unwrap();
    folder
}

fn put(engine: &impl Engine, rows: &[(&[u8], Option<&[u8]>)]) -> io::Result<()> {
    let writes = rows.iter().map(|(key, value)| (key.to_vec(), value.map(<[u8]>::to_vec)));
    engine.commit(Batch { writes: writes.collect() })?;
    engine.sync()
}

/// What a backup holds.
fn content(bytes: &[u8], folder: &Path) -> Content {
    let file = folder.join("backup");
    fs::write(&file, bytes).unwrap();
    let (backup, mut content) = (BackupFile::open(&file).unwrap(), Content::new());
    assert_eq!(backup.keys(), b"sealed keys");
    let read = backup.rows(|key, value| {
        match value {
            Some(value) => content.insert(key, value),
            None => content.remove(&key),
        };
        Ok(())
    });
    read.unwrap();
    content
}

/// Somebody to whom a copy is written, and who does something at each write.
struct Meanwhile<F> {
    out: Vec<u8>,
    act: F,
}

impl<F: FnMut()> Write for Meanwhile<F> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        (self.act)();
        self.out.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[test]
fn a_backups_form_is_this() {
    let (folder, engine) = (folder(), NotedEngine::new(MemoryEngine::new()));
    put(&engine, &[(b"k", Some(b"value"))]).unwrap();
    let mut out = Vec::new();
    copy(&engine, &folder.path().join("keys"), &mut out).unwrap();
    let digest = out.split_off(out.len() - DIGEST_BYTES);
    assert_snapshot!(out.escape_ascii(), @r"deskbell backup 1\nP\x00\x00\x00\x01\x00\x00\x00\x05kvalueEsealed keys\x00\x00\x00\x0b");
    assert_eq!(
        content(&[out, digest].concat(), folder.path()),
        Content::from([(b"k".to_vec(), b"value".to_vec())])
    );
}

#[test]
fn a_copy_is_the_store_at_one_moment_whatever_is_written_while_it_is_taken() {
    let (folder, engine) = (folder(), NotedEngine::new(MemoryEngine::new()));
    for number in 0..700_u32 {
        put(&engine, &[(format!("m{number:03}").as_bytes(), Some(b"old"))]).unwrap();
    }
    put(&engine, &[(b"a", Some(b"0")), (b"z", Some(b"0"))]).unwrap();
    let mut number = 0;
    let act = || {
        number += 1;
        let text = number.to_string();
        let other = format!("m{:03}", number * 7 % 900);
        let removed = format!("m{:03}", number * 11 % 700);
        let mut rows = [(other, Some(text.as_bytes())), (removed, None)];
        rows.sort();
        let [one, two] = rows.each_ref().map(|(key, value)| (key.as_bytes(), *value));
        let all: &[_] = if one.0 == two.0 { &[one] } else { &[one, two] };
        let text = Some(text.as_bytes());
        put(&engine, &[&[(&b"a"[..], text)], all, &[(&b"z"[..], text)]].concat()).unwrap();
    };
    let mut meanwhile = Meanwhile { out: Vec::new(), act };
    copy(&engine, &folder.path().join("keys"), &mut meanwhile).unwrap();
    let content = content(&meanwhile.out, folder.path());
    assert_eq!(content[&b"a"[..]], content[&b"z"[..]], "the first and the last row are of one moment");
    let moment: u32 = String::from_utf8(content[&b"a"[..]].clone()).unwrap().parse().unwrap();
    assert!(moment > 700, "it is a moment after all rows were read: {moment}");
    let newest = content.iter().filter(|(key, _)| key[0] == b'm').map(|(_, value)| value);
    let newest =
        newest.filter_map(|value| String::from_utf8(value.clone()).unwrap().parse::<u32>().ok()).max();
    assert!(newest.is_some_and(|newest| newest <= moment && newest + 30 > moment), "{newest:?} at {moment}");
}

#[test]
fn one_copy_is_taken_at_a_time_and_the_next_one_after_it() {
    let (folder, engine) = (folder(), NotedEngine::new(MemoryEngine::new()));
    let keys = folder.path().join("keys");
    let mut second = None;
    let act = || {
        second.get_or_insert_with(|| copy(&engine, &keys, &mut Vec::new()).unwrap_err().to_string());
    };
    copy(&engine, &keys, &mut Meanwhile { out: Vec::new(), act }).unwrap();
    assert_snapshot!(second.unwrap(), @"another backup is being taken: try again when it is done");
    assert!(copy(&engine, &keys, &mut Vec::new()).is_ok());
}

#[test]
fn a_copy_during_which_a_write_failed_is_none() {
    for fault in [Fault::Commit, Fault::SyncLost] {
        let memory = MemoryEngine::new();
        let (folder, engine) = (folder(), NotedEngine::new(memory.clone()));
        let keys = folder.path().join("keys");
        let act = || {
            memory.fail(Some(fault));
            assert!(put(&engine, &[(b"k", Some(b"value"))]).is_err());
            memory.fail(None);
        };
        let copied = copy(&engine, &keys, &mut Meanwhile { out: Vec::new(), act });
        assert!(matches!(copied, Err(CopyError::Store(_))), "{fault:?}: {copied:?}");
        assert!(copy(&engine, &keys, &mut Vec::new()).is_ok());
    }
}

fn refusal(file: &Path, bytes: &[u8]) -> String {
    fs::write(file, bytes).unwrap();
    BackupFile::open(file).unwrap_err().to_string().replace(&file.display().to_string(), "backup")
}

#[test]
fn a_backup_that_was_cut_off_or_changed_anywhere_is_refused() {
    let (folder, engine) = (folder(), NotedEngine::new(MemoryEngine::new()));
    put(&engine, &[(b"k", Some(b"value"))]).unwrap();
    let (mut whole, file) = (Vec::new(), folder.path().join("backup"));
    copy(&engine, &folder.path().join("keys"), &mut whole).unwrap();
    for length in 0..whole.len() {
        assert!(refusal(&file, &whole[..length]).starts_with("backup is not whole"), "{length} bytes");
        let mut changed = whole.clone();
        changed[length] ^= 1;
        refusal(&file, &changed);
    }
    assert_snapshot!(refusal(&file, &whole[..40]), @"backup is not whole: its writing was broken off, or something changed it since. Take another backup");
    assert_snapshot!(refusal(&file, b"PK\x03\x04 something else"), @"backup is no backup of Deskbell");
    assert_snapshot!(refusal(&file, b"deskbell backup 2\n..."), @"backup was made by a later version of Deskbell");
    let absent: PathBuf = folder.path().join("none");
    assert!(BackupFile::open(&absent).unwrap_err().to_string().ends_with("none cannot be read"));
}
