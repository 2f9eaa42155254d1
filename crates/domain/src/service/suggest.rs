//! Suggestions while somebody types who is meant: from a cache, so that a keystroke rarely costs a call.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

use crate::contact::{Contact, Role};
use crate::ids::ContactId;
use crate::matching::Wanted;
use crate::port::intercom::IntercomError;
use crate::service::find::Places;

/// How long an answer is good.
const FRESH_FOR: Duration = Duration::from_mins(1);
/// How many answers are kept.
const MOST_KEPT: usize = 256;
/// As many as Discord shows, which is as many as are asked for.
const MOST_SHOWN: usize = 25;

/// The answers to what was typed lately.
#[derive(Default)]
pub struct Suggestions {
    kept: Mutex<BTreeMap<(RoleKey, String), Kept>>,
}

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum RoleKey {
    Lead,
    User,
}

impl From<Role> for RoleKey {
    fn from(role: Role) -> Self {
        match role {
            Role::Lead => Self::Lead,
            Role::User => Self::User,
        }
    }
}

struct Kept {
    at: Instant,
    suggested: Vec<Suggestion>,
    complete: bool,
}

/// Somebody who may be meant.
#[derive(Clone, PartialEq)]
pub struct Suggestion {
    /// Intercom's id.
    pub id: ContactId,
    /// The name to show.
    pub name: String,
    /// E-mail address.
    pub email: Option<String>,
    /// What they are found by.
    contact: Contact,
    company: Option<String>,
}

impl Suggestion {
    fn of(contact: &Contact, company: Option<&String>) -> Self {
        let name = contact.display_name();
        let found_by = Contact {
            name: contact.name.clone(),
            email: contact.email.clone(),
            phone: contact.phone.clone(),
            external_id: contact.external_id.clone(),
            ..Contact::bare(contact.id.clone(), contact.role)
        };
        let email = contact.email.clone().filter(|email| *email != name);
        Self { id: contact.id.clone(), email, name, contact: found_by, company: company.cloned() }
    }

    fn is_meant(&self, wanted: &Wanted) -> bool {
        let texts = [Some(self.name.as_str()), self.email.as_deref(), self.company.as_deref()];
        wanted.means(&self.contact) || wanted.is_in(texts.into_iter().flatten())
    }
}

fn those_meant(suggested: &[Suggestion], text: &str) -> Vec<Suggestion> {
    let wanted = Wanted::parse(text);
    suggested.iter().filter(|one| one.is_meant(&wanted)).cloned().collect()
}

impl Suggestions {
    /// What can be said without asking: the answer to this text, or to a beginning of it that had all the answers.
    pub fn known(&self, role: Role, text: &str) -> Option<Vec<Suggestion>> {
        let text = normal(text);
        let kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        let fresh = |text: &str| {
            kept.get(&(role.into(), text.to_owned())).filter(|kept| kept.at.elapsed() <= FRESH_FOR)
        };
        if let Some(exact) = fresh(&text) {
            return Some(exact.suggested.clone());
        }
        let beginnings = text.char_indices().rev().map(|(end, _)| &text[..end]);
        let complete = beginnings.filter_map(fresh).find(|kept| kept.complete)?;
        // Where none is left, a whole word may be the name of a company.
        Some(those_meant(&complete.suggested, &text)).filter(|left| !left.is_empty())
    }

    /// The best that can be said while the answer is not there: what an earlier beginning had.
    pub fn likely(&self, role: Role, text: &str) -> Vec<Suggestion> {
        let text = normal(text);
        let kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        let ends = text.char_indices().rev().map(|(end, _)| end);
        let nearest = ends.chain([0]).find_map(|end| kept.get(&(role.into(), text[..end].to_owned())));
        nearest.map(|kept| those_meant(&kept.suggested, &text)).unwrap_or_default()
    }

    /// Asks Intercom and keeps the answer. An empty text asks for the newest.
    pub async fn ask(
        &self,
        places: &Places<'_>,
        role: Role,
        text: &str,
    ) -> Result<Vec<Suggestion>, IntercomError> {
        let text = normal(text);
        let meant = places.people(role, &Wanted::parse(&text)).await?;
        let people = meant.people.iter().take(MOST_SHOWN);
        let suggested: Vec<_> = people.map(|one| Suggestion::of(one, meant.company.as_ref())).collect();
        let answer = Kept { at: Instant::now(), suggested: suggested.clone(), complete: meant.all };
        self.keep(role, text, answer);
        Ok(suggested)
    }

    fn keep(&self, role: Role, text: String, answer: Kept) {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        kept.retain(|_, old| old.at.elapsed() <= FRESH_FOR);
        if kept.len() >= MOST_KEPT {
            kept.clear();
        }
        kept.insert((role.into(), text), answer);
    }
}

fn normal(text: &str) -> String {
    text.trim().to_lowercase()
}

#[cfg(test)]
mod tests;
