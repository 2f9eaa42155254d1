//! What is true against the journal: every event that a notification was promised must be there, and for it.

use deskbell_domain::contact::{Contact, Role};
use deskbell_domain::difference::{Difference, Snapshot, UpdateFields};
use deskbell_domain::event::EventKind;
use deskbell_domain::time::UnixMillis;

use super::calm::Calm;
use super::desk;
use super::happened::{Excuse, Happened, Key, Keys, impossible};
use super::journal::{own_time, value};
use super::verdict::{Exceptions, Verdict};
use super::waits;
use crate::intercom::{Person, Truth, Version};
use crate::ledger::{Breach, Ledger, Promise, Wish};
use crate::time::MINUTE;
use crate::world::World;

/// From one poll to the next, and the time that it takes.
const LAST_POLL: i64 = 4 * MINUTE;

/// Checks everything that a notification was promised.
pub(super) fn check(world: &World, wish: &Wish, keys: &Keys, calm: &Calm, verdict: &mut Verdict) {
    let happened = {
        let (truth, ledger) = (world.intercom.truth(), world.ledger());
        let mut happened = happened(&truth, &ledger, wish, keys);
        // What is shown just before the end waits for a poll that does not come any more.
        let end = world.time.true_now().0 - LAST_POLL;
        happened.retain(|one| one.at > wish.asked.seconds() && one.shown_from.0 < end);
        happened
    };
    for one in happened {
        let number = keys.get(&one.key).copied();
        let wanted = number.and_then(|number| Some((number, own_time(world, number)?)));
        let from = one.shown_from.max(wish.asked);
        let lag = one.shown_from.0 - one.at.0 * 1000;
        if let Some((number, _)) = wanted.filter(|(number, at)| wish.made.wants(*number, *at)) {
            verdict.due += 1;
            // What was there no more when it was seen, and told by something later, could be seen until then.
            let seen = world.ledger().seen(number).map(|seen| one.shown_to.map_or(seen, |to| seen.min(to)));
            if seen.is_some_and(|seen| calm.must_see(from, Some(seen), lag)) {
                verdict.breaches.push(breach(Promise::Late, wish, &one, &format!("is journal {}", number.0)));
            }
            continue;
        }
        // What was journaled before a notification moved was for the one that it goes on for.
        if wish.goes_on && number.is_some_and(|number| number <= wish.made.after) {
            continue;
        }
        if !calm.must_see(from, one.shown_to, lag) {
            verdict.exceptions.undone += 1;
        } else if let Some(excuse) = one.excuse {
            count(&mut verdict.exceptions, excuse);
            if excuse == Excuse::Impossible {
                verdict.passed_over.insert(format!("{:?}", one.key));
            }
        } else {
            let how = number.map_or_else(
                || "was never journaled".to_owned(),
                |number| format!("is journal {}, and not for it", number.0),
            );
            verdict.breaches.push(breach(Promise::Lost, wish, &one, &how));
        }
    }
}

/// What was passed over because Intercom cannot give it was counted, as `/status` tells it.
pub(super) fn check_count_of_unreadable(world: &World, verdict: &mut Verdict) {
    let (passed_over, counted) = (verdict.passed_over.len() as u64, world.ledger().unreadable);
    if passed_over > counted {
        let records = verdict.passed_over.iter().map(String::as_str).collect::<Vec<_>>().join(", ");
        let what = format!("{passed_over} records were passed over, {counted} were counted: {records}");
        verdict.breaches.push(Breach { promise: Promise::Lost, what, about: vec!["Impossible".to_owned()] });
    }
}

fn count(exceptions: &mut Exceptions, excuse: Excuse) {
    match excuse {
        Excuse::Undone => exceptions.undone += 1,
        Excuse::Unseen => exceptions.unseen += 1,
        Excuse::Impossible => exceptions.unreadable += 1,
    }
}

fn breach(promise: Promise, wish: &Wish, one: &Happened, how: &str) -> Breach {
    let id = wish.made.id;
    let who = match &one.key {
        Key::Lead(id) | Key::Identified(id) | Key::User(id) | Key::Update(id, _) => {
            id.as_str().get(18..).unwrap_or("").to_owned()
        }
        Key::Talk(id) | Key::Reply(id, _) | Key::Handover(id, _) | Key::Rating(id) | Key::Wait(id, ..) => {
            id.to_string()
        }
    };
    let what = format!("notification {id}: {:?} of {} {how}", one.key, one.at.0);
    Breach { promise, what, about: vec![who, format!("notification {id} ")] }
}

fn happened(truth: &Truth, ledger: &Ledger, wish: &Wish, keys: &Keys) -> Vec<Happened> {
    let people = truth.people.iter();
    match wish.made.kind {
        EventKind::NewLead => people.filter_map(lead).collect(),
        EventKind::NewUser => people.filter_map(|person| user(person, ledger, wish, keys)).collect(),
        EventKind::UserUpdated => people.flat_map(|person| updates(person, ledger, keys)).collect(),
        EventKind::NewConversation => {
            let spoken = truth.talks.values().filter_map(|talk| {
                let (turn, at) = talk.spoken()?;
                Some(Happened {
                    key: Key::Talk(turn.conversation.id.clone()),
                    at,
                    shown_from: turn.shown_from,
                    shown_to: None,
                    excuse: impossible(talk.reading),
                })
            });
            spoken.collect()
        }
        kind @ (EventKind::CustomerReplied | EventKind::HandedOver | EventKind::Rated) => {
            desk::happened(truth, kind)
        }
        EventKind::Unanswered => wish.made.waits.map_or_else(Vec::new, |step| waits::happened(truth, step)),
        // Of these it is judged that none is made up, and none told twice.
        EventKind::LeadIdentified => Vec::new(),
    }
}

fn lead(person: &Person) -> Option<Happened> {
    let first = person.versions.first().filter(|_| person.born() == Role::Lead)?;
    let user = converted(person).map(|version| version.shown_from);
    Some(Happened {
        key: Key::Lead(person.id().clone()),
        at: first.contact.created_at,
        shown_from: first.shown_from,
        shown_to: earlier(user, person.gone_from),
        excuse: impossible(person.reading),
    })
}

fn converted(person: &Person) -> Option<&Version> {
    let mut versions = person.versions.iter();
    versions.find(|version| version.contact.role == Role::User).filter(|_| person.born() == Role::Lead)
}

fn earlier(one: Option<UnixMillis>, other: Option<UnixMillis>) -> Option<UnixMillis> {
    one.into_iter().chain(other).min()
}

fn user(person: &Person, ledger: &Ledger, wish: &Wish, keys: &Keys) -> Option<Happened> {
    let id = person.id().clone();
    let (version, at, excuse) = match converted(person) {
        Some(version) => (version, version.at(), excuse_of_convert(person, version, ledger, wish, keys)),
        None if person.born() == Role::User => {
            (&person.versions[0], person.versions[0].contact.created_at, impossible(person.reading))
        }
        None => return None,
    };
    let (shown_from, shown_to) = (version.shown_from, person.gone_from);
    Some(Happened { key: Key::User(id), at, shown_from, shown_to, excuse })
}

/// A lead from before the notifications that became a user before everybody was seen once looks like any user who
/// moved.
fn excuse_of_convert(
    person: &Person,
    version: &Version,
    ledger: &Ledger,
    wish: &Wish,
    keys: &Keys,
) -> Option<Excuse> {
    let is_young = person.versions[0].contact.created_at > wish.asked.seconds();
    let was_announced = keys.contains_key(&Key::Lead(person.id().clone()));
    let all_seen = ledger.walked_all.last_key_value().is_some_and(|(_, at)| *at < version.shown_from);
    (!is_young && !was_announced && !all_seen).then_some(Excuse::Unseen)
}

fn updates(person: &Person, ledger: &Ledger, keys: &Keys) -> Vec<Happened> {
    let mut all = Vec::new();
    for (place, version) in person.versions.iter().enumerate().skip(1) {
        let before = &person.versions[place - 1];
        let is_change = version.meaning > before.meaning && before.contact.role == Role::User;
        if !is_change {
            continue;
        }
        let next = person.versions.iter().find(|later| later.meaning > version.meaning);
        let passed = next.and_then(|next| earlier(Some(next.shown_from), read_past(next, ledger)));
        all.push(Happened {
            key: Key::Update(person.id().clone(), version.meaning),
            at: version.at(),
            shown_from: version.shown_from,
            shown_to: earlier(passed, person.gone_from),
            excuse: excuse_of_update(person, version, ledger, keys),
        });
    }
    all
}

/// When the bot had read a state or a later one, which a webhook may have it do before the search shows it: from then on
/// what the search shows of former states is known to be old.
fn read_past(version: &Version, ledger: &Ledger) -> Option<UnixMillis> {
    let epochs = 0..=last_epoch(ledger);
    let snapshots = epochs.filter_map(|epoch| ledger.snapshots.get(&(epoch, version.contact.id.clone())));
    let past = snapshots.flatten().filter(|(_, snapshot)| snapshot.updated_at >= version.at());
    past.map(|(at, _)| *at).min()
}

fn last_epoch(ledger: &Ledger) -> u32 {
    ledger.snapshots.last_key_value().map_or(0, |((epoch, _), _)| *epoch)
}

fn excuse_of_update(person: &Person, version: &Version, ledger: &Ledger, keys: &Keys) -> Option<Excuse> {
    let key = (last_epoch(ledger), person.id().clone());
    let snapshots = ledger.snapshots.get(&key).map_or(&[][..], Vec::as_slice);
    let first = snapshots.first().map(|(_, first)| first.updated_at);
    let Some(first) = first.filter(|first| version.at() > *first) else { return Some(Excuse::Unseen) };
    let seen = |known: &&Version| {
        known.at() >= first
            && (snapshots.iter().any(|(_, snapshot)| shows(snapshot, &known.contact))
                || keys.contains_key(&Key::Update(person.id().clone(), known.meaning)))
    };
    // The last state before this one that the bot knew of: what became the same again could not be told.
    let mut before = person.versions.iter().rev().filter(|known| known.meaning < version.meaning);
    let last = before.find(seen)?;
    (value(&last.contact) == value(&version.contact)).then_some(Excuse::Undone)
}

/// Whether a snapshot was taken of this state: two of one second are told apart by what they hold.
fn shows(snapshot: &Snapshot, contact: &Contact) -> bool {
    let is_same = snapshot.difference(contact, &UpdateFields::default()) == Difference::Same;
    is_same && snapshot.updated_at == contact.updated_at
}
