//! Conversations: started, answered and changed.

use super::UnknownRecord;
use crate::intercom::{
    Conversation, Intercom, NewConversation,
    conversation::{Author, ConversationState, Part},
    ids::{AdminId, ConversationId},
    state::State,
};

/// The conversations of the workspace.
#[derive(Clone, Copy, Debug)]
pub struct ConversationsHandle<'a> {
    intercom: &'a Intercom,
}

impl Intercom {
    /// The conversations of the workspace.
    pub fn conversations(&self) -> ConversationsHandle<'_> {
        ConversationsHandle { intercom: self }
    }
}

impl ConversationsHandle<'_> {
    /// Starts a conversation. A contact who writes is seen, has replied, and so is changed.
    pub fn start(self, new: NewConversation) -> ConversationId {
        let (now, now_ms) = (self.intercom.now(), self.intercom.clock.unix_millis());
        let by = new.conversation.author.clone();
        let id = self.intercom.with(|state| state.start_conversation(new, now, now_ms));
        self.intercom.webhooks().started(&id, &by);
        id
    }

    /// Changes any field of a conversation and moves its `updated_at`.
    pub fn update(
        self,
        id: &ConversationId,
        change: impl FnOnce(&mut Conversation),
    ) -> Result<(), UnknownRecord> {
        let now = self.intercom.now();
        self.intercom
            .with(|state| {
                let conversation = state.conversations.get_mut(id)?;
                change(conversation);
                conversation.updated_at = now;
                Some(())
            })
            .ok_or(UnknownRecord)
    }

    /// Adds a reply to a conversation.
    pub fn reply(self, id: &ConversationId, author: Author, body: &str) -> Result<(), UnknownRecord> {
        let by = author.clone();
        let part = Part { author, body: body.to_owned(), created_at: self.intercom.now() };
        self.update(id, |conversation| conversation.parts.push(part))?;
        self.intercom.webhooks().replied(id, &by);
        Ok(())
    }

    /// A teammate takes a conversation.
    pub fn assign(self, id: &ConversationId, to: AdminId) -> Result<(), UnknownRecord> {
        self.update(id, |conversation| conversation.assignee = Some(to))
    }

    /// A teammate closes a conversation.
    pub fn close(self, id: &ConversationId, by: AdminId) -> Result<(), UnknownRecord> {
        let now = self.intercom.now();
        self.update(id, |conversation| {
            conversation.state = ConversationState::Closed;
            conversation.closed = Some((now, by));
        })
    }

    /// Deletes a conversation for good.
    pub fn delete(self, id: &ConversationId) -> Result<(), UnknownRecord> {
        self.intercom.with(|state| state.conversations.remove(id)).map(drop).ok_or(UnknownRecord)
    }

    /// Every conversation, by id.
    pub fn all(self) -> Vec<Conversation> {
        self.intercom.with(|state| state.conversations.values().cloned().collect())
    }
}

impl State {
    fn start_conversation(&mut self, new: NewConversation, now: i64, now_ms: i64) -> ConversationId {
        let mut conversation = new.conversation;
        conversation.id = ConversationId::from((215_470_000_000 + self.chance.next_serial()).to_string());
        conversation.created_at = new.created_at.unwrap_or(now);
        conversation.updated_at = conversation.created_at;
        if let Author::Contact(writer) = &conversation.author {
            self.change_contact(writer, now_ms, |contact| {
                contact.last_replied_at = Some(now);
                contact.last_seen_at = Some(now);
                contact.updated_at = now;
            });
        }
        let id = conversation.id.clone();
        self.conversations.insert(id.clone(), conversation);
        id
    }
}
