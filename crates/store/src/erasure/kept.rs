//! What is kept of a contact: found by reading everything that is kept of the workspace.
//!
//! A page is decoded only where the id stands in it, so that a journal of a hundred thousand entries is read in about a
//! second.

use std::collections::BTreeSet;

use deskbell_domain::contact::Contact;
use deskbell_domain::delivery::{DeadLetter, PostedMessage};
use deskbell_domain::difference::StoredSnapshot;
use deskbell_domain::event::{Event, Record};
use deskbell_domain::ids::{AmendmentNumber, ContactId, JournalNumber, MessageId, WorkspaceId};
use deskbell_domain::port::store::{KeptOf, Stored};

use crate::codec;
use crate::engine::{Direction, KeyRange};
use crate::hidden::{Hidden, erased_since};
use crate::journal::pages;
use crate::keys;
use crate::reader::{Reader, Scan, load_all, load_or_skip, scan};
use crate::records::{ActorRecord, EntryRecord, HintRecord};

/// A name that is shorter stands in too many texts.
const SHORTEST_NAME: usize = 3;

pub(super) fn of(
    reader: &(impl Reader + ?Sized),
    workspace: &WorkspaceId,
    contact: &ContactId,
) -> Stored<KeptOf> {
    let hidden = Hidden::of(reader, workspace)?;
    let mut messages: Vec<PostedMessage> = load_all(reader, keys::posted_about(workspace, contact).below())?;
    let mut erased = None;
    if let Some(hidden) = &hidden {
        let nobody = hidden.nobody(contact);
        messages.extend(load_all(reader, keys::posted_about(workspace, &nobody).below())?);
        erased = erased_since(reader, workspace, hidden, contact)?;
    }
    let mut events = Vec::new();
    for number in numbers(reader, workspace, contact)? {
        events.extend(pages::entry(reader, workspace, number, AmendmentNumber::LATEST)?);
    }
    let actor: Option<ActorRecord> = load_or_skip(reader, &keys::actor(workspace, contact))?;
    let hint: Option<HintRecord> =
        load_or_skip(reader, &keys::inbox::hint(workspace, b'c', contact.as_str()))?;
    Ok(KeptOf {
        events,
        snapshots: snapshots(reader, workspace, contact)?.into_iter().filter_map(|(_, one)| one).collect(),
        failed: letters(reader, workspace, contact)?,
        actor: actor.map(|record| record.actor),
        hints: hint.map_or(0, |hint| hint.times),
        with_others: with_others(reader, workspace, contact, &messages)?,
        messages,
        erased,
    })
}

/// The entries that tell of a contact, and the words by which it may stand in texts that were kept.
pub(super) fn traces(
    reader: &(impl Reader + ?Sized),
    workspace: &WorkspaceId,
    contact: &ContactId,
) -> Stored<(Vec<JournalNumber>, Vec<String>)> {
    let kept = of(reader, workspace, contact)?;
    let numbers = kept.events.iter().map(|entry| entry.number).collect();
    Ok((numbers, names_in(&kept, contact)))
}

/// The words by which a contact may stand in texts that were kept.
pub fn names_in(kept: &KeptOf, contact: &ContactId) -> Vec<String> {
    let mut names = vec![contact.as_str().to_owned()];
    let failed = kept.failed.iter().map(|letter| &letter.event);
    kept.events.iter().map(|entry| &entry.event).chain(failed).for_each(|event| named_in(event, &mut names));
    for StoredSnapshot { snapshot, .. } in &kept.snapshots {
        let fields = serde_json::to_value(snapshot).unwrap_or_default();
        let words = ["e", "p", "n", "x"].into_iter().filter_map(|field| fields[field].as_str());
        names.extend(words.map(str::to_owned));
    }
    names.retain(|name| name.chars().count() >= SHORTEST_NAME);
    names
}

fn named_in(event: &Event, names: &mut Vec<String>) {
    match &event.record {
        Record::Lead { contact }
        | Record::Identified { contact }
        | Record::User { contact, .. }
        | Record::Update { contact, .. } => {
            let Contact { email, phone, name, external_id, .. } = &**contact;
            names.extend([email, phone, name, external_id].into_iter().flatten().cloned());
        }
        Record::Conversation { conversation, .. } => {
            let author = &conversation.author;
            names.extend([&author.name, &author.email].into_iter().flatten().cloned());
        }
    }
}

fn numbers(
    reader: &(impl Reader + ?Sized),
    workspace: &WorkspaceId,
    contact: &ContactId,
) -> Stored<Vec<JournalNumber>> {
    let sought = serde_json::to_string(contact).unwrap_or_default();
    let mut numbers = Vec::new();
    scan(reader, keys::pages_from(workspace, JournalNumber(0)), |key, value| {
        if String::from_utf8_lossy(value).contains(&sought) {
            let entries = codec::decode_list::<EntryRecord<Event>>(key, value);
            let theirs = entries.into_iter().filter(|entry| entry.event.tells_of(contact));
            numbers.extend(theirs.map(|entry| entry.number));
        }
        Scan::Continue
    })?;
    Ok(numbers)
}

/// The snapshots of all epochs, with their keys. One that cannot be read is there all the same.
pub(super) fn snapshots(
    reader: &(impl Reader + ?Sized),
    workspace: &WorkspaceId,
    contact: &ContactId,
) -> Stored<Vec<(Vec<u8>, Option<StoredSnapshot>)>> {
    let mut found = Vec::new();
    let mut range = keys::snapshots(workspace).below();
    while let Some((first, _)) = reader.range(&range, 1, Direction::Ascending)?.into_iter().next() {
        let Some(epoch) = keys::erasure::epoch_of_snapshot(workspace, &first) else { break };
        let key = keys::snapshot(workspace, epoch, contact).into_bytes();
        if let Some(value) = reader.get(&key)? {
            let snapshot = codec::decode_or_skip(&key, &value);
            found.push((key, snapshot));
        }
        let beyond = keys::snapshots_of_epoch(workspace, epoch).below().end;
        range = KeyRange { start: beyond, ..range };
    }
    Ok(found)
}

pub(super) fn letters(
    reader: &(impl Reader + ?Sized),
    workspace: &WorkspaceId,
    contact: &ContactId,
) -> Stored<Vec<DeadLetter>> {
    let mut letters: Vec<DeadLetter> = load_all(reader, keys::all_dead_letters(workspace).below())?;
    letters.retain(|letter| letter.event.tells_of(contact));
    Ok(letters)
}

/// The messages among these that show others, too.
fn with_others(
    reader: &(impl Reader + ?Sized),
    workspace: &WorkspaceId,
    contact: &ContactId,
    messages: &[PostedMessage],
) -> Stored<Vec<MessageId>> {
    let theirs: BTreeSet<_> = messages.iter().map(|one| one.message).collect();
    let mut shared = BTreeSet::new();
    if theirs.is_empty() {
        return Ok(Vec::new());
    }
    let is_of_others = |key: &[u8]| {
        keys::erasure::contact_of_posted(workspace, key).is_some_and(|of| of != contact.as_str().as_bytes())
    };
    scan(reader, keys::posted_messages(workspace).below(), |key, value| {
        let message = keys::posted_message(workspace, key).filter(|message| theirs.contains(message));
        if let Some(message) = message.filter(|_| is_of_others(key)) {
            let is_theirs =
                codec::decode_or_skip::<PostedMessage>(key, value).is_some_and(|row| messages.contains(&row));
            shared.extend((!is_theirs).then_some(message));
        }
        Scan::Continue
    })?;
    Ok(shared.into_iter().collect())
}
