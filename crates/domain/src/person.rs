//! How an announced lead or user stands by now, as far as its card tells.

use std::fmt;

use serde::{Deserialize, Serialize};

pub use crate::contact::Fate;
use crate::contact::{Contact, Role};
use crate::time::Timestamp;

/// What is read of a lead or user that was announced. A value that is missing says nothing of the one that was there.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Person {
    /// When Intercom says that it was so.
    #[serde(rename = "u", default)]
    pub as_of: Timestamp,
    /// Full name.
    #[serde(rename = "n", default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// E-mail address.
    #[serde(rename = "e", default, skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
    /// Phone number.
    #[serde(rename = "p", default, skip_serializing_if = "Option::is_none")]
    pub phone: Option<String>,
    /// What became of it.
    #[serde(rename = "f", default, skip_serializing_if = "Option::is_none")]
    pub fate: Option<Fate>,
}

impl Person {
    /// What a reading says of one that was announced in this role.
    pub fn read(contact: &Contact, announced: Role) -> Self {
        let signed_up = announced == Role::Lead && contact.role == Role::User;
        Self {
            as_of: contact.updated_at,
            name: contact.name.clone(),
            email: contact.email.clone(),
            phone: contact.phone.clone(),
            fate: signed_up.then_some(Fate::BecameUser(contact.updated_at)),
        }
    }

    /// One of whom only this is known.
    pub fn became(fate: Fate, as_of: Timestamp) -> Self {
        Self { as_of, fate: Some(fate), ..Self::default() }
    }

    /// Takes in what was read before it.
    pub fn follow(&mut self, earlier: &Self) {
        self.as_of = self.as_of.max(earlier.as_of);
        for (value, before) in [
            (&mut self.name, &earlier.name),
            (&mut self.email, &earlier.email),
            (&mut self.phone, &earlier.phone),
        ] {
            if value.is_none() {
                value.clone_from(before);
            }
        }
        if self.fate.is_none() {
            self.fate.clone_from(&earlier.fate);
        }
    }
}

impl Contact {
    /// It stands so by now.
    pub fn stands(&mut self, person: &Person) {
        let mut now = person.clone();
        now.follow(&Person {
            as_of: self.updated_at,
            name: self.name.take(),
            email: self.email.take(),
            phone: self.phone.take(),
            fate: self.fate.take(),
        });
        Person {
            as_of: self.updated_at,
            name: self.name,
            email: self.email,
            phone: self.phone,
            fate: self.fate,
        } = now;
    }

    /// Whether a reading tells something else of it than is known, and no older than that. When a lead became a user, or
    /// was found to be gone, is told once.
    pub fn is_told_anew_by(&self, person: &Person) -> bool {
        let differs = |new: &Option<String>, known: &Option<String>| new.is_some() && new != known;
        let kind = |fate: &Fate| std::mem::discriminant(fate);
        let other_fate =
            person.fate.as_ref().is_some_and(|fate| self.fate.as_ref().map(kind) != Some(kind(fate)));
        let other_values = differs(&person.name, &self.name)
            || differs(&person.email, &self.email)
            || differs(&person.phone, &self.phone);
        person.as_of >= self.updated_at && (other_values || (other_fate && !self.is_gone()))
    }

    /// Whether there is no such record any more.
    fn is_gone(&self) -> bool {
        matches!(self.fate, Some(Fate::Merged { .. } | Fate::Deleted(_)))
    }
}

/// Customer data never reaches a log line.
impl fmt::Debug for Person {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Person").field("fate", &self.fate).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ids::ContactId;

    fn lead() -> Contact {
        let mut lead = Contact::bare(ContactId::new("ada"), Role::Lead);
        lead.updated_at = Timestamp(100);
        lead
    }

    fn read(at: i64, email: Option<&str>) -> Contact {
        Contact { updated_at: Timestamp(at), email: email.map(str::to_owned), ..lead() }
    }

    #[test]
    fn what_comes_in_later_is_told_once_and_what_an_older_index_says_never() {
        let mut known = lead();
        let later = Person::read(&read(200, Some("ada@acme.io")), Role::Lead);
        assert!(known.is_told_anew_by(&later));
        known.stands(&later);
        assert_eq!((known.email.as_deref(), known.updated_at), (Some("ada@acme.io"), Timestamp(200)));
        assert!(!known.is_told_anew_by(&later));
        assert!(!known.is_told_anew_by(&Person::read(&read(150, Some("old@acme.io")), Role::Lead)));
        assert!(!known.is_told_anew_by(&Person::read(&read(300, None), Role::Lead)), "a gap says nothing");
    }

    #[test]
    fn a_lead_becomes_a_user_once_and_one_that_is_gone_stays_so() {
        let mut known = lead();
        let user = |at| Contact { role: Role::User, ..read(at, None) };
        known.stands(&Person::read(&user(200), Role::Lead));
        assert_eq!(known.fate, Some(Fate::BecameUser(Timestamp(200))));
        assert!(!known.is_told_anew_by(&Person::read(&user(300), Role::Lead)));
        let merged = Fate::Merged { into: ContactId::new("grace"), name: "Grace".to_owned() };
        known.stands(&Person::became(merged, Timestamp(400)));
        assert!(!known.is_told_anew_by(&Person::became(Fate::Deleted(Timestamp(500)), Timestamp(500))));
        assert!(
            Person::read(&user(200), Role::User).fate.is_none(),
            "who was announced as a user became none"
        );
    }
}
