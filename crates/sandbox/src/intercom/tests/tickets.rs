//! Tickets: made by a control, made of a conversation, and found.

use super::{described::has_only, *};

const TICKET: &str = "type id ticket_id category ticket_attributes ticket_state ticket_type contacts admin_assignee_id \
    team_assignee_id created_at updated_at open snoozed_until linked_objects ticket_parts is_shared \
    previous_ticket_state_id";

#[tokio::test]
async fn a_ticket_is_found_by_the_second_it_was_made_and_has_a_number_beside_its_id() {
    let asker = Asker::start().await;
    let ana = asker.intercom.contacts().create(NewContact::user().email("ana@example.com"));
    let bug = asker.intercom.tickets().add_type("Bug", TicketCategory::Customer);
    let old = NewTicket::of(&ana, &bug, "Old").with(|ticket| ticket.created_at = WEDNESDAY - 1);
    asker.intercom.tickets().create(old);
    let id = asker.intercom.tickets().create(NewTicket::of(&ana, &bug, "It crashes"));
    let body = json!({"query": is("created_at", ">", WEDNESDAY - 1)});
    let (_, found) = asker.post("/tickets/search", body).await;
    let tickets = found["tickets"].as_array().unwrap();
    assert_eq!((tickets.len(), &tickets[0]["id"]), (1, &json!(id.as_str())));
    has_only(&tickets[0], TICKET);
    assert_ne!(tickets[0]["ticket_id"], tickets[0]["id"]);
    assert_eq!(tickets[0]["ticket_attributes"]["_default_title_"], "It crashes");
    assert_eq!(tickets[0]["contacts"]["contacts"][0]["id"], ana.as_str());
    assert_eq!(asker.get(&format!("/tickets/{id}")).await.1, tickets[0]);
    insta::assert_snapshot!(refusal(asker.get("/tickets/7").await), @"404 ticket_not_found: Ticket not found");
}

#[tokio::test]
async fn a_conversation_becomes_a_ticket_for_customers_only() {
    let asker = Asker::start().await;
    let ana = asker.intercom.contacts().create(NewContact::user().email("ana@example.com"));
    let id = asker.intercom.conversations().start(NewConversation::from_contact(&ana, "<p>It crashes</p>"));
    let inner = asker.intercom.tickets().add_type("Chore", TicketCategory::BackOffice);
    let bug = asker.intercom.tickets().add_type("Bug", TicketCategory::Customer);
    let (_, types) = asker.get("/ticket_types").await;
    assert_eq!(types["data"][1]["category"], "Customer");
    let convert = async |kind: &TicketTypeId| {
        asker.post(&format!("/conversations/{id}/convert"), json!({"ticket_type_id": kind.as_str()})).await
    };
    insta::assert_snapshot!(
        refusal(convert(&inner).await),
        @"400 parameter_invalid: Ticket type is not a customer ticket type"
    );
    let (status, ticket) = convert(&bug).await;
    assert_eq!((status.as_u16(), &ticket["ticket_type"]["name"]), (200, &json!("Bug")));
    has_only(&ticket, TICKET);
    let (_, shown) = asker.get(&format!("/conversations/{id}")).await;
    assert_eq!(shown["ticket"]["id"], ticket["id"]);
    assert_eq!(shown["linked_objects"]["data"][0]["id"], ticket["id"]);
}
