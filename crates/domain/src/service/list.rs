//! `/lead list`: pages of a search. Intercom's cursor only leads on, so that the cursors of the pages seen so far are
//! kept and a person can go back.

use serde::{Deserialize, Serialize};

use crate::contact::{Contact, Role};
use crate::ids::CompanyId;
use crate::paging::first_with_records;
use crate::port::intercom::{
    ContactFilter, ContactSearch, ContactSort, Intercom, IntercomError, PageCursor, PageRequest,
};

/// How many are on a page.
pub const PAGE_SIZE: u32 = 10;

/// What is listed. Kept under a button's short key: no `Debug`, it may hold what a person typed.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ListQuery {
    /// Leads or users.
    pub role: Role,
    /// Only of this company.
    pub company: Option<CompanyId>,
    /// The company as the heading names it.
    pub company_name: Option<String>,
    /// Only those who are meant by this.
    pub search: Option<String>,
}

impl ListQuery {
    /// All of a kind.
    pub fn all(role: Role) -> Self {
        Self { role, company: None, company_name: None, search: None }
    }

    /// What is asked of Intercom.
    pub fn search(&self) -> ContactSearch {
        let filter = match (self.company.clone(), self.search.clone()) {
            (None, None) => ContactFilter::None,
            (None, Some(text)) => ContactFilter::Text(text),
            (Some(company), None) => ContactFilter::Company(company),
            (Some(company), Some(text)) => ContactFilter::CompanyAndText(company, text),
        };
        ContactSearch {
            role: Some(self.role),
            filter,
            endings: Vec::new(),
            sort: ContactSort::CreatedDescending,
        }
    }
}

/// A list with the places at which its pages begin.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct List {
    /// What is listed.
    pub query: ListQuery,
    /// Where page 2, 3, … begin, as far as they were seen.
    pub cursors: Vec<PageCursor>,
}

/// A page.
#[derive(Debug, Clone, PartialEq)]
pub struct ListPage {
    /// Which, from 1.
    pub number: u32,
    /// Who is on it.
    pub contacts: Vec<Contact>,
    /// How many there are in all.
    pub total: u64,
    /// Whether another page follows.
    pub more: bool,
}

impl ListPage {
    /// How many pages there are; never fewer than are known to be.
    pub fn pages(&self) -> u64 {
        self.total.div_ceil(u64::from(PAGE_SIZE)).max(u64::from(self.number) + u64::from(self.more))
    }
}

impl List {
    /// A list of which no page was seen.
    pub fn new(query: ListQuery) -> Self {
        Self { query, cursors: Vec::new() }
    }

    /// Fetches a page and remembers where the next begins. A page whose beginning is not known is the first again.
    pub async fn page(&mut self, intercom: &dyn Intercom, number: u32) -> Result<ListPage, IntercomError> {
        let (number, cursor) = match self.beginning_of(number) {
            Some(cursor) => (number, Some(cursor)),
            None => (1, None),
        };
        let request = PageRequest { size: PAGE_SIZE, cursor };
        let page = first_with_records(intercom, &self.query.search(), request).await?;
        self.cursors.truncate(number as usize - 1);
        // A cursor that led to an earlier page would lead there for ever.
        let next = page.next.filter(|next| !self.cursors.contains(next));
        let more = next.is_some();
        self.cursors.extend(next);
        let before = u64::from(number - 1) * u64::from(PAGE_SIZE);
        let total = page.total.unwrap_or(before + page.items.len() as u64);
        Ok(ListPage { number, contacts: page.items, total, more })
    }

    fn beginning_of(&self, number: u32) -> Option<PageCursor> {
        let index = (number as usize).checked_sub(2)?;
        self.cursors.get(index).cloned()
    }
}

#[cfg(test)]
mod tests;
