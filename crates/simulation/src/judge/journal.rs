//! The journal against what is true: nothing invented, nothing twice, each with its own time.

use std::collections::BTreeSet;

use deskbell_domain::contact::{Contact, Role};
use deskbell_domain::event::{Entry, EventKind, Record, UserOrigin};
use deskbell_domain::ids::JournalNumber;
use deskbell_domain::time::Timestamp;

use super::desk;
use super::happened::{Key, Keys};
use super::verdict::Verdict;
use crate::intercom::{Person, Route, Truth};
use crate::ledger::{Breach, Disturbance, Ledger, Promise, Wish};
use crate::time::{MINUTE, SECOND};
use crate::world::World;

/// The mark of a stream trails by five minutes, and a poll comes every two.
const USUAL_LAG: i64 = 3 * MINUTE;

/// Reads the journal.
pub(super) fn keys(world: &World, verdict: &mut Verdict) -> Keys {
    let (truth, ledger) = (world.intercom.truth(), world.ledger());
    let (mut keys, mut ids) = (Keys::new(), BTreeSet::new());
    for entry in &ledger.journal {
        let number = entry.number.0;
        let about = vec![entry.event.id.to_string(), format!("journal {number}:")];
        if !ids.insert(entry.event.id.clone()) {
            let what = format!("{} stands twice in the journal", entry.event.id);
            verdict.breaches.push(Breach { promise: Promise::Doubled, what, about: about.clone() });
        }
        match key(&truth, &ledger, entry) {
            Err(why) => {
                let what = format!("journal {number}, {}: {why}", entry.event.id);
                verdict.breaches.push(Breach { promise: Promise::WrongPlace, what, about });
            }
            Ok(key) => {
                if let Some(first) = keys.insert(key.clone(), entry.number) {
                    let what = format!("journal {} and {number} tell the same: {key:?}", first.0);
                    verdict.breaches.push(Breach { promise: Promise::Doubled, what, about });
                }
            }
        }
    }
    keys
}

fn key(truth: &Truth, ledger: &Ledger, entry: &Entry) -> Result<Key, &'static str> {
    let at = entry.event.at;
    match &entry.event.record {
        Record::Lead { contact } => {
            let person = person(truth, contact)?;
            is_so(person.born() == Role::Lead && at == contact.created_at, "no such lead at that time")?;
            Ok(Key::Lead(contact.id.clone()))
        }
        Record::Identified { contact } => {
            let person = person(truth, contact)?;
            let was_so = person.versions.iter().any(|version| is_same(&version.contact, contact));
            is_so(was_so && at == contact.updated_at, "no such state at that time")?;
            Ok(Key::Identified(contact.id.clone()))
        }
        Record::User { contact, origin } => {
            let person = person(truth, contact)?;
            let late = is_seen_late(person, ledger, entry.number);
            let time = match origin {
                UserOrigin::New => at == contact.created_at || (late && at == contact.updated_at),
                UserOrigin::WasLead => at == contact.updated_at && (late || person.born() == Role::Lead),
            };
            let time = time || (at == contact.updated_at && is_asked_between(contact, ledger));
            is_so(time || was_lead(person, at), "no such user at that time")?;
            Ok(Key::User(contact.id.clone()))
        }
        Record::Update { contact, .. } => {
            let person = person(truth, contact)?;
            let version = person.versions.iter().rev().find(|version| is_same(&version.contact, contact));
            let version = version.ok_or("no such state")?;
            is_so(at == version.at(), "not at that time")?;
            Ok(Key::Update(contact.id.clone(), version.meaning))
        }
        Record::Conversation { conversation, what } => {
            let (key, happened_at) = desk::key(truth, entry, &conversation.id, what)?;
            is_so(at == happened_at, "not at that time")?;
            Ok(key)
        }
    }
}

/// A user whom the index had late or the search for new contacts could not give, or who is older than every notification of users there was when he was journaled, and
/// who moved before being seen for the first time: looks like a lead that signed up.
fn is_seen_late(person: &Person, ledger: &Ledger, number: JournalNumber) -> bool {
    let first = &person.versions[0];
    let seen = ledger.seen(number).unwrap_or_default();
    let there = ledger.wishes.values().filter(|wish| {
        matches!(wish.made.kind, EventKind::NewUser | EventKind::UserUpdated)
            && wish.asked <= seen
            && wish.removed.is_none_or(|removed| removed > seen)
    });
    let is_older =
        there.map(|wish| wish.made.floor).min().is_none_or(|floor| first.contact.created_at < floor);
    let failed = |span: &Disturbance| {
        span.of.is_none_or(|of| of == Route::Contacts)
            && span.from <= seen
            && span.to.0 >= first.contact.created_at.0 * SECOND
    };
    let is_late = first.lag_ms() > USUAL_LAG || ledger.disturbed.iter().any(failed);
    person.versions.len() > 1 && (is_late || is_older)
}

/// A user who was made before a notification and moved after it, before being seen: looks like a lead that signed up,
/// which the notification must not miss.
fn is_asked_between(contact: &Contact, ledger: &Ledger) -> bool {
    let between = |wish: &Wish| wish.made.floor > contact.created_at && wish.made.floor <= contact.updated_at;
    ledger.wishes.values().any(|wish| wish.made.kind == EventKind::NewUser && between(wish))
}

/// A lead that signed up without having been seen as one.
fn was_lead(person: &Person, at: Timestamp) -> bool {
    person.born() == Role::Lead && person.versions.iter().any(|version| version.at() == at)
}

fn is_so(so: bool, otherwise: &'static str) -> Result<(), &'static str> {
    if so { Ok(()) } else { Err(otherwise) }
}

fn person<'a>(truth: &'a Truth, contact: &Contact) -> Result<&'a Person, &'static str> {
    let place = truth.places.get(&contact.id).ok_or("nobody has this id")?;
    Ok(&truth.people[*place])
}

fn is_same(one: &Contact, other: &Contact) -> bool {
    one.updated_at == other.updated_at && value(one) == value(other)
}

/// What a change can change.
pub(super) fn value(contact: &Contact) -> (Option<&str>, Option<&str>, Option<bool>) {
    (contact.name.as_deref(), contact.phone.as_deref(), contact.unsubscribed)
}

/// The own time of an entry.
pub(super) fn own_time(world: &World, number: JournalNumber) -> Option<Timestamp> {
    world.ledger().entry(number).map(|entry| entry.event.at)
}
