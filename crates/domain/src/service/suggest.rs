//! Suggestions while somebody types who is meant: from a cache, so that a keystroke rarely costs a call.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

use crate::contact::{Contact, Role};
use crate::paging::first_with_records;
use crate::port::intercom::{
    ContactFilter, ContactSearch, ContactSort, Intercom, IntercomError, PageRequest,
};

/// How long an answer is good.
const FRESH_FOR: Duration = Duration::from_mins(1);
/// How many answers are kept.
const MOST_KEPT: usize = 256;
/// As many as Discord shows.
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
#[derive(Clone, PartialEq, Eq)]
pub struct Suggestion {
    /// Intercom's id.
    pub id: crate::ids::ContactId,
    /// The name to show.
    pub name: String,
    /// E-mail address.
    pub email: Option<String>,
}

impl Suggestion {
    fn of(contact: &Contact) -> Self {
        let name = contact.display_name();
        Self { id: contact.id.clone(), email: contact.email.clone().filter(|email| *email != name), name }
    }

    fn matches(&self, text: &str) -> bool {
        self.name.to_lowercase().contains(text)
            || self.email.as_deref().is_some_and(|email| email.to_lowercase().contains(text))
    }
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
        Some(complete.suggested.iter().filter(|one| one.matches(&text)).cloned().collect())
    }

    /// The best that can be said while the answer is not there: what an earlier beginning had.
    pub fn likely(&self, role: Role, text: &str) -> Vec<Suggestion> {
        let text = normal(text);
        let kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        let ends = text.char_indices().rev().map(|(end, _)| end);
        let nearest = ends.chain([0]).find_map(|end| kept.get(&(role.into(), text[..end].to_owned())));
        nearest
            .map(|kept| kept.suggested.iter().filter(|one| one.matches(&text)).cloned().collect())
            .unwrap_or_default()
    }

    /// Asks Intercom and keeps the answer. An empty text asks for the newest.
    pub async fn ask(
        &self,
        intercom: &dyn Intercom,
        role: Role,
        text: &str,
    ) -> Result<Vec<Suggestion>, IntercomError> {
        let text = normal(text);
        let filter = if text.is_empty() { ContactFilter::None } else { ContactFilter::Text(text.clone()) };
        let search = ContactSearch {
            role: Some(role),
            filter,
            endings: Vec::new(),
            sort: ContactSort::CreatedDescending,
        };
        let request = PageRequest { size: 25, cursor: None };
        let page = first_with_records(intercom, &search, request).await?;
        let complete = page.next.is_none() && page.total.is_none_or(|total| total <= page.items.len() as u64);
        let suggested: Vec<_> = page.items.iter().take(MOST_SHOWN).map(Suggestion::of).collect();
        self.keep(role, text, Kept { at: Instant::now(), suggested: suggested.clone(), complete });
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
