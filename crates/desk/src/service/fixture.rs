//! Records for the tests of the services.

use crate::contact::{Contact, Role};
use crate::ids::ContactId;
use crate::port::intercom::{Page, PageCursor};

pub(super) fn contact(role: Role, id: &str) -> Contact {
    Contact::bare(ContactId::new(id), role)
}

pub(super) fn with_email(role: Role, id: &str, email: &str) -> Contact {
    Contact { email: Some(email.to_owned()), ..contact(role, id) }
}

pub(super) fn page(items: Vec<Contact>) -> Page<Contact> {
    Page { total: Some(items.len() as u64), items, next: None }
}

pub(super) fn page_before(items: Vec<Contact>, total: u64, next: &str) -> Page<Contact> {
    Page { items, total: Some(total), next: Some(PageCursor(next.to_owned())) }
}
