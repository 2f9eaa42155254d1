//! Calls about companies and who is in them.

use std::collections::BTreeMap;

use deskbell_domain::{
    contact::{Company, Contact},
    ids::{CompanyId, ContactId},
    paging::{Onward, Paging},
    port::intercom::{
        Attached, CompanyKey, CompanyPage, ContactFilter, ContactSearch, ContactSort, IntercomError, Page,
        PageCursor, PageRequest,
    },
};
use serde_json::{Value, json};

use crate::{
    call::{Call, Effect},
    client::IntercomClient,
    contacts::or_missing,
    json::Listed,
    refusal::Failure,
    wire,
};

const COMPANIES_A_PAGE: u32 = 60;
/// How many pages of a company's members are read; Intercom gives 50 a page.
const MOST_MEMBER_PAGES: usize = 10;
const MEMBERS_A_PAGE: u32 = 50;

impl IntercomClient {
    pub(crate) async fn put_into_company(
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

    pub(crate) async fn list_companies_of(&self, contact: &ContactId) -> Result<Vec<Company>, IntercomError> {
        let call = Call::get("contacts/{id}/companies").with(contact.as_str());
        Ok(self.send_companies(&call, |listed| listed.records).await?)
    }

    pub(crate) async fn page_of_companies(&self, page: u32) -> Result<CompanyPage, IntercomError> {
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

    pub(crate) async fn read_company(&self, id: &CompanyId) -> Result<Option<Company>, IntercomError> {
        let call = Call::get("companies/{id}").with(id.as_str());
        or_missing(self.send(&call, wire::company::read).await)
    }

    pub(crate) async fn look_company_up(&self, key: &CompanyKey) -> Result<Option<Company>, IntercomError> {
        let (parameter, value) = match key {
            CompanyKey::Name(name) => ("name", name),
            CompanyKey::CompanyId(id) => ("company_id", id),
        };
        let call = Call::get("companies").query(parameter, value);
        // One company by the description; a list is read too.
        let read = |answer: Listed<Company>| match answer.records {
            Some(companies) => Some(companies.into_iter().next()),
            None => wire::company::read(&answer.rest).map(Some),
        };
        Ok(or_missing(self.send_companies(&call, read).await)?.flatten())
    }

    async fn send_companies<T>(
        &self,
        call: &Call,
        whole: impl Fn(Listed<Company>) -> Option<T>,
    ) -> Result<T, Failure> {
        self.send_list(call, &wire::company::LIST_KEYS, wire::company::read, whole).await
    }

    /// Contacts of one company. The search has no field for companies, and the list of a company's members has neither
    /// roles nor an order, so the list is read whole (the first 500), sifted and sorted here. The cursor counts.
    pub(crate) async fn page_of_members(
        &self,
        company: &CompanyId,
        search: &ContactSearch,
        page: &PageRequest,
    ) -> Result<Page<Contact>, IntercomError> {
        let (mut members, whole) = self.read_members(company).await?;
        members.retain(|contact| matches(contact, search));
        sort(&mut members, search.sort);
        let from: usize = page.cursor.as_ref().and_then(|cursor| cursor.0.parse().ok()).unwrap_or(0);
        let size = usize::try_from(page.size.max(1)).unwrap_or(usize::MAX);
        let total = whole.then_some(members.len() as u64);
        let until = from.saturating_add(size);
        let next = (until < members.len()).then(|| PageCursor(until.to_string()));
        Ok(Page { items: members.into_iter().skip(from).take(size).collect(), total, next })
    }

    /// The members, and whether these are all.
    async fn read_members(&self, company: &CompanyId) -> Result<(Vec<Contact>, bool), IntercomError> {
        let (mut members, mut paging) = (BTreeMap::new(), Paging::default());
        let mut request = PageRequest { size: MEMBERS_A_PAGE, cursor: None };
        for _ in 0..MOST_MEMBER_PAGES {
            let mut call = Call::get("companies/{id}/contacts").with(company.as_str());
            if let Some(cursor) = &request.cursor {
                call = call.query("starting_after", &cursor.0);
            }
            let read = |record: &Value| wire::contact::read(record, None);
            let page = self.send_list(&call, &wire::contact::LIST_KEYS, read, wire::page::read).await?;
            let known = members.len();
            members.extend(page.items.iter().map(|contact| (contact.id.clone(), contact.clone())));
            match paging.after(&page, &request, members.len() - known) {
                Onward::Page(next) => request.cursor = Some(next),
                Onward::Circle => break,
                Onward::End => return Ok((members.into_values().collect(), true)),
            }
        }
        Ok((members.into_values().collect(), false))
    }
}

fn matches(contact: &Contact, search: &ContactSearch) -> bool {
    let text = match &search.filter {
        ContactFilter::CompanyAndText(_, text) => text.to_lowercase(),
        _ => String::new(),
    };
    let holds =
        |field: &Option<String>| field.as_ref().is_some_and(|field| field.to_lowercase().contains(&text));
    search.role.is_none_or(|role| role == contact.role)
        && (text.is_empty() || holds(&contact.name) || holds(&contact.email))
}

fn sort(contacts: &mut [Contact], order: ContactSort) {
    contacts.sort_by(|one, other| {
        let by_creation = (one.created_at, &one.id).cmp(&(other.created_at, &other.id));
        let by_change = (one.updated_at, &one.id).cmp(&(other.updated_at, &other.id));
        match order {
            ContactSort::CreatedAscending => by_creation,
            ContactSort::CreatedDescending => by_creation.reverse(),
            ContactSort::UpdatedAscending => by_change,
            ContactSort::UpdatedDescending => by_change.reverse(),
        }
    });
}
