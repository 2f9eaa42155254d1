//! What happens, and by what it is known.

use std::collections::BTreeMap;

use deskbell_domain::ids::{ContactId, ConversationId, JournalNumber, PartId};
use deskbell_domain::threshold::Threshold;
use deskbell_domain::time::{Timestamp, UnixMillis};

use crate::intercom::Reading;

/// What an event is about, as the truth counts it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Key {
    Lead(ContactId),
    /// That a lead left an address.
    Identified(ContactId),
    User(ContactId),
    /// The change that led to this meaning.
    Update(ContactId, u32),
    Talk(ConversationId),
    Reply(ConversationId, PartId),
    /// That a person was needed, for the so many-th time.
    Handover(ConversationId, usize),
    Rating(ConversationId),
    /// A wait by what it is known by, after so long.
    Wait(ConversationId, String, Threshold),
}

/// Where each event stands in the journal.
pub(super) type Keys = BTreeMap<Key, JournalNumber>;

/// An event that happened.
pub(super) struct Happened {
    pub(super) key: Key,
    /// Its own time, at the earliest.
    pub(super) at: Timestamp,
    pub(super) shown_from: UnixMillis,
    pub(super) shown_to: Option<UnixMillis>,
    pub(super) excuse: Option<Excuse>,
}

/// Why nobody could see it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Excuse {
    /// (c)
    Undone,
    /// (d)
    Unseen,
    /// (f)
    Impossible,
}

/// What the search cannot give.
pub(super) fn impossible(reading: Reading) -> Option<Excuse> {
    (reading == Reading::Impossible).then_some(Excuse::Impossible)
}
