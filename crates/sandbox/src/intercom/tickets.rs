//! The routes of tickets.

use std::borrow::Cow;

use axum::{
    Json,
    extract::{Path, State as Shared},
};
use bytes::Bytes;
use serde_json::{Value, json};

use super::{
    ConversationId, Intercom, NewTicket, Ticket, TicketCategory, TicketId, TicketState, TicketTypeId,
    acts::convert_to_ticket,
    answer::Answer,
    page::PageRequest,
    refusal::Refusal,
    request::{number, read_object, text},
    search::{Dates, FieldKind, FieldValue, Filter, Searchable},
    wire,
};

/// How many tickets a page holds unless more or fewer are asked for.
const USUAL_PAGE: usize = 20;

pub(super) async fn types(Shared(intercom): Shared<Intercom>) -> Answer {
    let types: Vec<_> = intercom
        .with(|state| state.ticket_types.values().map(|kind| wire::ticket_type(state, kind)).collect());
    Ok(Json(json!({"type": "list", "data": types})))
}

pub(super) async fn show(Shared(intercom): Shared<Intercom>, Path(id): Path<String>) -> Answer {
    intercom.with(|state| {
        let ticket = state.tickets.get(&TicketId::from(id));
        ticket.map(|ticket| Json(wire::ticket(state, ticket))).ok_or_else(Refusal::no_ticket)
    })
}

pub(super) async fn search(Shared(intercom): Shared<Intercom>, body: Bytes) -> Answer {
    let wanted = read_object(&body)?;
    let query =
        wanted.get("query").ok_or_else(|| Refusal::bad_request("parameter_missing", "query is missing"))?;
    let filter = Filter::parse::<Ticket>(query, &Dates::SecondsWithAllOperators)?;
    let request = PageRequest::parse::<Ticket>(&wanted, USUAL_PAGE)?;
    intercom.with(|state| {
        let page = request.cut(state.tickets.values().filter(|ticket| filter.passes(*ticket)).collect());
        let found: Vec<_> = page.records.iter().map(|ticket| wire::ticket(state, ticket)).collect();
        Ok(Json(json!({
            "type": "ticket.list",
            "tickets": found,
            "total_count": page.total_count,
            "pages": page.pages(),
        })))
    })
}

/// Makes a ticket of a conversation. Only kinds for customers can be made so.
pub(super) async fn convert(
    Shared(intercom): Shared<Intercom>,
    Path(id): Path<String>,
    body: Bytes,
) -> Answer {
    const NOT_FOR_CUSTOMERS: &str = "Ticket type is not a customer ticket type";
    let (id, wanted) = (ConversationId::from(id), read_object(&body)?);
    let kind = number(&wanted, "ticket_type_id").map(|kind| TicketTypeId::from(kind.to_string()));
    let now = (intercom.now(), intercom.clock.unix_millis());
    let (made, answer) = intercom.with(|state| {
        let conversation = state.conversation(&id).ok_or_else(Refusal::no_resource)?;
        let kind = kind.and_then(|kind| state.ticket_types.get(&kind));
        let kind = kind.filter(|kind| kind.category == TicketCategory::Customer);
        let kind = kind.ok_or_else(|| Refusal::bad_request("parameter_invalid", NOT_FOR_CUSTOMERS))?;
        let contact = conversation.contacts.first().ok_or_else(Refusal::no_contact)?;
        let attributes = wanted.get("attributes").and_then(Value::as_object).cloned().unwrap_or_default();
        let title = text(&attributes, "_default_title_").or(conversation.title.as_deref());
        let new = NewTicket::of(contact, &kind.id, title.unwrap_or("Ticket")).with(|ticket| {
            ticket.description = text(&attributes, "_default_description_").map(str::to_owned);
            ticket.attributes.clone_from(&attributes);
            ticket.created_at = conversation.created_at;
            (ticket.assignee, ticket.team) = (conversation.assignee, conversation.team);
        });
        let made = convert_to_ticket(state, &id, new, now);
        let ticket = state.tickets.get(&made).ok_or_else(Refusal::no_ticket)?;
        Ok((made, Json(wire::ticket(state, ticket))))
    })?;
    intercom.webhooks().ticket_created(&made);
    Ok(answer)
}

impl Searchable for Ticket {
    fn kind(field: &str) -> Option<FieldKind> {
        match field {
            "created_at" | "updated_at" => Some(FieldKind::Date),
            "id" | "title" | "description" | "ticket_type_id" | "admin_assignee_id" | "team_assignee_id"
            | "state" => Some(FieldKind::Text),
            "open" => Some(FieldKind::Flag),
            "contact_ids" => Some(FieldKind::Set),
            _ => None,
        }
    }

    fn value(&self, field: &str) -> FieldValue<'_> {
        match field {
            "created_at" => FieldValue::Number(Some(self.created_at)),
            "updated_at" => FieldValue::Number(Some(self.updated_at)),
            "open" => FieldValue::Flag(self.state != TicketState::Resolved),
            "contact_ids" => FieldValue::Set(vec![self.contact.as_str()]),
            "title" => FieldValue::Text(Some(Cow::Borrowed(&self.title))),
            "state" => FieldValue::Text(Some(Cow::Borrowed(self.state.as_str()))),
            "description" => FieldValue::Text(self.description.as_deref().map(Cow::Borrowed)),
            "ticket_type_id" => FieldValue::Text(Some(Cow::Borrowed(self.ticket_type.as_str()))),
            "admin_assignee_id" => FieldValue::Text(self.assignee.map(|admin| admin.to_string().into())),
            "team_assignee_id" => FieldValue::Text(self.team.map(|team| team.to_string().into())),
            _ => FieldValue::Text(Some(Cow::Borrowed(self.id.as_str()))),
        }
    }

    fn id(&self) -> &str {
        self.id.as_str()
    }
}
