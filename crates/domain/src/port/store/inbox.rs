//! What Intercom told by itself, until it was looked at.

use async_trait::async_trait;
use serde::{Deserialize, Serialize};

use super::error::Stored;
use crate::event::Record;
use crate::ids::{ContactId, ConversationId, WorkspaceId};
use crate::stream::Stream;
use crate::time::{Timestamp, UnixMillis};

/// A record of which Intercom told that something happened to it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Hinted {
    /// A lead or user.
    Contact(ContactId),
    /// A conversation.
    Conversation(ConversationId),
}

/// What kind of record is worth a look. Each kind is read by a call of its own, so that one fails without the other.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum HintedKind {
    /// Leads and users.
    Contact,
    /// Conversations.
    Conversation,
}

impl HintedKind {
    /// All of them.
    pub const ALL: [Self; 2] = [Self::Contact, Self::Conversation];
}

impl From<Stream> for HintedKind {
    fn from(stream: Stream) -> Self {
        match stream {
            Stream::Contacts | Stream::UserUpdates => Self::Contact,
            Stream::Conversations => Self::Conversation,
        }
    }
}

impl Hinted {
    /// What kind of record it is.
    pub const fn kind(&self) -> HintedKind {
        match self {
            Self::Contact(_) => HintedKind::Contact,
            Self::Conversation(_) => HintedKind::Conversation,
        }
    }
}

impl From<&Record> for Hinted {
    fn from(record: &Record) -> Self {
        match record {
            Record::Lead { contact }
            | Record::Identified { contact }
            | Record::User { contact, .. }
            | Record::Update { contact, .. } => Self::Contact(contact.id.clone()),
            Record::Conversation { conversation, .. } => Self::Conversation(conversation.id.clone()),
        }
    }
}

/// That a record is worth a look. It says nothing of what happened: that is read from Intercom.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hint {
    /// Which record.
    pub of: Hinted,
    /// When that was heard last, by our clock.
    pub heard_at: UnixMillis,
    /// How often it was heard since it was last looked at: a hint that comes during the look is another one.
    pub times: u64,
}

/// A conversation that was read by itself, with what was said in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reading {
    /// Which.
    pub conversation: ConversationId,
    /// Everything that moved it until then was seen.
    pub up_to: Timestamp,
}

/// The hints of each workspace, one for a record, and up to where its conversations were read by themselves.
#[cfg_attr(any(test, feature = "mock"), mockall::automock)]
#[async_trait]
pub trait Inbox: Send + Sync {
    /// Keeps that a record is worth a look.
    async fn hint(&self, workspace: &WorkspaceId, of: &Hinted) -> Stored<()>;

    /// Some of the hints at records of a kind, at most `limit`, in no order.
    async fn hints(&self, workspace: &WorkspaceId, of: HintedKind, limit: usize) -> Stored<Vec<Hint>>;

    /// Throws away hints that were looked at, unless they were heard again meanwhile, and keeps up to where the conversations
    /// among them were read.
    async fn looked_at(&self, workspace: &WorkspaceId, hints: &[Hint], readings: &[Reading]) -> Stored<()>;

    /// Up to where these conversations were read by themselves, in the same order; none where one never was, or so long ago
    /// that no walk could find it again.
    async fn read_up_to(
        &self,
        workspace: &WorkspaceId,
        conversations: &[ConversationId],
    ) -> Stored<Vec<Option<Timestamp>>>;
}
