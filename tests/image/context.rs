//! Which files a build of the image gets: the .dockerignore.

use std::path::Path;

use super::layout::{Layout, root};

/// What must never be sent along: it is secret, or large and of no use.
const NEVER: [&str; 6] = [
    ".env",
    ".git/HEAD",
    "data/db",
    "target/release/deskbell",
    "fuzz/found/x",
    "benches/peers/discordjs/node_modules/discord.js/package.json",
];

/// The lines of a .dockerignore; the last that matches a path decides.
pub(crate) struct Context(Vec<Line>);

struct Line {
    pattern: String,
    /// Whether it brings back what an earlier line leaves out.
    brings_back: bool,
}

impl Context {
    pub(crate) fn parse(text: &str) -> Self {
        let lines = text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'));
        let parse = |line: &str| match line.strip_prefix('!') {
            Some(pattern) => Line { pattern: pattern.to_owned(), brings_back: true },
            None => Line { pattern: line.to_owned(), brings_back: false },
        };
        Self(lines.map(parse).collect())
    }

    /// Whether a build sees this file, named from the top of the repository.
    pub(crate) fn holds(&self, file: &Path) -> bool {
        let last = self.0.iter().rev().find(|line| line.matches(file));
        last.is_none_or(|line| line.brings_back)
    }

    pub(crate) fn faults(&self, layout: &Layout) -> Vec<String> {
        let read = layout.read_by_a_build();
        let lacking = read.iter().filter(|file| !self.holds(file));
        let lacking = lacking.map(|file| format!(".dockerignore leaves out {}", file.display()));
        let sent = NEVER.iter().filter(|file| self.holds(Path::new(file)));
        let sent = sent.map(|file| format!(".dockerignore lets {file} into the image's build"));
        let stale = self.0.iter().filter(|line| line.brings_back && !line.names_something());
        let stale = stale.map(|line| format!(".dockerignore names {}, which is not there", line.pattern));
        lacking.chain(sent).chain(stale).collect()
    }
}

impl Line {
    /// A pattern matches a path, and everything below it.
    fn matches(&self, file: &Path) -> bool {
        let mut parts = file.iter().map(|part| part.to_string_lossy());
        self.pattern.split('/').all(|pattern| parts.next().is_some_and(|part| fits(pattern, &part)))
    }

    fn names_something(&self) -> bool {
        let (folder, name) = self.pattern.rsplit_once('/').unwrap_or(("", &self.pattern));
        let entries = std::fs::read_dir(root().join(folder)).into_iter().flatten().flatten();
        entries.into_iter().any(|entry| fits(name, &entry.file_name().to_string_lossy()))
    }
}

/// Whether a name fits a pattern with at most one star.
fn fits(pattern: &str, name: &str) -> bool {
    match pattern.split_once('*') {
        Some((before, after)) => {
            name.len() >= before.len() + after.len() && name.starts_with(before) && name.ends_with(after)
        }
        None => pattern == name,
    }
}
