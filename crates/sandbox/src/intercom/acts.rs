//! What happens in a workspace without the API: what its customers and teammates do.
//!
//! Which times an act moves is Intercom's: a page visit moves `updated_at`, a tag does not. Every act takes effect at once;
//! only searches lag, where a lag was set.

use std::{fmt, time::Duration};

use super::{
    Admin, Company, Contact, Conversation, Intercom, NewCompany, NewContact, NewConversation,
    contact::{AppliedTag, Role},
    conversation::{Author, Part},
    ids::{AdminId, CompanyId, ContactId, ConversationId, TagId},
    settings::AttachEffect,
    state::{Presence, State},
};

/// A record that the workspace does not have, or no longer has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UnknownRecord;

impl fmt::Display for UnknownRecord {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("the workspace has no such record")
    }
}

impl std::error::Error for UnknownRecord {}

impl Intercom {
    /// Makes a lead or user; nothing is checked for conflicts.
    pub fn create(&self, new: NewContact) -> ContactId {
        let (now, now_ms) = (self.now(), self.clock.unix_millis());
        self.with(|state| state.create(new, now, now_ms))
    }

    /// Makes so many leads within this very second, named and addressed by number.
    pub fn burst_of_leads(&self, how_many: usize) -> Vec<ContactId> {
        let lead = |number| {
            let email = format!("lead{number}@burst.example");
            NewContact::lead().name(&format!("Burst lead {number}")).email(&email)
        };
        (1..=how_many).map(|number| self.create(lead(number))).collect()
    }

    /// Changes any field of a contact and moves `updated_at`.
    pub fn update(&self, id: &ContactId, change: impl FnOnce(&mut Contact)) -> Result<(), UnknownRecord> {
        let now = self.now();
        self.change(id, |contact| {
            change(contact);
            contact.updated_at = now;
        })
    }

    /// A contact opens a page: `last_seen_at` and `updated_at` move, nothing else.
    pub fn page_visit(&self, id: &ContactId) -> Result<(), UnknownRecord> {
        let now = self.now();
        self.update(id, |contact| contact.last_seen_at = Some(now))
    }

    /// Puts a tag on a contact; `updated_at` stays.
    pub fn tag(&self, id: &ContactId, tag: &TagId) -> Result<(), UnknownRecord> {
        let now = self.now();
        self.change(id, |contact| {
            if !contact.has_tag(tag) {
                contact.tags.push(AppliedTag { id: tag.clone(), applied_at: now });
            }
        })
    }

    /// Takes a tag off a contact; `updated_at` stays.
    pub fn untag(&self, id: &ContactId, tag: &TagId) -> Result<(), UnknownRecord> {
        self.change(id, |contact| contact.tags.retain(|applied| applied.id != *tag))
    }

    /// Puts a contact into a company.
    pub fn attach_company(&self, id: &ContactId, company: &CompanyId) -> Result<(), UnknownRecord> {
        let (now, now_ms) = (self.now(), self.clock.unix_millis());
        self.with(|state| state.attach(id, company, now, now_ms)).ok_or(UnknownRecord)
    }

    /// Takes a contact out of a company and moves `updated_at`.
    pub fn detach_company(&self, id: &ContactId, company: &CompanyId) -> Result<(), UnknownRecord> {
        self.update(id, |contact| contact.companies.retain(|attached| attached != company))
    }

    /// A lead signs up: same id, same `created_at`, another role.
    pub fn convert_to_user(&self, id: &ContactId) -> Result<(), UnknownRecord> {
        let now = self.now();
        self.update(id, |contact| {
            contact.role = Role::User;
            contact.signed_up_at = Some(now);
        })
    }

    /// Merges a lead into a user: the lead's id answers 410, its tags, companies and conversations go over.
    pub fn merge(&self, lead: &ContactId, user: &ContactId) -> Result<(), UnknownRecord> {
        let (now, now_ms) = (self.now(), self.clock.unix_millis());
        self.with(|state| state.merge(lead, user, now, now_ms)).ok_or(UnknownRecord)
    }

    /// Archives a contact: it can no longer be found, but conflicts with new users.
    pub fn archive(&self, id: &ContactId) -> Result<(), UnknownRecord> {
        self.with(|state| state.contacts.get_mut(id).map(|record| record.presence = Presence::Archived))
            .ok_or(UnknownRecord)
    }

    /// Deletes a contact for good.
    pub fn delete(&self, id: &ContactId) -> Result<(), UnknownRecord> {
        self.with(|state| state.contacts.remove(id)).map(drop).ok_or(UnknownRecord)
    }

    /// Starts a conversation. A contact who writes is seen, has replied, and so is changed.
    pub fn start_conversation(&self, new: NewConversation) -> ConversationId {
        let (now, now_ms) = (self.now(), self.clock.unix_millis());
        self.with(|state| state.start_conversation(new, now, now_ms))
    }

    /// Changes any field of a conversation and moves its `updated_at`.
    pub fn update_conversation(
        &self,
        id: &ConversationId,
        change: impl FnOnce(&mut Conversation),
    ) -> Result<(), UnknownRecord> {
        let now = self.now();
        self.with(|state| {
            let conversation = state.conversations.get_mut(id)?;
            change(conversation);
            conversation.updated_at = now;
            Some(())
        })
        .ok_or(UnknownRecord)
    }

    /// Adds a reply to a conversation.
    pub fn reply(&self, id: &ConversationId, author: Author, body: &str) -> Result<(), UnknownRecord> {
        let part = Part { author, body: body.to_owned(), created_at: self.now() };
        self.update_conversation(id, |conversation| conversation.parts.push(part))
    }

    /// Adds a company.
    pub fn add_company(&self, new: NewCompany) -> CompanyId {
        let now = self.now();
        self.with(|state| {
            let id = CompanyId::from(state.object_id(now));
            let company = Company { id: id.clone(), created_at: now, updated_at: now, ..new.0 };
            state.companies.insert(id.clone(), company);
            id
        })
    }

    /// Changes any field of a company and moves its `updated_at`.
    pub fn update_company(
        &self,
        id: &CompanyId,
        change: impl FnOnce(&mut Company),
    ) -> Result<(), UnknownRecord> {
        let now = self.now();
        self.with(|state| {
            let company = state.companies.get_mut(id)?;
            change(company);
            company.updated_at = now;
            Some(())
        })
        .ok_or(UnknownRecord)
    }

    /// Deletes a company and takes every contact out of it.
    pub fn delete_company(&self, id: &CompanyId) -> Result<(), UnknownRecord> {
        self.with(|state| {
            state.companies.remove(id)?;
            let records = state.contacts.values_mut();
            records.for_each(|record| record.current.companies.retain(|attached| attached != id));
            Some(())
        })
        .ok_or(UnknownRecord)
    }

    /// Adds a tag that contacts can carry, or finds the one of that name.
    pub fn add_tag(&self, name: &str) -> TagId {
        self.with(|state| {
            if let Some((id, _)) = state.tags.iter().find(|(_, known)| *known == name) {
                return id.clone();
            }
            let id = TagId::from((7_522_900 + state.next_serial()).to_string());
            state.tags.insert(id.clone(), name.to_owned());
            id
        })
    }

    /// Adds a teammate.
    pub fn add_admin(&self, name: &str, email: &str) -> AdminId {
        self.with(|state| state.add_admin(name, email))
    }

    /// A contact as it is now, whether or not a search sees it; none if it is gone.
    pub fn contact(&self, id: &ContactId) -> Option<Contact> {
        self.with(|state| state.live(id).cloned())
    }

    /// Every contact that is not gone, by id.
    pub fn contacts(&self) -> Vec<Contact> {
        self.with(|state| state.searchable(i64::MAX).cloned().collect())
    }

    /// Every conversation, by id.
    pub fn conversations(&self) -> Vec<Conversation> {
        self.with(|state| state.conversations.values().cloned().collect())
    }

    /// Every company, by id.
    pub fn companies(&self) -> Vec<Company> {
        self.with(|state| state.companies.values().cloned().collect())
    }

    /// Every teammate; the first is the one whose token the client uses.
    pub fn admins(&self) -> Vec<Admin> {
        self.with(|state| state.admins.clone())
    }

    fn change(&self, id: &ContactId, change: impl FnOnce(&mut Contact)) -> Result<(), UnknownRecord> {
        let now_ms = self.clock.unix_millis();
        self.with(|state| state.change_contact(id, now_ms, change)).ok_or(UnknownRecord)
    }
}

impl State {
    pub(super) fn create(&mut self, new: NewContact, now: i64, now_ms: i64) -> ContactId {
        let lag_ms = new.index_lag.map_or_else(|| self.index_lag_ms(), millis);
        let mut contact = new.contact;
        contact.created_at = new.created_at.unwrap_or(now);
        contact.updated_at = contact.created_at;
        for applied in &mut contact.tags {
            applied.applied_at = contact.created_at;
        }
        match contact.role {
            // Intercom makes up an external id for every lead.
            Role::Lead if contact.external_id.is_none() => contact.external_id = Some(self.uuid()),
            Role::User if contact.signed_up_at.is_none() => contact.signed_up_at = Some(contact.created_at),
            Role::Lead | Role::User => {}
        }
        self.add_contact(contact, now_ms, lag_ms)
    }

    pub(super) fn attach(
        &mut self,
        id: &ContactId,
        company: &CompanyId,
        now: i64,
        now_ms: i64,
    ) -> Option<()> {
        self.live(id)?;
        self.companies.get_mut(company)?.last_request_at = Some(now);
        let updates = self.settings.attach == AttachEffect::Updates;
        self.change_contact(id, now_ms, |contact| {
            if !contact.companies.contains(company) {
                contact.companies.push(company.clone());
                contact.updated_at = if updates { now } else { contact.updated_at };
            }
        })
    }

    fn merge(&mut self, lead: &ContactId, user: &ContactId, now: i64, now_ms: i64) -> Option<()> {
        self.live(user)?;
        let gone = self.contacts.remove(lead)?.current;
        self.merged.insert(lead.clone(), user.clone());
        for conversation in self.conversations.values_mut() {
            conversation.post_once(lead, user);
        }
        self.change_contact(user, now_ms, |contact| {
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

    fn start_conversation(&mut self, new: NewConversation, now: i64, now_ms: i64) -> ConversationId {
        let mut conversation = new.conversation;
        conversation.id = ConversationId::from((215_470_000_000 + self.next_serial()).to_string());
        conversation.created_at = new.created_at.unwrap_or(now);
        conversation.updated_at = conversation.created_at;
        if let Author::Contact(writer) = &conversation.author {
            self.change_contact(writer, now_ms, |contact| {
                contact.last_replied_at = Some(now);
                contact.last_seen_at = Some(now);
                contact.updated_at = now;
            });
        }
        let id = conversation.id.clone();
        self.conversations.insert(id.clone(), conversation);
        id
    }
}

fn millis(span: Duration) -> i64 {
    i64::try_from(span.as_millis()).unwrap_or(i64::MAX / 2)
}
