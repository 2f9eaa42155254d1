//! What was seen of the bot from outside: what it journaled, which notifications there were, what it posted. The judge
//! compares this with what is true.

use std::collections::{BTreeMap, BTreeSet};

use deskbell_domain::amendment::Amendment;
use deskbell_domain::delivery::{InFlight, Reference};
use deskbell_domain::difference::Snapshot;
use deskbell_domain::event::{Entry, EventId};
use deskbell_domain::ids::{ChannelId, ContactId, JournalNumber, MessageId, SubscriptionId};
use deskbell_domain::message::Message;
use deskbell_domain::port::store::Append;
use deskbell_domain::service::share::ShareDecision;
use deskbell_domain::subscription::Subscription;
use deskbell_domain::time::UnixMillis;
use deskbell_domain::trouble::Part;

use crate::acknowledged::Acknowledged;
use crate::intercom::{Route, Weather};
use crate::time::MINUTE;

/// A write that failed and was there all the same is learned of with the next one, so what the ledger takes for its
/// time may be later than what the store does.
const LEARNED_LATE_MS: i64 = 20 * MINUTE;

/// The record of one run.
#[derive(Debug, Default)]
pub(crate) struct Ledger {
    /// The journal; the entry with number `n` stands at `n - 1`.
    pub(crate) journal: Vec<Entry>,
    /// The snapshots of each user in each epoch, in their order, and when each was seen to be there.
    pub(crate) snapshots: BTreeMap<(u32, ContactId), Vec<(UnixMillis, Snapshot)>>,
    /// When the walk over all users ended, by epoch.
    pub(crate) walked_all: BTreeMap<u32, UnixMillis>,
    /// Notifications, those that were removed too.
    pub(crate) wishes: BTreeMap<SubscriptionId, Wish>,
    /// Notifications whose removal somebody asked for, done or not.
    pub(crate) removals: BTreeSet<SubscriptionId>,
    /// Cards that were posted, by message.
    pub(crate) posts: Vec<Post>,
    /// Events that were set aside, and when first.
    pub(crate) set_aside: BTreeMap<(SubscriptionId, JournalNumber), UnixMillis>,
    /// What went wrong on the way.
    pub(crate) breaches: Vec<Breach>,
    /// Spans in which the bot could not be expected to look at Intercom.
    pub(crate) disturbed: Vec<Disturbance>,
    /// What was wrong at Intercom.
    pub(crate) faults: Vec<Fault>,
    /// What `/status` called wrong, once it had lasted.
    pub(crate) told: Vec<Told>,
    /// When the machine's clock was set.
    pub(crate) clock_set: Vec<UnixMillis>,
    /// An append of which nobody knows whether it was done.
    pub(crate) attempted: Option<Append>,
    /// `deskbell_possible_duplicates_total`, of the lives that have ended.
    pub(crate) possible_duplicates: u64,
    /// Records that were passed over and counted, in the lives that have ended.
    pub(crate) unreadable: u64,
    /// What was seen of names that came late.
    pub(crate) late_names: LateNames,
    /// What was acknowledged of webhooks.
    pub(crate) webhooks: Acknowledged,
    /// When the entries were seen to be there first.
    seen: BTreeMap<JournalNumber, UnixMillis>,
    /// When the entries that ought to be in the store were written, as their appends have it.
    written: BTreeMap<JournalNumber, UnixMillis>,
    /// The latest moment up to which pruning was told to throw away.
    keep_from: UnixMillis,
    references: BTreeMap<Reference, (SubscriptionId, JournalNumber)>,
    /// Where somebody last shared a card, and what they decided.
    sharing: BTreeMap<ChannelId, ShareDecision>,
}

/// What was seen of late names.
#[derive(Debug, Default)]
pub(crate) struct LateNames {
    /// How often something was learnt of an event.
    pub(crate) learnt: u64,
    /// What was learnt of each.
    pub(crate) kept: BTreeMap<EventId, Vec<Amendment>>,
    /// When something was last learnt of each.
    pub(crate) last: BTreeMap<JournalNumber, UnixMillis>,
    /// The same, by event and whatever it was.
    pub(crate) moved: BTreeMap<EventId, UnixMillis>,
    /// The record of each message, as it was made durable last.
    pub(crate) records: BTreeMap<String, InFlight>,
    /// What was sent last under each nonce, and its record.
    pub(crate) sent: BTreeMap<String, (InFlight, Message)>,
}

/// A span in which the bot could not be expected to look.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Disturbance {
    /// At this route; at all of them, if none is given.
    pub(crate) of: Option<Route>,
    pub(crate) from: UnixMillis,
    /// The end of time, as long as it lasts.
    pub(crate) to: UnixMillis,
}

/// Something that was wrong at Intercom.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Fault {
    /// At this route; at all of them, if none is given.
    pub(crate) of: Option<Route>,
    pub(crate) weather: Weather,
    pub(crate) from: UnixMillis,
    pub(crate) to: UnixMillis,
}

/// Something that could not be read for so long that people are told.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Told {
    pub(crate) part: Part,
    pub(crate) since: UnixMillis,
    /// When it was seen first and last.
    pub(crate) at: UnixMillis,
    pub(crate) last: UnixMillis,
}

/// A notification, as people know it.
#[derive(Debug, Clone)]
pub(crate) struct Wish {
    /// As it was made.
    pub(crate) made: Subscription,
    /// Whether it goes on where another began, from the present end of the journal.
    pub(crate) goes_on: bool,
    /// When somebody asked for it.
    pub(crate) asked: UnixMillis,
    /// When it was removed.
    pub(crate) removed: Option<UnixMillis>,
    /// When it was paused, and when it was resumed.
    pub(crate) pauses: Vec<(UnixMillis, Option<UnixMillis>)>,
    /// Numbers that were skipped: from after the first up to the second.
    pub(crate) skips: Vec<(JournalNumber, JournalNumber)>,
    /// Dead letters that a person threw away.
    pub(crate) dropped_letters: BTreeSet<JournalNumber>,
}

impl Wish {
    /// Whether nothing is to be posted at that moment because a person paused it.
    pub(crate) fn is_paused(&self, at: UnixMillis, grace_ms: i64) -> bool {
        let holds = |(from, to): &(UnixMillis, Option<UnixMillis>)| {
            at.since(*from) > grace_ms && to.is_none_or(|to| at < to)
        };
        self.pauses.iter().any(holds)
    }
}

/// A message with cards that stands, or stood, in a channel.
#[derive(Debug, Clone)]
pub(crate) struct Post {
    pub(crate) message: MessageId,
    pub(crate) channel: ChannelId,
    pub(crate) at: UnixMillis,
    pub(crate) of: SubscriptionId,
    /// What it shows, in its order.
    pub(crate) numbers: Vec<JournalNumber>,
}

/// A promise that was broken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Breach {
    /// Which.
    pub promise: Promise,
    /// What happened.
    pub what: String,
    /// Texts by which the lines of the story are found that tell of it.
    pub about: Vec<String>,
}

/// What is promised.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Promise {
    /// Every event is posted.
    Lost,
    /// An event is found as soon as it can be.
    Late,
    /// None twice.
    Doubled,
    /// In the journal's order.
    OutOfOrder,
    /// In its notification's channel, of its kind, at its time.
    WrongPlace,
    /// Nothing is shown where it must not be.
    Leaked,
    /// What lasts is told, and nothing else.
    Untold,
    /// What Intercom tells of names is shown, however late.
    Nameless,
    /// A card shows in the end what is true of its record.
    Untrue,
    /// Whoever presses is told how it stands.
    Misled,
    /// Nobody loses a conversation to somebody who did not say that this is meant.
    Overwritten,
    /// Nothing is believed that Intercom did not say.
    Forged,
    /// The process goes on, and ends when it is asked to.
    Stuck,
}

impl Promise {
    /// In one word.
    pub fn word(self) -> &'static str {
        match self {
            Self::Lost => "lost",
            Self::Late => "late",
            Self::Doubled => "doubled",
            Self::OutOfOrder => "out of order",
            Self::WrongPlace => "wrong place",
            Self::Leaked => "leaked",
            Self::Untold => "untold",
            Self::Nameless => "nameless",
            Self::Untrue => "untrue",
            Self::Misled => "misled",
            Self::Overwritten => "overwritten",
            Self::Forged => "forged",
            Self::Stuck => "stuck",
        }
    }
}

impl Ledger {
    /// That of a workspace of which everything was erased: what was posted can still be told by its reference.
    pub(crate) fn after(erased: &Self) -> Self {
        Self {
            removals: erased.removals.clone(),
            breaches: erased.breaches.clone(),
            disturbed: erased.disturbed.clone(),
            clock_set: erased.clock_set.clone(),
            references: erased.references.clone(),
            ..Self::default()
        }
    }

    /// The last number that is known of the journal.
    pub(crate) fn head(&self) -> JournalNumber {
        JournalNumber(self.journal.len() as u64)
    }

    /// The entry of a number.
    pub(crate) fn entry(&self, number: JournalNumber) -> Option<&Entry> {
        let place = usize::try_from(number.0.checked_sub(1)?).ok()?;
        self.journal.get(place)
    }

    /// When an entry was seen to be there first, by the true time.
    pub(crate) fn seen(&self, number: JournalNumber) -> Option<UnixMillis> {
        self.seen.get(&number).copied()
    }

    /// Takes an entry that is durable: written then, as its append has it, and seen to be there now.
    pub(crate) fn journaled(&mut self, entry: Entry, written: UnixMillis, now: UnixMillis) {
        self.written.insert(entry.number, written);
        self.seen.insert(entry.number, now);
        let of_kind = self.wishes.values().filter(|wish| wish.made.kind == entry.event.kind());
        let references = of_kind.map(|wish| {
            let id = wish.made.id;
            (Reference::of(&entry.event.id, id), (id, entry.number))
        });
        self.references.extend(references.collect::<Vec<_>>());
        self.journal.push(entry);
    }

    /// Entries from before that moment may be thrown away. The machine's clock may be set back later: what is gone is
    /// gone.
    pub(crate) fn pruned_to(&mut self, keep_from: UnixMillis) {
        self.keep_from = self.keep_from.max(keep_from);
    }

    /// Whether pruning may have thrown away what was set aside for a notification.
    pub(crate) fn was_set_aside_too_long_ago(&self, id: SubscriptionId, number: JournalNumber) -> bool {
        let latest = UnixMillis(self.keep_from.0 + LEARNED_LATE_MS);
        self.set_aside.get(&(id, number)).is_some_and(|at| *at < latest)
    }

    /// The entries that no pruning may have thrown away yet.
    pub(crate) fn recent(&self) -> Vec<JournalNumber> {
        let from = UnixMillis(self.keep_from.0 + LEARNED_LATE_MS);
        self.written.iter().filter(|(_, at)| **at >= from).map(|(number, _)| *number).collect()
    }

    /// Takes an entry that pruning must have left.
    pub(crate) fn thrown_away_early(&mut self, number: JournalNumber) {
        self.written.remove(&number);
        let what = format!("journal {} was thrown away before RETENTION", number.0);
        self.breach(Promise::Lost, what, vec![format!("journal {}:", number.0)]);
    }

    /// Takes a notification.
    pub(crate) fn wished(&mut self, made: Subscription, asked: UnixMillis) {
        let id = made.id;
        let of_kind = self.journal.iter().filter(|entry| entry.event.kind() == made.kind);
        let references = of_kind.map(|entry| (Reference::of(&entry.event.id, id), (id, entry.number)));
        self.references.extend(references.collect::<Vec<_>>());
        let goes_on = self.wishes.values().any(|other| {
            let one = &other.made;
            one.id != id && (one.guild, one.kind, one.floor) == (made.guild, made.kind, made.floor)
        });
        let wish = Wish {
            goes_on,
            made,
            asked,
            removed: None,
            pauses: Vec::new(),
            skips: Vec::new(),
            dropped_letters: BTreeSet::new(),
        };
        self.wishes.insert(id, wish);
    }

    /// Somebody is about to share a card in a channel, having decided so.
    pub(crate) fn shared(&mut self, channel: ChannelId, decision: ShareDecision) {
        self.sharing.insert(channel, decision);
    }

    /// Whether somebody who shared a card said that a crowd may read it.
    pub(crate) fn is_shared_anyway(&self, channel: ChannelId) -> bool {
        self.sharing.get(&channel) == Some(&ShareDecision::Anyway)
    }

    /// What a reference on a card stands for.
    pub(crate) fn meaning_of(&self, reference: &Reference) -> Option<(SubscriptionId, JournalNumber)> {
        self.references.get(reference).copied()
    }

    /// The numbers of a kind that a notification is for, as the journal has them.
    pub(crate) fn wanted(&self, wish: &Wish) -> impl Iterator<Item = &Entry> {
        let made = wish.made.clone();
        let of_kind = self.journal.iter().filter(move |entry| entry.event.kind() == made.kind);
        let made = wish.made.clone();
        of_kind.filter(move |entry| made.wants(entry.number, entry.event.at))
    }

    /// Writes down a broken promise.
    pub(crate) fn breach(&mut self, promise: Promise, what: String, about: Vec<String>) {
        self.breaches.push(Breach { promise, what, about });
    }
}
