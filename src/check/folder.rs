//! Whether the store's folder can be written, without opening the store, and who else can read it or the tokens.

use std::io;
use std::path::{Path, PathBuf};

use super::report::{Report, Severity};
use crate::private_files::{self, Reach};

pub(super) fn check(report: &mut Report, folder: &Path) {
    let shown = folder.display();
    match probe(folder) {
        Ok(()) => report.add(Severity::Ok, "Store", format!("{shown} can be written")),
        Err(error) => {
            let text = format!(
                "the folder {shown} cannot be written ({}). Give it to the user that runs the bot (chown), or set STORE_URL to another folder.",
                error.kind()
            );
            report.add(Severity::Wrong, "Store", text);
        }
    }
    if let Some(open) = private_files::exposed(folder) {
        let text = format!(
            "others on this machine can get at {}, and customers are in the store. Close it: {}",
            open.display(),
            private_files::closing_line(folder)
        );
        report.add(Severity::Warning, "Store", text);
    }
}

/// Files that hold tokens or keys.
pub(super) fn check_secrets(report: &mut Report, files: impl IntoIterator<Item = PathBuf>) {
    for file in files.into_iter().filter(|file| file.is_file()) {
        if let Some(reach) = private_files::reach_of_others(&file) {
            report.add(
                Severity::Warning,
                "Secrets",
                open_to_others(&private_files::shell_word(&file), reach),
            );
        }
    }
}

fn open_to_others(name: &str, reach: Reach) -> String {
    match reach {
        Reach::Read => {
            format!("others on this machine can read the secrets in {name}. Close it: chmod go-rwx {name}")
        }
        Reach::Write => {
            format!(
                "others on this machine can write other secrets into {name}. Close it: chmod go-rwx {name}"
            )
        }
        Reach::ReadAndWrite => format!(
            "others on this machine can read the secrets in {name}, and write others into it. Close it: chmod go-rwx {name}"
        ),
    }
}

/// Makes a file where the store would be and takes it away again; a folder that is not there yet is tried as its
/// nearest parent.
fn probe(folder: &Path) -> io::Result<()> {
    let mut place = folder;
    while !place.exists() {
        place = match place.parent() {
            Some(parent) if !parent.as_os_str().is_empty() => parent,
            _ => Path::new("."),
        };
    }
    tempfile::NamedTempFile::new_in(place).map(drop)
}
