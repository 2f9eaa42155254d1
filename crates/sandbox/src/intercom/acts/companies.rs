//! Companies, and who belongs to them.

use super::UnknownRecord;
use crate::intercom::{
    Company, Intercom, NewCompany,
    ids::{CompanyId, ContactId},
    settings::AttachEffect,
    state::State,
};

/// The companies of the workspace.
#[derive(Clone, Copy, Debug)]
pub struct CompaniesHandle<'a> {
    intercom: &'a Intercom,
}

impl Intercom {
    /// The companies of the workspace.
    pub fn companies(&self) -> CompaniesHandle<'_> {
        CompaniesHandle { intercom: self }
    }
}

impl CompaniesHandle<'_> {
    /// Makes a company.
    pub fn create(self, new: NewCompany) -> CompanyId {
        let now = self.intercom.now();
        self.intercom.with(|state| {
            let id = CompanyId::from(state.chance.object_id(now));
            let company = Company { id: id.clone(), created_at: now, updated_at: now, ..new.0 };
            state.companies.insert(id.clone(), company);
            id
        })
    }

    /// Changes any field of a company and moves its `updated_at`.
    pub fn update(self, id: &CompanyId, change: impl FnOnce(&mut Company)) -> Result<(), UnknownRecord> {
        let now = self.intercom.now();
        self.intercom
            .with(|state| {
                let company = state.companies.get_mut(id)?;
                change(company);
                company.updated_at = now;
                Some(())
            })
            .ok_or(UnknownRecord)
    }

    /// Deletes a company and takes every contact out of it.
    pub fn delete(self, id: &CompanyId) -> Result<(), UnknownRecord> {
        self.intercom
            .with(|state| {
                state.companies.remove(id)?;
                let records = state.contacts.values_mut();
                records.for_each(|record| record.contact.current.companies.retain(|attached| attached != id));
                Some(())
            })
            .ok_or(UnknownRecord)
    }

    /// Puts a contact into a company.
    pub fn attach(self, contact: &ContactId, company: &CompanyId) -> Result<(), UnknownRecord> {
        let (now, now_ms) = (self.intercom.now(), self.intercom.clock.unix_millis());
        self.intercom.with(|state| state.attach(contact, company, now, now_ms)).ok_or(UnknownRecord)
    }

    /// Takes a contact out of a company and moves `updated_at`.
    pub fn detach(self, contact: &ContactId, company: &CompanyId) -> Result<(), UnknownRecord> {
        self.intercom
            .contacts()
            .update(contact, |contact| contact.companies.retain(|attached| attached != company))
    }

    /// Every company, by id.
    pub fn all(self) -> Vec<Company> {
        self.intercom.with(|state| state.companies.values().cloned().collect())
    }
}

impl State {
    pub(in crate::intercom) fn attach(
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
}
