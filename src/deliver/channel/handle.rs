//! What the rest of the bot has of a channel's worker: it can wake it, hand it messages and controls, and read how the
//! channel is.

use std::collections::VecDeque;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use deskbell_desk::channel::Obstacle;
use deskbell_desk::ids::{ChannelId, GuildId, SubscriptionId};
use tokio::sync::futures::Notified;
use tokio::sync::{Notify, oneshot};
use tokio::time::Instant;

use super::notice_right::NoticeAllowance;
use super::one_off::OneOffMessage;

/// The handle of one channel's worker.
pub(crate) struct ChannelHandle {
    pub(crate) channel: ChannelId,
    /// The right to post a notice here.
    pub(crate) notices: NoticeAllowance,
    wakeup: Notify,
    inner: Mutex<Inner>,
}

#[derive(Default)]
struct Inner {
    guild: Option<GuildId>,
    dirty: Dirty,
    controls: VecDeque<Control>,
    messages: VecDeque<OneOffMessage>,
    health: ChannelHealth,
    /// Until when nothing may leave here.
    paused_until: Option<Instant>,
    /// Somebody has the handle to send something, and has not done so yet.
    reserved: bool,
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

/// Whether a channel takes our messages, as far as its worker knows.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) enum ChannelHealth {
    /// It does.
    Working,
    /// It does not, or nobody tried.
    #[default]
    Unproven,
}

/// What a worker is told to do between two messages.
#[derive(Debug)]
pub(crate) enum Control {
    /// The bot is not in this server any more.
    GuildGone(GuildId),
    /// Nothing can be posted here.
    Close(Obstacle),
    /// Drop what waits for a subscription; the answer is how many events that were.
    SkipToNow {
        /// For which.
        id: SubscriptionId,
        /// Whom to tell.
        answer: oneshot::Sender<u64>,
    },
    /// The notice that this channel is suspended was posted elsewhere.
    SuspensionTold,
    /// Something of this very channel changed.
    ChannelChanged,
}

impl ChannelHandle {
    pub(crate) fn new(channel: ChannelId) -> Self {
        let dirty = Dirty { settings: true, journal: true, access: false };
        Self {
            channel,
            notices: NoticeAllowance::default(),
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

    pub(crate) fn journal_grew(&self) {
        self.lock().dirty.journal = true;
        self.wakeup.notify_one();
    }

    pub(crate) fn access_changed(&self) {
        self.lock().dirty.access = true;
        self.wakeup.notify_one();
    }

    pub(crate) fn take_dirty(&self) -> Dirty {
        std::mem::take(&mut self.lock().dirty)
    }

    pub(crate) fn control(&self, control: Control) {
        self.lock().controls.push_back(control);
        self.wakeup.notify_one();
    }

    pub(crate) fn next_control(&self) -> Option<Control> {
        take_first(&mut self.lock().controls)
    }

    /// Puts a control back that could not be followed yet.
    pub(crate) fn put_back_control(&self, control: Control) {
        self.lock().controls.push_front(control);
    }

    pub(crate) fn send(&self, message: OneOffMessage) {
        let mut inner = self.lock();
        inner.reserved = false;
        inner.messages.push_back(message);
        drop(inner);
        self.wakeup.notify_one();
    }

    /// Puts a message back that has to wait.
    pub(crate) fn put_back_message(&self, message: OneOffMessage) {
        self.lock().messages.push_front(message);
    }

    pub(crate) fn next_message(&self) -> Option<OneOffMessage> {
        take_first(&mut self.lock().messages)
    }

    /// Whether a message waits for which somebody still does.
    pub(crate) fn has_message(&self) -> bool {
        let mut inner = self.lock();
        while inner.messages.front().is_some_and(OneOffMessage::is_forgotten) {
            take_first(&mut inner.messages);
        }
        !inner.messages.is_empty()
    }

    pub(crate) fn set_health(&self, health: ChannelHealth) {
        self.lock().health = health;
    }

    pub(crate) fn health(&self) -> ChannelHealth {
        self.lock().health
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
        self.lock().reserved = true;
    }

    /// Whether nothing waits here for the worker. Whoever reserved it without sending anything delays the end by one
    /// look only.
    pub(crate) fn is_quiet(&self) -> bool {
        let mut inner = self.lock();
        let reserved = std::mem::take(&mut inner.reserved);
        let empty = inner.controls.is_empty() && inner.messages.is_empty();
        !reserved && empty && inner.dirty == Dirty::default()
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The first of a queue; one that is empty then keeps no room, for nearly all are empty nearly always.
fn take_first<T>(queue: &mut VecDeque<T>) -> Option<T> {
    let first = queue.pop_front();
    if queue.is_empty() {
        queue.shrink_to_fit();
    }
    first
}
