//! Events: what happened in a workspace, each with an id that says so the same way every time it is seen.

mod kind;

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::contact::Contact;
use crate::conversation::{Activity, Conversation, WaitId};
use crate::difference::Change;
use crate::ids::{ContactId, ConversationId, JournalNumber, MemberId, PartId};
use crate::person::Fate;
use crate::threshold::Threshold;
use crate::time::Timestamp;

pub use kind::{Batching, EventKind, KindSpec, Together};

/// The key under which an event is known for ever in its workspace.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct EventId(String);

impl EventId {
    /// A lead was made.
    pub fn lead_created(id: &ContactId) -> Self {
        Self(format!("lead_created:{id}"))
    }

    /// A lead that could not be answered left an address.
    pub fn lead_identified(id: &ContactId) -> Self {
        Self(format!("lead_identified:{id}"))
    }

    /// A user was made, or a lead became one.
    pub fn user_created(id: &ContactId) -> Self {
        Self(format!("user_created:{id}"))
    }

    /// A user changed; the revision counts the user's changes.
    pub fn user_updated(id: &ContactId, revision: u64) -> Self {
        Self(format!("user_updated:{id}:{revision}"))
    }

    /// A conversation was started.
    pub fn conversation_created(id: &ConversationId) -> Self {
        Self(format!("conversation_created:{id}"))
    }

    /// A customer wrote again.
    pub fn customer_replied(part: &PartId) -> Self {
        Self(format!("customer_replied:{part}"))
    }

    /// A conversation that a bot had needs a person, since this part of it.
    pub fn handed_over(part: &PartId) -> Self {
        Self(format!("handed_over:{part}"))
    }

    /// A customer rated a conversation at this time.
    pub fn rated(id: &ConversationId, at: Timestamp) -> Self {
        Self(format!("rated:{id}:{}", at.0))
    }

    /// A customer has waited so long.
    pub fn unanswered(wait: &WaitId, threshold: Threshold) -> Self {
        Self(format!("unanswered:{wait}:{threshold}"))
    }

    /// The conversation that was started, if it is of one.
    pub fn conversation(&self) -> Option<&str> {
        self.0.strip_prefix("conversation_created:")
    }

    /// In place of an event, where somebody showed a contact's card in a channel.
    pub fn shared(id: &ContactId) -> Self {
        Self(format!("shared:{id}"))
    }

    /// Of an event whose contact was erased: the digest tells nobody which it was.
    pub fn erased(digest: &str) -> Self {
        Self(format!("erased:{digest}"))
    }

    /// The key as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for EventId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

/// Something that happened in a workspace.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Event {
    /// Its key.
    pub id: EventId,
    /// Its own time, which is compared with a subscription's floor: `created_at`; for a change, and for a lead that
    /// became a user, `updated_at`.
    pub at: Timestamp,
    /// What it is about, with names resolved.
    pub record: Record,
    /// Who caused it with a command, if somebody did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub actor: Option<Actor>,
}

/// What an event is about.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Record {
    /// A new lead.
    Lead {
        /// The lead.
        contact: Box<Contact>,
    },
    /// A lead that had no address and has one now.
    Identified {
        /// The lead as it is now.
        contact: Box<Contact>,
    },
    /// A new user.
    User {
        /// The user.
        contact: Box<Contact>,
        /// Where the user came from.
        origin: UserOrigin,
    },
    /// A changed user.
    Update {
        /// The user as it is now.
        contact: Box<Contact>,
        /// What is different, in the order of the fields; never empty.
        changes: Vec<Change>,
    },
    /// A new conversation, or something that happened in one.
    Conversation {
        /// The conversation.
        conversation: Box<Conversation>,
        /// What happened.
        #[serde(default, skip_serializing_if = "Activity::is_start")]
        what: Activity,
    },
}

impl Record {
    /// That a conversation was started.
    pub fn started(conversation: impl Into<Box<Conversation>>) -> Self {
        Self::Conversation { conversation: conversation.into(), what: Activity::Started }
    }

    /// The lead or user that it is about; none for a conversation.
    pub fn into_contact(self) -> Option<Box<Contact>> {
        match self {
            Self::Lead { contact }
            | Self::Identified { contact }
            | Self::User { contact, .. }
            | Self::Update { contact, .. } => Some(contact),
            Self::Conversation { .. } => None,
        }
    }
}

/// Where a new user came from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum UserOrigin {
    /// Nobody knew of them.
    New,
    /// They were a lead.
    WasLead,
}

/// The member whose command made a record.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Actor {
    /// Who typed it.
    pub member: MemberId,
    /// What they typed, such as `/lead create`.
    pub command: String,
}

impl Event {
    /// Which kind it is.
    pub fn kind(&self) -> EventKind {
        match self.record {
            Record::Lead { .. } => EventKind::NewLead,
            Record::Identified { .. } => EventKind::LeadIdentified,
            Record::User { .. } => EventKind::NewUser,
            Record::Update { .. } => EventKind::UserUpdated,
            Record::Conversation { ref what, .. } => EventKind::of_activity(what),
        }
    }

    /// The time that a subscription's floor is compared with: its own. That a lead was identified is for those who were told
    /// of the lead.
    pub fn compared_at(&self) -> Timestamp {
        match &self.record {
            Record::Identified { contact } => contact.created_at,
            _ => self.at,
        }
    }

    /// After how long a wait is told, where it tells of one.
    pub fn threshold(&self) -> Option<Threshold> {
        match &self.record {
            Record::Conversation { what, .. } => what.threshold(),
            _ => None,
        }
    }

    /// The contact it is about; none for a conversation without one.
    pub fn contact_id(&self) -> Option<&ContactId> {
        match &self.record {
            Record::Lead { contact }
            | Record::Identified { contact }
            | Record::User { contact, .. }
            | Record::Update { contact, .. } => Some(&contact.id),
            Record::Conversation { conversation, .. } => conversation.contact.as_ref(),
        }
    }

    /// Whether it tells of this contact: as the one that it is about, or who wrote, or into whom that one was merged.
    pub fn tells_of(&self, person: &ContactId) -> bool {
        let tells = match &self.record {
            Record::Conversation { conversation, .. } => {
                conversation.author.id.as_deref() == Some(person.as_str())
            }
            Record::Lead { contact }
            | Record::Identified { contact }
            | Record::User { contact, .. }
            | Record::Update { contact, .. } => {
                matches!(&contact.fate, Some(Fate::Merged { into, .. }) if into == person)
            }
        };
        tells || self.contact_id() == Some(person)
    }
}

/// An event with its place in the journal.
#[derive(Debug, Clone, PartialEq)]
pub struct Entry {
    /// Its place.
    pub number: JournalNumber,
    /// The event.
    pub event: Event,
}
