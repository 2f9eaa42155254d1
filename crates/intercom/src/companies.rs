//! Calls about companies.

use std::collections::BTreeSet;

use async_trait::async_trait;
use deskbell_domain::{
    contact::Company,
    ids::{CompanyId, ContactId},
    port::intercom::{Attached, Companies, CompanyKey, CompanyPage, IntercomError},
};
use serde_json::json;

use crate::{
    call::{Call, Effect},
    client::IntercomClient,
    contacts::or_missing,
    json::Listed,
    refusal::Failure,
    wire::{self, company::MembersPage},
};

const COMPANIES_A_PAGE: u32 = 60;
/// A contact is in at most 1,000 companies; 50 come at once.
const MOST_PAGES_OF_A_CONTACT: u32 = 20;

#[async_trait]
impl Companies for IntercomClient {
    async fn attach_company(
        &self,
        contact: &ContactId,
        company: &CompanyId,
    ) -> Result<Attached, IntercomError> {
        let call = Call::post("contacts/{id}/companies", Effect::Writes)
            .with(contact.as_str())
            .body(json!({"id": company.as_str()}));
        match self.send(&call, wire::company::read).await {
            Ok(company) => Ok(Attached::Company(company)),
            Err(Failure::Answered(refusal)) if refusal.code == "contact_company_limit_exceeded" => {
                Ok(Attached::LimitReached)
            }
            Err(Failure::Answered(refusal))
                if refusal.is_missing() || refusal.code == "parameter_not_found" =>
            {
                Ok(Attached::Gone)
            }
            Err(failure) => Err(failure.into()),
        }
    }

    async fn companies_of(&self, contact: &ContactId) -> Result<Vec<Company>, IntercomError> {
        let (mut all, mut known, mut next) = (Vec::new(), BTreeSet::new(), Vec::new());
        for _ in 0..MOST_PAGES_OF_A_CONTACT {
            let call = Call::get("contacts/{id}/companies").with(contact.as_str());
            let call = next.drain(..).fold(call, |call, (name, value): (_, String)| call.query(name, value));
            let MembersPage { items, next: beyond } =
                self.send_companies(&call, wire::company::read_members).await?;
            let before = all.len();
            all.extend(items.into_iter().filter(|company| known.insert(company.id.clone())));
            next = beyond;
            // Where the link leads to what was read before, there is no more.
            if next.is_empty() || all.len() == before {
                break;
            }
        }
        Ok(all)
    }

    async fn companies(&self, page: u32) -> Result<CompanyPage, IntercomError> {
        let call = Call::ask("companies/list")
            .query("page", page.max(1))
            .query("per_page", COMPANIES_A_PAGE)
            .query("order", "desc");
        match self.send_companies(&call, wire::company::read_page).await {
            // Beyond 10,000 companies Intercom lists no more: the list ends there.
            Err(Failure::Answered(refusal)) if page > 1 && refusal.code == "bad_request" => {
                Ok(CompanyPage { items: Vec::new(), more: false })
            }
            page => Ok(page?),
        }
    }

    async fn company(&self, id: &CompanyId) -> Result<Option<Company>, IntercomError> {
        let call = Call::get("companies/{id}").with(id.as_str());
        or_missing(self.send(&call, wire::company::read).await)
    }

    async fn find_company(&self, key: &CompanyKey) -> Result<Option<Company>, IntercomError> {
        let (parameter, value) = match key {
            CompanyKey::Name(name) => ("name", name),
            CompanyKey::CompanyId(id) => ("company_id", id),
        };
        let call = Call::get("companies").query(parameter, value);
        // One company by the description; a list is read too.
        let read = |answer: Listed<Company>| match answer.records {
            Some(companies) => Some(the_one(companies, key)),
            None => wire::company::read(&answer.rest).map(Some),
        };
        Ok(or_missing(self.send_companies(&call, read).await)?.flatten())
    }
}

/// The one of a list that is looked for; where none says that it is, a list of one is taken at its word.
fn the_one(mut companies: Vec<Company>, key: &CompanyKey) -> Option<Company> {
    let is_it = |company: &Company| match key {
        CompanyKey::Name(name) => company.name.as_ref() == Some(name),
        CompanyKey::CompanyId(id) => company.company_id.as_ref() == Some(id),
    };
    match companies.iter().position(is_it) {
        Some(place) => Some(companies.swap_remove(place)),
        None => companies.pop().filter(|_| companies.is_empty()),
    }
}

impl IntercomClient {
    async fn send_companies<T: Send>(
        &self,
        call: &Call,
        whole: impl Fn(Listed<Company>) -> Option<T> + Send,
    ) -> Result<T, Failure> {
        self.send_list(call, &wire::company::LIST_KEYS, wire::company::read, whole).await
    }
}
