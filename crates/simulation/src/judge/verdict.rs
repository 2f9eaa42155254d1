//! What the judge finds.

use std::collections::BTreeSet;

use crate::ledger::{Breach, Rings};

/// The exceptions to the promise, counted.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Exceptions {
    /// (a) Sent again: the history could not be read, or the message was deleted.
    pub sent_again: u64,
    /// (b) Dropped after `RETENTION` for a notification that was paused or on hold.
    pub dropped: u64,
    /// (c) Undone before it could be seen.
    pub undone: u64,
    /// (d) Before the first snapshot of the user.
    pub unseen: u64,
    /// (f) Intercom cannot give it, which is counted.
    pub unreadable: u64,
}

/// What the judge found.
#[derive(Debug, Clone, Default)]
pub struct Verdict {
    /// Broken promises.
    pub breaches: Vec<Breach>,
    /// Exceptions.
    pub exceptions: Exceptions,
    /// Pairs of an event and a notification that had to be posted.
    pub due: u64,
    /// Such pairs that were set aside, and still wait for a person.
    pub letters: u64,
    /// Such pairs that a person skipped or threw away.
    pub skipped: u64,
    /// Records that Intercom cannot give and of which no event came.
    pub passed_over: BTreeSet<String>,
    /// Such pairs that wait for a channel that was deleted.
    pub held: u64,
    /// Words that members typed from Discord, and how many of them arrived at Intercom.
    pub words: u64,
    /// See [`words`](Self::words).
    pub arrived: u64,
    /// Messages that began as ones that ring, and as ones that do not.
    pub loud: u64,
    /// See [`loud`](Self::loud).
    pub silent: u64,
    /// Messages that called somebody.
    pub calls: u64,
    /// Presses with which members did something with conversations.
    pub presses: u64,
    /// How often a name came after the event that it belongs to.
    pub named_late: u64,
}

impl Verdict {
    /// Counts what rang.
    pub(super) fn heard(&mut self, rings: &Rings) {
        self.loud += rings.loud;
        self.silent += rings.silent;
        self.calls += rings.calls;
    }
}
