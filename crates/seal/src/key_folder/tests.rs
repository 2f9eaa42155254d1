use std::fs;
use std::os::unix::fs::symlink;

use deskbell_domain::port::sealing::Sealing as _;
use insta::assert_snapshot;
use tempfile::TempDir;

use super::*;
use crate::testing::{Seeded, given, in_journal, key, open, workspace};

fn folder() -> TempDir {
    tempfile::tempdir().expect("a folder can be made")
}

/// A folder whose keys are under the master key of this number, and what was sealed with them.
fn sealed_under(number: u64) -> (TempDir, Vec<u8>) {
    let folder = folder();
    let sealed = seal(&open(folder.path(), &given(Some(number), None)));
    (folder, sealed)
}

fn seal(opened: &Opened) -> Vec<u8> {
    opened.keyring.seal(&in_journal(&workspace("acme")), b"Ada").expect("it can be sealed")
}

fn opens(opened: &Opened, sealed: &[u8]) -> bool {
    opened.keyring.open(&in_journal(&workspace("acme")), sealed).as_deref() == Ok(b"Ada")
}

/// What is said where a folder cannot be opened; the same where it is only looked at.
fn refusal(folder: &TempDir, given: &GivenKeys) -> String {
    let keys = KeyFolder::new(folder.path());
    let error = keys.open(given, Arc::new(Seeded::new(1))).expect_err("it is refused");
    let examined = keys.examine(given).expect_err("it is refused");
    assert_eq!(error.to_string(), examined.to_string());
    error.to_string().replace(&folder.path().display().to_string(), "data")
}

fn write(folder: &TempDir, name: &str, content: &str) {
    fs::write(folder.path().join(name), content).expect("it can be written");
}

fn read(folder: &TempDir, name: &str) -> String {
    fs::read_to_string(folder.path().join(name)).expect("it is there")
}

#[test]
fn a_folder_without_a_key_gets_one_that_stays() {
    let folder = folder();
    let place = folder.path().join("not/yet/there");
    let keys = KeyFolder::new(&place);
    let examined = keys.examine(&given(None, None)).unwrap();
    let expected = Examined { origin: Origin::Made, fingerprint: None, before: KeysBefore::None };
    assert_eq!((examined, place.exists()), (expected, false), "looking writes nothing");
    let first = open(&place, &given(None, None));
    assert_eq!((first.origin, first.before), (Origin::Made, KeysBefore::None));
    let sealed = seal(&first);
    let second = open(&place, &given(None, None));
    assert_eq!((second.origin, second.before), (Origin::File, KeysBefore::Current));
    assert!(second.fingerprint == first.fingerprint && opens(&second, &sealed));
    let line = fs::read_to_string(place.join("key")).unwrap();
    assert_eq!((line.len(), line.lines().count()), (45, 1), "a key and the end of its line");
    assert_eq!(fs::read_to_string(place.join("key.id")).unwrap(), format!("{}\n", first.fingerprint));
}

#[test]
fn a_configured_key_makes_no_file_for_itself() {
    let (folder, sealed) = sealed_under(1);
    let opened = open(folder.path(), &given(Some(1), None));
    assert_eq!((opened.origin, opened.before), (Origin::Configured, KeysBefore::Current));
    assert!(opens(&opened, &sealed) && !folder.path().join("key").exists());
}

#[test]
fn a_first_start_that_was_killed_anywhere_is_gone_on_with() {
    let text = key(1).to_base64();
    let keys = SealedKeys::seal(&BTreeMap::new(), &key(1), &Seeded::new(1)).unwrap().to_json();
    let keys = String::from_utf8(keys).unwrap();
    let steps =
        [("key.new", "half"), ("key", &text), ("keys.new", "half"), ("keys", &keys), ("key.id.new", "")];
    for done in 0..=steps.len() {
        let folder = folder();
        for (name, content) in &steps[..done] {
            write(&folder, name, content);
        }
        let sealed = seal(&open(folder.path(), &given(None, None)));
        let opened = open(folder.path(), &given(None, None));
        assert!(opens(&opened, &sealed), "{done} steps were done");
        assert_eq!(opened.fingerprint == key(1).fingerprint(), done >= 2, "what was made is not made anew");
    }
}

#[test]
fn a_new_key_takes_over_from_the_previous_one_and_from_that_of_the_folder() {
    for (previous, in_file) in [(Some(1), None), (None, Some(1)), (Some(1), Some(3)), (Some(3), Some(1))] {
        let (folder, sealed) = sealed_under(1);
        if let Some(number) = in_file {
            write(&folder, "key", &key(number).to_base64());
        }
        let examined = KeyFolder::new(folder.path()).examine(&given(Some(2), previous)).unwrap();
        assert_eq!((examined.origin, examined.before), (Origin::Configured, KeysBefore::Previous));
        let opened = open(folder.path(), &given(Some(2), previous));
        assert_eq!((opened.fingerprint, opened.before), (key(2).fingerprint(), KeysBefore::Previous));
        assert!(opens(&opened, &sealed));
        write(&folder, "key", &key(2).to_base64());
        let alone = open(folder.path(), &given(None, None));
        assert!(opens(&alone, &sealed) && alone.before == KeysBefore::Current);
        assert_eq!(read(&folder, "key.id"), format!("{}\n", key(2).fingerprint()));
        let old = KeyFolder::new(folder.path()).examine(&given(Some(1), None));
        assert!(matches!(old, Ok(Examined { before: KeysBefore::Previous, .. })), "and back: {old:?}");
    }
}

#[test]
fn a_change_of_the_key_that_was_killed_anywhere_is_gone_on_with() {
    let (folder_before, sealed) = sealed_under(1);
    let (keys_before, id_before) = (read(&folder_before, "keys"), read(&folder_before, "key.id"));
    open(folder_before.path(), &given(Some(2), Some(1)));
    let (keys_after, id_after) = (read(&folder_before, "keys"), read(&folder_before, "key.id"));
    for keys in [&keys_before, &keys_after] {
        for id in [None, Some(""), Some(&id_before), Some(&id_after)] {
            for leftover in [None, Some("keys.new"), Some("key.id.new")] {
                let folder = folder();
                write(&folder, "keys", keys);
                let others = [id.map(|id| ("key.id", id)), leftover.map(|name| (name, "half"))];
                for (name, content) in others.into_iter().flatten() {
                    write(&folder, name, content);
                }
                assert!(opens(&open(folder.path(), &given(Some(2), Some(1))), &sealed));
                assert!(opens(&open(folder.path(), &given(Some(2), None)), &sealed), "and then alone");
                assert_eq!(read(&folder, "key.id"), id_after);
            }
        }
    }
}

#[test]
fn the_same_key_as_current_and_as_previous_is_no_change() {
    let (folder, sealed) = sealed_under(1);
    let before = read(&folder, "keys");
    let opened = open(folder.path(), &given(Some(1), Some(1)));
    assert!(opens(&opened, &sealed) && opened.before == KeysBefore::Current);
    assert_eq!(read(&folder, "keys"), before);
}

#[test]
fn a_missing_key_is_told_with_its_fingerprint() {
    let (folder, _) = sealed_under(1);
    assert_snapshot!(refusal(&folder, &given(None, None)), @"the key of the store in data is missing (fingerprint 2587afc10db7131e): set DESKBELL_KEY to it, or put it back as data/key. Without it nothing that is sealed in the store can be read again, and you have to begin anew: set STORE_URL to another folder. What is at Intercom and in Discord is not touched");
    assert!(!folder.path().join("key").exists(), "none is made in its place");
    fs::remove_file(folder.path().join("keys")).unwrap();
    let both_lost = refusal(&folder, &given(None, Some(2)));
    assert!(both_lost.contains(&key(1).fingerprint().to_string()), "{both_lost}");
    write(&folder, "key.id", "?");
    assert_snapshot!(refusal(&folder, &given(None, None)), @"the key of the store in data is missing: set DESKBELL_KEY to it, or put it back as data/key. Without it nothing that is sealed in the store can be read again, and you have to begin anew: set STORE_URL to another folder. What is at Intercom and in Discord is not touched");
}

#[test]
fn a_wrong_key_is_told_by_fingerprints() {
    let (folder, _) = sealed_under(1);
    assert_snapshot!(refusal(&folder, &given(Some(2), None)), @"the store in data is sealed under the key with the fingerprint 2587afc10db7131e, and others are given: DESKBELL_KEY (a93a7228811fe837). Set DESKBELL_KEY to the right one; while you change the key, set DESKBELL_KEY_PREVIOUS to the old one");
    write(&folder, "key", &key(4).to_base64());
    assert_snapshot!(refusal(&folder, &given(Some(2), Some(3))), @"the store in data is sealed under the key with the fingerprint 2587afc10db7131e, and others are given: DESKBELL_KEY (a93a7228811fe837), DESKBELL_KEY_PREVIOUS (be0bb0415b56bb86), the file key (e2fcaea337c358ad). Set DESKBELL_KEY to the right one; while you change the key, set DESKBELL_KEY_PREVIOUS to the old one");
    let said = refusal(&folder, &given(None, None));
    assert!(said.contains("others are given: the file key (e2fcaea337c358ad). "), "{said}");
}

#[test]
fn no_refusal_holds_a_key() {
    let (folder, _) = sealed_under(1);
    let said = refusal(&folder, &given(Some(2), Some(3)));
    for number in 1..=3 {
        assert!(!said.contains(&*key(number).to_base64()), "{said}");
    }
}

#[test]
fn lost_and_broken_keys_of_workspaces_are_told() {
    let (folder, _) = sealed_under(1);
    let whole = read(&folder, "keys");
    fs::remove_file(folder.path().join("keys")).unwrap();
    assert_snapshot!(refusal(&folder, &given(Some(1), None)), @"data/keys is lost, and the keys of the workspaces were in it: put it back from the backup that the store is from. Without it nothing that is sealed in the store can be read again, and you have to begin anew: set STORE_URL to another folder. What is at Intercom and in Discord is not touched");
    write(&folder, "keys", &whole[..whole.len() / 2]);
    assert_snapshot!(refusal(&folder, &given(Some(1), None)), @"data/keys is broken (EOF while parsing a string at line 5 column 28), and the keys of the workspaces are in it: put it back from a backup, of the same time as the store or later");
    write(&folder, "keys", &whole.replace("acme", "zenith"));
    assert_snapshot!(refusal(&folder, &given(Some(1), None)), @"data/keys is broken (the key of workspace zenith does not open), and the keys of the workspaces are in it: put it back from a backup, of the same time as the store or later");
    write(&folder, "keys", r#"{"form": 2}"#);
    assert_snapshot!(refusal(&folder, &given(Some(1), None)), @"data/keys was written by a later version of Deskbell");
}

#[test]
fn a_file_that_holds_no_key_is_told() {
    let folder = folder();
    write(&folder, "key", "c2hvcnQ=\n");
    assert_snapshot!(refusal(&folder, &given(None, None)), @"data/key holds no key: it is 5 bytes long, and a key has 32. Put the key back that stood there; or set DESKBELL_KEY to it, and take the file away");
    fs::write(folder.path().join("key"), b"\xff\xfe").unwrap();
    assert_snapshot!(refusal(&folder, &given(Some(1), None)), @"data/key holds no key: it is not base64. Put the key back that stood there; or set DESKBELL_KEY to it, and take the file away");
}

#[test]
fn links_and_folders_in_the_place_of_a_file_are_refused() {
    let elsewhere = tempfile::NamedTempFile::new().unwrap();
    for name in ["key", "keys", "key.id"] {
        let folder = folder();
        let path = folder.path().join(name);
        symlink(elsewhere.path(), &path).unwrap();
        let said = refusal(&folder, &given(Some(1), None));
        assert!(said.starts_with(&format!("data/{name} is a link, and links in a store are not")), "{said}");
        fs::remove_file(&path).unwrap();
        symlink("nowhere", &path).unwrap();
        assert_eq!(refusal(&folder, &given(Some(1), None)), said, "a link to nothing is one, too");
        fs::remove_file(&path).unwrap();
        fs::create_dir(&path).unwrap();
        let said = refusal(&folder, &given(Some(1), None));
        assert!(said.starts_with(&format!("data/{name} is not a file: ")), "{said}");
    }
}

#[test]
fn a_link_beside_a_file_is_taken_away_and_not_followed() {
    let (folder, elsewhere) = (folder(), tempfile::NamedTempFile::new().unwrap());
    symlink(elsewhere.path(), folder.path().join("keys.new")).unwrap();
    open(folder.path(), &given(Some(1), None));
    assert_eq!(fs::read_to_string(elsewhere.path()).unwrap(), "");
    assert!(!folder.path().join("keys.new").exists());
}

#[test]
fn a_file_that_cannot_be_written_is_told() {
    let folder = folder();
    fs::create_dir(folder.path().join("key.new")).unwrap();
    let error = KeyFolder::new(folder.path()).open(&given(None, None), Arc::new(Seeded::new(1)));
    let said = error.expect_err("it is refused").to_string();
    let said = said.replace(&folder.path().display().to_string(), "data");
    assert_snapshot!(said, @"data/key cannot be written: see that the disk has room, and that the folder belongs to the user that runs the bot");
}

#[test]
fn a_folder_that_is_only_read_opens_with_any_key_that_fits_and_stays_as_it_is() {
    let (folder, sealed) = sealed_under(1);
    let before = [read(&folder, "keys"), read(&folder, "key.id")];
    let (workspace, folder_keys) = (workspace("acme"), KeyFolder::new(folder.path()));
    for given in [given(Some(1), None), given(Some(2), Some(1)), given(None, Some(1))] {
        let keys = folder_keys.read(&given).expect("one of them fits");
        assert_eq!(keys.open(&in_journal(&workspace), &sealed).as_deref(), Ok(b"Ada".as_slice()));
    }
    assert_eq!([read(&folder, "keys"), read(&folder, "key.id")], before);
    assert!(!folder.path().join("key").exists());
    let refused = folder_keys.read(&given(Some(2), None)).expect_err("another key");
    assert!(matches!(refused, KeyError::Wrong { .. }), "{refused}");
}

#[test]
fn the_keys_of_a_backup_open_with_a_given_key_or_with_that_of_the_new_folder() {
    let (folder, sealed) = sealed_under(1);
    let (kept, workspace) = (read(&folder, "keys").into_bytes(), workspace("acme"));
    let new = self::folder();
    let backup = Path::new("backup");
    let open = |given: &GivenKeys| KeyFolder::new(new.path()).read_backup(backup, &kept, given);
    let is_opened = |keys: ReadKeys| keys.open(&in_journal(&workspace), &sealed).is_ok();
    assert!(is_opened(open(&given(Some(1), None)).expect("it is given")));
    let said = open(&given(None, None)).expect_err("no key").to_string();
    let fingerprint = key(1).fingerprint();
    assert!(said.contains(&format!("missing (fingerprint {fingerprint})")), "{said}");
    write(&new, "key", &key(1).to_base64());
    assert!(is_opened(open(&given(None, None)).expect("it is there")));
    let broken = KeyFolder::new(new.path()).read_backup(backup, b"{", &given(None, None));
    assert!(broken.expect_err("no keys").to_string().starts_with("backup is broken"));
}
