//! `/user create`: creates a user, or updates the one with this e-mail.
//!
//! The search index of Intercom lags by minutes, so that a user whom the search does not know may exist: then making
//! one answers with a conflict that names it, and it is updated like one that was found.

use crate::contact::{Contact, Role};
use crate::ids::ContactId;
use crate::matching::is_same_email;
use crate::paging::first_with_records;
use crate::port::intercom::{
    Archived, ContactFields, ContactFilter, ContactSearch, ContactSort, Created, Found, Intercom,
    IntercomError, PageRequest,
};
use crate::service::input::Phone;

/// As many users with one e-mail can be offered in a select.
const MOST_OFFERED: u32 = 25;

/// How it ended.
#[derive(Debug, Clone, PartialEq)]
pub enum Upsert {
    /// A user was made.
    Created(Box<Contact>),
    /// A user was changed.
    Updated(Box<Update>),
    /// The user has these values already.
    Unchanged(Box<Contact>),
    /// Several users have this e-mail; none was changed.
    Several(Vec<Contact>),
    /// The user came out of the archive, and then nothing else could be changed.
    OnlyRestored {
        /// Which.
        user: ContactId,
        /// Why not.
        cause: IntercomError,
    },
    /// A lead became this user.
    Converted(Box<Contact>),
    /// No user has this e-mail, but these leads do, newest first; nothing was changed.
    LeadsHave(Vec<Contact>),
}

/// What becomes of leads that have the e-mail address of a user who does not exist yet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Leads {
    /// Nothing is done before the asker decides: one of them may be the same person.
    AskFirst,
    /// The user is made beside them.
    LeaveAlone,
}

/// A change of a user.
#[derive(Clone, PartialEq)]
pub struct Update {
    /// As the user was; none for one that came out of the archive.
    pub before: Option<Contact>,
    /// As the user is now.
    pub after: Contact,
    /// What was sent.
    pub sent: ContactFields,
}

/// Personal data never reaches a log line.
impl std::fmt::Debug for Update {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Update").field("after", &self.after.id).finish_non_exhaustive()
    }
}

/// Creates the user, or updates the one with this e-mail.
pub async fn upsert(
    intercom: &dyn Intercom,
    fields: &ContactFields,
    leads: Leads,
) -> Result<Upsert, IntercomError> {
    let email = fields.email.as_deref().unwrap_or_default();
    let mut known = those_with(intercom, Role::User, email).await?;
    match known.len() {
        0 => {}
        1 => return change(intercom, known.remove(0), fields).await,
        _ => return Ok(Upsert::Several(known)),
    }
    if leads == Leads::AskFirst {
        let leads = those_with(intercom, Role::Lead, email).await?;
        if !leads.is_empty() {
            return Ok(Upsert::LeadsHave(leads));
        }
    }
    create(intercom, fields).await
}

/// Updates the one that was picked among several.
pub async fn update_picked(
    intercom: &dyn Intercom,
    id: &ContactId,
    fields: &ContactFields,
) -> Result<Upsert, IntercomError> {
    match intercom.contact(id).await? {
        Found::Contact(user) | Found::Merged(user) => change(intercom, *user, fields).await,
        Found::Missing => Err(IntercomError::Missing),
    }
}

/// Makes a lead a user, with what was typed. One that has become a user meanwhile is updated.
pub async fn convert(
    intercom: &dyn Intercom,
    id: &ContactId,
    fields: &ContactFields,
) -> Result<Upsert, IntercomError> {
    match intercom.contact(id).await? {
        Found::Contact(lead) if lead.role == Role::Lead => {
            let sent = only_changed(&lead, fields);
            let user = intercom.convert_lead(&lead.id, &sent).await?;
            Ok(Upsert::Converted(Box::new(user)))
        }
        Found::Contact(user) | Found::Merged(user) => change(intercom, *user, fields).await,
        Found::Missing => Err(IntercomError::Missing),
    }
}

async fn those_with(intercom: &dyn Intercom, role: Role, email: &str) -> Result<Vec<Contact>, IntercomError> {
    let search = ContactSearch {
        role: Some(role),
        filter: ContactFilter::Email(email.to_owned()),
        endings: Vec::new(),
        sort: ContactSort::UpdatedDescending,
    };
    let page = PageRequest { size: MOST_OFFERED, cursor: None };
    Ok(first_with_records(intercom, &search, page).await?.items)
}

async fn create(intercom: &dyn Intercom, fields: &ContactFields) -> Result<Upsert, IntercomError> {
    match intercom.create_contact(Role::User, fields).await? {
        Created::Contact(user) => Ok(Upsert::Created(user)),
        Created::Conflict { id: Some(id), archived: Archived::Yes } => restore(intercom, &id, fields).await,
        Created::Conflict { id: Some(id), archived: Archived::No } => {
            update_picked(intercom, &id, fields).await
        }
        Created::Conflict { id: None, .. } => Err(IntercomError::Invalid {
            code: "conflict".to_owned(),
            message: "A contact like this exists already".to_owned(),
        }),
    }
}

async fn restore(
    intercom: &dyn Intercom,
    id: &ContactId,
    fields: &ContactFields,
) -> Result<Upsert, IntercomError> {
    intercom.unarchive_contact(id).await?;
    match intercom.update_contact(id, fields).await {
        Ok(after) => Ok(Upsert::Updated(Box::new(Update { before: None, after, sent: fields.clone() }))),
        // What was done is to be told, whatever became of the rest.
        Err(cause) => Ok(Upsert::OnlyRestored { user: id.clone(), cause }),
    }
}

async fn change(
    intercom: &dyn Intercom,
    user: Contact,
    fields: &ContactFields,
) -> Result<Upsert, IntercomError> {
    if user.role == Role::Lead {
        return Ok(Upsert::LeadsHave(vec![user]));
    }
    let sent = only_changed(&user, fields);
    if sent == ContactFields::default() {
        return Ok(Upsert::Unchanged(Box::new(user)));
    }
    let after = intercom.update_contact(&user.id, &sent).await?;
    Ok(Upsert::Updated(Box::new(Update { before: Some(user), after, sent })))
}

/// The fields that differ: what is the same is not sent.
fn only_changed(user: &Contact, fields: &ContactFields) -> ContactFields {
    let differs = |new: &Option<String>, old: &Option<String>| new.clone().filter(|_| new != old);
    let same_email = |new: &String| user.email.as_deref().is_some_and(|old| is_same_email(old, new));
    let same_phone = |new: &String| match (Phone::parse(new), user.phone.as_deref()) {
        (Some(new), Some(old)) => new.is_same_as(old),
        _ => user.phone.as_ref() == Some(new),
    };
    ContactFields {
        email: fields.email.clone().filter(|new| !same_email(new)),
        phone: fields.phone.clone().filter(|new| !same_phone(new)),
        name: differs(&fields.name, &user.name),
        image_url: differs(&fields.image_url, &user.image_url),
        external_id: differs(&fields.external_id, &user.external_id),
    }
}

#[cfg(test)]
mod tests;
