//! `/lead export`: walks over everybody who matches, page by page, with the names of companies and tags.

use std::collections::BTreeSet;
use std::time::Duration;

use crate::backoff::Backoff;
use crate::contact::Contact;
use crate::ids::{CompanyId, ContactId};
use crate::names::Names;
use crate::paging::{Onward, Paging};
use crate::port::intercom::{ContactSearch, Intercom, IntercomError, Page, PageRequest, Unanswered};
use crate::service::companies::resolve_names;

/// How many are asked for at once; larger pages are slow at Intercom.
const PAGE_SIZE: u32 = 100;
/// The first page is smaller: it comes soon, or whoever waits for it hears soon that nothing comes.
const FIRST_PAGE_SIZE: u32 = 20;
/// How often a page is asked for. The first one once: nothing is lost yet with which somebody could not begin anew.
const TRIES: u32 = 4;
const BETWEEN_TRIES: Backoff = Backoff::new(Duration::from_secs(4), LONGEST_WAIT);
/// The longest wait before it is.
const LONGEST_WAIT: Duration = Duration::from_secs(30);

/// A walk over a search.
pub struct Walk {
    search: ContactSearch,
    request: PageRequest,
    paging: Paging,
    seen: BTreeSet<ContactId>,
    looked_up: BTreeSet<CompanyId>,
    total: Option<u64>,
    ended: bool,
}

impl Walk {
    /// A walk that begins at the first page.
    pub fn new(search: ContactSearch) -> Self {
        Self {
            search,
            request: PageRequest { size: FIRST_PAGE_SIZE, cursor: None },
            paging: Paging::default(),
            seen: BTreeSet::new(),
            looked_up: BTreeSet::new(),
            total: None,
            ended: false,
        }
    }

    /// How many match in all, as the last page told; never fewer than were walked over.
    pub fn total(&self) -> u64 {
        self.total.unwrap_or(0).max(self.seen.len() as u64)
    }

    /// The next contacts, each once; none after the last.
    ///
    /// # Errors
    /// Fails where a page cannot be read, or where the pages go in a circle: what was given is not everybody.
    pub async fn next(&mut self, intercom: &dyn Intercom) -> Result<Option<Vec<Contact>>, IntercomError> {
        if self.ended {
            return Ok(None);
        }
        let is_first = self.request.cursor.is_none();
        let mut page = if is_first {
            intercom.search_contacts(&self.search, &self.request).await?
        } else {
            self.patient_search(intercom).await?
        };
        self.total = page.total.or(self.total);
        page.items.retain(|contact| self.seen.insert(contact.id.clone()));
        match self.paging.after(&page, &self.request, page.items.len()) {
            Onward::Page(next) => self.request.cursor = Some(next),
            Onward::End => self.ended = true,
            Onward::Circle if page.items.is_empty() => {
                return Err(IntercomError::Unavailable(Unanswered::Unreadable));
            }
            // Told with the next page, which brings nobody.
            Onward::Circle => self.request.cursor = page.next,
        }
        if is_first {
            self.request.size = PAGE_SIZE;
        }
        Ok(Some(page.items))
    }

    /// Asks again where that may help: an export takes minutes, and one bad moment should not end it. A page that still
    /// does not come may come smaller.
    async fn patient_search(&mut self, intercom: &dyn Intercom) -> Result<Page<Contact>, IntercomError> {
        let mut tries = 1;
        loop {
            let wait = match intercom.search_contacts(&self.search, &self.request).await {
                Err(IntercomError::RateLimited { after }) if tries < TRIES => after.min(LONGEST_WAIT),
                Err(IntercomError::Unavailable(_)) if tries < TRIES => {
                    self.request.size = (self.request.size / 10).max(1);
                    BETWEEN_TRIES.after(tries)
                }
                result => return result,
            };
            tokio::time::sleep(wait).await;
            tries += 1;
        }
    }

    /// Fills in names. The lists were learned before; what is still unknown is looked up once by id, and a record that
    /// holds only a part of its companies or tags is asked for all of them. Where Intercom gives no answer, no more
    /// companies of these contacts are looked up.
    pub async fn name(&mut self, intercom: &dyn Intercom, names: &Names, contacts: &mut [Contact]) {
        let mut answers = true;
        for contact in contacts {
            let unresolved = names.resolve(contact);
            if !contact.companies.is_complete() || !contact.tags.is_complete() {
                resolve_names(intercom, names, contact).await;
                continue;
            }
            for company in unresolved.companies {
                if !answers || !self.looked_up.insert(company.clone()) {
                    continue;
                }
                match intercom.company(&company).await {
                    Ok(Some(company)) => names.learn_companies(&[company]),
                    Err(IntercomError::Unavailable(_)) => answers = false,
                    Ok(None) | Err(_) => {}
                }
            }
            names.resolve(contact);
        }
    }
}

#[cfg(test)]
mod tests;
