//! Conversations: started, carried on and changed. What each person does in one stands in `people`.

use std::time::Duration;

use super::UnknownRecord;
use crate::intercom::{
    Conversation, Intercom, NewConversation, NewPart, Part,
    conversation::AiAgent,
    deed::{self, Now},
    ids::{AdminId, ConversationId, PartId},
    part::{Act, Assignee, Author},
    state::State,
};

/// What Intercom puts in the place of words that were taken out.
const REDACTED: &str = "<p><i>This message was deleted</i></p>";

/// The conversations of the workspace.
#[derive(Clone, Copy, Debug)]
pub struct ConversationsHandle<'a> {
    pub(super) intercom: &'a Intercom,
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
        let now = Now::of(&self.intercom.clock);
        let by = new.conversation.author.clone();
        let id = self.intercom.with(|state| start(state, new, now));
        self.intercom.webhooks().started(&id, &by);
        id
    }

    /// Changes any field of a conversation and moves its `updated_at`. Nobody is told, and no part is made.
    pub fn update(
        self,
        id: &ConversationId,
        change: impl FnOnce(&mut Conversation),
    ) -> Result<(), UnknownRecord> {
        let now = self.intercom.now();
        self.change(id, |conversation| {
            change(conversation);
            conversation.updated_at = now;
        })
    }

    /// Adds any part, which takes its effect, and tells of it.
    pub fn add(self, id: &ConversationId, new: NewPart) -> Result<PartId, UnknownRecord> {
        let now = Now::of(&self.intercom.clock);
        let done = self.intercom.with(|state| deed::perform(state, id, new, now)).ok_or(UnknownRecord)?;
        self.intercom.webhooks().of_part(id, done.part, &done.topics);
        Ok(done.part)
    }

    /// Adds so many comments within this very second: the customer and a bot take turns.
    pub fn burst_of_parts(self, id: &ConversationId, how_many: usize) -> Result<Vec<PartId>, UnknownRecord> {
        let customer = self.get(id).and_then(|talk| talk.contacts.first().cloned()).ok_or(UnknownRecord)?;
        let part = |number: usize| {
            let author = if number % 2 == 1 { Author::Contact(customer.clone()) } else { Author::operator() };
            self.add(id, NewPart::by(author, Act::Comment).body(&format!("<p>Part {number}</p>")))
        };
        (1..=how_many).map(part).collect()
    }

    /// Adds a reply to a conversation.
    pub fn reply(self, id: &ConversationId, author: Author, body: &str) -> Result<PartId, UnknownRecord> {
        self.add(id, NewPart::by(author, Act::Comment).body(body))
    }

    /// A teammate takes a conversation.
    pub fn assign(self, id: &ConversationId, to: AdminId) -> Result<PartId, UnknownRecord> {
        self.add(id, NewPart::by(Author::Admin(to), Act::Assign(Assignee::Admin(to))))
    }

    /// A teammate closes a conversation.
    pub fn close(self, id: &ConversationId, by: AdminId) -> Result<PartId, UnknownRecord> {
        self.add(id, NewPart::by(Author::Admin(by), Act::Close))
    }

    /// The time is over for which a conversation was put off.
    pub fn end_snooze(self, id: &ConversationId) -> Result<PartId, UnknownRecord> {
        self.add(id, NewPart::by(Author::operator(), Act::TimerUnsnooze))
    }

    /// Takes the words out of a part. `updated_at` of the conversation stays: whether it moves is not said.
    pub fn redact(self, id: &ConversationId, part: PartId) -> Result<(), UnknownRecord> {
        let now = self.intercom.now();
        let redacted = self.change(id, |conversation| {
            let part = conversation.parts.iter_mut().find(|one| one.id == part)?;
            part.body = Some(REDACTED.to_owned());
            part.attachments.clear();
            part.redacted = true;
            part.updated_at = now;
            Some(())
        })?;
        self.intercom.webhooks().of_part(id, part, &["conversation_part.redacted"]);
        redacted.ok_or(UnknownRecord)
    }

    /// Deletes a conversation for good, and tells of it by its id.
    pub fn delete(self, id: &ConversationId) -> Result<(), UnknownRecord> {
        let now = self.intercom.now();
        let deleted = self.intercom.with(|state| {
            state.conversations.remove(id)?;
            state.deleted_conversations.push((id.clone(), now));
            Some(())
        });
        deleted.ok_or(UnknownRecord)?;
        self.intercom.webhooks().conversation_deleted(id);
        Ok(())
    }

    /// A conversation as it is now, whether or not a search sees it.
    pub fn get(self, id: &ConversationId) -> Option<Conversation> {
        self.intercom.with(|state| state.conversations.get(id).map(|record| record.current.clone()))
    }

    /// What the customer was sent of it, oldest first. A bot's words stay here where the customer wrote by e-mail, as do
    /// notes everywhere.
    pub fn sent_to_customer(self, id: &ConversationId) -> Vec<Part> {
        let Some(conversation) = self.get(id) else { return Vec::new() };
        let by_mail = conversation.channel == "email" && matches!(conversation.author, Author::Contact(_));
        let is_sent = |part: &Part| match part.author {
            Author::Contact(_) => false,
            _ => part.is_message() && (part.author.is_of_team() || !by_mail),
        };
        conversation.parts.into_iter().filter(is_sent).collect()
    }

    /// Every conversation, by id.
    pub fn all(self) -> Vec<Conversation> {
        self.intercom
            .with(|state| state.conversations.values().map(|record| record.current.clone()).collect())
    }

    /// Lets searches see one conversation's present state only after this span, counted from now.
    pub fn index_after(self, id: &ConversationId, lag: Duration) -> Result<(), UnknownRecord> {
        let lag_ms = i64::try_from(lag.as_millis()).unwrap_or(i64::MAX / 2);
        let visible_ms = self.intercom.clock.unix_millis() + lag_ms;
        self.intercom
            .with(|state| state.conversations.get_mut(id).map(|record| record.hide_until(visible_ms)))
            .ok_or(UnknownRecord)
    }

    /// Changes any field of a conversation; whoever calls decides whether `updated_at` moves.
    pub(super) fn change<T>(
        self,
        id: &ConversationId,
        change: impl FnOnce(&mut Conversation) -> T,
    ) -> Result<T, UnknownRecord> {
        let now_ms = self.intercom.clock.unix_millis();
        self.intercom.with(|state| state.change_conversation(id, now_ms, change)).ok_or(UnknownRecord)
    }
}

fn start(state: &mut State, new: NewConversation, now: Now) -> ConversationId {
    let mut conversation = new.conversation;
    conversation.id = ConversationId::from((215_470_000_000 + state.chance.next_serial()).to_string());
    conversation.created_at = new.created_at.unwrap_or(now.seconds);
    conversation.updated_at = conversation.created_at;
    if conversation.author.is_ai_agent() {
        conversation.ai_agent = Some(AiAgent::since(conversation.created_at));
    }
    if let Author::Contact(writer) = &conversation.author {
        state.change_contact(writer, now.millis, |contact| contact.wrote_at(now.seconds));
    }
    let id = conversation.id.clone();
    state.add_conversation(conversation, now.millis);
    id
}
