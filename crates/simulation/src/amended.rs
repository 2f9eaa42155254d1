//! Names that come late, seen from outside: what is learnt is learnt once, a message that begins after it shows it, and
//! one that is on its way stays as it is.

use std::collections::BTreeMap;

use deskbell_domain::amendment::Amendment;
use deskbell_domain::contact::{Named, PartialList};
use deskbell_domain::delivery::{InFlight, Layout, Nonce};
use deskbell_domain::event::{Event, EventId, Record};
use deskbell_domain::ids::{AmendmentNumber, JournalNumber};
use deskbell_domain::message::Message;
use deskbell_domain::port::store::Deliveries as _;
use deskbell_store::KvStore;

use crate::ledger::Promise;
use crate::rings;
use crate::tenant::Tenant;
use crate::time::MINUTE;
use crate::world::World;

/// A worker that has looked what waits begins its batch so much later at most.
const LOOKED_BEFORE: i64 = MINUTE;

/// A look for names is over so long after it read an event at most: it asks five times, each for a minute, and rests
/// meanwhile. What was learnt in another way since may be learnt again, and the store leaves it out.
const READ_BEFORE: i64 = 6 * MINUTE;

/// Names of an event were learnt and are kept: one at least must be new. None need stand in the event, since somebody may no
/// longer have the conversation.
pub(crate) async fn learnt(world: &World, store: &KvStore, number: JournalNumber, learnt: &Amendment) {
    if learnt.is_empty() {
        return;
    }
    for event in read(world, store, &[number], AmendmentNumber::LATEST).await.into_values() {
        let moved = world.ledger().late_names.moved.get(&event.id).copied();
        let was_read_before = moved.is_some_and(|moved| world.time.true_now().since(moved) <= READ_BEFORE);
        if keep(world, &event.id, learnt).is_empty() && !was_read_before {
            let what = format!("journal {}: what was known was learnt again", number.0);
            world.ledger().breach(Promise::Doubled, what, vec![format!("journal {}:", number.0)]);
        }
    }
    let now = world.time.true_now();
    world.tell(format_args!("journal {}: something was learnt of it", number.0));
    let names = &mut world.ledger().late_names;
    names.learnt += 1;
    names.last.insert(number, now);
}

/// Something was learnt of an event and is kept; answers what of it is new.
pub(crate) fn keep(world: &World, event: &EventId, learnt: &Amendment) -> Amendment {
    let now = world.time.true_now();
    let mut ledger = world.ledger();
    let names = &mut ledger.late_names;
    let kept = names.kept.entry(event.clone()).or_default();
    let mut new = learnt.clone();
    new.remove_known(kept.iter());
    kept.push(learnt.clone());
    if !new.is_empty() {
        names.moved.insert(event.clone(), now);
    }
    new
}

/// The record of a message is about to be written. It may be there although nobody is told so: where it shapes another
/// body, what was sent before says nothing of what is sent next.
pub(crate) fn may_begin(world: &World, batch: &InFlight) {
    let (names, nonce) = (&mut world.ledger().late_names, batch.nonce.as_str());
    if names.records.get(nonce).is_some_and(|before| form(before) != form(batch)) {
        names.sent.remove(nonce);
    }
}

/// What of a record shapes the body.
fn form(record: &InFlight) -> (&[JournalNumber], Layout, bool, AmendmentNumber) {
    (&record.numbers, record.layout, record.private, record.amended)
}

/// The record of a message is durable. What it shows was chosen when it began, or began anew, and then stays.
pub(crate) async fn begins(world: &World, store: &KvStore, batch: &InFlight, replaces: Option<&Nonce>) {
    let now = world.time.true_now();
    let shown = read(world, store, &batch.numbers, batch.amended).await;
    let latest = read(world, store, &batch.numbers, AmendmentNumber::LATEST).await;
    let nonce = batch.nonce.as_str().to_owned();
    let before = world.ledger().late_names.records.insert(nonce, batch.clone());
    let is_new = before.as_ref().is_none_or(|before| before.first_attempt != batch.first_attempt);
    if before.is_some_and(|before| before.amended != batch.amended) && !is_new {
        let what = format!("{:?} shows something else while it is on its way", batch.numbers);
        world.ledger().breach(Promise::Doubled, what, vec![format!("#{}", batch.channel)]);
    }
    rings::begins(world, batch, &shown, replaces);
    for (number, event) in shown {
        let told = world.ledger().late_names.last.get(&number).copied();
        let long_ago = told.is_some_and(|told| now.since(told) > LOOKED_BEFORE);
        if is_new && batch.may_stand.is_none() && long_ago && latest.get(&number) != Some(&event) {
            let what = format!("journal {}: what was learnt of it is not shown", number.0);
            world.ledger().breach(Promise::Nameless, what, vec![format!("journal {}:", number.0)]);
        }
    }
}

/// A message ends. A dead letter that a person tries again has the nonce of the try before, and begins anew.
pub(crate) fn settles(world: &World, nonce: &Nonce) {
    let names = &mut world.ledger().late_names;
    names.records.remove(nonce.as_str());
    names.sent.remove(nonce.as_str());
}

/// A message is about to leave: under one record it always says the same.
pub(crate) fn sends(world: &World, content: &Message, nonce: &Nonce) {
    let nonce = nonce.as_str();
    let Some(world) = world.worlds().find(|one| one.ledger().late_names.records.contains_key(nonce)) else {
        return;
    };
    // Where a server has a token of its own names come and go with what that token may read, which is no amendment.
    if world.tenant != Tenant::Acme {
        return;
    }
    let mut ledger = world.ledger();
    let Some(record) = ledger.late_names.records.get(nonce).cloned() else { return };
    let sent = ledger.late_names.sent.insert(nonce.to_owned(), (record.clone(), content.clone()));
    if sent.is_some_and(|(former, said)| form(&former) == form(&record) && said != *content) {
        let what = format!("{:?} is sent again and says something else", record.numbers);
        ledger.breach(Promise::Doubled, what, vec![format!("#{}", record.channel)]);
    }
}

async fn read(
    world: &World,
    store: &KvStore,
    numbers: &[JournalNumber],
    amended: AmendmentNumber,
) -> BTreeMap<JournalNumber, Event> {
    let entries = store.entries(&world.workspace().id, numbers, amended).await.unwrap_or_default();
    entries.into_iter().map(|entry| (entry.number, entry.event)).collect()
}

/// Whether a record lacks a name that Intercom tells in the end.
pub(crate) fn lacks_a_name(record: &Record) -> bool {
    match record {
        Record::Lead { contact }
        | Record::Identified { contact }
        | Record::User { contact, .. }
        | Record::Update { contact, .. } => has_unnamed(&contact.companies) || has_unnamed(&contact.tags),
        Record::Conversation { conversation, .. } => {
            (conversation.contact.is_some() && conversation.company_names.is_empty())
                || (conversation.admin_id.is_some() && conversation.admin_name.is_none())
                || (conversation.team_id.is_some() && conversation.team_name.is_none())
        }
    }
}

fn has_unnamed<Id>(list: &PartialList<Id>) -> bool {
    list.items.iter().any(|item: &Named<Id>| item.name.is_none())
}
