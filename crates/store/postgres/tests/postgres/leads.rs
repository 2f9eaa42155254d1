//! Leads, and subscriptions to them.

use std::collections::BTreeSet;

use deskbell_domain::contact::{Contact, Role};
use deskbell_domain::event::{Event, EventId, EventKind, Record};
use deskbell_domain::ids::{
    ChannelId, ContactId, GuildId, JournalNumber, MemberId, SubscriptionId, WorkspaceId,
};
use deskbell_domain::port::store::{Append, NewSubscription};
use deskbell_domain::subscription::{Alert, Detail, PublicChoice, Subscription, SubscriptionState};
use deskbell_domain::time::{Timestamp, UnixMillis};

pub(crate) fn workspace() -> WorkspaceId {
    WorkspaceId::new("w1")
}

fn contact(id: &str) -> Box<Contact> {
    let contact = Contact::bare(ContactId::new(id), Role::Lead);
    Box::new(Contact { created_at: Timestamp(10), ..contact })
}

/// A lead that was made at 10.
pub(crate) fn lead(id: &str) -> Event {
    let contact = contact(id);
    let id = EventId::lead_created(&contact.id);
    Event { id, at: Timestamp(10), record: Record::Lead { contact }, actor: None }
}

/// That it left an address at 30.
pub(crate) fn identified(id: &str) -> Event {
    let contact = contact(id);
    let id = EventId::lead_identified(&contact.id);
    Event { id, at: Timestamp(30), record: Record::Identified { contact }, actor: None }
}

pub(crate) fn append_of(events: Vec<Event>, at: UnixMillis) -> Append {
    Append {
        workspace: workspace(),
        events,
        unnamed: BTreeSet::new(),
        aliases: Vec::new(),
        snapshots: Vec::new(),
        stream: None,
        baseline: None,
        at,
    }
}

pub(crate) fn leads_to(channel: u64) -> NewSubscription {
    let subscription = Subscription {
        waits: None,
        steps_before: Vec::new(),
        mention: None,
        id: SubscriptionId(0),
        guild: GuildId(7),
        workspace: workspace(),
        channel: ChannelId(channel),
        kind: EventKind::NewLead,
        detail: Detail::Full,
        alert: Alert::Loud,
        floor: Timestamp(0),
        after: JournalNumber(0),
        made_by: MemberId(5),
        public: PublicChoice::default(),
        state: SubscriptionState::Active,
        version: 0,
    };
    NewSubscription { subscription, head: None, by: None }
}
