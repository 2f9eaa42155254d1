//! What leads and users do, and what is done to them.

use std::time::Duration;

use super::UnknownRecord;
use crate::intercom::{
    Contact, Intercom, NewContact,
    contact::Role,
    ids::ContactId,
    state::{Presence, State},
};

/// The leads and users of the workspace.
#[derive(Clone, Copy, Debug)]
pub struct ContactsHandle<'a> {
    intercom: &'a Intercom,
}

impl Intercom {
    /// The leads and users of the workspace.
    pub fn contacts(&self) -> ContactsHandle<'_> {
        ContactsHandle { intercom: self }
    }
}

impl ContactsHandle<'_> {
    /// Makes a lead or user; nothing is checked for conflicts.
    pub fn create(self, new: NewContact) -> ContactId {
        let (now, now_ms) = (self.intercom.now(), self.intercom.clock.unix_millis());
        let id = self.intercom.with(|state| state.create(new, now, now_ms));
        self.intercom.webhooks().created(&id);
        id
    }

    /// Makes so many leads within this very second, named and addressed by number.
    pub fn burst_of_leads(self, how_many: usize) -> Vec<ContactId> {
        let lead = |number| {
            let email = format!("lead{number}@burst.example");
            NewContact::lead().name(&format!("Burst lead {number}")).email(&email)
        };
        (1..=how_many).map(|number| self.create(lead(number))).collect()
    }

    /// Changes any field of a contact and moves `updated_at`.
    pub fn update(self, id: &ContactId, change: impl FnOnce(&mut Contact)) -> Result<(), UnknownRecord> {
        let before = self.get(id);
        self.move_on(id, change)?;
        self.intercom.webhooks().updated(id, before.as_ref());
        Ok(())
    }

    fn move_on(self, id: &ContactId, change: impl FnOnce(&mut Contact)) -> Result<(), UnknownRecord> {
        let now = self.intercom.now();
        self.change(id, |contact| {
            change(contact);
            contact.updated_at = now;
        })
    }

    /// A contact opens a page: `last_seen_at` and `updated_at` move, nothing else.
    pub fn page_visit(self, id: &ContactId) -> Result<(), UnknownRecord> {
        let now = self.intercom.now();
        self.update(id, |contact| contact.last_seen_at = Some(now))
    }

    /// A lead signs up: same id, same `created_at`, another role.
    pub fn convert_to_user(self, id: &ContactId) -> Result<(), UnknownRecord> {
        let now = self.intercom.now();
        self.move_on(id, |contact| {
            contact.role = Role::User;
            contact.signed_up_at = Some(now);
        })?;
        self.intercom.webhooks().signed_up(id);
        Ok(())
    }

    /// Merges a lead into a user: the lead's id answers 410; its tags, notes, companies, conversations and tickets go over.
    pub fn merge(self, lead: &ContactId, user: &ContactId) -> Result<(), UnknownRecord> {
        let (now, now_ms) = (self.intercom.now(), self.intercom.clock.unix_millis());
        self.intercom.with(|state| state.merge(lead, user, now, now_ms)).ok_or(UnknownRecord)?;
        self.intercom.webhooks().merged(lead, user);
        Ok(())
    }

    /// Archives a contact: it can no longer be found, but conflicts with new users.
    pub fn archive(self, id: &ContactId) -> Result<(), UnknownRecord> {
        self.intercom
            .with(|state| state.contacts.get_mut(id).map(|record| record.presence = Presence::Archived))
            .ok_or(UnknownRecord)
    }

    /// Deletes a contact for good, and tells of it by its id.
    pub fn delete(self, id: &ContactId) -> Result<(), UnknownRecord> {
        self.intercom.with(|state| state.contacts.remove(id)).map(drop).ok_or(UnknownRecord)?;
        self.intercom.webhooks().contact_deleted(id);
        Ok(())
    }

    /// A contact as it is now, whether or not a search sees it; none if it is gone.
    pub fn get(self, id: &ContactId) -> Option<Contact> {
        self.intercom.with(|state| state.live(id).cloned())
    }

    /// Every contact that is not gone, by id.
    pub fn all(self) -> Vec<Contact> {
        self.intercom.with(|state| state.searchable(i64::MAX).cloned().collect())
    }

    /// Lets searches see one contact's present state only after this span, counted from now.
    pub fn index_after(self, contact: &ContactId, lag: Duration) -> Result<(), UnknownRecord> {
        let visible_ms =
            self.intercom.clock.unix_millis() + i64::try_from(lag.as_millis()).unwrap_or(i64::MAX / 2);
        self.intercom.with(|state| state.hide_until(contact, visible_ms)).ok_or(UnknownRecord)
    }

    /// Changes any field of a contact; whoever calls decides whether `updated_at` moves.
    pub(super) fn change(
        self,
        id: &ContactId,
        change: impl FnOnce(&mut Contact),
    ) -> Result<(), UnknownRecord> {
        let now_ms = self.intercom.clock.unix_millis();
        self.intercom.with(|state| state.change_contact(id, now_ms, change)).ok_or(UnknownRecord)
    }
}

impl State {
    pub(in crate::intercom) fn create(&mut self, new: NewContact, now: i64, now_ms: i64) -> ContactId {
        let lag_ms = new.index_lag.map_or_else(|| self.index_lag_ms(), millis);
        let mut contact = new.contact;
        contact.created_at = new.created_at.unwrap_or(now);
        contact.updated_at = contact.created_at;
        for applied in &mut contact.tags {
            applied.applied_at = contact.created_at;
        }
        match contact.role {
            // Intercom makes up an external id for every lead.
            Role::Lead if contact.external_id.is_none() => contact.external_id = Some(self.chance.uuid()),
            Role::User if contact.signed_up_at.is_none() => contact.signed_up_at = Some(contact.created_at),
            Role::Lead | Role::User => {}
        }
        self.add_contact(contact, now_ms, lag_ms)
    }

    pub(in crate::intercom) fn merge(
        &mut self,
        lead: &ContactId,
        user: &ContactId,
        now: i64,
        now_ms: i64,
    ) -> Option<()> {
        self.live(user)?;
        let gone = self.contacts.remove(lead)?.contact.current;
        self.merged.insert(lead.clone(), user.clone());
        for conversation in self.conversations.values_mut() {
            conversation.current.post_once(lead, user);
        }
        for ticket in self.tickets.values_mut().filter(|ticket| ticket.contact == *lead) {
            ticket.contact.clone_from(user);
        }
        self.change_contact(user, now_ms, |contact| {
            contact.notes.extend(gone.notes);
            let tags = gone.tags.into_iter().filter(|applied| !contact.has_tag(&applied.id));
            let tags: Vec<_> = tags.collect();
            contact.tags.extend(tags);
            for company in gone.companies {
                if !contact.companies.contains(&company) {
                    contact.companies.push(company);
                }
            }
            contact.updated_at = now;
        })
    }
}

fn millis(span: Duration) -> i64 {
    i64::try_from(span.as_millis()).unwrap_or(i64::MAX / 2)
}
