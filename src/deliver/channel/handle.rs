//! What the rest of the bot has of a channel's worker: it can wake it, send it messages and controls, and read how the
//! channel is.

use std::collections::BTreeSet;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use deskbell_domain::event::EventKind;
use deskbell_domain::ids::{ChannelId, GuildId};
use tokio::sync::Notify;
use tokio::sync::futures::Notified;
use tokio::time::Instant;

use super::inbox::{Control, Inbox};
use super::notice_right::NoticeAllowance;
use super::one_off::OneOffMessage;

/// The handle of one channel's worker.
#[derive(Debug)]
pub(crate) struct ChannelHandle {
    pub(crate) channel: ChannelId,
    /// The right to post a notice here.
    pub(crate) notices: NoticeAllowance,
    /// What the worker was sent.
    pub(crate) inbox: Inbox,
    wakeup: Notify,
    inner: Mutex<Inner>,
}

#[derive(Debug, Default)]
struct Inner {
    guild: Option<GuildId>,
    dirty: Dirty,
    state: ChannelState,
    /// Until when nothing may leave here.
    paused_until: Option<Instant>,
}

/// What may have changed since the worker last looked.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Dirty {
    /// Subscriptions or dead letters: they are read again, and what is suspended is tried.
    pub(crate) settings: bool,
    /// The journal grew.
    pub(crate) journal: bool,
    /// What the bot may do in the server's channels: it is looked whether what is suspended is open again.
    pub(crate) access: bool,
}

/// What a worker makes known of its channel.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct ChannelState {
    pub(crate) health: ChannelHealth,
    pub(crate) takes: Takes,
}

/// Whether a channel takes our messages, as far as its worker knows.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) enum ChannelHealth {
    /// Messages go out there now.
    Working,
    /// It does not, or nobody tried.
    #[default]
    Unproven,
}

/// Which events concern a channel.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) enum Takes {
    /// Perhaps all: its worker has not read its subscriptions yet.
    #[default]
    Unread,
    /// Those of these kinds.
    Kinds(BTreeSet<EventKind>),
}

impl Takes {
    fn any_of(&self, kinds: &BTreeSet<EventKind>) -> bool {
        match self {
            Self::Unread => true,
            Self::Kinds(taken) => !taken.is_disjoint(kinds),
        }
    }
}

impl ChannelHandle {
    pub(crate) fn new(channel: ChannelId) -> Self {
        let dirty = Dirty { settings: true, journal: true, access: false };
        Self {
            channel,
            notices: NoticeAllowance::default(),
            inbox: Inbox::default(),
            wakeup: Notify::new(),
            inner: Mutex::new(Inner { dirty, ..Inner::default() }),
        }
    }

    /// Ends when something came. To be made before looking, so that nothing that comes meanwhile is missed.
    pub(crate) fn woken(&self) -> Notified<'_> {
        self.wakeup.notified()
    }

    pub(crate) fn guild(&self) -> Option<GuildId> {
        self.lock().guild
    }

    pub(crate) fn belongs_to(&self, guild: GuildId) {
        self.lock().guild = Some(guild);
    }

    pub(crate) fn settings_changed(&self) {
        self.lock().dirty.settings = true;
        self.wakeup.notify_one();
    }

    /// Events of these kinds are in the journal. A worker that takes none of them sleeps on: its cursors move over them
    /// when it looks the next time.
    pub(crate) fn journal_grew(&self, kinds: &BTreeSet<EventKind>) {
        let mut inner = self.lock();
        inner.dirty.journal = true;
        let concerned = inner.state.takes.any_of(kinds);
        drop(inner);
        if concerned {
            self.wakeup.notify_one();
        }
    }

    pub(crate) fn access_changed(&self) {
        self.lock().dirty.access = true;
        self.wakeup.notify_one();
    }

    pub(crate) fn take_dirty(&self) -> Dirty {
        std::mem::take(&mut self.lock().dirty)
    }

    pub(crate) fn control(&self, control: Control) {
        self.inbox.control(control);
        self.wakeup.notify_one();
    }

    pub(crate) fn send(&self, message: OneOffMessage) {
        self.inbox.message(message);
        self.wakeup.notify_one();
    }

    /// What is known of the channel from here on. To be called before the journal is looked at: what is appended
    /// before the call is found by that look, what is appended after it wakes.
    pub(crate) fn publish(&self, state: ChannelState) {
        self.lock().state = state;
    }

    pub(crate) fn health(&self) -> ChannelHealth {
        self.lock().state.health
    }

    /// Nothing may leave here until then.
    pub(crate) fn pause(&self, until: Instant) {
        self.lock().paused_until = Some(until);
    }

    /// How long nothing may leave here.
    pub(crate) fn paused_for(&self, now: Instant) -> Option<Duration> {
        self.lock().paused_until.map(|until| until.saturating_duration_since(now))
    }

    /// Keeps the worker from retiring until something was sent to it.
    pub(crate) fn reserve(&self) {
        self.inbox.reserve();
    }

    /// Whether nothing waits here for the worker.
    pub(crate) fn is_quiet(&self) -> bool {
        self.inbox.is_quiet() && self.lock().dirty == Dirty::default()
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use futures::FutureExt;

    use super::*;

    /// Whether the worker is woken by events of a kind.
    fn wakes(handle: &ChannelHandle, kind: EventKind) -> bool {
        handle.journal_grew(&BTreeSet::from([kind]));
        handle.woken().now_or_never().is_some()
    }

    fn take(handle: &ChannelHandle, kinds: &[EventKind]) {
        let takes = Takes::Kinds(kinds.iter().copied().collect());
        handle.publish(ChannelState { health: ChannelHealth::Working, takes });
    }

    #[test]
    fn events_wake_only_a_worker_that_takes_their_kind() {
        let handle = ChannelHandle::new(ChannelId(1));
        take(&handle, &[EventKind::NewLead, EventKind::NewUser]);
        assert!(wakes(&handle, EventKind::NewUser));
        assert!(!wakes(&handle, EventKind::UserUpdated));
        take(&handle, &[]);
        assert!(!wakes(&handle, EventKind::NewUser));
    }

    #[test]
    fn whoever_has_not_read_its_subscriptions_yet_is_woken_by_all_events() {
        let handle = ChannelHandle::new(ChannelId(1));
        assert!(wakes(&handle, EventKind::UserUpdated));
    }

    #[test]
    fn a_worker_that_slept_on_looks_into_the_journal_when_something_else_wakes_it() {
        let handle = ChannelHandle::new(ChannelId(1));
        take(&handle, &[EventKind::NewLead]);
        handle.take_dirty();
        assert!(!wakes(&handle, EventKind::UserUpdated));
        handle.access_changed();
        assert!(handle.take_dirty().journal);
    }
}
