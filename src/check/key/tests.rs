use std::fs;
use std::os::unix::fs::symlink;
use std::sync::Arc;

use deskbell_domain::port::random::MockRandom;
use deskbell_seal::MasterKey;
use insta::assert_snapshot;
use tempfile::TempDir;

use super::*;

/// A key all of whose bytes are the same.
fn key(byte: u8) -> MasterKey {
    MasterKey::generate(&random(byte))
}

fn random(byte: u8) -> MockRandom {
    let mut random = MockRandom::new();
    random.expect_number().return_const(u64::from_be_bytes([byte; 8]));
    random
}

fn given(current: Option<u8>, previous: Option<u8>) -> GivenKeys {
    GivenKeys { current: current.map(key), previous: previous.map(key) }
}

/// A folder that was opened once with these keys.
fn opened_with(keys: &GivenKeys) -> TempDir {
    let folder = tempfile::tempdir().expect("a folder can be made");
    KeyFolder::new(folder.path()).open(keys, Arc::new(random(9))).expect("it can be opened");
    folder
}

/// What is told of it, by text or for machines.
fn report(folder: &Path, given: &GivenKeys) -> Report {
    let mut report = Report::default();
    check(&mut report, folder, given);
    report
}

fn line(folder: &Path, given: &GivenKeys) -> String {
    let text = report(folder, given).to_text().replace(&folder.display().to_string(), "data");
    text.lines().next().expect("there is a line").to_owned()
}

#[test]
fn a_new_folder_gets_a_key_or_the_configured_one() {
    let place = tempfile::tempdir().expect("a folder can be made");
    let folder = place.path().join("data");
    assert_snapshot!(line(&folder, &given(None, None)), @"note  Key        data/key is made at the next start. Keep a copy of it, apart from the backups of the store: without it nobody can read the store. To give one of your own, set DESKBELL_KEY first (deskbell key new prints one).");
    assert_snapshot!(line(&folder, &given(Some(1), None)), @"ok    Key        DESKBELL_KEY (fingerprint f128f8e5ffe48757), from the next start on");
    assert!(!folder.exists(), "nothing is written");
}

#[test]
fn the_key_in_use_is_told_by_its_fingerprint() {
    let configured = opened_with(&given(Some(1), None));
    assert_snapshot!(line(configured.path(), &given(Some(1), None)), @"ok    Key        DESKBELL_KEY (fingerprint f128f8e5ffe48757)");
    let made = opened_with(&given(None, None));
    assert_snapshot!(line(made.path(), &given(None, None)), @"ok    Key        data/key (fingerprint defb45b03685f376)");
    assert_snapshot!(line(made.path(), &given(Some(1), None)), @"ok    Key        DESKBELL_KEY (fingerprint f128f8e5ffe48757), from the next start on; until then the store is sealed under the one before");
    assert_snapshot!(line(configured.path(), &given(Some(2), Some(1))), @"ok    Key        DESKBELL_KEY (fingerprint 8ba1bfb944c1031e), from the next start on; until then the store is sealed under the one before");
}

#[test]
fn a_missing_key_and_a_wrong_one_are_told_to_people_and_machines() {
    let folder = opened_with(&given(Some(1), None));
    assert_snapshot!(line(folder.path(), &given(None, None)), @"WRONG Key        the key of the store in data is missing (fingerprint f128f8e5ffe48757): set DESKBELL_KEY to it, or put it back as data/key. Without it nothing that is sealed in the store can be read again, and you have to begin anew: set STORE_URL to another folder. What is at Intercom and in Discord is not touched.");
    assert_snapshot!(line(folder.path(), &given(Some(2), None)), @"WRONG Key        the store in data is sealed under the key with the fingerprint f128f8e5ffe48757, and others are given: DESKBELL_KEY (8ba1bfb944c1031e). Set DESKBELL_KEY to the right one; while you change the key, set DESKBELL_KEY_PREVIOUS to the old one.");
    let for_machines = report(folder.path(), &given(Some(2), None)).to_json();
    let for_machines = for_machines.replace(&folder.path().display().to_string(), "data");
    assert_snapshot!(for_machines, @r#"{"faults":1,"findings":[{"part":"Key","standing":"wrong","text":"the store in data is sealed under the key with the fingerprint f128f8e5ffe48757, and others are given: DESKBELL_KEY (8ba1bfb944c1031e). Set DESKBELL_KEY to the right one; while you change the key, set DESKBELL_KEY_PREVIOUS to the old one."}],"invite":null,"missing":[],"ok":false,"running":false,"servers":[]}"#);
}

#[test]
fn what_the_system_says_is_told_too() {
    let folder = opened_with(&given(Some(1), None));
    let below_a_file = folder.path().join("key.id");
    assert_snapshot!(line(&below_a_file, &given(Some(1), None)), @"WRONG Key        data/key.id cannot be read: see that it belongs to the user that runs the bot (Not a directory (os error 20)).");
    fs::remove_file(folder.path().join("key.id")).expect("it is there");
    symlink("elsewhere", folder.path().join("key.id")).expect("a link can be made");
    assert_snapshot!(line(folder.path(), &given(Some(1), None)), @"WRONG Key        data/key.id is a link, and links in a store are not followed: put the file that it leads to in its place, or take it away.");
}
