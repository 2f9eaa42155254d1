//! Tickets and their kinds as JSON.

use serde_json::{Value, json};

use super::super::{Ticket, TicketState, TicketType, state::State};

/// A ticket.
pub(in super::super) fn ticket(state: &State, ticket: &Ticket) -> Value {
    let mut attributes = ticket.attributes.clone();
    attributes.insert("_default_title_".to_owned(), json!(ticket.title));
    attributes.insert("_default_description_".to_owned(), json!(ticket.description));
    let kind = state.ticket_types.get(&ticket.ticket_type);
    let external_id = state.live(&ticket.contact).and_then(|contact| contact.external_id.as_ref());
    let contact = json!({"type": "contact", "id": ticket.contact.as_str(), "external_id": external_id});
    json!({
        "type": "ticket",
        "id": ticket.id.as_str(),
        "ticket_id": ticket.number.to_string(),
        "category": kind.map_or("Customer", |kind| kind.category.as_str()),
        "ticket_attributes": attributes,
        "ticket_state": ticket_state(ticket.state),
        "ticket_type": kind.map(|kind| ticket_type(state, kind)),
        "contacts": {"type": "contact.list", "contacts": [contact]},
        "admin_assignee_id": ticket.assignee.map_or(0, |admin| admin.0),
        "team_assignee_id": ticket.team.map_or(0, |team| team.0),
        "created_at": ticket.created_at,
        "updated_at": ticket.updated_at,
        "open": ticket.state != TicketState::Resolved,
        "linked_objects": {"type": "list", "data": [], "total_count": 0, "has_more": false},
        "ticket_parts": {"type": "ticket_part.list", "ticket_parts": [], "total_count": 0},
        "is_shared": true,
    })
}

/// A kind of ticket.
pub(in super::super) fn ticket_type(state: &State, kind: &TicketType) -> Value {
    json!({
        "type": "ticket_type",
        "id": kind.id.as_str(),
        "name": kind.name,
        "description": "",
        "icon": "🎫",
        "workspace_id": state.settings.workspace_id,
        "archived": false,
        "created_at": kind.created_at,
        "updated_at": kind.created_at,
        "ticket_type_attributes": {"type": "list", "data": []},
        "category": kind.category.as_str(),
    })
}

fn ticket_state(state: TicketState) -> Value {
    json!({
        "type": "ticket_state",
        "id": state.id(),
        "category": state.as_str(),
        "internal_label": state.label(),
        "external_label": state.label(),
    })
}
