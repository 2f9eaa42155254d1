//! Calls about conversations.

use async_trait::async_trait;

use super::error::IntercomError;
use crate::conversation::{Conversation, Part, Thread};
use crate::ids::{AdminId, ConversationId};
use crate::outgoing::WordsFor;
use crate::port::search::{ConversationSearch, Page, PageRequest, WaitingSearch};

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

    /// Says something in a conversation, in the name of a teammate. Never repeated after an unknown outcome. Answers with
    /// the parts that Intercom shows of it.
    async fn say(
        &self,
        id: &ConversationId,
        by: &AdminId,
        to: WordsFor,
        text: &str,
    ) -> Result<Vec<Part>, IntercomError>;
}

/// What a teammate does with a conversation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Move {
    /// Takes it.
    Mine,
    /// Closes it, without a word to the customer.
    Closed,
    /// Opens it again.
    Open,
}

/// How that ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Moved {
    /// It is done.
    Now,
    /// Intercom refused it, because it was so already.
    Before,
}
