//! What happened, a line each: the story always, and in a full trace every operation of the store and every call too.

use std::fmt::Write as _;
use std::sync::{Mutex, PoisonError};

use deskbell_domain::event::Entry;
use deskbell_domain::ids::JournalNumber;
use deskbell_domain::time::UnixMillis;

/// How much is written down.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Detail {
    /// What a person would tell.
    Story,
    /// Every operation.
    Everything,
}

/// The record of one run.
#[derive(Debug)]
pub(crate) struct Trace {
    start: UnixMillis,
    detail: Detail,
    text: Mutex<String>,
}

impl Trace {
    /// An empty record of a run that begins at `start`.
    pub(crate) fn new(start: UnixMillis, detail: Detail) -> Self {
        Self { start, detail, text: Mutex::default() }
    }

    /// Writes a line of the story.
    pub(crate) fn tell(&self, now: UnixMillis, line: std::fmt::Arguments<'_>) {
        let ms = now.since(self.start);
        let (days, seconds, rest) = (ms / 86_400_000, ms / 1000 % 86_400, ms % 1000);
        let (hours, minutes, seconds) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
        let mut text = self.text.lock().unwrap_or_else(PoisonError::into_inner);
        // Writing into a String cannot fail.
        let _ = writeln!(text, "{days}d {hours:02}:{minutes:02}:{seconds:02}.{rest:03}  {line}");
    }

    /// Writes an operation, where everything is written.
    pub(crate) fn note(&self, now: UnixMillis, line: std::fmt::Arguments<'_>) {
        if self.detail == Detail::Everything {
            self.tell(now, line);
        }
    }

    /// The whole record.
    pub(crate) fn text(&self) -> String {
        self.text.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

/// Numbers as the story has them.
pub(crate) fn plain(numbers: &[JournalNumber]) -> Vec<u64> {
    numbers.iter().map(|number| number.0).collect()
}

/// An event as the story has it: its id and whom it is about.
pub(crate) fn told(entry: &Entry) -> String {
    let who =
        entry.event.contact_id().map(|id| format!(" (contact …{})", id.as_str().get(18..).unwrap_or("")));
    format!("{}{}", entry.event.id, who.unwrap_or_default())
}
