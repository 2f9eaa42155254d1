//! Appending: events, snapshots and marks in one write that may be repeated. Nothing is kept of a contact that was erased.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Mutex, PoisonError};

use deskbell_domain::event::{Actor, Event, EventId, EventKind, Record};
use deskbell_domain::ids::{ContactId, JournalNumber};
use deskbell_domain::port::store::{Append, AppendOutcome, SnapshotWrite};
use deskbell_domain::roll_up::{Day, HourlyCounts};
use deskbell_domain::threshold::Threshold;
use deskbell_domain::time::Timestamp;
use deskbell_store::rules::append::{Moved, baseline_goes_on, moved, snapshot_place, snapshot_stays};
use deskbell_store::rules::erasure::Hidden;
use deskbell_store::rules::roll_ups::counted;
use tokio_postgres::Row;

use super::{entries, spots};
use crate::cells::{Cells as _, or_skip};
use crate::failure::{Attempt, Failure};
use crate::sql::statements;
use crate::store::PostgresStore;
use crate::transaction::Transaction;
use crate::value::{Value, call, json, json_or_none};
use crate::workspace::{self, Held};

statements!("journal.sql":
    SEEN SEEN_HIDDEN KNOWN_SNAPSHOTS KNOWN_ROLL_UPS KNOWN_ACTORS MOVE APPEND SEE ALIAS SEE_HIDDEN WRITE_SNAPSHOTS
    FORGET_ACTORS WRITE_ROLL_UP
);

/// The numbers that an attempt gave whose commit was not heard of.
pub(super) type Given = Mutex<Vec<JournalNumber>>;

pub(super) async fn append(
    store: &PostgresStore,
    transaction: &Transaction,
    (append, given): (&Append, &Given),
) -> Attempt<AppendOutcome> {
    let workspace = &append.workspace;
    let (before, [seen, snapshots, roll_ups, actors]) =
        workspace::lock(store, transaction, workspace, looks(append)).await?;
    let known = Known { snapshots: &snapshots, roll_ups: &roll_ups, actors: &actors };
    let erased = Erased::of(transaction, append, before.hidden).await?;
    let writing = Writing { store, transaction, append, erased: &erased };
    let new = writing.unseen(&seen)?;
    let mut held = before.clone();
    if let Some(change) = append.stream {
        match moved(held.streams.get(&change.stream).copied(), change, new.len()) {
            Moved::Conflict => return Ok(AppendOutcome::Conflict),
            Moved::Before => {}
            Moved::To(Some(next)) => drop(held.streams.insert(change.stream, next)),
            Moved::To(None) => drop(held.streams.remove(&change.stream)),
        }
    }
    let mut numbers = writing.events(&mut held, &new, &known)?;
    heard_of(given, &mut numbers, &seen)?;
    for alias in &append.aliases {
        transaction.write(call!(ALIAS, workspace, alias.id, alias.of, alias.kind, alias.at));
    }
    writing.snapshots(&known)?;
    if let Some(baseline) = append.baseline.filter(|new| baseline_goes_on(held.baseline.as_ref(), new)) {
        held.baseline = Some(baseline);
    }
    if held != before {
        let (newest, streams) = (json(&held.newest_by_code()), json(&held.streams));
        let baseline = json_or_none(held.baseline.as_ref());
        transaction.write(call!(MOVE, workspace, held.head, newest, streams, baseline));
    }
    Ok(AppendOutcome::Appended { numbers })
}

/// Where nothing is new since an attempt before has written it all, its numbers are the answer; and those of this attempt
/// are remembered for the next.
fn heard_of(given: &Given, numbers: &mut Vec<JournalNumber>, seen: &[Row]) -> Attempt<()> {
    let mut given = given.lock().unwrap_or_else(PoisonError::into_inner);
    if numbers.is_empty() {
        let there: BTreeSet<_> = seen.iter().map(|row| row.number("number")).collect::<Attempt<_>>()?;
        if given.iter().all(|number| there.contains(&number.0)) {
            numbers.clone_from(&given);
        }
    } else {
        given.clone_from(numbers);
    }
    Ok(())
}

/// What an append looks at along with the lock.
fn looks(append: &Append) -> [crate::value::Call; 4] {
    let workspace = &append.workspace;
    let ids: Vec<_> = append.events.iter().map(|event| event.id.clone()).collect();
    let epochs: Vec<_> = append.snapshots.iter().map(|write| write.epoch).collect();
    let of: Vec<_> = append.snapshots.iter().map(|write| write.snapshot.contact.clone()).collect();
    let events: Vec<_> = append.events.iter().collect();
    let days: Vec<Day> = counted(&events, append.at).into_keys().collect();
    let made = append.events.iter().filter(|event| event.actor.is_some());
    let made: Vec<ContactId> = made.filter_map(|event| event.contact_id().cloned()).collect();
    [
        call!(SEEN, workspace, ids),
        call!(KNOWN_SNAPSHOTS, workspace, epochs, of),
        call!(KNOWN_ROLL_UPS, workspace, days),
        call!(KNOWN_ACTORS, workspace, made),
    ]
}

/// What is known of what an append brings.
struct Known<'a> {
    snapshots: &'a [Row],
    roll_ups: &'a [Row],
    actors: &'a [Row],
}

/// Who of those that an append is about was erased, and what was seen of them.
#[derive(Default)]
struct Erased {
    hidden: Option<Hidden>,
    contacts: BTreeSet<ContactId>,
    seen: BTreeSet<String>,
}

impl Erased {
    async fn of(transaction: &Transaction, append: &Append, hidden: Option<Hidden>) -> Attempt<Self> {
        let Some(known) = &hidden else { return Ok(Self::default()) };
        let digests: Vec<_> = append.events.iter().map(|event| known.event(&event.id)).collect();
        let rows = transaction.ask(call!(SEEN_HIDDEN, append.workspace, digests)).await?;
        let seen = rows.iter().map(|row| row.text("digest")).collect::<Attempt<_>>()?;
        let of_events = append.events.iter().filter_map(Event::contact_id);
        let contacts = of_events.chain(append.snapshots.iter().map(|write| &write.snapshot.contact));
        let contacts = workspace::erased(transaction, &append.workspace, hidden.as_ref(), contacts).await?;
        Ok(Self { hidden, contacts, seen })
    }

    fn was_seen(&self, event: &Event) -> bool {
        self.hidden.as_ref().is_some_and(|hidden| self.seen.contains(&hidden.event(&event.id)))
    }

    fn concerns(&self, contact: Option<&ContactId>) -> bool {
        contact.is_some_and(|contact| self.contacts.contains(contact))
    }
}

/// The letters of kinds.
fn letters(kinds: impl Iterator<Item = EventKind>) -> Value {
    Value::Smalls(kinds.map(|kind| i16::from(kind.spec().letter)).collect())
}

/// The id of the event of which an event says more.
pub(crate) fn more_of(event: &Event) -> Option<String> {
    match &event.record {
        Record::Identified { contact } => Some(EventId::lead_created(&contact.id).as_str().to_owned()),
        _ => None,
    }
}

/// What an append writes.
struct Writing<'a> {
    store: &'a PostgresStore,
    transaction: &'a Transaction,
    append: &'a Append,
    erased: &'a Erased,
}

impl<'a> Writing<'a> {
    /// The events that were not seen, each once. Those of contacts that were erased count as seen from now on. A change has
    /// no key of its own: without a snapshot nobody knows which it is, and it would get another number each time.
    fn unseen(&self, seen: &[Row]) -> Attempt<Vec<&'a Event>> {
        let mut ids: BTreeSet<String> =
            seen.iter().map(|row| row.text("event_id")).collect::<Attempt<_>>()?;
        let (mut new, mut passed_over) = (Vec::new(), Vec::new());
        for event in &self.append.events {
            if self.erased.was_seen(event) || !ids.insert(event.id.as_str().to_owned()) {
                continue;
            }
            match &self.erased.hidden {
                Some(hidden) if self.erased.concerns(event.contact_id()) => {
                    let is_known_again = event.kind() != EventKind::UserUpdated;
                    passed_over.extend(is_known_again.then(|| hidden.event(&event.id)));
                }
                _ => new.push(event),
            }
        }
        if !passed_over.is_empty() {
            self.transaction.write(call!(SEE_HIDDEN, self.append.workspace, passed_over));
        }
        Ok(new)
    }

    fn events(&self, held: &mut Held, new: &[&Event], known: &Known<'_>) -> Attempt<Vec<JournalNumber>> {
        if new.is_empty() {
            return Ok(Vec::new());
        }
        let mut numbers = Vec::with_capacity(new.len());
        for event in new {
            // Behind the last number there is none: such a head was never written.
            let next = held.head.next();
            if next == held.head {
                return Err(Failure::unreadable("journal head"));
            }
            held.head = next;
            numbers.push(next);
            let newest = held.newest.entry(event.kind()).or_insert(event.at);
            *newest = event.at.max(*newest);
        }
        self.entries(&numbers, new)?;
        self.roll_ups(new, known)?;
        self.forget_actors(new, known)?;
        Ok(numbers)
    }

    fn entries(&self, numbers: &[JournalNumber], new: &[&Event]) -> Attempt<()> {
        let workspace = &self.append.workspace;
        let told_by = new.iter().map(|event| event.kind().told_by());
        let steps = new.iter().map(|event| event.threshold().map(Threshold::seconds)).collect();
        let at: Vec<Timestamp> = new.iter().map(|event| event.at).collect();
        let compared_at: Vec<Timestamp> = new.iter().map(|event| event.compared_at()).collect();
        let appended_at = vec![self.append.at; new.len()];
        let ids: Vec<_> = new.iter().map(|event| event.id.clone()).collect();
        let more_of = new.iter().map(|event| more_of(event)).collect();
        let unnamed = new.iter().map(|event| self.append.unnamed.contains(&event.id)).collect();
        let seal = |(number, event): (&JournalNumber, &&Event)| {
            self.store.bodies.seal(&entries::spot(workspace, *number), event)
        };
        let bodies = numbers.iter().zip(new).map(seal).collect::<Attempt<_>>()?;
        let kinds = letters(new.iter().map(|event| event.kind()));
        self.transaction.write(call!(SEE, workspace, ids, numbers, kinds, at));
        self.transaction.write(call!(
            APPEND,
            workspace,
            numbers,
            letters(told_by),
            Value::NumbersOrNone(steps),
            at,
            compared_at,
            appended_at,
            ids,
            Value::Flags(unnamed),
            Value::Blobs(bodies),
            Value::TextsOrNone(more_of),
        ));
        Ok(())
    }

    fn roll_ups(&self, new: &[&Event], known: &Known<'_>) -> Attempt<()> {
        let mut days: BTreeMap<Day, HourlyCounts> = BTreeMap::new();
        for row in known.roll_ups {
            let counts = or_skip(row.json("counts", "roll-up"))?;
            days.extend(counts.zip(Some(Day(row.signed("day")?))).map(|(counts, day)| (day, counts)));
        }
        for (day, more) in counted(new, self.append.at) {
            let mut counts = days.remove(&day).unwrap_or_default();
            counts.join(&more);
            self.transaction.write(call!(WRITE_ROLL_UP, self.append.workspace, day, json(&counts)));
        }
        Ok(())
    }

    /// Whoever made a record is told with its first event; later ones have other causes.
    fn forget_actors(&self, new: &[&Event], known: &Known<'_>) -> Attempt<()> {
        let mut forgotten = Vec::new();
        for row in known.actors {
            let contact = row.text("contact")?;
            let spot = spots::actor(&self.append.workspace, &contact);
            let Some(actor) = or_skip(self.store.bodies.open::<Actor>(&spot, &row.bytes("body")?))? else {
                continue;
            };
            let is_told = new.iter().any(|event| {
                event.actor.as_ref() == Some(&actor)
                    && event.contact_id().is_some_and(|id| id.as_str() == contact)
            });
            forgotten.extend(is_told.then_some(contact));
        }
        if !forgotten.is_empty() {
            self.transaction.write(call!(FORGET_ACTORS, self.append.workspace, forgotten));
        }
        Ok(())
    }

    fn snapshots(&self, known: &Known<'_>) -> Attempt<()> {
        let mut places: BTreeMap<(u64, String), (u64, Timestamp)> = BTreeMap::new();
        for row in known.snapshots {
            let place = (row.number("revision")?, Timestamp(row.signed("updated_at")?));
            places.insert((row.number("epoch")?, row.text("contact")?), place);
        }
        let mut written: BTreeMap<(u64, String), &SnapshotWrite> = BTreeMap::new();
        for write in &self.append.snapshots {
            let key = (u64::from(write.epoch), write.snapshot.contact.as_str().to_owned());
            let stays = places.get(&key).is_some_and(|known| snapshot_stays(*known, write));
            if !stays && !self.erased.concerns(Some(&write.snapshot.contact)) {
                places.insert(key.clone(), snapshot_place(&write.snapshot));
                written.insert(key, write);
            }
        }
        if written.is_empty() {
            return Ok(());
        }
        self.write_snapshots(&written.into_values().collect::<Vec<_>>())
    }

    fn write_snapshots(&self, written: &[&SnapshotWrite]) -> Attempt<()> {
        let workspace = &self.append.workspace;
        let epochs: Vec<_> = written.iter().map(|write| write.epoch).collect();
        let contacts: Vec<_> = written.iter().map(|write| write.snapshot.contact.clone()).collect();
        let (revisions, times): (Vec<_>, Vec<_>) =
            written.iter().map(|write| snapshot_place(&write.snapshot)).unzip();
        let seal = |write: &&SnapshotWrite| {
            let spot = spots::snapshot(workspace, write.epoch, write.snapshot.contact.as_str());
            self.store.bodies.seal(&spot, &write.snapshot)
        };
        let bodies = Value::Blobs(written.iter().map(seal).collect::<Attempt<_>>()?);
        self.transaction.write(call!(WRITE_SNAPSHOTS, workspace, epochs, contacts, revisions, times, bodies));
        Ok(())
    }
}
