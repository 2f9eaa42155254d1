//! Writing `.env`: a line for each value, whatever else stands there left as it is, and readable by its owner alone.

use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

/// The file of a folder.
pub(super) struct Dotenv(PathBuf);

impl Dotenv {
    pub(super) fn of(folder: &Path) -> Self {
        let path = folder.join(".env");
        // Where it is a link, what it leads to is written, and the link stays.
        Self(path.canonicalize().unwrap_or(path))
    }

    /// What stands in it; nothing where it is not there.
    pub(super) fn read(&self) -> io::Result<String> {
        match std::fs::read_to_string(&self.0) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(String::new()),
            read => read,
        }
    }

    /// Puts a value in place of what its name had, or below everything else.
    pub(super) fn set(&self, name: &str, value: &str) -> io::Result<()> {
        let text = with(&self.read()?, name, value);
        let folder = self.0.parent().unwrap_or(Path::new("."));
        // A file of its own, which only its owner can read, takes the place of the old one as a whole.
        let mut new = tempfile::NamedTempFile::new_in(folder)?;
        new.write_all(text.as_bytes())?;
        new.as_file().sync_all()?;
        new.persist(&self.0).map(drop).map_err(|error| error.error)
    }
}

fn with(text: &str, name: &str, value: &str) -> String {
    let line = format!("{name}={}", quoted(value));
    let is_it = |one: &str| one.split_once('=').is_some_and(|(before, _)| before.trim() == name);
    let mut lines: Vec<&str> = text.lines().collect();
    match lines.iter().rposition(|one| is_it(one)) {
        Some(place) => lines[place] = &line,
        None => lines.push(&line),
    }
    lines.join("\n") + "\n"
}

/// Single quotes, in which nothing has a meaning of its own, where it has other characters than a plain word.
fn quoted(value: &str) -> String {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "._-=:/+".contains(c);
    if value.chars().all(is_plain) { value.to_owned() } else { format!("'{value}'") }
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt as _;

    use super::*;
    use crate::config::Variables;

    #[test]
    fn a_value_takes_the_place_of_the_one_before_and_leaves_everything_else() {
        let before = "# mine\nDISCORD_TOKEN=your-bot-token\nPOLL_INTERVAL=15s";
        let after = with(&with(before, "DISCORD_TOKEN", "a.b"), "DISCORD_GUILD_ID", "8412");
        insta::assert_snapshot!(after, @r"
        # mine
        DISCORD_TOKEN=a.b
        POLL_INTERVAL=15s
        DISCORD_GUILD_ID=8412
        ");
    }

    #[test]
    fn what_is_written_is_read_as_the_same_whatever_characters_it_has() {
        for value in ["dG9rOg==", "a$HOME#b\\c", "x&y;z"] {
            let read = Variables::from_dotenv(with("", "INTERCOM_ACCESS_TOKEN", value).as_bytes());
            assert_eq!(read.get("INTERCOM_ACCESS_TOKEN"), Some(value));
        }
    }

    #[test]
    fn the_file_is_its_owners_alone_and_a_link_to_it_stays() {
        let folder = tempfile::tempdir().expect("a folder can be made");
        let elsewhere = folder.path().join("secrets");
        std::fs::write(&elsewhere, "POLL_INTERVAL=15s\n").expect("it can be written");
        std::os::unix::fs::symlink(&elsewhere, folder.path().join(".env")).expect("a link can be made");
        Dotenv::of(folder.path()).set("DISCORD_TOKEN", "a.b").expect("it can be written");
        let written = std::fs::read_to_string(&elsewhere).expect("it is there");
        assert_eq!(written, "POLL_INTERVAL=15s\nDISCORD_TOKEN=a.b\n");
        let mode = std::fs::metadata(&elsewhere).expect("it is there").permissions().mode() & 0o777;
        assert_eq!(mode, 0o600);
    }
}
