//! What is known of a server, and since when.

use std::time::Duration;

use deskbell_domain::ids::{ChannelId, RoleId};
use tokio::time::Instant;

use crate::permission::{RawChannel, Roles};

/// How long an answer counts while no news comes.
const ANSWER_GOOD_FOR: Duration = Duration::from_secs(30);
/// How much later than the news of a change an older `GUILD_CREATE` may be handled.
const OVERTAKEN: Duration = Duration::from_secs(30);

/// A server, packed: there may be thousands, each with hundreds of channels and roles.
#[derive(Default)]
pub(super) struct Guild {
    /// When the gateway told of it as a whole.
    pub(super) told: Option<Instant>,
    pub(super) roles: Known<Roles>,
    pub(super) own_roles: Known<Box<[RoleId]>>,
    /// By id, with no room to spare.
    pub(super) channels: Vec<(ChannelId, Known<RawChannel>)>,
}

impl Guild {
    fn place(&self, channel: ChannelId) -> Result<usize, usize> {
        self.channels.binary_search_by_key(&channel, |(id, _)| *id)
    }

    pub(super) fn channel(&self, id: ChannelId) -> Option<&Known<RawChannel>> {
        Some(&self.channels[self.place(id).ok()?].1)
    }

    pub(super) fn put(&mut self, id: ChannelId, channel: Known<RawChannel>) {
        match self.place(id) {
            Ok(at) => self.channels[at].1 = channel,
            Err(at) => {
                self.channels.reserve_exact(1);
                self.channels.insert(at, (id, channel));
            }
        }
    }

    /// Forgets what was told or answered longer ago than that: the roles, a channel, and the one that it is a thread of.
    /// How much that is.
    pub(super) fn forget_older_than(&mut self, channel: ChannelId, max_age: Duration) -> usize {
        let (told, now) = (self.told, Instant::now());
        let is_old = |at: Instant| now > at + max_age;
        let parent = self.channel(channel).and_then(|known| known.value()?.thread_of());
        let mut forgotten = usize::from(self.roles.forget_if(told, is_old));
        for id in [Some(channel), parent].into_iter().flatten() {
            if let Ok(place) = self.place(id) {
                forgotten += usize::from(self.channels[place].1.forget_if(told, is_old));
            }
        }
        forgotten
    }

    /// Puts down that a channel changed, in place of changes so old that nothing can be overtaken by them any more.
    pub(super) fn changed(&mut self, id: ChannelId, now: Instant) {
        self.channels.retain(|(_, known)| !matches!(known, Known::Changed(at) if now > *at + OVERTAKEN));
        self.put(id, Known::Changed(now));
    }

    /// What changed so lately that a description of the whole server may be older.
    pub(super) fn keep_changes_of(&mut self, before: &Self, now: Instant) {
        let is_late = |changed: Option<Instant>| changed.is_some_and(|at| now <= at + OVERTAKEN);
        for (id, known) in before.channels.iter().filter(|(_, known)| is_late(known.changed())) {
            self.put(*id, Known::Changed(known.changed().unwrap_or(now)));
        }
        if is_late(before.roles.changed()) {
            (self.roles, self.own_roles) = (Known::Changed(now), Known::Changed(now));
        }
    }
}

/// Something that may be known.
#[derive(Default)]
pub(super) enum Known<T> {
    /// Nobody has asked Discord yet.
    #[default]
    Not,
    /// The gateway told it.
    Told(T),
    /// It was asked for. Boxed, since nearly everything is told.
    Asked(Box<Answered<T>>),
    /// It changed then, and was not asked for since.
    Changed(Instant),
}

pub(super) struct Answered<T> {
    value: T,
    asked: Instant,
}

impl<T: Clone> Known<T> {
    pub(super) fn asked(value: T, now: Instant) -> Self {
        Self::Asked(Box::new(Answered { value, asked: now }))
    }

    pub(super) fn fresh(&self, connected: bool) -> Option<T> {
        match self {
            Self::Told(value) => connected.then(|| value.clone()),
            Self::Asked(answer) => {
                let counts = connected || Instant::now() < answer.asked + ANSWER_GOOD_FOR;
                counts.then(|| answer.value.clone())
            }
            Self::Not | Self::Changed(_) => None,
        }
    }
}

impl<T> Known<T> {
    pub(super) fn value(&self) -> Option<&T> {
        match self {
            Self::Told(value) => Some(value),
            Self::Asked(answer) => Some(&answer.value),
            Self::Not | Self::Changed(_) => None,
        }
    }

    /// Forgets it if it is as old as that; what was told is as old as the server's description. Whether it was there.
    pub(super) fn forget_if(&mut self, told: Option<Instant>, is_old: impl Fn(Instant) -> bool) -> bool {
        let since = match self {
            Self::Told(_) => told,
            Self::Asked(answer) => Some(answer.asked),
            Self::Not | Self::Changed(_) => return false,
        };
        let forgets = since.is_none_or(is_old);
        if forgets {
            *self = Self::Not;
        }
        forgets
    }

    pub(super) fn changed(&self) -> Option<Instant> {
        match self {
            Self::Changed(at) => Some(*at),
            _ => None,
        }
    }

    /// Whether an answer to what was asked then may be older than a change.
    pub(super) fn overtakes(&self, asked: Instant) -> bool {
        self.changed().is_some_and(|at| at >= asked)
    }
}
