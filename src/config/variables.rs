//! Where the variables come from: the environment, then a `.env` in the working folder. The process's own environment
//! is never changed, and tests pass a map.

use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::path::{Path, PathBuf};

use super::dotenv::{self, Dotenv, Fault, Place};
use super::reference;

/// Variables by name. A value that is empty or blank counts as absent.
#[derive(Clone, Default)]
pub struct Variables {
    values: BTreeMap<String, String>,
    /// Those that stand in `.env`, whether or not the environment has them too.
    in_dotenv: BTreeSet<String>,
    /// What is wrong in `.env`, as mistakes to tell with all others.
    faults: Vec<Fault>,
    /// The `.env` that was read.
    dotenv: Option<PathBuf>,
    /// The folder in which there is none.
    without_dotenv: Option<PathBuf>,
}

/// Values may be secrets, so only the names show.
impl std::fmt::Debug for Variables {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_set().entries(self.values.keys()).finish()
    }
}

impl Variables {
    /// The environment over `.env` in `folder`.
    pub fn from_environment(folder: &Path) -> Self {
        Self::environment().over(read_dotenv(&folder.join(".env")))
    }

    /// The environment alone.
    pub fn environment() -> Self {
        let set = std::env::vars_os().filter_map(|(name, value)| Some((name.into_string().ok()?, value)));
        let values = set.map(|(name, value)| (name, value.to_string_lossy().into_owned())).collect();
        Self { values, ..Self::default() }
    }

    /// These, and of others what is not among them or left empty in them.
    #[must_use]
    pub fn over(self, mut others: Self) -> Self {
        for (name, value) in self.values {
            if !value.trim().is_empty() || !others.values.contains_key(&name) {
                others.values.insert(name, value);
            }
        }
        others
    }

    /// Sets one.
    pub(crate) fn set(&mut self, name: &str, value: &str) {
        self.values.insert(name.to_owned(), value.to_owned());
    }

    /// What a `.env` with this content says. A line that cannot be read costs that line only, and is told.
    pub fn from_dotenv(content: &[u8]) -> Self {
        Self::of(Dotenv::parse(content))
    }

    fn of(dotenv: Dotenv) -> Self {
        let in_dotenv = dotenv.values.keys().cloned().collect();
        Self { values: dotenv.values, in_dotenv, faults: dotenv.faults, ..Self::default() }
    }

    /// These variables and no others, as if they stood in the environment.
    pub fn from_pairs<'a>(pairs: impl IntoIterator<Item = (&'a str, &'a str)>) -> Self {
        let values = pairs.into_iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
        Self { values, ..Self::default() }
    }

    /// A variable's value without the white space around it.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.values.get(name).map(|value| value.trim()).filter(|value| !value.is_empty())
    }

    /// The names of all that are set.
    pub(super) fn names(&self) -> impl Iterator<Item = &str> {
        self.values.keys().map(String::as_str)
    }

    /// Whether a name stands in `.env`, and not only in the environment.
    pub(super) fn is_in_dotenv(&self, name: &str) -> bool {
        self.in_dotenv.contains(name)
    }

    /// Whether somebody wrote a value for a variable, be it in a line that cannot be read.
    pub(super) fn is_written(&self, name: &str) -> bool {
        self.get(name).is_some()
            || self.faults.iter().any(|fault| matches!(fault.place, Place::Variable(one) if one == name))
    }

    /// Whether a variable is set to nothing.
    pub(super) fn is_blank(&self, name: &str) -> bool {
        self.values.contains_key(name) && self.get(name).is_none()
    }

    /// Where secrets may stand in files: `.env`, and what the variables that stand in place of others lead to.
    pub(crate) fn files_of_secrets(&self) -> Vec<PathBuf> {
        let names = || reference::VARIABLES.iter().map(|variable| variable.name);
        let is_in_place =
            |name: &str| name.strip_suffix("_FILE").is_some_and(|of| names().any(|one| one == of));
        let named = names().filter(|name| is_in_place(name));
        let named = named.filter_map(|name| self.get(name)).map(PathBuf::from);
        self.dotenv.iter().cloned().chain(named).collect()
    }

    /// The folder in which a `.env` was looked for, where there is none.
    pub(super) fn folder_without_dotenv(&self) -> Option<&Path> {
        self.without_dotenv.as_deref()
    }

    /// What is wrong in `.env`.
    pub(super) fn faults(&self) -> &[Fault] {
        &self.faults
    }
}

fn read_dotenv(path: &Path) -> Variables {
    match std::fs::read(path) {
        Ok(content) => Variables { dotenv: Some(path.to_owned()), ..Variables::from_dotenv(&content) },
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            Variables { without_dotenv: path.parent().map(absolute), ..Variables::default() }
        }
        Err(error) => Variables::of(Dotenv::unreadable(dotenv::unreadable(&error))),
    }
}

/// The folder as somebody elsewhere would name it.
fn absolute(folder: &Path) -> PathBuf {
    folder.canonicalize().unwrap_or_else(|_| folder.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_byte_order_mark_hides_no_variable() {
        let read = Variables::from_dotenv("\u{feff}POLL_INTERVAL=90s".as_bytes());
        assert_eq!((read.get("POLL_INTERVAL"), read.faults().len()), (Some("90s"), 0));
    }

    #[test]
    fn a_variable_that_is_left_empty_hides_none_of_the_file() {
        let environment =
            Variables::from_pairs([("RETENTION", " "), ("POLL_INTERVAL", "15s"), ("RUST_LOG", "")]);
        let read = environment.over(Variables::from_dotenv(b"RETENTION=9d\nPOLL_INTERVAL=90s"));
        assert_eq!((read.get("RETENTION"), read.get("POLL_INTERVAL")), (Some("9d"), Some("15s")));
        assert!(read.is_blank("RUST_LOG"), "that it is empty can still be told");
    }

    #[test]
    fn a_folder_in_the_place_of_the_file_is_a_mistake_like_any_other() {
        let folder = tempfile::tempdir().expect("a folder can be made");
        std::fs::create_dir(folder.path().join(".env")).expect("it can be made");
        let read = Variables::from_environment(folder.path());
        let told: Vec<_> = read.faults().iter().map(|fault| fault.sentence.as_str()).collect();
        assert!(matches!(told[..], [one] if one.starts_with(".env is a folder.")), "{told:?}");
    }
}
