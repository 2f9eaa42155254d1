//! What stands in `db` before sled opens it. sled takes a file in which it finds nothing for a new one and writes over
//! it; a store that was lost is to be told instead, as often as it is started, and nothing of it is touched.

use std::fs::File;
use std::io;
use std::os::unix::fs::FileExt as _;
use std::path::{Path, PathBuf};

use crate::open_error::OpenError;

/// sled writes its log in stretches of this size, each with a head: a checksum, then where in the log it begins.
const STRETCH: u64 = 512 << 10;
const HEAD: usize = 20;
/// The place in the log is written with these bits turned over.
const TURNED: u64 = 0x7fff_ffff_ffff_ffff;
/// No log is longer.
const LONGEST: u64 = 1 << 48;
/// What only a running bot leaves.
const HEARTBEAT: &str = "heartbeat.json";
/// What a start leaves, which makes keys only after the first stretch of the log is on the disk.
const TRACES: [&str; 3] = [HEARTBEAT, "keys", "key.id"];

/// What `db` is.
enum Content {
    /// It is not there, or has nothing in it: a new store, or one whose first start was killed.
    Nothing,
    Log,
    SomethingElse,
}

/// Refuses where there was a store and sled would begin a new one.
pub(super) fn refuse_what_is_lost(folder: &Path, files: &Path) -> Result<(), OpenError> {
    let db = files.join("db");
    match content(&db) {
        Ok(Content::Log) => Ok(()),
        Ok(Content::SomethingElse) => Err(OpenError::NoStore { folder: folder.to_owned(), db }),
        Ok(Content::Nothing) => trace(folder, &TRACES)
            .map_or(Ok(()), |trace| Err(OpenError::Lost { folder: folder.to_owned(), trace })),
        Err(source) => Err(OpenError::Failed { folder: folder.to_owned(), source }),
    }
}

/// The file beside the store that shows that a bot ran with it.
pub(crate) fn heartbeat(folder: &Path) -> Option<PathBuf> {
    trace(folder, &[HEARTBEAT])
}

/// What was left is a file; a link was put there by somebody else.
fn trace(folder: &Path, names: &[&str]) -> Option<PathBuf> {
    names
        .iter()
        .map(|name| folder.join(name))
        .find(|path| path.symlink_metadata().is_ok_and(|found| found.is_file()))
}

fn content(db: &Path) -> io::Result<Content> {
    let file = match File::open(db) {
        Ok(file) => file,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Content::Nothing),
        Err(error) => return Err(error),
    };
    let mut found = Content::Nothing;
    let length = file.metadata()?.len();
    let mut at = 0;
    while at < length {
        let mut head = [0; HEAD];
        let there = HEAD.min(usize::try_from(length - at).unwrap_or(HEAD));
        file.read_exact_at(&mut head[..there], at)?;
        if is_head(&head) {
            return Ok(Content::Log);
        }
        // A power cut during the first write may leave its pages, and zeros where the head was to be.
        if head != [0; HEAD] {
            found = Content::SomethingElse;
        }
        at += STRETCH;
    }
    Ok(found)
}

fn is_head(head: &[u8; HEAD]) -> bool {
    let Some(place) = head[4..12].first_chunk() else { return false };
    let place = u64::from_le_bytes(*place) ^ TURNED;
    place < LONGEST && place.is_multiple_of(STRETCH)
}
