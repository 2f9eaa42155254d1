//! Calls about conversations.

use async_trait::async_trait;

use super::error::IntercomError;
use crate::conversation::{Conversation, Part, Thread};
use crate::ids::{AdminId, ConversationId, TagId};
use crate::outgoing::WordsFor;
use crate::port::search::{ConversationSearch, Page, PageRequest, WaitingSearch};
use crate::press::parse_contact;
use crate::rich_text::RichText;
use crate::time::Timestamp;

/// Conversations. A handle carries who asks: the throttle serves commands first.
#[async_trait]
pub trait Conversations: Send + Sync {
    /// One page of conversations.
    async fn search_conversations(
        &self,
        search: &ConversationSearch,
        page: &PageRequest,
    ) -> Result<Page<Conversation>, IntercomError>;

    /// One page of conversations whose customers wait.
    async fn search_waiting(
        &self,
        search: &WaitingSearch,
        page: &PageRequest,
    ) -> Result<Page<Conversation>, IntercomError>;

    /// One conversation, with its 500 latest parts at most.
    async fn conversation(&self, id: &ConversationId) -> Result<Option<Thread>, IntercomError>;

    /// Changes who has a conversation, or whether it is open, in the name of a teammate. Twice is the same as once, and
    /// Intercom compares nothing: of several the last one counts.
    async fn move_conversation(
        &self,
        id: &ConversationId,
        by: &AdminId,
        to: Move,
    ) -> Result<Moved, IntercomError>;

    /// Puts a tag on a conversation or takes it off, in the name of a teammate. Twice is the same as once. What is missing
    /// is the conversation or the tag.
    async fn tag_conversation(
        &self,
        id: &ConversationId,
        by: &AdminId,
        tag: &TagId,
        tagging: Tagging,
    ) -> Result<(), IntercomError>;

    /// Says something in a conversation, in the name of a teammate. Never repeated after an unknown outcome. Answers with
    /// the parts that Intercom shows of it.
    async fn say(
        &self,
        id: &ConversationId,
        by: &AdminId,
        to: WordsFor,
        text: &str,
    ) -> Result<Vec<Part>, IntercomError>;

    /// What is read of words in the part that they become. Where parts are not read from HTML they stay as they are.
    fn read_again(&self, text: &str) -> RichText {
        RichText::plain(text)
    }
}

/// What a teammate does with a conversation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Move {
    /// Takes it.
    Mine,
    /// Closes it, without a word to the customer.
    Closed,
    /// Opens it again.
    Open,
    /// Puts it off until then.
    Snoozed(Timestamp),
    /// Gives it to somebody.
    Given(Recipient),
}

/// To whom a conversation is given.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Recipient {
    /// A teammate. The team that has it keeps it.
    Admin(AdminId),
    /// A team, by Intercom's id. No teammate has it then.
    Team(String),
}

impl Recipient {
    /// As a select carries it.
    pub fn code(&self) -> String {
        match self {
            Self::Admin(id) => format!("admin-{id}"),
            Self::Team(id) => format!("team-{id}"),
        }
    }

    /// What a select carried.
    pub fn of_code(code: &str) -> Option<Self> {
        let (kind, id) = code.split_once('-')?;
        match kind {
            "admin" => Some(Self::Admin(AdminId::new(id))),
            "team" => Some(Self::Team(id.to_owned())),
            _ => None,
        }
    }
}

/// What is done with a tag.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tagging {
    /// It is put on.
    On,
    /// It is taken off.
    Off,
}

impl Tagging {
    /// As a select carries it with a tag: what choosing it does, whatever becomes of the tag meanwhile.
    pub fn code(self, tag: &TagId) -> String {
        match self {
            Self::On => format!("on:{tag}"),
            Self::Off => format!("off:{tag}"),
        }
    }

    /// What a select carried.
    pub fn of_code(code: &str) -> Option<(Self, TagId)> {
        let (kind, id) = code.split_once(':')?;
        let tag = TagId::new(parse_contact(id)?.as_str());
        match kind {
            "on" => Some((Self::On, tag)),
            "off" => Some((Self::Off, tag)),
            _ => None,
        }
    }
}

/// How that ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Moved {
    /// It is done.
    Now,
    /// Intercom refused it, because it was so already.
    Before,
}
