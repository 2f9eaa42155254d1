//! Where the variables come from: the environment, then a `.env` in the working folder. The process's own environment
//! is never changed, and tests pass a map.

use std::collections::BTreeMap;
use std::io;
use std::path::Path;

/// Variables by name. A value that is empty or blank counts as absent.
#[derive(Clone, Default)]
pub struct Variables(BTreeMap<String, String>);

/// Values may be secrets, so only the names show.
impl std::fmt::Debug for Variables {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_set().entries(self.0.keys()).finish()
    }
}

/// Why `.env` could not be read.
#[derive(Debug, thiserror::Error)]
pub enum DotenvError {
    /// The file is there and cannot be opened.
    #[error(".env cannot be read: {0}")]
    Unreadable(#[source] io::Error),
    /// A line is not `NAME=value`. The line itself is not told: it may hold a secret.
    #[error(
        ".env has a line that is not NAME=value. Write one variable a line; put a value with spaces in double quotes"
    )]
    Malformed,
}

impl Variables {
    /// The environment over `.env` in `folder`.
    pub fn from_environment(folder: &Path) -> Result<Self, DotenvError> {
        let mut all = read_dotenv(&folder.join(".env"))?;
        let set = std::env::vars_os().filter_map(|(name, value)| Some((name.into_string().ok()?, value)));
        all.extend(set.map(|(name, value)| (name, value.to_string_lossy().into_owned())));
        Ok(Self(all))
    }

    /// What a `.env` with this content says.
    pub fn from_dotenv(content: impl io::Read) -> Result<Self, DotenvError> {
        let pairs = dotenvy::from_read_iter(content);
        pairs.map(|pair| pair.map_err(|_| DotenvError::Malformed)).collect::<Result<_, _>>().map(Self)
    }

    /// These variables and no others.
    pub fn from_pairs<'a>(pairs: impl IntoIterator<Item = (&'a str, &'a str)>) -> Self {
        Self(pairs.into_iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect())
    }

    /// A variable's value without the white space around it.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(|value| value.trim()).filter(|value| !value.is_empty())
    }
}

fn read_dotenv(path: &Path) -> Result<BTreeMap<String, String>, DotenvError> {
    match std::fs::File::open(path) {
        Ok(file) => Variables::from_dotenv(file).map(|variables| variables.0),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(BTreeMap::new()),
        Err(error) => Err(DotenvError::Unreadable(error)),
    }
}
