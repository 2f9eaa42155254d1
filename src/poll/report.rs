//! What a poll tells: counts by outcome for logs and tests, and the port by which delivery hears of new events.

use std::collections::{BTreeMap, BTreeSet};

use deskbell_desk::event::EventKind;
use deskbell_desk::ids::WorkspaceId;
use deskbell_desk::port::store::Stream;
use deskbell_desk::time::UnixMillis;

use super::walk::WalkError;
use super::window::Depth;

/// Who wants to know what polling found. Called from the poll loop: must not wait.
pub trait JournalListener: Send + Sync {
    /// New events of these kinds stand in the journal.
    fn appended(&self, workspace: &WorkspaceId, kinds: &BTreeSet<EventKind>);

    /// The link to Intercom changed in a way that people should be told of.
    fn link_changed(&self, workspace: &WorkspaceId, notice: LinkNotice) {
        let _ = (workspace, notice);
    }
}

/// A change of the link to Intercom that people are told of, each once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LinkNotice {
    /// The token is refused.
    Refused {
        /// Since when.
        since: UnixMillis,
    },
    /// The token is accepted again.
    Accepted {
        /// Since when it was refused.
        since: UnixMillis,
    },
    /// Intercom has not answered for 15 min.
    Down {
        /// Since when.
        since: UnixMillis,
    },
    /// Intercom answers again, after it was told that it does not.
    Back {
        /// Since when it did not.
        since: UnixMillis,
    },
}

/// What one poll did.
#[derive(Debug, Default)]
#[must_use]
pub struct TickReport {
    /// Why nothing was asked, if nothing was.
    pub skipped: Option<Skipped>,
    /// New events in the journal, by kind.
    pub appended: BTreeMap<EventKind, u64>,
    /// How each stream fared that was walked or left.
    pub streams: BTreeMap<Stream, StreamOutcome>,
    /// How many calls it made, without the client's own retries.
    pub calls: u32,
    /// What people should be told.
    pub notice: Option<LinkNotice>,
}

/// Why a poll asked nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Skipped {
    /// The one before still runs.
    Running,
    /// Nobody subscribed to anything.
    NoSubscriber,
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

    /// Whether every stream that was tried ended well, and one was.
    pub fn went_well(&self) -> bool {
        self.skipped.is_none()
            && !self.streams.values().any(|outcome| matches!(outcome, StreamOutcome::Failed(_)))
    }

    /// Why walks failed.
    pub(super) fn failures(&self) -> impl Iterator<Item = (Stream, &WalkError)> {
        self.streams.iter().filter_map(|(stream, outcome)| match outcome {
            StreamOutcome::Failed(error) => Some((*stream, error)),
            _ => None,
        })
    }

    /// How many new events there are in all.
    pub fn appended_in_all(&self) -> u64 {
        self.appended.values().sum()
    }
}
