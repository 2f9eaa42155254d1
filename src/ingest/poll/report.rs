//! What a poll tells: counts by outcome for logs and tests.

use std::collections::{BTreeMap, BTreeSet};

use deskbell_domain::port::store::Stream;
use deskbell_domain::topic::Topic;

use super::walk::WalkError;
use super::window::Depth;
use crate::ingest::recorder::Appended;

/// What one poll did.
#[derive(Debug, Default)]
#[must_use]
pub struct TickReport {
    /// Why nothing was asked, if nothing was.
    pub skipped: Option<Skipped>,
    /// New events in the journal.
    pub appended: Appended,
    /// How each stream fared that was walked or left.
    pub streams: BTreeMap<Stream, StreamOutcome>,
    /// How many calls it made, without the client's own retries.
    pub calls: u32,
    /// The topics that tell of all that a stream brings; none where nothing tells of some of it, or where it was not read.
    pub topics: BTreeSet<Topic>,
}

/// Why a poll asked nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Skipped {
    /// Nobody subscribed to what it brings.
    NoSubscriber,
    /// The one before still runs.
    Running,
    /// The token may not read it; it is tried again later.
    Resting,
    /// The token is refused; it is tried again later.
    TokenRefused,
    /// The store cannot be written.
    StoreUnwritable,
    /// The store could not tell who subscribed.
    StoreFailed,
}

/// How a stream fared.
#[derive(Debug)]
pub enum StreamOutcome {
    /// It was walked to the end.
    Walked {
        /// How deep.
        depth: Depth,
        /// In how many pages.
        pages: u32,
    },
    /// It was left: nobody subscribes to it any more.
    Left,
    /// Its walk failed; the mark stays.
    Failed(WalkError),
}

impl TickReport {
    /// A poll that asked nothing.
    pub(super) fn skipped(why: Skipped) -> Self {
        Self { skipped: Some(why), ..Self::default() }
    }

    /// This poll and another one as one: it was skipped only where both were.
    pub(super) fn joined(mut self, other: Self) -> Self {
        self.skipped = self.skipped.zip(other.skipped).map(|(one, another)| one.max(another));
        self.streams.extend(other.streams);
        self.appended.join(other.appended);
        self.topics.extend(other.topics);
        self.calls += other.calls;
        self
    }

    /// Whether every stream that was tried ended well, and one was.
    pub fn went_well(&self) -> bool {
        self.skipped.is_none()
            && !self.streams.values().any(|outcome| matches!(outcome, StreamOutcome::Failed(_)))
    }

    /// How many new events there are in all.
    pub fn appended_in_all(&self) -> u64 {
        self.appended.kinds.values().sum()
    }
}
