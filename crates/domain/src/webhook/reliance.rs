//! Whether webhooks told of what polls found in one workspace, stream by stream.
//!
//! An event that a poll finds, and that nobody had told of, is in doubt for five minutes: a webhook may be slower than a
//! poll. If none tells of it by then it was missed, and the stream is not relied on until webhooks were heard there for an
//! hour. While something is in doubt polls come at their usual pace too, so that doubt costs some calls and no time.

use std::collections::{BTreeMap, BTreeSet};
use std::mem;

use crate::port::store::{Hinted, HintedKind};
use crate::stream::Stream;
use crate::time::UnixMillis;

const MINUTE_MS: i64 = 60 * 1000;
/// How much later than a poll a webhook may tell.
const PATIENCE_MS: i64 = 5 * MINUTE_MS;
/// How long webhooks must be heard after one was missed.
const PROBATION_MS: i64 = 60 * MINUTE_MS;
/// How long it is known at least that a record was told of: longer than from one poll to the next.
const REMEMBERED_MS: i64 = 60 * MINUTE_MS;
/// So many records in doubt are no bad luck; and so many are remembered at least.
const MOST: usize = 1000;

/// What is left unread of what was told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unread {
    /// Everything was read.
    Nothing,
    /// Intercom or the store did not do its part.
    Something,
}

/// What is known of the webhooks of one workspace.
#[derive(Debug, Default)]
pub(super) struct Reliance {
    told: Recent,
    streams: BTreeMap<Stream, Doubt>,
    /// The kinds of records of which some are left unread.
    unread: BTreeSet<HintedKind>,
}

/// The records that were told of lately: those since a time, and those of the span before.
#[derive(Debug, Default)]
struct Recent {
    since: UnixMillis,
    young: BTreeSet<Hinted>,
    old: BTreeSet<Hinted>,
}

impl Recent {
    fn insert(&mut self, of: &Hinted, now: UnixMillis) {
        self.age(now);
        if self.young.len() >= MOST {
            self.turn(now);
        }
        self.young.insert(of.clone());
    }

    fn contains(&mut self, of: &Hinted, now: UnixMillis) -> bool {
        self.age(now);
        self.young.contains(of) || self.old.contains(of)
    }

    fn age(&mut self, now: UnixMillis) {
        if !(0..REMEMBERED_MS).contains(&now.since(self.since)) {
            self.turn(now);
        }
    }

    fn turn(&mut self, now: UnixMillis) {
        self.old = mem::take(&mut self.young);
        self.since = now;
    }
}

/// Why a stream may not be relied on.
#[derive(Debug, Default)]
struct Doubt {
    /// Found by a poll then, and not told of yet.
    open: BTreeMap<Hinted, UnixMillis>,
    missed: Option<Missed>,
}

/// Something was missed.
#[derive(Debug, Default)]
struct Missed {
    /// When a webhook was first heard since then.
    heard: Option<UnixMillis>,
}

impl Doubt {
    fn settle(&mut self, now: UnixMillis) {
        let is_over = |found: &UnixMillis| !(0..PATIENCE_MS).contains(&now.since(*found));
        if self.open.len() > MOST || self.open.values().any(is_over) {
            self.open.clear();
            self.missed = Some(Missed::default());
        }
    }

    fn hear(&mut self, now: UnixMillis) {
        let Some(missed) = &mut self.missed else { return };
        let since = *missed.heard.get_or_insert(now);
        if now.since(since) >= PROBATION_MS {
            self.missed = None;
        }
    }
}

impl Reliance {
    /// A webhook of a topic that belongs to this stream, if to one, told of a record.
    pub(super) fn hear(&mut self, stream: Option<Stream>, of: &Hinted, now: UnixMillis) {
        self.told.insert(of, now);
        for doubt in self.streams.values_mut() {
            doubt.settle(now);
            doubt.open.remove(of);
        }
        if let Some(doubt) = stream.and_then(|stream| self.streams.get_mut(&stream)) {
            doubt.hear(now);
        }
    }

    /// A poll found a new event of a record.
    pub(super) fn found(&mut self, stream: Stream, of: &Hinted, now: UnixMillis) {
        if !self.told.contains(of, now) {
            let doubt = self.streams.entry(stream).or_default();
            doubt.open.entry(of.clone()).or_insert(now);
            if doubt.open.len() > MOST {
                doubt.settle(now);
            }
        }
    }

    /// Whether a record was told of lately.
    pub(super) fn was_told_of(&mut self, of: &Hinted, now: UnixMillis) -> bool {
        self.told.contains(of, now)
    }

    /// Whether something that was told of a kind of record is left unread; answers whether that is new.
    pub(super) fn set_unread(&mut self, of: HintedKind, unread: Unread) -> bool {
        match unread {
            Unread::Something => self.unread.insert(of),
            Unread::Nothing => {
                self.unread.remove(&of);
                false
            }
        }
    }

    /// Whether nothing speaks against relying on the webhooks of a stream.
    pub(super) fn holds(&mut self, stream: Stream, now: UnixMillis) -> bool {
        let doubt = self.streams.entry(stream).or_default();
        doubt.settle(now);
        !self.unread.contains(&stream.into()) && doubt.open.is_empty() && doubt.missed.is_none()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::ids::ContactId;

    const CONTACTS: Stream = Stream::Contacts;
    const START: i64 = 1_795_000_000_000;
    const UNTOLD: usize = 1_000_000;

    fn at(minute: i64) -> UnixMillis {
        UnixMillis(START + minute * MINUTE_MS)
    }

    fn record(id: usize) -> Hinted {
        Hinted::Contact(ContactId::new(id.to_string()))
    }

    #[test]
    fn what_was_told_before_a_poll_found_it_is_no_doubt() {
        let mut reliance = Reliance::default();
        reliance.hear(Some(CONTACTS), &record(1), at(0));
        reliance.found(CONTACTS, &record(1), at(59));
        assert!(reliance.holds(CONTACTS, at(59)));
    }

    #[test]
    fn a_webhook_may_come_up_to_five_minutes_after_the_poll() {
        for (told_at, holds) in [(4, true), (5, false)] {
            let mut reliance = Reliance::default();
            reliance.found(CONTACTS, &record(1), at(0));
            assert!(!reliance.holds(CONTACTS, at(0)), "in doubt");
            reliance.hear(Some(CONTACTS), &record(1), at(told_at));
            assert_eq!(reliance.holds(CONTACTS, at(told_at)), holds, "{told_at}");
            assert!(reliance.holds(Stream::Conversations, at(told_at)), "each stream for itself");
        }
    }

    #[test]
    fn after_one_was_missed_webhooks_must_be_heard_for_an_hour() {
        let mut reliance = Reliance::default();
        reliance.found(CONTACTS, &record(1), at(0));
        assert!(!reliance.holds(CONTACTS, at(600)), "silence proves nothing");
        reliance.hear(Some(CONTACTS), &record(2), at(600));
        reliance.hear(Some(Stream::Conversations), &record(3), at(661));
        assert!(!reliance.holds(CONTACTS, at(661)), "that was another stream");
        reliance.hear(Some(CONTACTS), &record(4), at(659));
        assert!(!reliance.holds(CONTACTS, at(659)));
        reliance.hear(Some(CONTACTS), &record(5), at(660));
        assert!(reliance.holds(CONTACTS, at(660)));
    }

    #[test]
    fn what_cannot_be_read_is_not_relied_on() {
        let mut reliance = Reliance::default();
        assert!(reliance.set_unread(HintedKind::Contact, Unread::Something), "that is new");
        assert!(!reliance.set_unread(HintedKind::Contact, Unread::Something));
        assert!(reliance.holds(Stream::Conversations, at(0)), "those can be read");
        assert!(!reliance.holds(CONTACTS, at(0)));
        reliance.set_unread(HintedKind::Contact, Unread::Nothing);
        assert!(reliance.holds(CONTACTS, at(0)));
    }

    /// A webhook, or a poll's find, of a record, so many minutes after the one before.
    fn acts() -> impl Strategy<Value = Vec<(bool, u8, i64)>> {
        proptest::collection::vec((any::<bool>(), 0_u8..4, -90_i64..90), 0..60)
    }

    #[test]
    fn what_is_kept_is_bounded() {
        let mut reliance = Reliance::default();
        for number in 0..5 * MOST {
            reliance.hear(Some(CONTACTS), &record(number), at(0));
            reliance.found(CONTACTS, &record(UNTOLD + number), at(0));
            assert!(reliance.told.young.len() + reliance.told.old.len() <= 2 * MOST);
            assert!(reliance.streams[&CONTACTS].open.len() <= MOST);
        }
    }

    proptest! {
        #[test]
        fn a_find_that_nobody_told_of_within_an_hour_is_never_relied_over(acts in acts()) {
            let (mut reliance, mut now) = (Reliance::default(), 0);
            for (is_webhook, of, later) in acts {
                now += later;
                if is_webhook {
                    reliance.hear(Some(CONTACTS), &record(of.into()), at(now));
                } else {
                    reliance.found(CONTACTS, &record(of.into()), at(now));
                }
            }
            reliance.found(CONTACTS, &record(UNTOLD), at(now));
            for later in [0, 4, 5, 60, 10_000] {
                prop_assert!(!reliance.holds(CONTACTS, at(now + later)));
            }
        }
    }
}
