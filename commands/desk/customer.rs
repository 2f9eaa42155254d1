//! What the customer of a conversation is called, whoever wrote its first words.

use deskbell_domain::conversation::{Thread, customer_of};
use deskbell_domain::port::intercom::Found;
use deskbell_text as text;

use crate::interaction::session::Session;

/// By their own words where they wrote any, else by their record.
pub(crate) async fn name(session: &Session<'_>, thread: &Thread) -> String {
    if let Some(customer) = customer_of(thread) {
        return text::conversation::author(customer);
    }
    let Some(contact) = &thread.conversation.contact else { return text::conversation::nameless() };
    match session.answer.patiently(session.intercom.contact(contact)).await {
        Ok(Found::Contact(contact) | Found::Merged(contact)) => contact.display_name(),
        Ok(Found::Missing) | Err(_) => text::conversation::nameless(),
    }
}
