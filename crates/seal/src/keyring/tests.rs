use std::collections::BTreeSet;
use std::fs;
use std::os::unix::fs::PermissionsExt as _;

use tempfile::TempDir;

use super::*;
use crate::testing::{given, in_journal, open, workspace};

fn folder() -> TempDir {
    tempfile::tempdir().expect("a folder can be made")
}

fn keyring(folder: &TempDir) -> Keyring {
    open(folder.path(), &given(Some(1), None)).keyring
}

#[test]
fn what_is_sealed_opens_in_its_place_also_after_a_restart() {
    let folder = folder();
    let acme = workspace("acme");
    let sealed = keyring(&folder).seal(&in_journal(&acme), b"Ada").unwrap();
    assert!(!sealed.windows(3).any(|bytes| bytes == b"Ada"));
    assert_eq!(keyring(&folder).open(&in_journal(&acme), &sealed).as_deref(), Ok(b"Ada".as_slice()));
}

#[test]
fn what_is_sealed_opens_in_no_other_place() {
    let folder = folder();
    let keyring = keyring(&folder);
    let (acme, zenith) = (workspace("acme"), workspace("zenith"));
    let place = in_journal(&acme);
    let sealed = keyring.seal(&place, b"Ada").unwrap();
    // The other workspace has a key, too.
    keyring.seal(&in_journal(&zenith), b"Bob").unwrap();
    let others = [
        Place { workspace: &zenith, ..place },
        Place { record: "snapshot", ..place },
        Place { id: b"2", ..place },
        Place { id: b"", ..place },
    ];
    for other in others {
        assert_eq!(keyring.open(&other, &sealed), Err(Unopened), "{other:?}");
    }
}

#[test]
fn the_same_value_is_never_sealed_to_the_same_bytes() {
    let folder = folder();
    let keyring = keyring(&folder);
    let acme = workspace("acme");
    let sealed: BTreeSet<_> = (0..100).map(|_| keyring.seal(&in_journal(&acme), b"Ada").unwrap()).collect();
    assert_eq!(sealed.len(), 100);
}

#[test]
fn what_was_sealed_for_a_shredded_workspace_opens_never_again() {
    let folder = folder();
    let keyring_before = keyring(&folder);
    let (acme, zenith) = (workspace("acme"), workspace("zenith"));
    let of_acme = keyring_before.seal(&in_journal(&acme), b"Ada").unwrap();
    let of_zenith = keyring_before.seal(&in_journal(&zenith), b"Bob").unwrap();
    keyring_before.shred(&acme).unwrap();
    keyring_before.shred(&workspace("nobody")).unwrap();
    for keyring in [keyring_before, keyring(&folder)] {
        assert_eq!(keyring.open(&in_journal(&acme), &of_acme), Err(Unopened));
        assert!(keyring.open(&in_journal(&zenith), &of_zenith).is_ok());
    }
    let anew = keyring(&folder);
    let sealed = anew.seal(&in_journal(&acme), b"Ada").unwrap();
    assert!(anew.open(&in_journal(&acme), &sealed).is_ok(), "it gets a new key");
    assert_eq!(anew.open(&in_journal(&acme), &of_acme), Err(Unopened));
}

#[test]
fn nothing_is_sealed_under_a_key_that_could_not_be_kept() {
    let folder = folder();
    let keyring = keyring(&folder);
    let (acme, zenith) = (workspace("acme"), workspace("zenith"));
    let sealed = keyring.seal(&in_journal(&acme), b"Ada").unwrap();
    // What cannot be taken away stands where the new file would be written.
    let in_the_way = folder.path().join("keys.new");
    fs::create_dir(&in_the_way).unwrap();
    assert!(keyring.seal(&in_journal(&zenith), b"Bob").is_err());
    assert!(keyring.shred(&acme).is_err());
    assert!(keyring.open(&in_journal(&acme), &sealed).is_ok(), "what could not be shredded is still there");
    fs::remove_dir(&in_the_way).unwrap();
    assert!(keyring.seal(&in_journal(&zenith), b"Bob").is_ok());
}

#[test]
fn threads_that_seal_first_at_once_share_one_key() {
    let folder = folder();
    let keyring = keyring(&folder);
    let names = ["acme", "zenith", "acme", "zenith", "acme", "zenith", "acme", "zenith"].map(workspace);
    let seal = |name| keyring.seal(&in_journal(name), name.as_str().as_bytes()).unwrap();
    let sealed = std::thread::scope(|scope| {
        let threads = names.each_ref().map(|name| scope.spawn(move || seal(name)));
        threads.map(|thread| thread.join().unwrap())
    });
    let after = self::keyring(&folder);
    for (name, sealed) in names.iter().zip(&sealed) {
        assert_eq!(after.open(&in_journal(name), sealed).as_deref(), Ok(name.as_str().as_bytes()));
    }
}

#[test]
fn every_file_is_its_owners_alone_also_after_it_was_replaced() {
    let folder = folder();
    let keyring = open(folder.path(), &given(None, None)).keyring;
    keyring.seal(&in_journal(&workspace("acme")), b"Ada").unwrap();
    let names = fs::read_dir(folder.path()).unwrap().map(|item| item.unwrap().path());
    let modes: Vec<_> = names.map(|path| fs::metadata(path).unwrap().permissions().mode() & 0o777).collect();
    assert_eq!(modes, [0o600; 3]);
}

#[test]
fn debug_output_shows_no_key() {
    let folder = folder();
    let keyring = open(folder.path(), &given(None, None)).keyring;
    let shown = format!("{keyring:?}");
    let key = fs::read_to_string(folder.path().join("key")).unwrap();
    assert!(!shown.contains(key.trim()), "{shown}");
}
