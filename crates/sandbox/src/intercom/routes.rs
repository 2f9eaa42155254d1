//! Which path is answered by what.

use axum::{
    Router, middleware,
    routing::{delete, get, post},
};

use super::{
    Intercom, companies, contacts, conversation_tags, conversations, gate, notes, oauth, replies, schedules,
    tags, tickets, workspace,
};

pub(super) fn router(intercom: Intercom) -> Router {
    Router::new()
        .route("/me", get(workspace::me))
        .route("/admins", get(workspace::admins))
        .route("/admins/{admin_id}", get(workspace::admin))
        .route("/teams", get(workspace::teams))
        .route("/teams/{team_id}", get(workspace::team))
        .route("/contacts", post(contacts::create))
        .route("/contacts/search", post(contacts::search))
        .route("/contacts/find_by_external_id/{external_id}", get(contacts::find_by_external_id))
        .route("/contacts/{contact_id}", get(contacts::show).put(contacts::update))
        .route("/contacts/{contact_id}/unarchive", post(contacts::unarchive))
        .route("/contacts/{contact_id}/companies", get(companies::of_contact).post(companies::attach))
        .route("/contacts/{contact_id}/tags", get(tags::of_contact).post(tags::attach))
        .route("/contacts/{contact_id}/tags/{tag_id}", delete(tags::detach))
        .route("/contacts/{contact_id}/notes", get(notes::list).post(notes::create))
        .route("/contacts/merge", post(contacts::merge))
        .route("/companies", get(companies::find))
        .route("/companies/list", post(companies::list))
        .route("/companies/{company_id}", get(companies::show))
        .route("/companies/{company_id}/contacts", get(companies::contacts))
        .route("/data_attributes", get(workspace::attributes))
        .route("/tags", get(tags::list))
        .route("/tags/{tag_id}", get(tags::show))
        .route("/conversations/search", post(conversations::search))
        .route("/conversations/deleted", get(conversations::deleted))
        .route("/conversations/{conversation_id}", get(conversations::show).put(conversations::update))
        .route("/conversations/{conversation_id}/reply", post(replies::reply))
        .route("/conversations/{conversation_id}/parts", post(replies::act))
        .route("/conversations/{conversation_id}/tags", post(conversation_tags::attach))
        .route("/conversations/{conversation_id}/tags/{tag_id}", delete(conversation_tags::detach))
        .route("/conversations/{conversation_id}/convert", post(tickets::convert))
        .route("/ticket_types", get(tickets::types))
        .route("/tickets/search", post(tickets::search))
        .route("/tickets/{ticket_id}", get(tickets::show))
        .route("/office_hours_schedules", get(schedules::list))
        .route("/office_hours_schedules/{schedule_id}", get(schedules::show))
        .route("/office_hours_schedules/{schedule_id}/office_hours_exceptions", get(schedules::exceptions))
        .route("/users/{contact_id}", get(contacts::show_legacy))
        .fallback(gate::unknown_route)
        .method_not_allowed_fallback(gate::unknown_route)
        .layer(middleware::from_fn_with_state(intercom.clone(), gate::guard))
        .with_state(intercom.clone())
        .merge(oauth::router(intercom))
}
