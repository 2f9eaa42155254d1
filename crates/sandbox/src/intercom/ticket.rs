//! Tickets as the workspace keeps them.

use serde_json::{Map, Value};

use super::ids::{AdminId, ContactId, ConversationId, TeamId, TicketId, TicketTypeId};

/// Who a kind of ticket is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TicketCategory {
    /// A customer sees it.
    Customer,
    /// Only the team sees it.
    BackOffice,
    /// It gathers what many customers report.
    Tracker,
}

impl TicketCategory {
    pub(super) fn as_str(self) -> &'static str {
        match self {
            Self::Customer => "Customer",
            Self::BackOffice => "Back-office",
            Self::Tracker => "Tracker",
        }
    }
}

/// A kind of ticket.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TicketType {
    pub id: TicketTypeId,
    pub name: String,
    pub category: TicketCategory,
    /// When it was made, in unix seconds.
    pub created_at: i64,
}

/// How far a ticket is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TicketState {
    /// Nobody works on it yet.
    Submitted,
    /// Somebody works on it.
    InProgress,
    /// The customer is asked something.
    WaitingOnCustomer,
    /// Done.
    Resolved,
}

impl TicketState {
    pub(super) fn as_str(self) -> &'static str {
        match self {
            Self::Submitted => "submitted",
            Self::InProgress => "in_progress",
            Self::WaitingOnCustomer => "waiting_on_customer",
            Self::Resolved => "resolved",
        }
    }

    /// What people read.
    pub(super) fn label(self) -> &'static str {
        match self {
            Self::Submitted => "Submitted",
            Self::InProgress => "In progress",
            Self::WaitingOnCustomer => "Waiting on you",
            Self::Resolved => "Resolved",
        }
    }

    /// The state's id, the same in every workspace here.
    pub(super) fn id(self) -> &'static str {
        match self {
            Self::Submitted => "7493",
            Self::InProgress => "7494",
            Self::WaitingOnCustomer => "7495",
            Self::Resolved => "7496",
        }
    }
}

/// A ticket. All times are unix seconds.
#[derive(Clone, Debug, PartialEq)]
pub struct Ticket {
    /// The id by which it is asked for.
    pub id: TicketId,
    /// The number that people read.
    pub number: u64,
    pub ticket_type: TicketTypeId,
    pub state: TicketState,
    pub title: String,
    pub description: Option<String>,
    /// Further fields of its kind.
    pub attributes: Map<String, Value>,
    /// Who has the trouble.
    pub contact: ContactId,
    /// The conversation of which it was made, if any.
    pub conversation: Option<ConversationId>,
    /// The teammate in charge.
    pub assignee: Option<AdminId>,
    /// The team in charge.
    pub team: Option<TeamId>,
    pub created_at: i64,
    /// When it last changed.
    pub updated_at: i64,
}

/// A ticket to be made.
#[derive(Clone, Debug)]
#[must_use = "a ticket does not exist before it is given to `TicketsHandle::create`"]
pub struct NewTicket(pub(super) Ticket);

impl NewTicket {
    /// A contact has a trouble of a kind.
    pub fn of(contact: &ContactId, ticket_type: &TicketTypeId, title: &str) -> Self {
        Self(Ticket {
            id: TicketId::from(""),
            number: 0,
            ticket_type: ticket_type.clone(),
            state: TicketState::Submitted,
            title: title.to_owned(),
            description: None,
            attributes: Map::new(),
            contact: contact.clone(),
            conversation: None,
            assignee: None,
            team: None,
            created_at: 0,
            updated_at: 0,
        })
    }

    /// Sets any other field. The ids are set when the ticket is made, and so are the times that are left at 0.
    pub fn with(mut self, change: impl FnOnce(&mut Ticket)) -> Self {
        change(&mut self.0);
        self
    }
}
