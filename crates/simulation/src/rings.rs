//! Whose phones ring, and who is called: decided when a message begins, by what is worth it and new then, and never
//! again. Of a crowd one message rings for all, and in a channel nobody is called twice within the time that was set.

use std::collections::BTreeMap;

use deskbell_domain::conversation::{Activity, Conversation};
use deskbell_domain::delivery::{InFlight, Nonce, Source};
use deskbell_domain::event::{Event, Record};
use deskbell_domain::ids::{JournalNumber, SubscriptionId};
use deskbell_domain::message::Message;
use deskbell_domain::ring::Ring;
use deskbell_domain::subscription::Alert;
use deskbell_domain::time::{Timestamp, UnixMillis};

use crate::ledger::{Decided, Ledger, Promise, Rings};
use crate::time::SECOND;
use crate::world::World;

/// What is older when it is posted rings for nobody, in seconds.
const OLD: i64 = 3600;
/// A lead that wrote so soon, in seconds, came by writing: its conversation rings.
const WROTE_AT_ONCE: u64 = 120;
/// Between the decision and the moment that stands in the record, in seconds.
const AT_ONCE: i64 = 2;

/// What a message must do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Must {
    Ring,
    BeSilent,
    Either,
}

/// The record of a message is durable: for the first time, or in place of another.
pub(crate) fn begins(
    world: &World,
    record: &InFlight,
    shown: &BTreeMap<JournalNumber, Event>,
    replaces: Option<&Nonce>,
) {
    let now = world.time.true_now();
    let decided_at = world.time.as_known(record.first_attempt).map(UnixMillis::seconds);
    let mut ledger = world.ledger();
    let crowd = ledger.rings.crowds.get(&record.subscription).copied();
    note_crowd(&mut ledger.rings, record);
    let Some(decided) = decided(record) else { return };
    let nonce = record.nonce.as_str().to_owned();
    let before = ledger.rings.decided.insert(nonce, decided);
    let fault = match replaces {
        // Of a message that ends and begins anew, as a letter that is tried again, it is decided again.
        None => {
            let goes_on = crowd.zip(record.numbers.first()).is_some_and(|(until, first)| *first <= until);
            let goes_on = goes_on && record.source == Source::Journal;
            begins_anew(&mut ledger, record, shown, goes_on, (decided_at, now))
        }
        Some(replaced) => {
            let before = before.or_else(|| ledger.rings.decided.get(replaced.as_str()).copied());
            before.filter(|before| *before != decided).map(|before| format!("was {before:?} before"))
        }
    };
    if let Some(fault) = fault {
        breach(&mut ledger, record, &fault);
    }
}

/// A message ends, perhaps one of which nobody saw that it began.
pub(crate) fn settles(world: &World, record: &InFlight) {
    note_crowd(&mut world.ledger().rings, record);
}

/// A message leaves: it rings and calls as was decided first.
pub(crate) fn sends(world: &World, content: &Message, nonce: &Nonce) {
    let nonce = nonce.as_str();
    for world in world.worlds() {
        let mut ledger = world.ledger();
        let Some(record) = ledger.late_names.records.get(nonce).cloned() else { continue };
        let Some(decided) = decided(&record) else { continue };
        let ring = if content.flags.silent { Ring::Silent } else { Ring::Loud };
        if (ring, content.calls) != decided {
            breach(&mut ledger, &record, &format!("is sent as {ring:?}, and calls {:?}", content.calls));
        }
    }
}

/// A message is there, and whoever it calls hears of it.
pub(crate) fn arrives(ledger: &mut Ledger, content: &Message) {
    ledger.rings.calls += u64::from(content.calls.is_some() && !content.flags.silent);
}

fn decided(record: &InFlight) -> Option<Decided> {
    Some((record.ring?, record.mention.map(|call| call.to)))
}

fn note_crowd(rings: &mut Rings, record: &InFlight) {
    if record.source == Source::Journal {
        match record.crowd_until {
            Some(until) => rings.crowds.insert(record.subscription, until),
            None => rings.crowds.remove(&record.subscription),
        };
    }
}

/// It was just decided; answers what is wrong with it.
fn begins_anew(
    ledger: &mut Ledger,
    record: &InFlight,
    shown: &BTreeMap<JournalNumber, Event>,
    goes_on: bool,
    (decided_at, now): ([Timestamp; 2], UnixMillis),
) -> Option<String> {
    let (ring, called) = decided(record)?;
    match ring {
        Ring::Loud => ledger.rings.loud += 1,
        Ring::Silent => ledger.rings.silent += 1,
    }
    let must = if goes_on {
        Must::BeSilent
    } else if record.may_stand.is_some() || shown.len() < record.numbers.len() {
        // When that was decided the record does not tell; and of what is gone nobody can say what it was.
        Must::Either
    } else {
        let alert = ledger.wishes.get(&record.subscription)?.made.alert;
        let [one, other] = decided_at.map(|at| must(alert, at, shown.values()));
        if one == other { one } else { Must::Either }
    };
    if matches!((must, ring), (Must::Ring, Ring::Silent) | (Must::BeSilent, Ring::Loud)) {
        return Some(format!("is {ring:?}, and must {must:?}, of a crowd that goes on: {goes_on}"));
    }
    let called = called?;
    let last = ledger.rings.begun.insert((record.channel, called), now);
    if ring == Ring::Silent {
        return Some(format!("is silent, and calls {called:?}"));
    }
    let last = last.filter(|last| is_too_soon(ledger, record.subscription, *last, now))?;
    Some(format!("calls {called:?} {} s after another", now.since(last) / SECOND))
}

/// Whether somebody is called before the time is over that a notification was set to. By a clock that was set meanwhile it
/// may be.
fn is_too_soon(ledger: &Ledger, of: SubscriptionId, last: UnixMillis, now: UnixMillis) -> bool {
    let mention = ledger.wishes.get(&of).and_then(|wish| wish.made.mention);
    let every = mention.map_or(0, |mention| i64::from(mention.every.seconds()) * SECOND);
    let was_set = ledger.clock_set.iter().any(|set| *set >= last);
    !was_set && now.since(last) < every - AT_ONCE * SECOND
}

fn must<'a>(alert: Alert, now: Timestamp, mut events: impl Iterator<Item = &'a Event> + Clone) -> Must {
    let has_time = |event: &Event| event.at != Timestamp::default();
    let age = |event: &Event| now.0 - event.at.0;
    let is_old = |event: &Event| has_time(event) && age(event) > OLD + AT_ONCE;
    let is_new = |event: &Event| has_time(event) && age(event) < OLD - AT_ONCE;
    let is_worth = |event: &Event| alert == Alert::Loud || needs_somebody(&event.record);
    if alert == Alert::Silent || !events.clone().any(|event| !is_old(event) && is_worth(event)) {
        Must::BeSilent
    } else if events.any(|event| is_new(event) && is_worth(event)) {
        Must::Ring
    } else {
        Must::Either
    }
}

/// Whether a phone rings for it where that is left to Deskbell.
fn needs_somebody(record: &Record) -> bool {
    let has_bot = |of: &Conversation| of.now.as_ref().is_some_and(|now| now.is_with_bot);
    match record {
        Record::User { .. } | Record::Update { .. } => false,
        Record::Lead { contact } | Record::Identified { contact } => {
            let wrote = |at: Timestamp| at.0.abs_diff(contact.created_at.0) <= WROTE_AT_ONCE;
            (contact.email.is_some() || contact.phone.is_some()) && !contact.wrote_at.is_some_and(wrote)
        }
        Record::Conversation { conversation, what } => match what {
            Activity::Started | Activity::Replied => !has_bot(conversation),
            Activity::HandedOver | Activity::Unanswered(_) => true,
            Activity::Rated(rating) => rating.score <= 2,
        },
    }
}

fn breach(ledger: &mut Ledger, record: &InFlight, how: &str) {
    let (of, channel) = (record.subscription, record.channel);
    let what = format!("notification {of}: {:?} {how}", record.numbers);
    ledger.breach(Promise::Rung, what, vec![format!("notification {of} "), format!("#{channel}")]);
}
