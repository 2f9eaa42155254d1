//! Whether the key is the one of the store, by fingerprints: the store is not opened, and nothing is written.

use std::error::Error as _;
use std::path::Path;

use deskbell_seal::{Examined, GivenKeys, KeyError, KeyFolder, KeysBefore, Origin};

use super::report::{Report, Severity};

const PART: &str = "Key";

pub(super) fn check(report: &mut Report, folder: &Path, given: &GivenKeys) {
    match KeyFolder::new(folder).examine(given) {
        Ok(Examined { origin: Origin::Made, .. }) => report.add(Severity::Warning, PART, to_be_made(folder)),
        Ok(examined) => report.add(Severity::Ok, PART, found(folder, &examined)),
        Err(error) => report.add(Severity::Wrong, PART, refusal(&error)),
    }
}

fn to_be_made(folder: &Path) -> String {
    format!(
        "{} is made at the next start. Keep a copy of it, apart from the backups of the store: without it nobody can \
         read the store. To give one of your own, set DESKBELL_KEY first (deskbell key new prints one).",
        folder.join("key").display()
    )
}

fn found(folder: &Path, examined: &Examined) -> String {
    let key = match examined.origin {
        Origin::Configured => "DESKBELL_KEY".to_owned(),
        Origin::File | Origin::Made => folder.join("key").display().to_string(),
    };
    let fingerprint = examined.fingerprint.map(|one| format!(" (fingerprint {one})")).unwrap_or_default();
    match examined.before {
        KeysBefore::Current => format!("{key}{fingerprint}"),
        KeysBefore::None => format!("{key}{fingerprint}, from the next start on"),
        KeysBefore::Previous => {
            format!(
                "{key}{fingerprint}, from the next start on; until then the store is sealed under the one before"
            )
        }
    }
}

fn refusal(error: &KeyError) -> String {
    match error.source() {
        Some(why) => format!("{error} ({why})."),
        None => format!("{error}."),
    }
}

#[cfg(test)]
mod tests;
