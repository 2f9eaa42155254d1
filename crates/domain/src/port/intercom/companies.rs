//! Calls about companies.

use async_trait::async_trait;

use super::error::IntercomError;
use crate::contact::Company;
use crate::ids::{CompanyId, ContactId};

/// Companies, and who is in them. A handle carries who asks: the throttle serves commands first.
#[async_trait]
pub trait Companies: Send + Sync {
    /// One page of the companies list, most recently active first; pages count from 1, 60 a page.
    async fn companies(&self, page: u32) -> Result<CompanyPage, IntercomError>;

    /// A company by Intercom's id.
    async fn company(&self, id: &CompanyId) -> Result<Option<Company>, IntercomError>;

    /// A company by its exact name or its `company_id`.
    async fn find_company(&self, key: &CompanyKey) -> Result<Option<Company>, IntercomError>;

    /// All companies of a contact, with names.
    async fn companies_of(&self, contact: &ContactId) -> Result<Vec<Company>, IntercomError>;

    /// Puts a contact into a company.
    async fn attach_company(
        &self,
        contact: &ContactId,
        company: &CompanyId,
    ) -> Result<Attached, IntercomError>;
}

/// A page of companies.
#[derive(Clone, PartialEq, Eq)]
pub struct CompanyPage {
    /// The companies.
    pub items: Vec<Company>,
    /// Whether there is another page.
    pub more: bool,
}

/// How attaching a company ended.
#[derive(Clone, PartialEq, Eq)]
pub enum Attached {
    /// It is attached.
    Company(Company),
    /// The company (or the contact) no longer exists.
    Gone,
    /// The contact is in too many companies already.
    LimitReached,
}

/// What a company is looked up by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CompanyKey {
    /// Its exact name.
    Name(String),
    /// Its owner's id for it.
    CompanyId(String),
}
