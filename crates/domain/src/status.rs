//! What `/status`, the heartbeat and the notices tell of the poll loop and the store: written by the loops, read by
//! everybody else.

use std::collections::BTreeMap;
use std::sync::{PoisonError, RwLock};

use tokio::sync::watch;

use crate::ids::ChannelId;
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

/// What Intercom makes of the token.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Verdict {
    /// It took it, or was not asked yet.
    #[default]
    Accepted,
    /// It refused it.
    Refused,
}

/// Where it is told whether Intercom took the token: by every call that succeeds, whoever made it, and by every command
/// that is refused. Polls conclude from refusals of their own, which may concern one part only.
#[derive(Default)]
pub struct Acceptance(watch::Sender<Verdict>);

impl Acceptance {
    /// A call succeeded.
    pub fn tell(&self) {
        self.0.send_replace(Verdict::Accepted);
    }

    /// A command was refused.
    pub fn tell_refusal(&self) {
        self.0.send_replace(Verdict::Refused);
    }

    /// Whoever follows it hears everything new from now on, the latest where it is slow, and a refusal that was told last.
    pub fn follow(&self) -> Verdicts {
        let mut verdicts = self.0.subscribe();
        if *self.0.borrow() == Verdict::Refused {
            verdicts.mark_changed();
        }
        Verdicts(verdicts)
    }
}

/// What one follower has still to hear.
pub struct Verdicts(watch::Receiver<Verdict>);

impl Verdicts {
    /// Waits for the next verdict; none comes after the last handle to Intercom is gone.
    pub async fn next(&mut self) -> Option<Verdict> {
        self.0.changed().await.ok()?;
        Some(*self.0.borrow_and_update())
    }
}

/// Whether the last write of the store succeeded.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum StoreState {
    /// It did, or there was none yet.
    #[default]
    Writable,
    /// It did not, and none has since then: polling and sending stand still.
    Unwritable {
        /// Since when.
        since: UnixMillis,
    },
}

/// How many notifications to a workspace cannot be read in the store.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum UnreadableNotifications {
    /// All of them can.
    #[default]
    None,
    /// So many cannot: nothing is thrown away that they may wait for.
    Awaited(u64),
    /// So many could not for so long that nothing is kept for them any more.
    SetAside(u64),
}

/// Whether Discord takes messages at all.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum DiscordState {
    /// It does.
    #[default]
    Open,
    /// What stands before it turns calls away since then, or it asked for a long pause: what waits is posted later.
    TurnsAway(Pause),
    /// It answers nothing, or only that it failed.
    Silent(Pause),
}

impl DiscordState {
    /// Since when nothing is posted, if so, and when it is tried again.
    pub fn pause(self) -> Option<Pause> {
        match self {
            Self::Open => None,
            Self::TurnsAway(pause) | Self::Silent(pause) => Some(pause),
        }
    }
}

/// A time in which nothing is posted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pause {
    /// Since when.
    pub since: UnixMillis,
    /// When the next message is tried.
    pub next_try: UnixMillis,
}

impl Pause {
    /// A try that is so long overdue was not made, for nothing waits any more: nobody knows how it stands now.
    const OVERDUE_AFTER_MS: i64 = 60_000;

    fn is_known_at(&self, now: UnixMillis) -> bool {
        now.since(self.next_try) <= Self::OVERDUE_AFTER_MS
    }
}

/// The board on which the loops write how they are.
#[derive(Default)]
pub struct StatusBoard {
    poll: RwLock<PollStatus>,
    /// The store's own word, which the store alone writes; none where there is no store that could fail.
    store: Option<watch::Receiver<StoreState>>,
    discord: RwLock<DiscordState>,
    channels: RwLock<BTreeMap<ChannelId, Pause>>,
    possible_duplicates: std::sync::atomic::AtomicU64,
    unreadable: std::sync::atomic::AtomicU64,
    unreadable_notifications: RwLock<UnreadableNotifications>,
}

impl StatusBoard {
    /// A board that shows how this store is.
    pub fn over(store: watch::Receiver<StoreState>) -> Self {
        Self { store: Some(store), ..Self::default() }
    }

    /// How polling stands.
    pub fn poll(&self) -> PollStatus {
        self.poll.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Writes how polling stands.
    pub fn set_poll(&self, status: PollStatus) {
        *self.poll.write().unwrap_or_else(PoisonError::into_inner) = status;
    }

    /// Whether the store takes writes, as the store itself found with its last write.
    pub fn store(&self) -> StoreState {
        self.store.as_ref().map_or(StoreState::Writable, |store| *store.borrow())
    }

    /// Whether Discord takes calls.
    pub fn discord(&self) -> DiscordState {
        *self.discord.read().unwrap_or_else(PoisonError::into_inner)
    }

    /// The same as far as it is still known.
    pub fn discord_at(&self, now: UnixMillis) -> DiscordState {
        let state = self.discord();
        state.pause().filter(|pause| pause.is_known_at(now)).map_or(DiscordState::Open, |_| state)
    }

    /// The channels that have taken no message for long although Discord takes those of others.
    pub fn paused_channels(&self, now: UnixMillis) -> BTreeMap<ChannelId, Pause> {
        let mut channels = self.channels.read().unwrap_or_else(PoisonError::into_inner).clone();
        channels.retain(|_, pause| pause.is_known_at(now));
        channels
    }

    /// Writes whether a channel takes no message, and answers what was known of it.
    pub fn set_channel_pause(&self, channel: ChannelId, pause: Option<Pause>) -> Option<Pause> {
        let mut channels = self.channels.write().unwrap_or_else(PoisonError::into_inner);
        match pause {
            Some(pause) => channels.insert(channel, pause),
            None => channels.remove(&channel),
        }
    }

    /// Writes whether Discord takes calls.
    pub fn set_discord(&self, state: DiscordState) {
        *self.discord.write().unwrap_or_else(PoisonError::into_inner) = state;
    }

    /// Counts a batch that was sent again without knowing whether it was posted:
    /// `deskbell_possible_duplicates_total` in the heartbeat file.
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

    /// Notifications that cannot be read, as pruning last found.
    pub fn unreadable_notifications(&self) -> UnreadableNotifications {
        *self.unreadable_notifications.read().unwrap_or_else(PoisonError::into_inner)
    }

    /// Writes how many notifications cannot be read.
    pub fn set_unreadable_notifications(&self, found: UnreadableNotifications) {
        *self.unreadable_notifications.write().unwrap_or_else(PoisonError::into_inner) = found;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_to_be_tried_long_ago_is_not_told_any_more() {
        let board = StatusBoard::default();
        let pause = Pause { since: UnixMillis(0), next_try: UnixMillis(600_000) };
        board.set_discord(DiscordState::TurnsAway(pause));
        board.set_channel_pause(ChannelId(1), Some(pause));
        let shown = |now| {
            let now = UnixMillis(now);
            (board.discord_at(now) != DiscordState::Open, board.paused_channels(now).len())
        };
        assert_eq!((shown(660_000), shown(660_001)), ((true, 1), (false, 0)));
    }
}
