//! Who else on this machine can read what Deskbell keeps: customers in the store, tokens in files.

use std::io;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

use rustix::fs::Mode;

/// What somebody other than a file's owner may do with it.
const OTHERS: u32 = 0o077;
const OTHERS_READ: u32 = 0o044;
const OTHERS_WRITE: u32 = 0o022;

/// From now on whatever this process makes is its user's alone, whatever the shell or the service manager would allow.
/// The store's engine makes files of its own, so they cannot all be given a mode.
pub fn keep_new_files_private() {
    rustix::process::umask(Mode::from_raw_mode(OTHERS));
}

/// The first place in a store's folder that others than its owner can get at; none where the folder itself keeps them
/// out, or is not there yet.
pub(crate) fn exposed(folder: &Path) -> Option<PathBuf> {
    if mode(folder).ok()? & OTHERS == 0 {
        return None;
    }
    Some(exposed_below(folder).unwrap_or_else(|| folder.to_owned()))
}

fn exposed_below(folder: &Path) -> Option<PathBuf> {
    let below = std::fs::read_dir(folder).ok()?.filter_map(Result::ok).map(|item| item.path());
    below.into_iter().find(|path| mode(path).is_ok_and(|mode| mode & OTHERS != 0))
}

/// What others than its owner can do with a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Reach {
    /// Read it.
    Read,
    /// Write another token, or another address, into it.
    Write,
    /// Both.
    ReadAndWrite,
}

/// What others than its owner can do with a file; none where that is nothing, or it is not there.
pub(crate) fn reach_of_others(file: &Path) -> Option<Reach> {
    let mode = mode(file).ok()?;
    match (mode & OTHERS_READ != 0, mode & OTHERS_WRITE != 0) {
        (false, false) => None,
        (true, false) => Some(Reach::Read),
        (false, true) => Some(Reach::Write),
        (true, true) => Some(Reach::ReadAndWrite),
    }
}

fn mode(path: &Path) -> io::Result<u32> {
    Ok(std::fs::metadata(path)?.permissions().mode())
}

/// The line that closes a store's folder to others.
pub(crate) fn closing_line(folder: &Path) -> String {
    format!("chmod -R go-rwx {}", shell_word(folder))
}

/// A path as one word of a shell.
pub(crate) fn shell_word(path: &Path) -> String {
    let text = path.display().to_string();
    let plain = |c: char| c.is_alphanumeric() || "/._-".contains(c);
    if !text.is_empty() && text.chars().all(plain) {
        text
    } else {
        format!("'{}'", text.replace('\'', r"'\''"))
    }
}

#[cfg(test)]
mod tests {
    use std::fs::{self, Permissions};

    use super::*;

    fn set(path: &Path, mode: u32) {
        fs::set_permissions(path, Permissions::from_mode(mode)).expect("its mode can be set");
    }

    #[test]
    fn a_folder_is_exposed_by_its_own_mode_and_the_first_open_file_is_named() {
        let place = tempfile::tempdir().expect("a folder");
        let (folder, file) = (place.path().join("data"), place.path().join("data/heartbeat.json"));
        assert_eq!(exposed(&folder), None, "it is not there yet");
        fs::create_dir(&folder).expect("it can be made");
        fs::write(&file, "{}").expect("it can be written");
        set(&file, 0o644);
        set(&folder, 0o700);
        assert_eq!(exposed(&folder), None, "nobody else gets into it");
        set(&folder, 0o755);
        assert_eq!(exposed(&folder), Some(file.clone()));
        set(&file, 0o622);
        set(&folder, 0o733);
        assert_eq!(fs::metadata(&folder).expect("it is there").permissions().mode() & 0o777, 0o733);
        assert_eq!(exposed(&folder), Some(file.clone()), "who can write can put another store there");
        set(&file, 0o600);
        assert_eq!(exposed(&folder), Some(folder));
    }

    #[test]
    fn a_file_of_a_token_is_its_owners_or_told() {
        let place = tempfile::tempdir().expect("a folder");
        let file = place.path().join("token");
        assert_eq!(reach_of_others(&file), None);
        fs::write(&file, "token").expect("it can be written");
        for (mode, reach) in [
            (0o600, None),
            (0o400, None),
            (0o640, Some(Reach::Read)),
            (0o604, Some(Reach::Read)),
            (0o622, Some(Reach::Write)),
            (0o602, Some(Reach::Write)),
            (0o660, Some(Reach::ReadAndWrite)),
            (0o642, Some(Reach::ReadAndWrite)),
        ] {
            set(&file, mode);
            assert_eq!(reach_of_others(&file), reach, "{mode:o}");
        }
    }

    #[test]
    fn a_path_is_one_word_of_a_shell() {
        assert_eq!(closing_line(Path::new("data")), "chmod -R go-rwx data");
        assert_eq!(shell_word(Path::new("/srv/Bob's data")), r"'/srv/Bob'\''s data'");
    }
}
