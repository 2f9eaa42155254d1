//! Making a lead a user, and merging a lead into a user. Neither can be undone, so both are read before, and what Intercom
//! shows afterwards is what is told.

use crate::contact::{Contact, Role};
use crate::ids::ContactId;
use crate::matching::{digits, is_same_email};
use crate::port::intercom::{ContactFields, Found, Intercom, IntercomError, Likeness};

/// What a lead can become.
#[derive(Debug, Clone, PartialEq)]
pub enum Lead {
    /// It is a lead.
    Still(Box<Contact>),
    /// It is a user already.
    User(Box<Contact>),
    /// It was merged into this one.
    Merged(Box<Contact>),
    /// Intercom does not know it any more.
    Gone,
}

/// How a lead stands now.
pub async fn lead(intercom: &dyn Intercom, id: &ContactId) -> Result<Lead, IntercomError> {
    Ok(match intercom.contact(id).await? {
        Found::Contact(contact) if contact.role == Role::Lead => Lead::Still(contact),
        Found::Contact(contact) => Lead::User(contact),
        Found::Merged(contact) => Lead::Merged(contact),
        Found::Missing => Lead::Gone,
    })
}

/// How it ended.
#[derive(Debug, Clone, PartialEq)]
pub enum Ended {
    /// It is done: the user.
    Done(Box<Contact>),
    /// It was so already, or somebody else was quicker: how the lead stands.
    Before(Lead),
}

/// Makes a lead a user.
pub async fn make_a_user(intercom: &dyn Intercom, id: &ContactId) -> Result<Ended, IntercomError> {
    match lead(intercom, id).await? {
        Lead::Still(_) => {}
        other => return Ok(Ended::Before(other)),
    }
    match intercom.convert_lead(id, &ContactFields::default()).await {
        Ok(user) => Ok(Ended::Done(Box::new(user))),
        // What the record shows tells whether it was done.
        Err(IntercomError::OutcomeUnknown) => match lead(intercom, id).await {
            Ok(Lead::User(user)) => Ok(Ended::Done(user)),
            _ => Err(IntercomError::OutcomeUnknown),
        },
        Err(error) => Err(error),
    }
}

/// A lead, and a user whom it is to be merged into.
#[derive(Debug, Clone, PartialEq)]
pub struct Pair {
    /// The lead.
    pub lead: Box<Contact>,
    /// The user.
    pub user: Box<Contact>,
}

impl Pair {
    /// These two, whichever of them is which; none where they are not a lead and a user.
    pub fn of(one: Contact, other: Contact) -> Option<Self> {
        let (lead, user) = if one.role == Role::Lead { (one, other) } else { (other, one) };
        let is_pair = lead.role == Role::Lead && user.role == Role::User;
        is_pair.then(|| Self { lead: Box::new(lead), user: Box::new(user) })
    }

    /// Whether they seem to be one person.
    pub fn likeness(&self) -> Likeness {
        let both = |one: &Option<String>, other: &Option<String>, same: fn(&str, &str) -> bool| {
            one.as_deref().zip(other.as_deref()).is_some_and(|(one, other)| same(one, other))
        };
        let same_number = |one: &str, other: &str| !digits(one).is_empty() && digits(one) == digits(other);
        let alike = both(&self.lead.email, &self.user.email, is_same_email)
            || both(&self.lead.phone, &self.user.phone, same_number);
        if alike { Likeness::Alike } else { Likeness::Unlike }
    }
}

/// Merges a lead into a user. `likeness` is what whoever asked was told of the two.
pub async fn merge(
    intercom: &dyn Intercom,
    (id, user): (&ContactId, &ContactId),
    likeness: Likeness,
) -> Result<Ended, IntercomError> {
    match lead(intercom, id).await? {
        Lead::Still(_) => {}
        other => return Ok(Ended::Before(other)),
    }
    match intercom.merge_lead(id, user, likeness).await {
        Ok(user) => Ok(Ended::Done(Box::new(user))),
        Err(error @ (IntercomError::OutcomeUnknown | IntercomError::Missing)) => {
            match lead(intercom, id).await {
                Ok(Lead::Merged(into)) if into.id == *user => Ok(Ended::Done(into)),
                Ok(other @ (Lead::Merged(_) | Lead::User(_))) => Ok(Ended::Before(other)),
                _ => Err(error),
            }
        }
        Err(error) => Err(error),
    }
}

#[cfg(test)]
mod tests {
    use mockall::Sequence;

    use super::*;
    use crate::port::intercom::MockIntercom;

    fn contact(id: &str, role: Role) -> Contact {
        Contact { email: Some("Ada@acme.io".to_owned()), ..Contact::bare(ContactId::new(id), role) }
    }

    fn found(id: &str, role: Role) -> Found {
        Found::Contact(Box::new(contact(id, role)))
    }

    fn reads(found: Vec<Found>) -> MockIntercom {
        let (mut intercom, mut order) = (MockIntercom::new(), Sequence::new());
        for one in found {
            intercom.expect_contact().times(1).in_sequence(&mut order).return_once(move |_| Ok(one));
        }
        intercom
    }

    async fn merged(intercom: MockIntercom) -> Result<Ended, IntercomError> {
        let (lead, user) = (ContactId::new("lead"), ContactId::new("user"));
        merge(&intercom, (&lead, &user), Likeness::Alike).await
    }

    #[tokio::test]
    async fn a_lead_that_somebody_else_made_a_user_meanwhile_is_told_as_that() {
        let ended = make_a_user(&reads(vec![found("lead", Role::User)]), &ContactId::new("lead")).await;
        assert!(matches!(ended, Ok(Ended::Before(Lead::User(_)))));
        let ended = merged(reads(vec![Found::Merged(Box::new(contact("other", Role::User)))])).await;
        assert!(matches!(ended, Ok(Ended::Before(Lead::Merged(into))) if into.id.as_str() == "other"));
        assert!(matches!(merged(reads(vec![Found::Missing])).await, Ok(Ended::Before(Lead::Gone))));
    }

    #[tokio::test]
    async fn where_the_answer_is_lost_the_record_tells_whether_it_was_done() {
        let mut intercom = reads(vec![found("lead", Role::Lead), found("lead", Role::User)]);
        intercom.expect_convert_lead().times(1).returning(|_, _| Err(IntercomError::OutcomeUnknown));
        let ended = make_a_user(&intercom, &ContactId::new("lead")).await;
        assert!(matches!(ended, Ok(Ended::Done(_))));

        let after = |after| {
            let mut intercom = reads(vec![found("lead", Role::Lead), after]);
            intercom.expect_merge_lead().times(1).returning(|_, _, _| Err(IntercomError::OutcomeUnknown));
            intercom
        };
        let done = merged(after(Found::Merged(Box::new(contact("user", Role::User))))).await;
        assert!(matches!(done, Ok(Ended::Done(_))));
        let other = merged(after(Found::Merged(Box::new(contact("other", Role::User))))).await;
        assert!(matches!(other, Ok(Ended::Before(Lead::Merged(_)))));
        let not = merged(after(found("lead", Role::Lead))).await;
        assert_eq!(not, Err(IntercomError::OutcomeUnknown));
    }

    #[test]
    fn two_are_alike_by_address_or_number() {
        let pair = |user: Contact| Pair::of(user, contact("lead", Role::Lead)).map(|pair| pair.likeness());
        assert_eq!(pair(contact("user", Role::User)), Some(Likeness::Alike));
        let unlike = Contact { email: None, ..contact("user", Role::User) };
        assert_eq!(pair(unlike), Some(Likeness::Unlike));
        assert_eq!(pair(contact("lead2", Role::Lead)), None, "a lead is merged into no lead");
    }
}
