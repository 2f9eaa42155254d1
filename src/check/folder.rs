//! Whether the store's folder can be written, without opening the store.

use std::io;
use std::path::Path;

use super::report::{Report, Standing};

pub(super) fn check(report: &mut Report, folder: &Path) {
    let shown = folder.display();
    match probe(folder) {
        Ok(()) => report.add(Standing::Ok, "Store", format!("{shown} can be written")),
        Err(error) => {
            let text = format!(
                "the folder {shown} cannot be written ({}). Give it to the user that runs the bot (chown), or set STORE_URL to another folder.",
                error.kind()
            );
            report.add(Standing::Wrong, "Store", text);
        }
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
