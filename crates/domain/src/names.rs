//! The names of tags, companies and teammates by id, as far as they were seen: one per workspace, shared by the poll
//! loop and the commands.

use std::collections::BTreeMap;
use std::sync::{PoisonError, RwLock};

use crate::contact::{Company, Contact, Tag};
use crate::ids::{CompanyId, TagId};
use crate::service::dates::DateAttributes;

/// What is known. Filled from lists and single look-ups; never asks by itself.
#[derive(Default)]
pub struct Names {
    /// Which custom attributes are dates.
    pub dates: DateAttributes,
    known: RwLock<KnownNames>,
}

#[derive(Default)]
struct KnownNames {
    tags: BTreeMap<TagId, String>,
    companies: BTreeMap<CompanyId, String>,
    admins: BTreeMap<String, String>,
}

/// The ids in a record whose name is not known.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Unresolved {
    /// Tags.
    pub tags: Vec<TagId>,
    /// Companies.
    pub companies: Vec<CompanyId>,
}

impl Names {
    /// Takes tags.
    pub fn learn_tags(&self, tags: &[Tag]) {
        let mut known = self.known.write().unwrap_or_else(PoisonError::into_inner);
        known.tags.extend(tags.iter().map(|tag| (tag.id.clone(), tag.name.clone())));
    }

    /// Takes companies.
    pub fn learn_companies(&self, companies: &[Company]) {
        let mut known = self.known.write().unwrap_or_else(PoisonError::into_inner);
        let named = companies.iter().filter_map(|company| Some((company.id.clone(), company.name.clone()?)));
        known.companies.extend(named);
    }

    /// Takes a teammate.
    pub fn learn_admin(&self, id: &str, name: &str) {
        let mut known = self.known.write().unwrap_or_else(PoisonError::into_inner);
        known.admins.insert(id.to_owned(), name.to_owned());
    }

    /// A teammate's name.
    pub fn admin(&self, id: &str) -> Option<String> {
        self.known.read().unwrap_or_else(PoisonError::into_inner).admins.get(id).cloned()
    }

    /// A tag's name.
    pub fn tag(&self, id: &TagId) -> Option<String> {
        self.known.read().unwrap_or_else(PoisonError::into_inner).tags.get(id).cloned()
    }

    /// A company's name.
    pub fn company(&self, id: &CompanyId) -> Option<String> {
        self.known.read().unwrap_or_else(PoisonError::into_inner).companies.get(id).cloned()
    }

    /// Fills in the names that are known and tells which are not.
    pub fn resolve(&self, contact: &mut Contact) -> Unresolved {
        let known = self.known.read().unwrap_or_else(PoisonError::into_inner);
        let mut unresolved = Unresolved::default();
        for tag in contact.tags.items.iter_mut().filter(|tag| tag.name.is_none()) {
            tag.name = known.tags.get(&tag.id).cloned();
            if tag.name.is_none() {
                unresolved.tags.push(tag.id.clone());
            }
        }
        for company in contact.companies.items.iter_mut().filter(|company| company.name.is_none()) {
            company.name = known.companies.get(&company.id).cloned();
            if company.name.is_none() {
                unresolved.companies.push(company.id.clone());
            }
        }
        unresolved
    }
}
