//! Conversations as the workspace keeps them.

use super::ids::{AdminId, ContactId, ConversationId, TeamId};

/// How a conversation came about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DeliveredAs {
    /// A lead or user wrote first.
    CustomerInitiated,
    /// A campaign wrote first.
    CampaignsInitiated,
    /// A bot wrote first.
    OperatorInitiated,
    /// A rule wrote first.
    Automated,
    /// A teammate wrote first.
    AdminInitiated,
}

impl DeliveredAs {
    pub(super) fn as_str(self) -> &'static str {
        match self {
            Self::CustomerInitiated => "customer_initiated",
            Self::CampaignsInitiated => "campaigns_initiated",
            Self::OperatorInitiated => "operator_initiated",
            Self::Automated => "automated",
            Self::AdminInitiated => "admin_initiated",
        }
    }
}

/// Who wrote.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Author {
    /// A lead or user.
    Contact(ContactId),
    /// A teammate.
    Admin(AdminId),
    /// A bot, by its name.
    Bot(String),
}

/// Whether a conversation is a ticket.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A plain conversation.
    Conversation,
    /// A conversation that carries a ticket.
    Ticket,
}

/// Whether a conversation waits for the team.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ConversationState {
    /// Waits for the team.
    Open,
    /// Done.
    Closed,
    /// Put off.
    Snoozed,
}

impl ConversationState {
    pub(super) fn as_str(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Closed => "closed",
            Self::Snoozed => "snoozed",
        }
    }
}

/// A reply in a conversation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Part {
    /// Who wrote.
    pub author: Author,
    /// The HTML.
    pub body: String,
    /// When, in unix seconds.
    pub created_at: i64,
}

/// A conversation. All times are unix seconds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Conversation {
    pub id: ConversationId,
    /// The contacts that take part, the first being the one it is about.
    pub contacts: Vec<ContactId>,
    /// Who wrote first.
    pub author: Author,
    /// How it came about.
    pub delivered_as: DeliveredAs,
    /// Plain or a ticket.
    pub kind: Kind,
    /// The channel, such as `conversation`, `email` or `whatsapp`.
    pub channel: String,
    /// The title, where there is one.
    pub title: Option<String>,
    /// The subject's HTML; none is sent as empty text.
    pub subject: Option<String>,
    /// The HTML of the first message; none is sent as empty text.
    pub body: Option<String>,
    /// The page on which it was started.
    pub url: Option<String>,
    /// The teammate in charge.
    pub assignee: Option<AdminId>,
    /// The team in charge.
    pub team: Option<TeamId>,
    /// Open, closed or snoozed.
    pub state: ConversationState,
    /// When it was closed last, in unix seconds, and by whom.
    pub closed: Option<(i64, AdminId)>,
    /// The replies.
    pub parts: Vec<Part>,
    /// When it was started.
    pub created_at: i64,
    /// When it last changed.
    pub updated_at: i64,
}

impl Conversation {
    /// When a contact first wrote.
    pub(super) fn contact_spoke_at(&self) -> Option<i64> {
        let first = (&self.author, self.created_at);
        let parts = self.parts.iter().map(|part| (&part.author, part.created_at));
        let mut messages = std::iter::once(first).chain(parts);
        messages.find(|(author, _)| matches!(author, Author::Contact(_))).map(|(_, time)| time)
    }

    /// When somebody of the team first answered a contact.
    pub(super) fn team_answered_at(&self) -> Option<i64> {
        let spoke = self.contact_spoke_at()?;
        let of_team = |part: &&Part| matches!(part.author, Author::Admin(_)) && part.created_at >= spoke;
        self.parts.iter().find(of_team).map(|part| part.created_at)
    }

    /// Since when a contact waits for the team: the first of the messages that nobody of the team has answered.
    pub(super) fn waiting_since(&self) -> Option<i64> {
        let first = (&self.author, self.created_at);
        let parts = self.parts.iter().map(|part| (&part.author, part.created_at));
        let mut since = None;
        for (author, time) in std::iter::once(first).chain(parts) {
            match author {
                Author::Contact(_) => since = since.or(Some(time)),
                Author::Admin(_) => since = None,
                Author::Bot(_) => {}
            }
        }
        since
    }

    /// Puts one contact in the place of another.
    pub(super) fn post_once(&mut self, from: &ContactId, to: &ContactId) {
        self.contacts
            .iter_mut()
            .filter(|contact| *contact == from)
            .for_each(|contact| contact.clone_from(to));
        let authors =
            std::iter::once(&mut self.author).chain(self.parts.iter_mut().map(|part| &mut part.author));
        for author in authors {
            if *author == Author::Contact(from.clone()) {
                *author = Author::Contact(to.clone());
            }
        }
    }
}

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
            channel: "conversation".to_owned(),
            title: None,
            subject: None,
            body: Some(body.to_owned()),
            url: None,
            assignee: None,
            team: None,
            state: ConversationState::Open,
            closed: None,
            parts: Vec::new(),
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
