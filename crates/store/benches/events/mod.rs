//! What every program that fills a journal shares: a workspace, its subscribers, and changes of users of 1 kB each.

use std::ops::Range;

use deskbell_domain::contact::{Contact, Role};
use deskbell_domain::difference::{Change, Snapshot, StoredSnapshot};
use deskbell_domain::event::{Event, EventId, EventKind, Record};
use deskbell_domain::ids::{
    ChannelId, ContactId, GuildId, JournalNumber, MemberId, SubscriptionId, WorkspaceId,
};
use deskbell_domain::port::random::Random;
use deskbell_domain::port::store::{Append, SnapshotMode, SnapshotWrite, StreamMove};
use deskbell_domain::subscription::{Alert, Detail, PublicChoice, Subscription, SubscriptionState};
use deskbell_domain::time::{Clock, Timestamp, UnixMillis};

/// The moment at which the programs begin.
pub(crate) const START: Timestamp = Timestamp(1_700_000_000);
/// How many users change, one after the other, again and again.
const USERS: u64 = 20_000;

/// The clock of the store and its randomness: they stand still.
pub(crate) struct Still;

impl Clock for Still {
    fn now(&self) -> UnixMillis {
        UnixMillis(START.0 * 1000)
    }
}

impl Random for Still {
    fn number(&self) -> u64 {
        0
    }
}

pub(crate) fn workspace() -> WorkspaceId {
    WorkspaceId::new("w1")
}

/// Somebody who is told of changes; the store gives the id.
pub(crate) fn subscription() -> Subscription {
    Subscription {
        waits: None,
        steps_before: Vec::new(),
        mention: None,
        id: SubscriptionId(0),
        guild: GuildId(1),
        workspace: workspace(),
        channel: ChannelId(1),
        kind: EventKind::UserUpdated,
        detail: Detail::Full,
        alert: Alert::Silent,
        floor: Timestamp(0),
        after: JournalNumber(0),
        made_by: MemberId(1),
        public: PublicChoice::default(),
        state: SubscriptionState::Active,
        version: 0,
    }
}

/// The append of the changes with these numbers, each 1 kB, with its seen-key and snapshot.
pub(crate) fn append(numbers: Range<u64>, at: Timestamp, stream: Option<StreamMove>) -> Append {
    let contacts: Vec<_> = numbers.map(|number| (number, contact(number % USERS, at))).collect();
    let snapshots = contacts.iter().map(|(number, contact)| SnapshotWrite {
        epoch: 1,
        snapshot: StoredSnapshot {
            contact: contact.id.clone(),
            revision: *number,
            snapshot: Snapshot::of(contact),
        },
        mode: SnapshotMode::Replace,
    });
    let snapshots = snapshots.collect();
    let events = contacts.into_iter().map(|(number, contact)| event(number, contact, at)).collect();
    let at = UnixMillis(at.0 * 1000);
    Append {
        workspace: workspace(),
        events,
        unnamed: std::collections::BTreeSet::new(),
        aliases: Vec::new(),
        snapshots,
        stream,
        baseline: None,
        at,
    }
}

fn contact(number: u64, at: Timestamp) -> Contact {
    // Intercom's ids begin with a time, as MongoDB's do.
    let id = ContactId::new(format!("{:08x}{number:016x}", START.0));
    let mut contact = Contact::bare(id, Role::User);
    contact.email = Some(format!("person.number.{number}@example.com"));
    contact.name = Some(format!("Person Number {number}"));
    contact.external_id = Some(format!("crm-{number}"));
    contact.created_at = at;
    contact.updated_at = at;
    contact
}

fn event(number: u64, mut contact: Contact, at: Timestamp) -> Event {
    contact.legacy.pseudonym = Some("x".repeat(680));
    let id = EventId::user_updated(&contact.id, number);
    let record = Record::Update { contact: Box::new(contact), changes: vec![Change::Unspecified] };
    Event { id, at, record, actor: None }
}
