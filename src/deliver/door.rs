//! What the rest of the bot has of a lane: a bell, a letter box, and a plate that says how the lane stands.

use std::collections::VecDeque;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use deskbell_desk::channel::Obstacle;
use deskbell_desk::ids::{ChannelId, GuildId, SubscriptionId};
use tokio::sync::futures::Notified;
use tokio::sync::{Notify, oneshot};
use tokio::time::Instant;

use super::errand::Errand;

/// At most one notice in a channel within it.
const NOTICE_EVERY: Duration = Duration::from_hours(1);

/// The door of one channel's lane.
pub(super) struct Door {
    pub(super) channel: ChannelId,
    bell: Notify,
    inner: Mutex<Inner>,
}

#[derive(Default)]
struct Inner {
    guild: Option<GuildId>,
    news: News,
    orders: VecDeque<Order>,
    errands: VecDeque<Errand>,
    working: Working,
    noticed: Option<Instant>,
    /// Until when nothing may leave here.
    held_until: Option<Instant>,
    /// Somebody holds the door open to hand something in.
    held: bool,
}

/// What happened since the lane last looked.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct News {
    /// Subscriptions or dead letters changed: read them again, and try what is on hold.
    pub(super) settings: bool,
    /// The journal grew.
    pub(super) journal: bool,
    /// What the bot may do in the server's channels may have changed: look whether what is on hold is open again.
    pub(super) access: bool,
}

/// Whether a channel takes our messages, as far as its lane knows.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) enum Working {
    /// It does.
    Yes,
    /// It does not, or nobody tried.
    #[default]
    No,
}

/// What a lane is told to do between two messages.
#[derive(Debug)]
pub(super) enum Order {
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
    /// The notice that this channel is on hold was posted elsewhere.
    Told,
    /// Something of this very channel changed.
    ChannelChanged,
}

impl Door {
    pub(super) fn new(channel: ChannelId) -> Self {
        let news = News { settings: true, journal: true, access: false };
        Self { channel, bell: Notify::new(), inner: Mutex::new(Inner { news, ..Inner::default() }) }
    }

    /// To be made before looking, so that no ring is lost.
    pub(super) fn bell(&self) -> Notified<'_> {
        self.bell.notified()
    }

    pub(super) fn guild(&self) -> Option<GuildId> {
        self.lock().guild
    }

    pub(super) fn belongs_to(&self, guild: GuildId) {
        self.lock().guild = Some(guild);
    }

    pub(super) fn settings_changed(&self) {
        self.lock().news.settings = true;
        self.bell.notify_one();
    }

    pub(super) fn journal_grew(&self) {
        self.lock().news.journal = true;
        self.bell.notify_one();
    }

    pub(super) fn access_changed(&self) {
        self.lock().news.access = true;
        self.bell.notify_one();
    }

    pub(super) fn take_news(&self) -> News {
        std::mem::take(&mut self.lock().news)
    }

    pub(super) fn order(&self, order: Order) {
        self.lock().orders.push_back(order);
        self.bell.notify_one();
    }

    pub(super) fn next_order(&self) -> Option<Order> {
        take_first(&mut self.lock().orders)
    }

    /// Puts an order back that could not be followed yet.
    pub(super) fn put_back_order(&self, order: Order) {
        self.lock().orders.push_front(order);
    }

    pub(super) fn hand_in(&self, errand: Errand) {
        let mut inner = self.lock();
        inner.held = false;
        inner.errands.push_back(errand);
        drop(inner);
        self.bell.notify_one();
    }

    /// Puts an errand back that has to wait.
    pub(super) fn put_back(&self, errand: Errand) {
        self.lock().errands.push_front(errand);
    }

    pub(super) fn next_errand(&self) -> Option<Errand> {
        take_first(&mut self.lock().errands)
    }

    /// Whether an errand waits for which somebody still does.
    pub(super) fn has_errand(&self) -> bool {
        let mut inner = self.lock();
        while inner.errands.front().is_some_and(Errand::is_forgotten) {
            take_first(&mut inner.errands);
        }
        !inner.errands.is_empty()
    }

    pub(super) fn set_working(&self, working: Working) {
        self.lock().working = working;
    }

    pub(super) fn working(&self) -> Working {
        self.lock().working
    }

    /// Nothing may leave here until then.
    pub(super) fn hold(&self, until: Instant) {
        self.lock().held_until = Some(until);
    }

    /// How long nothing may leave here.
    pub(super) fn held_for(&self, now: Instant) -> Option<Duration> {
        self.lock().held_until.map(|until| until.saturating_duration_since(now))
    }

    /// Takes the right to post a notice here, once an hour.
    pub(super) fn claim_notice(&self) -> NoticeRight {
        let now = Instant::now();
        let mut inner = self.lock();
        if inner.noticed.is_some_and(|last| now < last + NOTICE_EVERY) {
            return NoticeRight::Spent;
        }
        inner.noticed = Some(now);
        NoticeRight::Granted
    }

    /// Gives the right back where the notice was not posted.
    pub(super) fn return_notice(&self) {
        self.lock().noticed = None;
    }

    /// Keeps the lane from retiring until something was handed in.
    pub(super) fn keep_open(&self) {
        self.lock().held = true;
    }

    /// Whether nothing waits behind it. Whoever holds it open without handing anything in delays the end by one
    /// look only.
    pub(super) fn is_quiet(&self) -> bool {
        let mut inner = self.lock();
        let held = std::mem::take(&mut inner.held);
        !held && inner.orders.is_empty() && inner.errands.is_empty() && inner.news == News::default()
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

/// Whether a notice may be posted now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[must_use]
pub(super) enum NoticeRight {
    /// It may.
    Granted,
    /// One was posted within the hour.
    Spent,
}
