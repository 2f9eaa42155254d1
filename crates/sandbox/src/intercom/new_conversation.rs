//! A conversation to be started.

use super::{
    conversation::{Conversation, DeliveredAs, Kind},
    ids::{AdminId, ContactId, ConversationId, TeamId},
    part::{Author, ConversationState},
};

/// A conversation to be started, described field by field.
#[derive(Clone, Debug)]
#[must_use = "a conversation does not exist before it is given to `ConversationsHandle::start`"]
pub struct NewConversation {
    pub(super) conversation: Conversation,
    pub(super) created_at: Option<i64>,
}

impl NewConversation {
    /// A lead or user writes to the team.
    pub fn from_contact(contact: &ContactId, body: &str) -> Self {
        Self::new(contact, Author::Contact(contact.clone()), DeliveredAs::CustomerInitiated, body)
    }

    /// The team writes to a lead or user.
    pub fn outbound(contact: &ContactId, admin: AdminId, body: &str) -> Self {
        Self::new(contact, Author::Admin(admin), DeliveredAs::AdminInitiated, body)
    }

    /// A bot greets a lead or user.
    pub fn from_bot(contact: &ContactId, bot: &str, body: &str) -> Self {
        Self::new(contact, Author::Bot(bot.to_owned()), DeliveredAs::OperatorInitiated, body)
    }

    /// A lead or user opens a ticket.
    pub fn ticket(contact: &ContactId, body: &str) -> Self {
        Self::from_contact(contact, body).with(|conversation| conversation.kind = Kind::Ticket)
    }

    fn new(contact: &ContactId, author: Author, delivered_as: DeliveredAs, body: &str) -> Self {
        let conversation = Conversation {
            id: ConversationId::from(""),
            contacts: vec![contact.clone()],
            author,
            delivered_as,
            kind: Kind::Conversation,
            ticket: None,
            channel: "conversation".to_owned(),
            title: None,
            subject: None,
            body: Some(body.to_owned()),
            url: None,
            assignee: None,
            team: None,
            state: ConversationState::Open,
            snoozed_until: None,
            parts: Vec::new(),
            tags: Vec::new(),
            custom_attributes: serde_json::Map::new(),
            rating: None,
            ai_agent: None,
            read: false,
            created_at: 0,
            updated_at: 0,
        };
        Self { conversation, created_at: None }
    }

    /// Sets the subject.
    pub fn subject(self, subject: &str) -> Self {
        self.with(|conversation| conversation.subject = Some(subject.to_owned()))
    }

    /// Sets the page on which it was started.
    pub fn url(self, url: &str) -> Self {
        self.with(|conversation| conversation.url = Some(url.to_owned()))
    }

    /// Puts a teammate in charge.
    pub fn assigned_to(self, admin: AdminId) -> Self {
        self.with(|conversation| conversation.assignee = Some(admin))
    }

    /// Puts a team in charge.
    pub fn assigned_to_team(self, team: TeamId) -> Self {
        self.with(|conversation| conversation.team = Some(team))
    }

    /// Sets any other field. The id and the times are set when the conversation is started.
    pub fn with(mut self, change: impl FnOnce(&mut Conversation)) -> Self {
        change(&mut self.conversation);
        self
    }

    /// Sets the time at which it was started, in unix seconds, instead of the present.
    pub fn created_at(mut self, unix_seconds: i64) -> Self {
        self.created_at = Some(unix_seconds);
        self
    }
}
