//! Who is meant by a text: asked of Intercom's search first, then by the name of a company. Intercom's search minds
//! accents, so that it is asked for halves of words last: of those whose name has one half of each word, and then of all,
//! the newest are compared here, where accents do not count.

use crate::contact::{Company, Contact, Role};
use crate::matching::Wanted;
use crate::names::Names;
use crate::paging::first_with_records;
use crate::port::intercom::{
    ContactFilter, ContactSearch, ContactSort, Intercom, IntercomError, Page, PageRequest,
};
use crate::service::companies::{Chosen, CompanyBook};

/// As many can be offered in a list.
pub const MOST_OFFERED: u32 = 25;
/// How many of the newest are looked through: as many as one answer of Intercom holds.
const NEWEST: u32 = 150;
/// Of so many companies of one name the people are looked for.
const MOST_COMPANIES: usize = 2;
/// Shorter texts stand in too many names to look for them everywhere.
const SHORTEST: usize = 3;

/// Where people are looked for.
pub struct Places<'a> {
    /// Intercom, for the one who asks.
    pub intercom: &'a dyn Intercom,
    /// The companies of the workspace.
    pub companies: &'a CompanyBook,
    /// Intercom, for what serves everybody: the list of companies.
    pub shared: &'a dyn Intercom,
    /// What is learned with that list.
    pub names: &'a Names,
}

/// People who may be meant.
pub struct Meant {
    /// Newest first.
    pub people: Vec<Contact>,
    /// The company in which they are, where it was that which was named.
    pub company: Option<String>,
    /// Whether these are all.
    pub all: bool,
}

impl Places<'_> {
    /// Looks for people of a role by what somebody typed; the newest where nothing was.
    pub async fn people(&self, role: Role, wanted: &Wanted) -> Result<Meant, IntercomError> {
        if wanted.text().is_empty() {
            return Ok(Meant::of(self.page(role, ContactFilter::None, MOST_OFFERED).await?));
        }
        let text = ContactFilter::Text(wanted.text().to_owned());
        let found = self.page(role, text, MOST_OFFERED).await?;
        if !found.items.is_empty() || wanted.text().chars().count() < SHORTEST {
            return Ok(Meant::of(found));
        }
        if let Some(of_company) = self.of_company(role, wanted).await? {
            return Ok(of_company);
        }
        if !wanted.halves().is_empty() {
            let with_accents = ContactFilter::MayBearAccents(wanted.text().to_owned());
            let meant = self.among(role, with_accents, wanted).await?;
            if !meant.people.is_empty() {
                return Ok(meant);
            }
        }
        self.among(role, ContactFilter::None, wanted).await
    }

    /// Those who are meant among the newest that Intercom finds.
    async fn among(
        &self,
        role: Role,
        filter: ContactFilter,
        wanted: &Wanted,
    ) -> Result<Meant, IntercomError> {
        let mut people = self.page(role, filter, NEWEST).await?.items;
        people.retain(|contact| wanted.means(contact));
        people.truncate(MOST_OFFERED as usize);
        Ok(Meant { people, company: None, all: false })
    }

    /// The company that somebody picked or typed.
    pub async fn company(&self, text: &str) -> Result<Chosen, IntercomError> {
        match self.companies.choose(self.intercom, text).await? {
            Chosen::Unknown => self.companies.choose_among_all(self.shared, self.names, text).await,
            chosen => Ok(chosen),
        }
    }

    async fn of_company(&self, role: Role, wanted: &Wanted) -> Result<Option<Meant>, IntercomError> {
        for company in self.companies_meant(wanted).await {
            let page = match self.page(role, ContactFilter::Company(company.id), MOST_OFFERED).await {
                Err(IntercomError::Missing) => continue,
                page => page?,
            };
            if !page.items.is_empty() {
                return Ok(Some(Meant { company: company.name, ..Meant::of(page) }));
            }
        }
        Ok(None)
    }

    /// Without the list of companies nobody is found by them, which is no failure.
    async fn companies_meant(&self, wanted: &Wanted) -> Vec<Company> {
        if let Err(cause) = self.companies.fetch(self.shared, self.names).await {
            tracing::debug!(%cause, "nobody is looked for by a company's name");
        }
        let known = self.companies.kept().unwrap_or_default();
        CompanyBook::matching(&known, wanted.text(), MOST_COMPANIES)
    }

    async fn page(
        &self,
        role: Role,
        filter: ContactFilter,
        size: u32,
    ) -> Result<Page<Contact>, IntercomError> {
        let (role, sort) = (Some(role), ContactSort::CreatedDescending);
        let search = ContactSearch { role, filter, endings: Vec::new(), sort };
        first_with_records(self.intercom, &search, PageRequest { size, cursor: None }).await
    }
}

impl Meant {
    fn of(page: Page<Contact>) -> Self {
        let all = page.next.is_none() && page.total.is_none_or(|total| total <= page.items.len() as u64);
        Self { people: page.items, company: None, all }
    }
}
