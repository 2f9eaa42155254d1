//! `/lead create`: makes a lead once, whatever happens on the way.

use crate::address_cut::is_read_as;
use crate::contact::{Company, Contact, Role};
use crate::ids::ContactId;
use crate::port::intercom::{
    ContactFields, ContactFilter, ContactSearch, ContactSort, Created, Intercom, IntercomError, Page,
    PageRequest,
};
use crate::service::companies::{Attachment, attach};
use crate::time::Timestamp;

/// As many others with the address are named.
const MOST_NAMED: usize = 3;
/// Seconds by which what is reckoned of Intercom's clock may be ahead of the time that it writes.
const CLOCKS_DIFFER: i64 = 5;

/// How making a lead ended.
#[derive(Debug, Clone, PartialEq)]
pub enum LeadCreation {
    /// It is made.
    Created(Box<Contact>),
    /// Intercom says that a contact like it exists already.
    Exists(Option<ContactId>),
    /// Nobody knows: it must not be tried again by itself.
    Unclear,
}

/// Makes a lead, with one call.
pub async fn create(intercom: &dyn Intercom, fields: &ContactFields) -> Result<LeadCreation, IntercomError> {
    match intercom.create_contact(Role::Lead, fields).await {
        Ok(Created::Contact(lead)) => Ok(LeadCreation::Created(lead)),
        Ok(Created::Conflict { id, .. }) => Ok(LeadCreation::Exists(id)),
        Err(IntercomError::OutcomeUnknown) => Ok(LeadCreation::Unclear),
        Err(error) => Err(error),
    }
}

/// Attaches the company that was chosen; the lead is kept whatever comes of it.
pub async fn put_into(intercom: &dyn Intercom, lead: &mut Contact, company: Option<&Company>) -> Attachment {
    attach(intercom, lead, company).await
}

/// Others with the same e-mail address.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Namesakes {
    /// How many leads there are.
    pub count: u64,
    /// The newest of them.
    pub newest: Vec<Contact>,
    /// The users; few share one.
    pub users: Vec<Contact>,
}

impl Namesakes {
    /// Whether nobody else has it.
    pub fn is_empty(&self) -> bool {
        self.count == 0 && self.users.is_empty()
    }
}

/// Looks for others with the same e-mail address: Intercom lets many leads share one, and a user may have it too. Only a
/// hint, so that it is asked after the lead is made and shown, and no answer is an answer too.
pub async fn namesakes(intercom: &dyn Intercom, lead: &Contact) -> Namesakes {
    let Some(email) = lead.email.clone() else { return Namesakes::default() };
    let Ok(page) = with_email(intercom, None, email).await else { return Namesakes::default() };
    let includes_own = page.items.iter().any(|other| other.id == lead.id);
    let total = page.total.unwrap_or(page.items.len() as u64);
    let others = page.items.into_iter().filter(|other| other.id != lead.id);
    let (users, leads): (Vec<_>, Vec<_>) = others.partition(|other| other.role == Role::User);
    let counted = total.saturating_sub(u64::from(includes_own) + users.len() as u64);
    let count = counted.max(leads.len() as u64);
    let named = |people: Vec<Contact>| people.into_iter().take(MOST_NAMED).collect();
    Namesakes { count, newest: named(leads), users: named(users) }
}

/// The lead that a call made of which no answer came: the newest with these fields that was made since. None where it is
/// not found, or Intercom does not answer.
pub async fn made_since(
    intercom: &dyn Intercom,
    fields: &ContactFields,
    since: Timestamp,
) -> Option<Contact> {
    let page = with_email(intercom, Some(Role::Lead), fields.email.clone()?).await.ok()?;
    let is_named = |lead: &Contact| {
        fields.name.as_ref().is_none_or(|typed| is_read_as(typed, lead.name.as_deref().unwrap_or_default()))
    };
    let is_it = |lead: &Contact| lead.created_at >= since.plus(-CLOCKS_DIFFER) && is_named(lead);
    page.items.into_iter().find(is_it)
}

async fn with_email(
    intercom: &dyn Intercom,
    role: Option<Role>,
    email: String,
) -> Result<Page<Contact>, IntercomError> {
    let (filter, sort) = (ContactFilter::Email(email), ContactSort::CreatedDescending);
    let search = ContactSearch { role, filter, endings: Vec::new(), sort };
    intercom.search_contacts(&search, &PageRequest { size: 25, cursor: None }).await
}

#[cfg(test)]
mod tests;
