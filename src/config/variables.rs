//! Where the variables come from: the environment, then a `.env` in the working folder. The process's own environment
//! is never changed, and tests pass a map.

use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};

use super::reference;

/// Variables by name. A value that is empty or blank counts as absent.
#[derive(Clone, Default)]
pub struct Variables {
    values: BTreeMap<String, String>,
    /// Lines of `.env` that could not be read, as mistakes to tell with all others.
    malformed: Vec<String>,
    /// The `.env` that was read.
    dotenv: Option<PathBuf>,
}

/// Values may be secrets, so only the names show.
impl std::fmt::Debug for Variables {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_set().entries(self.values.keys()).finish()
    }
}

/// `.env` is there and cannot be read.
#[derive(Debug, thiserror::Error)]
#[error(".env cannot be read: {0}")]
pub struct DotenvError(#[source] io::Error);

impl Variables {
    /// The environment over `.env` in `folder`.
    pub fn from_environment(folder: &Path) -> Result<Self, DotenvError> {
        Ok(Self::environment().over(read_dotenv(&folder.join(".env"))?))
    }

    /// The environment alone.
    pub fn environment() -> Self {
        let set = std::env::vars_os().filter_map(|(name, value)| Some((name.into_string().ok()?, value)));
        let values = set.map(|(name, value)| (name, value.to_string_lossy().into_owned())).collect();
        Self { values, ..Self::default() }
    }

    /// These, and of others what is not among them.
    #[must_use]
    pub fn over(self, mut others: Self) -> Self {
        others.values.extend(self.values);
        others
    }

    /// Sets one.
    pub(crate) fn set(&mut self, name: &str, value: &str) {
        self.values.insert(name.to_owned(), value.to_owned());
    }

    /// What a `.env` with this content says. A line that is not `NAME=value` costs that line only, and is told.
    pub fn from_dotenv(content: &[u8]) -> Self {
        let content = String::from_utf8_lossy(content);
        // Some editors begin a file with a byte order mark.
        let content = content.strip_prefix('\u{feff}').unwrap_or(&content);
        let mut read = Self::default();
        for pair in dotenvy::from_read_iter(content.as_bytes()) {
            match pair {
                Ok((name, value)) => drop(read.values.insert(name, value)),
                Err(error) => read.malformed.push(told(&error, content)),
            }
        }
        read
    }

    /// These variables and no others.
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

    /// Where secrets may stand in files: `.env`, and what the variables named `…_FILE` lead to.
    pub(crate) fn files_of_secrets(&self) -> Vec<PathBuf> {
        let named = reference::VARIABLES.iter().filter(|variable| variable.name.ends_with("_FILE"));
        let named = named.filter_map(|variable| self.get(variable.name)).map(PathBuf::from);
        self.dotenv.iter().cloned().chain(named).collect()
    }

    /// A sentence for each line of `.env` that could not be read.
    pub(super) fn malformed(&self) -> &[String] {
        &self.malformed
    }
}

/// Which line it is. Of the line itself no more is told than the name of a variable of ours: it may hold a secret.
fn told(error: &dotenvy::Error, content: &str) -> String {
    let dotenvy::Error::LineParse(line, _) = error else {
        return ".env cannot be read to its end.".to_owned();
    };
    // The error holds the line, or what stands behind its `=`.
    let text = line.lines().next().unwrap_or_default().trim();
    let found = content.lines().enumerate().find(|(_, one)| one.trim().ends_with(text));
    let place = found.map_or_else(|| "A line".to_owned(), |(place, _)| format!("Line {}", place + 1));
    let name = found.and_then(|(_, one)| one.split_once('=')).map_or("", |(name, _)| name.trim());
    let known = reference::VARIABLES.iter().find(|variable| variable.name == name);
    let name = known.map_or_else(String::new, |variable| format!(" ({})", variable.name));
    format!("{place} of .env{name} is not NAME=value. Put a value with spaces in double quotes.")
}

fn read_dotenv(path: &Path) -> Result<Variables, DotenvError> {
    match std::fs::read(path) {
        Ok(content) => Ok(Variables { dotenv: Some(path.to_owned()), ..Variables::from_dotenv(&content) }),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Variables::default()),
        Err(error) => Err(DotenvError(error)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_that_cannot_be_read_is_told_by_its_place_and_costs_no_other() {
        let content = "\u{feff}DISCORD_GUILD_ID=Acme HQ\nPOLL_INTERVAL=90s\nMTIzNDU2 secret\n";
        let read = Variables::from_dotenv(content.as_bytes());
        assert_eq!(read.get("POLL_INTERVAL"), Some("90s"));
        insta::assert_snapshot!(read.malformed().join("\n"), @r"
        Line 1 of .env (DISCORD_GUILD_ID) is not NAME=value. Put a value with spaces in double quotes.
        Line 3 of .env is not NAME=value. Put a value with spaces in double quotes.
        ");
    }

    #[test]
    fn a_byte_order_mark_hides_no_variable() {
        let read = Variables::from_dotenv("\u{feff}POLL_INTERVAL=90s".as_bytes());
        assert_eq!((read.get("POLL_INTERVAL"), read.malformed().len()), (Some("90s"), 0));
    }
}
