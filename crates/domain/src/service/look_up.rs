//! `/lead get`, `/user get`: who is meant by what somebody picked or typed: an id, an external id, an e-mail address, a
//! phone number, words of a name, or a company.

use crate::contact::{Contact, Role};
use crate::conversation::Conversation;
use crate::event::{Event, EventId, Record};
use crate::ids::{AmendmentNumber, ContactId, ConversationId, WorkspaceId};
use crate::matching::Wanted;
use crate::paging::first_with_records;
use crate::port::intercom::{
    ContactFilter, ContactSearch, ContactSort, Found, Intercom, IntercomError, PageRequest,
};
use crate::port::store::{Deliveries, Journal, Stored};
use crate::press::{ShownEvent, parse_contact};
use crate::service::find::{MOST_OFFERED, Places};
use crate::service::input::{Email, is_record_id};

/// So many of the messages about somebody are looked through for what is kept of them.
const MOST_LOOKED_THROUGH: usize = 50;

/// What was found.
#[derive(Debug, Clone, PartialEq)]
pub enum LookUp {
    /// This one.
    Found(Box<Contact>),
    /// The one into whom the one asked for was merged.
    Merged(Box<Contact>),
    /// It is of the other kind.
    WrongRole(Box<Contact>),
    /// Several, by what they share.
    Several(Vec<Contact>, Shared),
    /// Nobody.
    Unknown,
}

/// What those have in common of whom several were found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Shared {
    /// The e-mail address.
    Email,
    /// What was typed is in their names, addresses or numbers.
    Text,
    /// The company that was typed.
    Company(String),
}

/// Looks for a lead or user by what somebody typed or picked.
pub async fn look_up(places: &Places<'_>, role: Role, text: &str) -> Result<LookUp, IntercomError> {
    let (intercom, wanted) = (places.intercom, Wanted::parse(text));
    if wanted.text().is_empty() {
        return Ok(LookUp::Unknown);
    }
    if let Some(email) = Email::parse(wanted.text()) {
        return by_email(intercom, role, email).await;
    }
    if is_record_id(wanted.text())
        && let Some(id) = parse_contact(wanted.text())
    {
        match intercom.contact(&id).await? {
            Found::Contact(contact) => return Ok(judged(role, *contact)),
            Found::Merged(contact) => return Ok(LookUp::Merged(contact)),
            Found::Missing => {}
        }
    }
    match by_text(places, role, &wanted).await? {
        LookUp::Unknown => of_either_role(intercom, role, &wanted).await,
        found => Ok(found),
    }
}

/// An exact external id is nobody else's, whoever else has it in their name.
async fn by_text(places: &Places<'_>, role: Role, wanted: &Wanted) -> Result<LookUp, IntercomError> {
    let meant = places.people(role, wanted).await?;
    if let Some(exact) = meant.people.iter().find(|contact| wanted.is_external_id_of(contact)) {
        return Ok(LookUp::Found(Box::new(exact.clone())));
    }
    Ok(match only_one(meant.people) {
        Ok(one) => LookUp::Found(one),
        Err(none) if none.is_empty() => LookUp::Unknown,
        Err(several) => LookUp::Several(several, meant.company.map_or(Shared::Text, Shared::Company)),
    })
}

/// Whom the search does not know yet may be known by the external id, and whoever was meant may be of the other kind.
async fn of_either_role(
    intercom: &dyn Intercom,
    role: Role,
    wanted: &Wanted,
) -> Result<LookUp, IntercomError> {
    if wanted.words().len() == 1
        && let Some(contact) = intercom.contact_by_external_id(wanted.text()).await?
    {
        return Ok(judged(role, contact));
    }
    let others = search(intercom, None, ContactFilter::Text(wanted.text().to_owned())).await?;
    Ok(match only_one(others) {
        Ok(one) => judged(role, *one),
        Err(none) if none.is_empty() => LookUp::Unknown,
        Err(several) => LookUp::Several(several, Shared::Text),
    })
}

/// Looks for anybody by Intercom's id: what a button carries.
pub async fn by_id(intercom: &dyn Intercom, id: &ContactId) -> Result<LookUp, IntercomError> {
    Ok(match intercom.contact(id).await? {
        Found::Contact(contact) => LookUp::Found(contact),
        Found::Merged(contact) => LookUp::Merged(contact),
        Found::Missing => LookUp::Unknown,
    })
}

/// Somebody who is not in Intercom any more, as they were announced last, if that is still kept: as new, or only as
/// changed.
pub async fn announced(
    journal: &dyn Journal,
    deliveries: &dyn Deliveries,
    workspace: &WorkspaceId,
    id: &ContactId,
) -> Stored<Option<Box<Contact>>> {
    let posted = deliveries.posted_about(workspace, id).await?;
    let posted = posted.into_iter().rev().take(MOST_LOOKED_THROUGH).map(|message| message.event);
    for event in posted.chain([EventId::user_created(id), EventId::lead_created(id)]) {
        let record = journal.event(workspace, &event).await?.map(|event| event.record);
        if let Some(contact) = record.and_then(Record::into_contact).filter(|contact| contact.id == *id) {
            return Ok(Some(contact));
        }
    }
    Ok(None)
}

/// A conversation that is not in Intercom any more, as it was announced, if that is still kept.
pub async fn announced_conversation(
    journal: &dyn Journal,
    workspace: &WorkspaceId,
    id: &ConversationId,
) -> Stored<Option<Box<Conversation>>> {
    let event = journal.event(workspace, &EventId::conversation_created(id)).await?;
    Ok(event.and_then(|event| match event.record {
        Record::Conversation { conversation, .. } => Some(conversation),
        _ => None,
    }))
}

/// The event that a card without personal data stands for, if it is still kept and is the one that was shown.
pub async fn shown_event(
    deliveries: &dyn Deliveries,
    workspace: &WorkspaceId,
    shown: &ShownEvent,
) -> Stored<Option<Event>> {
    let entries = deliveries.entries(workspace, &[shown.number], AmendmentNumber::LATEST).await?;
    Ok(entries.into_iter().map(|entry| entry.event).find(|event| shown.is(event)))
}

/// Those of whom e-mail addresses are.
#[derive(Debug, Clone, PartialEq)]
pub struct Owners {
    /// Leads and users alike.
    pub found: Vec<Contact>,
    /// The addresses that nobody has.
    pub nobodys: Vec<Email>,
}

/// Looks for leads and users alike by e-mail addresses, one after another.
pub async fn owners(intercom: &dyn Intercom, emails: Vec<Email>) -> Result<Owners, IntercomError> {
    let mut owners = Owners { found: Vec::new(), nobodys: Vec::new() };
    for email in emails {
        let theirs = search(intercom, None, ContactFilter::Email(email.as_str().to_owned())).await?;
        if theirs.is_empty() {
            owners.nobodys.push(email);
        }
        owners.found.extend(theirs);
    }
    owners.found.truncate(MOST_OFFERED as usize);
    Ok(owners)
}

async fn by_email(intercom: &dyn Intercom, role: Role, email: Email) -> Result<LookUp, IntercomError> {
    let filter = ContactFilter::Email(email.into_string());
    let found = search(intercom, Some(role), filter.clone()).await?;
    match only_one(found) {
        Ok(one) => Ok(LookUp::Found(one)),
        Err(several) if !several.is_empty() => Ok(LookUp::Several(several, Shared::Email)),
        Err(_) => {
            let others = search(intercom, None, filter).await?;
            Ok(others.into_iter().next().map_or(LookUp::Unknown, |other| judged(role, other)))
        }
    }
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
