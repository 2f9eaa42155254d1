//! `/lead create`: makes a lead once, whatever happens on the way.

use crate::contact::{Company, Contact, Role};
use crate::ids::ContactId;
use crate::port::intercom::{
    ContactFields, ContactFilter, ContactSearch, ContactSort, Created, Intercom, IntercomError, PageRequest,
};
use crate::service::companies::{Attachment, attach};

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

/// Other leads with the same e-mail address.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Namesakes {
    /// How many there are.
    pub count: u64,
    /// The newest of them.
    pub newest: Vec<Contact>,
}

/// Looks for other leads with the same e-mail address: Intercom lets many share one. Only a hint, so that it is asked
/// after the lead is made and shown, and no answer is an answer too.
pub async fn namesakes(intercom: &dyn Intercom, lead: &Contact) -> Namesakes {
    let Some(email) = lead.email.clone() else { return Namesakes::default() };
    let search = ContactSearch {
        role: Some(Role::Lead),
        filter: ContactFilter::Email(email),
        endings: Vec::new(),
        sort: ContactSort::CreatedDescending,
    };
    let Ok(page) = intercom.search_contacts(&search, &PageRequest { size: 5, cursor: None }).await else {
        return Namesakes::default();
    };
    let includes_own = page.items.iter().any(|other| other.id == lead.id);
    let total = page.total.unwrap_or(page.items.len() as u64);
    let newest: Vec<_> = page.items.into_iter().filter(|other| other.id != lead.id).take(3).collect();
    let count = total.saturating_sub(u64::from(includes_own)).max(newest.len() as u64);
    Namesakes { count, newest }
}

#[cfg(test)]
mod tests;
