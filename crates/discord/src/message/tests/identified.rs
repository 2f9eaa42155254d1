//! What is posted of leads that left an address.

use deskbell_domain::contact::{Contact, Legacy, Role};
use deskbell_domain::delivery::Layout;
use deskbell_domain::event::{Event, EventId, Record};
use deskbell_domain::ids::ContactId;
use deskbell_domain::subscription::Detail;

use super::fixture::{AT, Posting, ada};
use super::picture::picture;
use crate::message::new_message;

fn identified(contact: Contact) -> Event {
    let id = EventId::lead_identified(&contact.id);
    Event { id, at: AT, record: Record::Identified { contact: Box::new(contact) }, actor: None }
}

fn posted(detail: Detail, contacts: Vec<Contact>) -> String {
    let events = contacts.into_iter().map(identified).collect();
    picture(&new_message(&Posting::of(detail, Layout::Cards).announce(events)))
}

fn line(contact: Contact) -> String {
    posted(Detail::Card, vec![contact]).lines().next().unwrap_or_default().to_owned()
}

#[test]
fn a_lead_that_left_an_address_is_told_with_it_and_called_as_before() {
    let (lead, legacy) = (ada(Role::Lead), Legacy::default());
    assert_eq!(line(lead.clone()), "🌱 Ada Lovelace left an address: ada@acme.io");
    let called = Contact { email: None, ..lead.clone() };
    assert_eq!(line(called), "🌱 Ada Lovelace left a number: +49 30 1234567");
    let nameless = Contact { name: None, legacy, ..lead.clone() };
    assert_eq!(line(nameless.clone()), "🌱 Lead …93bb83 left an address: ada@acme.io");
    let both = posted(Detail::Card, vec![lead, Contact { id: ContactId::new("other"), ..nameless }]);
    assert!(both.starts_with("🌱 2 identified leads: Ada Lovelace, ada@acme.io"), "{both}");
}

#[test]
fn without_personal_data_it_is_told_that_somebody_left_an_address() {
    let told = posted(Detail::Private, vec![ada(Role::Lead)]);
    assert!(told.starts_with("🌱 Lead identified") && told.contains("A lead left an address "), "{told}");
    assert!(!told.contains("Ada") && !told.contains("acme.io"), "{told}");
}
