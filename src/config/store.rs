//! Where the store is: a folder of this machine, or a database.

use std::path::{Path, PathBuf};

use deskbell_seal::GivenKeys;
use deskbell_store_postgres::{Address, AddressError};

use super::mistake::{missing, shown, wrong};
use super::reference;
use super::secrets::in_variable_or_file;
use super::values::{Mistake, StorePlace};
use super::variables::Variables;

const NAME: &str = "STORE_URL";
const HEARTBEAT: &str = "HEARTBEAT_FILE";

/// Where the store is.
pub(super) fn store_place(variables: &Variables) -> Result<StorePlace, Mistake> {
    let given = in_variable_or_file(variables, NAME, "STORE_URL_FILE")?;
    let text = given.as_deref().map(str::trim).or_else(|| reference::default_of(NAME)).unwrap_or_default();
    match text.split_once(':') {
        Some(("sled", folder)) if !folder.is_empty() => match file_in_the_way(Path::new(folder)) {
            Some(file) => Err(wrong(
                NAME,
                format!(
                    "STORE_URL: {} is a file, and the store needs a folder. Write sled: and a folder, like sled:data.",
                    shown(&file.display().to_string())
                ),
            )),
            None => Ok(StorePlace::Folder(PathBuf::from(folder))),
        },
        Some(("postgres" | "postgresql", _)) => match address(text) {
            Ok(address) => Ok(StorePlace::Database(Box::new(address))),
            Err(why) => Err(wrong(NAME, format!("STORE_URL: {why}."))),
        },
        _ => Err(wrong(
            NAME,
            "STORE_URL is not a store. Write sled: and a folder, like sled:data, or the address of a database, like \
             postgres://USER@HOST/DATABASE.",
        )),
    }
}

/// The file that `deskbell health` reads, where it is given. Beside it lie files with the same name and these ends.
pub(super) fn heartbeat(variables: &Variables) -> Result<Option<PathBuf>, Mistake> {
    let Some(file) = variables.get(HEARTBEAT).map(PathBuf::from) else { return Ok(None) };
    let is_taken = file.extension().is_some_and(|end| end == "lock" || end == "new");
    if file.is_dir() || file.file_name().is_none() || is_taken {
        return Err(wrong(
            HEARTBEAT,
            "HEARTBEAT_FILE is not a file that can be written. Write one in a folder of the bot's own, like \
             /run/deskbell/heartbeat.json.",
        ));
    }
    Ok(Some(file))
}

/// The address of a database.
pub(super) fn address(text: &str) -> Result<Address, String> {
    text.parse().map_err(|error| no_address(&error, text))
}

/// What is said where a password was written with odd characters, of which a part may stand where an option is looked for:
/// it is not repeated.
fn no_address(error: &AddressError, text: &str) -> String {
    let is_plain = |name: &str| name.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_');
    let signs_in = text.split('?').next().is_some_and(|address| address.contains('@'));
    match error {
        AddressError::UnknownOption(name) | AddressError::Twice(name) if !signs_in || !is_plain(name) => {
            "what stands behind its question mark are no options; there are sslmode and sslrootcert. An odd character of \
             a password is written as % and two digits, a question mark as %3F"
                .to_owned()
        }
        other => other.to_string(),
    }
}

/// What stands where the folder, or one above it, should be, and is none.
fn file_in_the_way(folder: &Path) -> Option<&Path> {
    let there = folder.ancestors().find(|place| !place.as_os_str().is_empty() && place.exists())?;
    (!there.is_dir()).then_some(there)
}

/// In a database the master key is not made by itself: it would have to lie on one of the machines.
pub(super) fn key_for(place: Option<&StorePlace>, keys: &GivenKeys) -> Result<(), Mistake> {
    match place {
        Some(StorePlace::Database(_)) if keys.current.is_none() => Err(missing(
            "DESKBELL_KEY",
            "DESKBELL_KEY is missing: what is kept in a database is sealed under it. deskbell key new prints one; keep a \
             copy of it.",
        )),
        _ => Ok(()),
    }
}
