//! Tickets: made and changed.

use super::UnknownRecord;
use crate::intercom::{
    Intercom,
    conversation::Kind,
    ids::{ConversationId, TicketId, TicketTypeId},
    state::State,
    ticket::{NewTicket, Ticket, TicketCategory, TicketType},
};

/// The tickets of the workspace.
#[derive(Clone, Copy, Debug)]
pub struct TicketsHandle<'a> {
    intercom: &'a Intercom,
}

impl Intercom {
    /// The tickets of the workspace.
    pub fn tickets(&self) -> TicketsHandle<'_> {
        TicketsHandle { intercom: self }
    }
}

impl TicketsHandle<'_> {
    /// Makes a kind of ticket.
    pub fn add_type(self, name: &str, category: TicketCategory) -> TicketTypeId {
        let created_at = self.intercom.now();
        self.intercom.with(|state| {
            let id = TicketTypeId::from((50 + state.chance.next_serial()).to_string());
            let made = TicketType { id: id.clone(), name: name.to_owned(), category, created_at };
            state.ticket_types.insert(id.clone(), made);
            id
        })
    }

    /// Makes a ticket, and tells of it.
    pub fn create(self, new: NewTicket) -> TicketId {
        let now = self.intercom.now();
        let id = self.intercom.with(|state| create(state, new, now));
        self.intercom.webhooks().ticket_created(&id);
        id
    }

    /// Changes any field of a ticket and moves its `updated_at`. Nobody is told.
    pub fn update(self, id: &TicketId, change: impl FnOnce(&mut Ticket)) -> Result<(), UnknownRecord> {
        let now = self.intercom.now();
        self.intercom
            .with(|state| {
                let ticket = state.tickets.get_mut(id)?;
                change(ticket);
                ticket.updated_at = now;
                Some(())
            })
            .ok_or(UnknownRecord)
    }

    /// Every ticket, by id.
    pub fn all(self) -> Vec<Ticket> {
        self.intercom.with(|state| state.tickets.values().cloned().collect())
    }
}

/// Makes a ticket with its ids and times.
pub(in crate::intercom) fn create(state: &mut State, new: NewTicket, now: i64) -> TicketId {
    let mut ticket = new.0;
    ticket.id = TicketId::from((100_600 + state.chance.next_serial()).to_string());
    ticket.number = state.tickets.len() as u64 + 1;
    for time in [&mut ticket.created_at, &mut ticket.updated_at] {
        *time = if *time == 0 { now } else { *time };
    }
    let id = ticket.id.clone();
    state.tickets.insert(id.clone(), ticket);
    id
}

/// Makes a ticket of a conversation, which keeps its id and carries the ticket from then on.
pub(in crate::intercom) fn convert(
    state: &mut State,
    conversation: &ConversationId,
    new: NewTicket,
    (now, now_ms): (i64, i64),
) -> TicketId {
    let id = create(state, new.with(|ticket| ticket.conversation = Some(conversation.clone())), now);
    state.change_conversation(conversation, now_ms, |conversation| {
        conversation.kind = Kind::Ticket;
        conversation.ticket = Some(id.clone());
        conversation.updated_at = now;
    });
    id
}
