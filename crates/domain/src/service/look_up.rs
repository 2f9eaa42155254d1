//! `/lead get`, `/user get`: who is meant by an id, an external id or an e-mail address.

use crate::contact::{Contact, Role};
use crate::ids::ContactId;
use crate::paging::first_with_records;
use crate::port::intercom::{
    ContactFilter, ContactSearch, ContactSort, Found, Intercom, IntercomError, PageRequest,
};
use crate::press::parse_contact;
use crate::service::input::{Email, is_record_id};

/// As many can be offered in a select.
const MOST_OFFERED: u32 = 25;

/// What was found.
#[derive(Debug, Clone, PartialEq)]
pub enum LookUp {
    /// This one.
    Found(Box<Contact>),
    /// The one into whom the one asked for was merged.
    Merged(Box<Contact>),
    /// It is of the other kind.
    WrongRole(Box<Contact>),
    /// Several with this e-mail.
    Several(Vec<Contact>),
    /// Nobody.
    Unknown,
}

/// Looks for a lead or user by what somebody typed or picked.
pub async fn look_up(intercom: &dyn Intercom, role: Role, text: &str) -> Result<LookUp, IntercomError> {
    let text = text.trim();
    if let Some(email) = Email::parse(text) {
        return by_email(intercom, role, email).await;
    }
    if is_record_id(text)
        && let Some(id) = parse_contact(text)
    {
        match intercom.contact(&id).await? {
            Found::Contact(contact) => return Ok(judged(role, *contact)),
            Found::Merged(contact) => return Ok(LookUp::Merged(contact)),
            Found::Missing => {}
        }
    }
    by_external_id(intercom, role, text).await
}

/// Looks for anybody by Intercom's id: what a button carries.
pub async fn by_id(intercom: &dyn Intercom, id: &ContactId) -> Result<LookUp, IntercomError> {
    Ok(match intercom.contact(id).await? {
        Found::Contact(contact) => LookUp::Found(contact),
        Found::Merged(contact) => LookUp::Merged(contact),
        Found::Missing => LookUp::Unknown,
    })
}

/// Looks for leads and users alike by e-mail address.
pub async fn anybody(intercom: &dyn Intercom, email: Email) -> Result<LookUp, IntercomError> {
    let found = search(intercom, None, ContactFilter::Email(email.into_string())).await?;
    Ok(match only_one(found) {
        Ok(one) => LookUp::Found(one),
        Err(none) if none.is_empty() => LookUp::Unknown,
        Err(several) => LookUp::Several(several),
    })
}

async fn by_email(intercom: &dyn Intercom, role: Role, email: Email) -> Result<LookUp, IntercomError> {
    let filter = ContactFilter::Email(email.into_string());
    let found = search(intercom, Some(role), filter.clone()).await?;
    match only_one(found) {
        Ok(one) => Ok(LookUp::Found(one)),
        Err(several) if !several.is_empty() => Ok(LookUp::Several(several)),
        Err(_) => {
            let others = search(intercom, None, filter).await?;
            Ok(others.into_iter().next().map_or(LookUp::Unknown, |other| judged(role, other)))
        }
    }
}

async fn by_external_id(intercom: &dyn Intercom, role: Role, text: &str) -> Result<LookUp, IntercomError> {
    if text.is_empty() {
        return Ok(LookUp::Unknown);
    }
    // Intercom's look-up by external id knows users only; leads are found by searching.
    let found = search(intercom, Some(role), ContactFilter::ExternalId(text.to_owned())).await?;
    if let Some(contact) = found.into_iter().next() {
        return Ok(judged(role, contact));
    }
    Ok(match intercom.contact_by_external_id(text).await? {
        Some(contact) => judged(role, contact),
        None => LookUp::Unknown,
    })
}

async fn search(
    intercom: &dyn Intercom,
    role: Option<Role>,
    filter: ContactFilter,
) -> Result<Vec<Contact>, IntercomError> {
    let search = ContactSearch { role, filter, endings: Vec::new(), sort: ContactSort::CreatedDescending };
    let page = PageRequest { size: MOST_OFFERED, cursor: None };
    Ok(first_with_records(intercom, &search, page).await?.items)
}

fn only_one(mut found: Vec<Contact>) -> Result<Box<Contact>, Vec<Contact>> {
    if found.len() == 1 { Ok(Box::new(found.remove(0))) } else { Err(found) }
}

fn judged(role: Role, contact: Contact) -> LookUp {
    if contact.role == role { LookUp::Found(Box::new(contact)) } else { LookUp::WrongRole(Box::new(contact)) }
}

#[cfg(test)]
mod tests;
