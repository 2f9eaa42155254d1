//! Conversations as the workspace keeps them.

use std::collections::BTreeSet;

use serde_json::{Map, Value};

use super::{
    contact::AppliedTag,
    ids::{AdminId, ContactId, ConversationId, TagId, TeamId, TicketId},
    part::{Author, ConversationState, Part},
};

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

/// Whether a conversation is a ticket.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A plain conversation.
    Conversation,
    /// A conversation that carries a ticket.
    Ticket,
}

/// What became of the AI agent's part in a conversation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Resolution {
    /// The customer left after an answer.
    AssumedResolution,
    /// The customer said that it helped.
    ConfirmedResolution,
    /// A person was asked for.
    Escalated,
    /// The customer said that it did not help.
    NegativeFeedback,
    /// A procedure gave it to a person.
    ProcedureHandoff,
    /// What [`Escalated`](Self::Escalated) was called before version 2.16. Its description no longer knows the word.
    RoutedToTeam,
}

impl Resolution {
    pub(super) fn as_str(self) -> &'static str {
        match self {
            Self::AssumedResolution => "assumed_resolution",
            Self::ConfirmedResolution => "confirmed_resolution",
            Self::Escalated => "escalated",
            Self::NegativeFeedback => "negative_feedback",
            Self::ProcedureHandoff => "procedure_handoff",
            Self::RoutedToTeam => "routed_to_team",
        }
    }
}

/// What the AI agent did in a conversation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AiAgent {
    /// What became of it, once that is known.
    pub resolution: Option<Resolution>,
    /// When it first took part.
    pub since: i64,
}

impl AiAgent {
    /// It takes part from now on.
    pub(super) fn since(since: i64) -> Self {
        Self { resolution: None, since }
    }
}

/// How a customer liked a conversation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rating {
    /// From 1 to 5.
    pub score: u8,
    /// What the customer said besides; none is sent as empty text.
    pub remark: Option<String>,
    /// Who rated.
    pub contact: ContactId,
    /// Which teammate had the conversation.
    pub teammate: Option<AdminId>,
    pub created_at: i64,
    /// When it was changed last.
    pub updated_at: i64,
}

/// A conversation. All times are unix seconds.
#[derive(Clone, Debug, PartialEq)]
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
    /// The ticket that was made of it.
    pub ticket: Option<TicketId>,
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
    /// Until when it is put off.
    pub snoozed_until: Option<i64>,
    /// What was said and done after the first message, in its order.
    pub parts: Vec<Part>,
    /// The tags, oldest first.
    pub tags: Vec<AppliedTag>,
    /// The workspace's own fields.
    pub custom_attributes: Map<String, Value>,
    /// How the customer liked it.
    pub rating: Option<Rating>,
    /// What the AI agent did in it, if it took part.
    pub ai_agent: Option<AiAgent>,
    /// Whether the team has read it.
    pub read: bool,
    /// When it was started.
    pub created_at: i64,
    /// When it last changed.
    pub updated_at: i64,
}

impl Conversation {
    /// Whether the description of 2.16 has a word for everything in it.
    pub(super) fn is_described(&self) -> bool {
        self.ai_agent.is_none_or(|agent| agent.resolution != Some(Resolution::RoutedToTeam))
    }

    pub(super) fn has_tag(&self, tag: &TagId) -> bool {
        self.tags.iter().any(|applied| applied.id == *tag)
    }

    /// The teammates who wrote at least once, by id.
    pub(super) fn teammates(&self) -> BTreeSet<AdminId> {
        let authors = self.parts.iter().filter(|part| part.body.is_some()).map(|part| &part.author);
        let authors = std::iter::once(&self.author).chain(authors);
        authors.filter_map(|author| if let Author::Admin(id) = author { Some(*id) } else { None }).collect()
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
        if let Some(rating) = self.rating.as_mut().filter(|rating| rating.contact == *from) {
            rating.contact.clone_from(to);
        }
    }
}
