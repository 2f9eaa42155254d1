//! The contacts of one company.

use std::collections::BTreeMap;

use deskbell_domain::{
    contact::Contact,
    ids::CompanyId,
    matching::Wanted,
    paging::{Onward, Paging},
    port::intercom::{
        ContactFilter, ContactSearch, ContactSort, IntercomError, Page, PageCursor, PageRequest,
    },
};
use serde_json::Value;

use crate::{call::Call, client::IntercomClient, wire};

/// How many pages of a company's members are read; Intercom gives 50 a page.
const MOST_MEMBER_PAGES: usize = 10;
const MEMBERS_A_PAGE: u32 = 50;

/// Contacts of one company. The search has no field for companies, and the list of a company's members has neither
/// roles nor an order, so the list is read whole (the first 500), sifted and sorted here. The cursor counts.
pub(crate) async fn page_of_members(
    client: &IntercomClient,
    company: &CompanyId,
    search: &ContactSearch,
    page: &PageRequest,
) -> Result<Page<Contact>, IntercomError> {
    let (mut members, whole) = read_members(client, company).await?;
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
async fn read_members(
    client: &IntercomClient,
    company: &CompanyId,
) -> Result<(Vec<Contact>, bool), IntercomError> {
    let (mut members, mut paging) = (BTreeMap::new(), Paging::default());
    let mut request = PageRequest { size: MEMBERS_A_PAGE, cursor: None };
    for _ in 0..MOST_MEMBER_PAGES {
        let mut call = Call::get("companies/{id}/contacts").with(company.as_str());
        if let Some(cursor) = &request.cursor {
            call = call.query("starting_after", &cursor.0);
        }
        let times = client.shared.record_times();
        let read = |record: &Value| wire::contact::read(record, None, times);
        let page = client.send_list(&call, &wire::contact::LIST_KEYS, read, wire::page::read).await?;
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

fn matches(contact: &Contact, search: &ContactSearch) -> bool {
    let is_meant = match &search.filter {
        ContactFilter::CompanyAndText(_, text) => Wanted::parse(text).means(contact),
        _ => true,
    };
    search.role.is_none_or(|role| role == contact.role) && is_meant
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
