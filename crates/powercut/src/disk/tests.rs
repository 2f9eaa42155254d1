//! What a cut takes and what it leaves.

use super::*;
use crate::event::Flush;

fn written(file: &str, offset: u64, bytes: &[u8]) -> Event {
    Event::Written { file: file.into(), offset, bytes: bytes.into() }
}

fn synced(path: &str) -> Event {
    Event::Synced { path: path.into(), by: Flush::Everything }
}

fn made(path: &str) -> Event {
    Event::FileMade(path.into())
}

fn after(events: &[Event]) -> Disk {
    let mut disk = Disk::default();
    for event in events {
        disk.apply(event);
    }
    disk
}

fn files(disk: &Disk, kept: Kept) -> Vec<(String, Vec<u8>)> {
    let files = disk.cut(kept).files.into_iter();
    files.map(|(path, content)| (path.display().to_string(), content.to_vec())).collect()
}

fn file(name: &str, content: &[u8]) -> Vec<(String, Vec<u8>)> {
    vec![(name.to_owned(), content.to_vec())]
}

#[test]
fn what_was_not_synced_may_be_lost() {
    let disk = after(&[made("a"), synced(""), written("a", 0, b"12"), synced("a"), written("a", 1, b"34")]);
    assert_eq!(files(&disk, Kept::Nothing), file("a", b"12"));
    assert_eq!(files(&disk, Kept::Everything), file("a", b"134"));
    let drawn: BTreeSet<_> = (0..50).map(|seed| files(&disk, Kept::Writes(seed))).collect();
    assert_eq!(drawn, [file("a", b"12"), file("a", b"134")].into());
}

#[test]
fn a_name_is_durable_with_its_folder_and_not_with_its_file() {
    let mut disk = after(&[made("a"), written("a", 0, b"1"), synced("a")]);
    assert_eq!(files(&disk, Kept::Nothing), []);
    disk.apply(&synced(""));
    assert_eq!(files(&disk, Kept::Nothing), file("a", b"1"));
    disk.apply(&Event::Renamed { from: "a".into(), to: "b".into() });
    assert_eq!(files(&disk, Kept::Nothing), file("a", b"1"));
    assert_eq!(files(&disk, Kept::Everything), file("b", b"1"));
    disk.apply(&Event::Removed("b".into()));
    assert_eq!(files(&disk, Kept::Everything), []);
}

#[test]
fn what_is_in_a_folder_that_is_not_there_is_not_there() {
    let disk = after(&[Event::FolderMade("f".into()), made("f/a"), synced("f")]);
    assert_eq!(files(&disk, Kept::Nothing), []);
    assert_eq!(files(&disk, Kept::Everything), file("f/a", b""));
}

#[test]
fn a_length_is_as_durable_as_a_write() {
    let shorter = Event::Resized { file: "a".into(), length: 1 };
    let disk = after(&[made("a"), synced(""), written("a", 0, b"123"), synced("a"), shorter]);
    assert_eq!(files(&disk, Kept::Nothing), file("a", b"123"));
    assert_eq!(files(&disk, Kept::Everything), file("a", b"1"));
}

#[test]
fn a_write_may_be_kept_in_part() {
    let disk = after(&[made("a"), synced(""), written("a", 0, &[1; 2 * PAGE])]);
    let drawn: BTreeSet<_> = (0..50).map(|seed| files(&disk, Kept::Pages(seed))).collect();
    let second_only = [[0; PAGE], [1; PAGE]].concat();
    let all = [file("a", b""), file("a", &[1; PAGE]), file("a", &second_only), file("a", &[1; 2 * PAGE])];
    assert_eq!(drawn, all.into());
}
