//! What `/status`, the heartbeat and the notices tell of the poll loop and the store: written by the loops, read by
//! everybody else.

use std::sync::{PoisonError, RwLock};

use tokio::sync::Notify;

use crate::time::UnixMillis;
use crate::trouble::Trouble;

/// The state of one workspace's polling.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PollStatus {
    /// When something was last read to its end.
    pub last_check: Option<UnixMillis>,
    /// When something is read next.
    pub next_check: Option<UnixMillis>,
    /// How it stands with Intercom as a whole.
    pub link: LinkState,
    /// What cannot be read, whatever the rest does.
    pub troubles: Vec<Trouble>,
}

/// How it stands with Intercom as a whole.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum LinkState {
    /// Not asked yet.
    #[default]
    Starting,
    /// Something could be read when it was last tried.
    Connected,
    /// The token is refused since then; it is tried again ever more rarely.
    Refused {
        /// Since when.
        since: UnixMillis,
    },
    /// Nothing can be read since then.
    Down {
        /// Since when.
        since: UnixMillis,
    },
}

/// Where it is told that Intercom took the token: by every call that succeeds, whoever made it.
#[derive(Default)]
pub struct Acceptance(Notify);

impl Acceptance {
    /// A call succeeded.
    pub fn tell(&self) {
        self.0.notify_waiters();
    }

    /// Waits for the next call that succeeds.
    pub async fn told(&self) {
        self.0.notified().await;
    }
}

/// Whether the store takes writes.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum StoreState {
    /// It does.
    #[default]
    Writable,
    /// It does not since then: polling and sending stand still.
    Unwritable {
        /// Since when.
        since: UnixMillis,
    },
}

/// Whether Discord takes calls at all.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum DiscordState {
    /// It does.
    #[default]
    Open,
    /// What stands before it turns calls away since then, or it asked for a long pause: what waits is posted later.
    TurnsAway {
        /// Since when.
        since: UnixMillis,
        /// When the next message is tried.
        next_try: UnixMillis,
    },
}

/// The board on which the loops write how they are.
#[derive(Default)]
pub struct StatusBoard {
    poll: RwLock<PollStatus>,
    store: RwLock<StoreState>,
    discord: RwLock<DiscordState>,
    possible_duplicates: std::sync::atomic::AtomicU64,
    unreadable: std::sync::atomic::AtomicU64,
}

impl StatusBoard {
    /// How polling stands.
    pub fn poll(&self) -> PollStatus {
        self.poll.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Writes how polling stands.
    pub fn set_poll(&self, status: PollStatus) {
        *self.poll.write().unwrap_or_else(PoisonError::into_inner) = status;
    }

    /// How the store stands.
    pub fn store(&self) -> StoreState {
        *self.store.read().unwrap_or_else(PoisonError::into_inner)
    }

    /// Writes how the store stands.
    pub fn set_store(&self, state: StoreState) {
        *self.store.write().unwrap_or_else(PoisonError::into_inner) = state;
    }

    /// Whether Discord takes calls.
    pub fn discord(&self) -> DiscordState {
        *self.discord.read().unwrap_or_else(PoisonError::into_inner)
    }

    /// Writes whether Discord takes calls.
    pub fn set_discord(&self, state: DiscordState) {
        *self.discord.write().unwrap_or_else(PoisonError::into_inner) = state;
    }

    /// Counts a batch that was sent again without knowing whether it was posted:
    /// `deskbell_possible_duplicates_total` (promise 1 a).
    pub fn count_possible_duplicate(&self) {
        self.possible_duplicates.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
    }

    /// How many such batches there were since the start.
    pub fn possible_duplicates(&self) -> u64 {
        self.possible_duplicates.load(std::sync::atomic::Ordering::Relaxed)
    }

    /// Counts records that Intercom has and that could not be read at all, not even their ids: no event comes of them.
    pub fn count_unreadable(&self, records: u64) {
        self.unreadable.fetch_add(records, std::sync::atomic::Ordering::Relaxed);
    }

    /// How many such records there were since the start.
    pub fn unreadable(&self) -> u64 {
        self.unreadable.load(std::sync::atomic::Ordering::Relaxed)
    }
}
