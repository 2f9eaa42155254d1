//! What members do with a lead or user: owning, notes and tags.

use super::{Desk, DeskError, Tagged, Taking};
use crate::audit::entry::{Begun, Outcome};
use crate::audit::{Action, Deed};
use crate::contact::Contact;
use crate::ids::{AdminId, ContactId, TagId};
use crate::outgoing::{SAME_MOMENT, are_same};
use crate::port::intercom::{Found, IntercomError, Note, Tagging};
use crate::port::store::{Hinted, StoreError};
use crate::time::Timestamp;

/// How something done with a person ended.
#[derive(Debug, Clone, PartialEq)]
pub enum OfPerson<T> {
    /// So.
    Here(Box<Contact>, T),
    /// They were merged into somebody else, with whom nothing was done.
    Merged(Box<Contact>),
    /// Intercom does not know them any more.
    Gone,
}

/// How owning a person ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Owned {
    /// The member owns them now.
    Now,
    /// The member owned them already.
    Before,
    /// Nobody owns them: somebody took them away in the same moment.
    Nobody,
    /// Intercom took it, and did not show afterwards who owns them.
    Unread,
    /// Another teammate owns them.
    By(AdminId),
}

/// How writing a note on a person ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Noted {
    /// It is there.
    Now,
    /// The answer was lost, and the note is not among those that are there: it may still come.
    Unknown,
}

impl Desk<'_> {
    /// Makes the member's teammate the owner of a person.
    pub async fn own(&self, id: &ContactId, taking: Taking) -> Result<OfPerson<Owned>, DeskError> {
        let before = match self.person(id).await? {
            OfPerson::Here(contact, ()) => contact,
            OfPerson::Merged(into) => return Ok(OfPerson::Merged(into)),
            OfPerson::Gone => return Ok(OfPerson::Gone),
        };
        let action = match owner(&before) {
            Some(owner) if owner == self.admin => return Ok(OfPerson::Here(before, Owned::Before)),
            Some(owner) if taking == Taking::IfFree => {
                return Ok(OfPerson::Here(before, Owned::By(owner)));
            }
            Some(_) => Action::TookPersonOver,
            None => Action::TookPerson,
        };
        let begun = self.begin_about(action, id).await?;
        let set = self.intercom.set_owner(id, &self.admin).await;
        let after = match self.looks.contact(id).await {
            Ok(Found::Contact(contact)) => Some(contact),
            _ => None,
        };
        let outcome = owning_ended(&set, after.as_deref(), &self.admin);
        self.end(begun, outcome).await;
        if outcome != Outcome::Done {
            set?;
        }
        self.tell(&Hinted::Contact(id.clone())).await;
        let Some(after) = after else { return Ok(OfPerson::Here(before, Owned::Unread)) };
        let owned = match owner(&after) {
            None => Owned::Nobody,
            Some(owner) if owner == self.admin => Owned::Now,
            Some(other) => Owned::By(other),
        };
        Ok(OfPerson::Here(after, owned))
    }

    /// The tags of a person.
    pub async fn tags_of_person(&self, id: &ContactId) -> Result<OfPerson<Vec<TagId>>, DeskError> {
        Ok(match self.person(id).await? {
            OfPerson::Here(contact, ()) => OfPerson::Here(contact, self.tags_on(id).await?),
            OfPerson::Merged(into) => OfPerson::Merged(into),
            OfPerson::Gone => OfPerson::Gone,
        })
    }

    /// Puts a tag on a person or takes it off, unless somebody was quicker.
    pub async fn tag_person(
        &self,
        id: &ContactId,
        tag: &TagId,
        tagging: Tagging,
    ) -> Result<OfPerson<Tagged>, DeskError> {
        let (contact, before) = match self.tags_of_person(id).await? {
            OfPerson::Here(contact, tags) => (contact, tags),
            OfPerson::Merged(into) => return Ok(OfPerson::Merged(into)),
            OfPerson::Gone => return Ok(OfPerson::Gone),
        };
        let is_so = |tags: &[TagId]| tags.contains(tag) == (tagging == Tagging::On);
        if is_so(&before) {
            return Ok(OfPerson::Here(contact, Tagged::Before(tagging)));
        }
        let action = match tagging {
            Tagging::On => Action::TaggedPerson,
            Tagging::Off => Action::UntaggedPerson,
        };
        let begun = self.begin_about(action, id).await?;
        let mut changed = self.intercom.tag_contact(id, tag, tagging).await;
        if matches!(changed, Err(IntercomError::OutcomeUnknown | IntercomError::Missing)) {
            // What is there afterwards tells whether it was done. A tag that was taken off is missing at a second try.
            changed = match self.tags_on(id).await {
                Ok(tags) if is_so(&tags) => Ok(()),
                Ok(_) => changed,
                Err(_) => Err(IntercomError::OutcomeUnknown),
            };
        }
        self.end(begun, ended(&changed)).await;
        match changed {
            Err(IntercomError::Missing) => return Ok(OfPerson::Here(contact, Tagged::NoSuchTag)),
            changed => changed?,
        }
        self.tell(&Hinted::Contact(id.clone())).await;
        Ok(OfPerson::Here(contact, Tagged::Now(tagging)))
    }

    /// Writes a note on a person. Where the answer is lost it is looked for once, and never written again; `now` is by
    /// Intercom's clock.
    pub async fn note_on(
        &self,
        id: &ContactId,
        text: &str,
        now: Timestamp,
    ) -> Result<OfPerson<Noted>, DeskError> {
        let contact = match self.person(id).await? {
            OfPerson::Here(contact, ()) => contact,
            OfPerson::Merged(into) => return Ok(OfPerson::Merged(into)),
            OfPerson::Gone => return Ok(OfPerson::Gone),
        };
        let begun = self.begin_about(Action::NotedPerson, id).await?;
        let mut written = self.intercom.write_note(id, &self.admin, text).await;
        if written == Err(IntercomError::OutcomeUnknown) && self.is_noted(id, text, now).await {
            written = Ok(());
        }
        self.end(begun, ended(&written)).await;
        match written {
            Ok(()) => Ok(OfPerson::Here(contact, Noted::Now)),
            Err(IntercomError::OutcomeUnknown) => Ok(OfPerson::Here(contact, Noted::Unknown)),
            Err(error) => Err(error.into()),
        }
    }

    /// Whether a note with the same words by the same teammate was written since.
    async fn is_noted(&self, id: &ContactId, text: &str, since: Timestamp) -> bool {
        let ours = self.intercom.read_again(text).to_plain();
        let is_ours = |note: &Note| {
            note.author.as_ref() == Some(&self.admin)
                && note.at >= since.minus(SAME_MOMENT)
                && are_same(&ours, &note.text.to_plain())
        };
        self.intercom.notes_on(id).await.is_ok_and(|notes| notes.iter().any(is_ours))
    }

    async fn person(&self, id: &ContactId) -> Result<OfPerson<()>, DeskError> {
        Ok(match self.intercom.contact(id).await? {
            Found::Contact(contact) => OfPerson::Here(contact, ()),
            Found::Merged(into) => OfPerson::Merged(into),
            Found::Missing => OfPerson::Gone,
        })
    }

    async fn tags_on(&self, id: &ContactId) -> Result<Vec<TagId>, IntercomError> {
        Ok(self.intercom.tags_of(id).await?.into_iter().map(|tag| tag.id).collect())
    }

    async fn begin_about(&self, action: Action, id: &ContactId) -> Result<Begun, StoreError> {
        self.audit.begin_deed(&self.home, Deed::about(self.member, action, id)).await
    }
}

fn owner(contact: &Contact) -> Option<AdminId> {
    contact.owner_id.as_deref().map(AdminId::new)
}

/// Where Intercom did not answer, whom it shows afterwards tells whether it was done.
fn owning_ended(set: &Result<Contact, IntercomError>, after: Option<&Contact>, me: &AdminId) -> Outcome {
    match (set, after) {
        (Err(IntercomError::OutcomeUnknown), Some(after)) if owner(after).as_ref() == Some(me) => {
            Outcome::Done
        }
        (Err(IntercomError::OutcomeUnknown), Some(_)) => Outcome::Failed,
        (set, _) => ended(set),
    }
}

fn ended<T>(done: &Result<T, IntercomError>) -> Outcome {
    match done {
        Ok(_) => Outcome::Done,
        Err(IntercomError::OutcomeUnknown) => Outcome::Unknown,
        Err(_) => Outcome::Failed,
    }
}

#[cfg(test)]
mod tests;
