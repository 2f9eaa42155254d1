//! That the standard library's calls are seen.

use std::fs::{self, File};
use std::io::Write as _;
use std::os::unix::fs::FileExt as _;

use super::*;
use crate::disk::{Disk, Kept};

#[test]
fn what_the_standard_library_does_is_recorded_in_its_order() {
    let folder = tempfile::tempdir().unwrap();
    let recording = record(folder.path());
    fs::create_dir(folder.path().join("f")).unwrap();
    let path = folder.path().join("f/a");
    let mut file = File::create(&path).unwrap();
    file.write_all(b"12").unwrap();
    file.write_all(b"34").unwrap();
    recording.mark(7);
    file.write_all_at(b"x", 6).unwrap();
    file.sync_data().unwrap();
    file.set_len(3).unwrap();
    fs::rename(&path, folder.path().join("f/b")).unwrap();
    fs::write(folder.path().join("f/c"), b"").unwrap();
    fs::remove_file(folder.path().join("f/c")).unwrap();
    fs::write(folder.path().with_extension("elsewhere"), b"not this").unwrap();
    fs::remove_file(folder.path().with_extension("elsewhere")).unwrap();
    let events = recording.end();
    assert!(matches!(
        events.as_slice(),
        [
            Event::FolderMade(_),
            Event::FileMade(_),
            Event::Written { offset: 0, .. },
            Event::Written { offset: 2, .. },
            Event::Marked(7),
            Event::Written { offset: 6, .. },
            Event::Synced { .. },
            Event::Resized { length: 3, .. },
            Event::Renamed { .. },
            Event::FileMade(_),
            Event::Removed(_),
        ]
    ));
    let mut disk = Disk::default();
    for event in &events {
        disk.apply(event);
    }
    assert!(disk.matches(folder.path()));
    assert_eq!(disk.cut(Kept::Everything).files.len(), 1);
}
