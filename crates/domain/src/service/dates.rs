//! Which custom attributes of a workspace are dates, as far as Intercom was asked.
//!
//! The list is asked for only when a number is about to be shown that it alone could call a date, and then not again for a
//! while, whatever came of it: a card with a number on it is a card, too.

use std::collections::BTreeSet;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

use crate::attribute::may_be_declared;
use crate::contact::Contact;
use crate::port::intercom::Intercom;

/// How long a list counts as fresh: attributes are declared once and then used for years.
const FRESH_FOR: Duration = Duration::from_mins(10);

/// The attributes of a workspace that Intercom calls dates.
#[derive(Default)]
pub struct DateAttributes {
    known: Mutex<Known>,
}

#[derive(Default)]
struct Known {
    names: BTreeSet<String>,
    asked: Option<Instant>,
}

/// Whether Intercom was asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Asked {
    /// It was: one call.
    Yes,
    /// Nothing was to be asked.
    No,
}

impl DateAttributes {
    /// Asks for the list, if it could say more of these values, by the attribute's name, than is known.
    pub async fn learn<'a>(
        &self,
        intercom: &dyn Intercom,
        values: impl IntoIterator<Item = (&'a str, &'a str)>,
    ) -> Asked {
        let is_worth_it = values.into_iter().any(|(name, value)| may_be_declared(name, value));
        if !is_worth_it || !self.is_due() {
            return Asked::No;
        }
        match intercom.date_attributes().await {
            Ok(names) => self.known().names = names.into_iter().collect(),
            Err(error) => {
                let error: &dyn std::error::Error = &error;
                tracing::debug!(error, "the list of attributes could not be read");
            }
        }
        Asked::Yes
    }

    /// Notes on a contact which of its attributes are known to be dates, and which of others that are shown with it.
    pub fn note<'a>(&self, contact: &mut Contact, others: impl IntoIterator<Item = &'a str>) {
        let known = self.known();
        let shown: BTreeSet<_> =
            contact.custom.keys().cloned().chain(others.into_iter().map(str::to_owned)).collect();
        contact.dates = shown.intersection(&known.names).cloned().collect();
    }

    fn is_due(&self) -> bool {
        let mut known = self.known();
        let is_due = known.asked.is_none_or(|asked| asked.elapsed() >= FRESH_FOR);
        if is_due {
            known.asked = Some(Instant::now());
        }
        is_due
    }

    fn known(&self) -> MutexGuard<'_, Known> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::contact::Role;
    use crate::ids::ContactId;
    use crate::port::intercom::{IntercomError, MockIntercom};

    fn ada() -> Contact {
        let mut ada = Contact::bare(ContactId::new("1"), Role::User);
        ada.custom.insert("renewal".to_owned(), "1764547200".to_owned());
        ada
    }

    fn values(contact: &Contact) -> Vec<(&str, &str)> {
        contact.custom.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect()
    }

    #[tokio::test(start_paused = true)]
    async fn the_list_is_asked_once_in_a_while_and_only_where_it_could_tell() {
        let mut intercom = MockIntercom::new();
        intercom.expect_date_attributes().times(2).returning(|| Ok(vec!["renewal".to_owned()]));
        let (dates, mut ada) = (DateAttributes::default(), ada());
        assert_eq!(dates.learn(&intercom, [("plan", "pro"), ("ends_at", "1764547200")]).await, Asked::No);
        assert_eq!(dates.learn(&intercom, values(&ada)).await, Asked::Yes);
        assert_eq!(dates.learn(&intercom, values(&ada)).await, Asked::No);
        tokio::time::advance(FRESH_FOR).await;
        assert_eq!(dates.learn(&intercom, values(&ada)).await, Asked::Yes);
        dates.note(&mut ada, ["plan"]);
        assert_eq!(ada.dates, ["renewal".to_owned()].into());
    }

    #[tokio::test(start_paused = true)]
    async fn a_list_that_may_not_be_read_leaves_the_number() {
        let mut intercom = MockIntercom::new();
        intercom.expect_date_attributes().times(1).returning(|| Err(IntercomError::Missing));
        let (dates, mut ada) = (DateAttributes::default(), ada());
        assert_eq!(dates.learn(&intercom, values(&ada)).await, Asked::Yes);
        assert_eq!(dates.learn(&intercom, values(&ada)).await, Asked::No);
        dates.note(&mut ada, []);
        assert!(ada.dates.is_empty());
    }
}
