//! The companies of a workspace for the picker, and how a typed text becomes one of them.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

use crate::contact::{Company, Contact, Named};
use crate::ids::{CompanyId, ContactId};
use crate::matching::{Wanted, folded};
use crate::names::Names;
use crate::port::intercom::{Attached, CompanyKey, Intercom, IntercomError};
use crate::service::input::is_record_id;

/// How long the list is good for a picker.
const FRESH_FOR: Duration = Duration::from_mins(5);
/// How many pages of 60 a picker's list has at most; what lies beyond is found by its exact name.
const MOST_PAGES: u32 = 20;
/// As many can be offered in a select.
const MOST_OFFERED: usize = 25;
/// How long after a failure the list is not fetched again: every keystroke would cost calls otherwise.
const REST_AFTER_FAILURE: Duration = Duration::from_secs(30);

/// The most recently active companies, kept for the picker.
#[derive(Default)]
pub struct CompanyBook {
    kept: Mutex<Option<Kept>>,
    /// Held by whoever fetches, with the last failure.
    fetching: tokio::sync::Mutex<Option<(Instant, IntercomError)>>,
}

struct Kept {
    at: Instant,
    companies: Vec<Company>,
}

/// A company that somebody chose.
#[derive(Clone, PartialEq, Eq)]
pub enum Chosen {
    /// This one; its name may be unknown, and it may be gone by now.
    Company(Company),
    /// One of these.
    Several(Vec<Company>),
    /// None is known by that.
    Unknown,
}

impl CompanyBook {
    /// What is kept, however old; none before the first fetch.
    pub fn kept(&self) -> Option<Vec<Company>> {
        let kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        kept.as_ref().map(|kept| kept.companies.clone())
    }

    /// Whether the list should be fetched again.
    pub fn is_stale(&self) -> bool {
        let kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        kept.as_ref().is_none_or(|kept| kept.at.elapsed() > FRESH_FOR)
    }

    /// Fetches the list anew, if it is old, and learns the names in it. However many ask for it, it is fetched by one at
    /// a time; a failure is everybody's answer for a while.
    pub async fn fetch(&self, intercom: &dyn Intercom, names: &Names) -> Result<(), IntercomError> {
        let mut failed = self.fetching.lock().await;
        if !self.is_stale() {
            return Ok(());
        }
        if let Some((at, error)) = failed.as_ref().filter(|(at, _)| at.elapsed() < REST_AFTER_FAILURE) {
            tracing::debug!(ago = ?at.elapsed(), "the companies are not asked for again so soon");
            return Err(error.clone());
        }
        let fetched = self.fetch_now(intercom, names).await;
        *failed = fetched.as_ref().err().map(|error| (Instant::now(), error.clone()));
        fetched
    }

    async fn fetch_now(&self, intercom: &dyn Intercom, names: &Names) -> Result<(), IntercomError> {
        let mut companies = Vec::new();
        for page in 1..=MOST_PAGES {
            let answer = intercom.companies(page).await?;
            names.learn_companies(&answer.items);
            companies.extend(answer.items);
            if !answer.more {
                break;
            }
        }
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        *kept = Some(Kept { at: Instant::now(), companies });
        Ok(())
    }

    /// The companies of a list that are meant by a text, by words of the name or by `company_id`; those whose name begins
    /// with it come first.
    pub fn matching(companies: &[Company], text: &str, most: usize) -> Vec<Company> {
        let wanted = Wanted::parse(text);
        let beginning = folded(wanted.text());
        let rank = |company: &Company| {
            let name = company.name.as_deref().unwrap_or_default();
            let texts = [Some(name), company.company_id.as_deref()];
            if folded(name).starts_with(&beginning) {
                Some(0)
            } else {
                wanted.is_in(texts.into_iter().flatten()).then_some(1)
            }
        };
        let mut ranked: Vec<_> =
            companies.iter().filter_map(|company| Some((rank(company)?, company))).collect();
        ranked.sort_by_key(|(rank, _)| *rank);
        ranked.into_iter().take(most).map(|(_, company)| company.clone()).collect()
    }

    /// What somebody chose: an id from the picker is taken as it is, a typed text is looked up by name, then by
    /// `company_id`, then by its words among the companies of the list.
    pub async fn choose(&self, intercom: &dyn Intercom, text: &str) -> Result<Chosen, IntercomError> {
        let text = text.trim();
        let kept = self.kept().unwrap_or_default();
        if let Some(company) = kept.iter().find(|company| company.id.as_str() == text) {
            return Ok(Chosen::Company(company.clone()));
        }
        if is_record_id(text) {
            let id = CompanyId::new(text);
            return Ok(Chosen::Company(Company { id, company_id: None, name: None }));
        }
        for key in [CompanyKey::Name(text.to_owned()), CompanyKey::CompanyId(text.to_owned())] {
            if let Some(company) = intercom.find_company(&key).await? {
                return Ok(Chosen::Company(company));
            }
        }
        Ok(Chosen::Unknown)
    }

    /// The same where Intercom, which compares names letter by letter, knows none: among the companies of the list.
    pub async fn choose_among_all(
        &self,
        shared: &dyn Intercom,
        names: &Names,
        text: &str,
    ) -> Result<Chosen, IntercomError> {
        self.fetch(shared, names).await?;
        let kept = self.kept().unwrap_or_default();
        let wanted = Wanted::parse(text);
        let is_named = |company: &&Company| company.name.as_ref().is_some_and(|name| wanted.is_exactly(name));
        let exact: Vec<_> = kept.iter().filter(is_named).cloned().collect();
        let meant = if exact.is_empty() { Self::matching(&kept, text, MOST_OFFERED) } else { exact };
        Ok(match meant.as_slice() {
            [] => Chosen::Unknown,
            [one] => Chosen::Company(one.clone()),
            _ => Chosen::Several(meant),
        })
    }
}

/// How attaching a company to a contact that was just saved went.
#[derive(Clone, PartialEq, Eq)]
pub enum Attachment {
    /// None was asked for.
    NotAsked,
    /// It is attached.
    Attached,
    /// It no longer exists.
    Gone,
    /// The contact is in too many companies.
    LimitReached,
    /// Intercom did not do it.
    Failed(IntercomError),
}

/// Attaches a company, and puts it into the record that is shown. The contact is saved already, so that a failure here
/// is told beside it and never instead of it.
pub async fn attach(intercom: &dyn Intercom, contact: &mut Contact, company: Option<&Company>) -> Attachment {
    let Some(company) = company else { return Attachment::NotAsked };
    match intercom.attach_company(&contact.id, &company.id).await {
        Ok(Attached::Company(attached)) => {
            add(contact, attached, company);
            Attachment::Attached
        }
        Ok(Attached::Gone) | Err(IntercomError::Missing) => Attachment::Gone,
        Ok(Attached::LimitReached) => Attachment::LimitReached,
        Err(error) => Attachment::Failed(error),
    }
}

/// Whether a contact's record says that it is in a company.
pub fn is_in(contact: &Contact, company: &CompanyId) -> bool {
    contact.companies.items.iter().any(|item| item.id == *company)
}

fn add(contact: &mut Contact, attached: Company, chosen: &Company) {
    let name = attached.name.or_else(|| chosen.name.clone());
    if let Some(item) = contact.companies.items.iter_mut().find(|item| item.id == attached.id) {
        item.name = name.or_else(|| item.name.take());
    } else {
        contact.companies.items.push(Named { id: attached.id, name });
        contact.companies.total += 1;
    }
}

/// Fills in the names of a record's companies and tags, with at most one call for each kind, where names are missing.
/// What cannot be found is shown as a count, so that a failure here is no failure of the command.
pub async fn resolve_names(intercom: &dyn Intercom, names: &Names, contact: &mut Contact) {
    let values = contact.custom.iter().map(|(name, value)| (name.as_str(), value.as_str()));
    names.dates.learn(intercom, values).await;
    names.dates.note(contact, []);
    let unresolved = names.resolve(contact);
    let id: ContactId = contact.id.clone();
    if (!unresolved.companies.is_empty() || !contact.companies.is_complete())
        && let Ok(companies) = intercom.companies_of(&id).await
    {
        names.learn_companies(&companies);
        let all = companies.into_iter().map(|company| Named { id: company.id, name: company.name });
        contact.companies.items = all.collect();
        let shown = u32::try_from(contact.companies.items.len()).unwrap_or(u32::MAX);
        contact.companies.total = contact.companies.total.max(shown);
    }
    if (!unresolved.tags.is_empty() || !contact.tags.is_complete())
        && let Ok(tags) = intercom.tags_of(&id).await
    {
        names.learn_tags(&tags);
        contact.tags.items = tags.into_iter().map(|tag| Named { id: tag.id, name: Some(tag.name) }).collect();
        let shown = u32::try_from(contact.tags.items.len()).unwrap_or(u32::MAX);
        contact.tags.total = contact.tags.total.max(shown);
    }
}

#[cfg(test)]
mod tests;
