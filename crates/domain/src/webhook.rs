//! What Intercom tells by itself of a workspace, and how far that can be relied on.
//!
//! A poll of a stream may come rarely only while webhooks bring what it would find: every topic that tells of the stream
//! was heard within a day, in any workspace of the same app; no event was found lately that nobody had told; and what was
//! told could be read. None of this is stored: after a start polls come at their usual pace until webhooks were heard.

mod day;
mod reliance;

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::Notify;
use tokio::sync::futures::Notified;

pub use self::reliance::Unread;

use self::day::DayCount;
use self::reliance::Reliance;
use crate::event::EventKind;
use crate::port::store::{Hinted, HintedKind};
use crate::stream::Stream;
use crate::time::{Clock, UnixMillis};
use crate::topic::{HeardTopics, Topic};

/// What a webhook says, as far as it is believed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Heard {
    /// Its topic, where it is one that is counted on.
    pub topic: Option<Topic>,
    /// The record that is worth a look.
    pub of: Hinted,
}

/// The topics that tell of all that notifications of these kinds announce, and of what makes their cards untrue: where
/// one of those is missing, a card that waits for the next poll would lie the longer the rarer polls come.
pub fn topics_of(kinds: impl IntoIterator<Item = EventKind>) -> BTreeSet<Topic> {
    let of_kind = |kind: EventKind| {
        let topics = kind.spec().topics;
        let has_such_cards = kind.is_of_conversations() && !topics.is_empty();
        let of_cards: &[Topic] = if has_such_cards { &Topic::OF_CARDS } else { &[] };
        topics.iter().chain(of_cards).copied()
    };
    kinds.into_iter().flat_map(of_kind).collect()
}

/// Whether Intercom can tell by itself at all.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Door {
    /// The bot listens.
    Open,
    /// Nobody listens.
    Closed,
}

/// Whether webhooks bring what a poll of a stream would find.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Coverage {
    /// They do, as far as can be seen.
    Covered,
    /// Only the polls find it in time.
    #[default]
    Uncovered,
}

/// How much webhooks told, for `/status`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ToldByWebhook {
    /// How many events of the last day webhooks told of before they were journaled.
    pub first: u64,
    /// How many events were journaled in the last day.
    pub events: u64,
    /// When something was last heard of this workspace.
    pub last: Option<UnixMillis>,
    /// The topics that were heard since the start.
    pub heard: BTreeSet<Topic>,
}

impl ToldByWebhook {
    /// The share of events that webhooks told first, in whole per cent: 100 only where it was all of them.
    pub fn per_cent(&self) -> Option<u64> {
        (self.first * 100).checked_div(self.events)
    }
}

/// What webhooks told of one workspace.
pub struct Webhooks {
    door: Door,
    clock: Arc<dyn Clock>,
    topics: Arc<HeardTopics>,
    known: Mutex<Known>,
    doubted: Notify,
}

#[derive(Default)]
struct Known {
    reliance: Reliance,
    day: DayCount,
    last: Option<UnixMillis>,
}

impl Webhooks {
    /// Nothing was told yet of this workspace; the topics are those of its app.
    pub fn new(door: Door, clock: Arc<dyn Clock>, topics: Arc<HeardTopics>) -> Self {
        Self { door, clock, topics, known: Mutex::default(), doubted: Notify::new() }
    }

    /// A webhook came.
    pub fn heard(&self, heard: &Heard) {
        let now = self.clock.now();
        if let Some(topic) = heard.topic {
            self.topics.hear(topic, now);
        }
        let mut known = self.known();
        known.last = Some(now);
        known.reliance.hear(heard.topic.map(Topic::stream), &heard.of, now);
    }

    /// A poll of a stream found new events of these records.
    pub fn found(&self, stream: Stream, records: &[Hinted]) {
        let now = self.clock.now();
        let mut known = self.known();
        known.count(records, now);
        for record in records {
            known.reliance.found(stream, record, now);
        }
    }

    /// New events came of these records, which were read because they were worth a look.
    pub fn brought(&self, records: &[Hinted]) {
        let now = self.clock.now();
        self.known().count(records, now);
    }

    /// Whether something that was told of a kind of record could not be read: then polls find it sooner.
    pub fn note_unread(&self, of: HintedKind, unread: Unread) {
        let is_new = self.known().reliance.set_unread(of, unread);
        if is_new {
            self.doubted.notify_waiters();
        }
    }

    /// Whether webhooks bring what a stream would, of which these topics tell. A stream that none tells of is never covered.
    pub fn covers(&self, stream: Stream, topics: &BTreeSet<Topic>) -> Coverage {
        let now = self.clock.now();
        let are_live = !topics.is_empty() && topics.iter().all(|topic| self.topics.is_live(*topic, now));
        let is_relied_on = self.known().reliance.holds(stream, now);
        if self.door == Door::Open && are_live && is_relied_on {
            Coverage::Covered
        } else {
            Coverage::Uncovered
        }
    }

    /// Told when something that was told cannot be read.
    pub fn doubted(&self) -> Notified<'_> {
        self.doubted.notified()
    }

    /// How much webhooks told; none where nobody listens for them.
    pub fn told(&self) -> Option<ToldByWebhook> {
        if self.door == Door::Closed {
            return None;
        }
        let now = self.clock.now();
        let known = self.known();
        let (first, events) = known.day.until(now);
        Some(ToldByWebhook { first, events, last: known.last, heard: self.topics.heard() })
    }

    fn known(&self) -> MutexGuard<'_, Known> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Known {
    fn count(&mut self, records: &[Hinted], now: UnixMillis) {
        let told = records.iter().filter(|record| self.reliance.was_told_of(record, now)).count();
        self.day.count(now, (told as u64, records.len() as u64));
    }
}

#[cfg(test)]
mod tests;
