//! The names of companies, tags, teammates and teams by id, as far as they were seen: shared by the poll loop and the
//! commands of a workspace. All workspaces of a process keep theirs in one [`NameCache`].

mod cache;

use std::sync::Arc;

use crate::contact::{Company, Contact, Named, Tag};
use crate::ids::{CompanyId, GuildId, TagId};
use crate::nameable::Nameable;
use crate::service::dates::DateAttributes;
use crate::sight::Sights;

use self::cache::CacheShare;
pub use self::cache::NameCache;

/// What is known of a workspace. Filled from lists and single look-ups; never asks by itself.
#[derive(Default)]
pub struct Names {
    /// Which custom attributes are dates.
    pub dates: Arc<DateAttributes>,
    share: Arc<CacheShare>,
    /// For whom; none where it is for no server.
    seen_by: Option<(GuildId, Arc<Sights>)>,
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
    /// The names of a workspace, kept in a cache that others share.
    pub fn within(cache: &Arc<NameCache>) -> Self {
        Self { dates: Arc::default(), share: Arc::new(CacheShare::within(cache)), seen_by: None }
    }

    /// The same names, for a server that knows those alone that its own token may read.
    #[must_use]
    pub fn seen_by(&self, guild: GuildId, sights: &Arc<Sights>) -> Self {
        let (dates, share) = (Arc::clone(&self.dates), Arc::clone(&self.share));
        Self { dates, share, seen_by: Some((guild, Arc::clone(sights))) }
    }

    /// Takes names.
    pub fn learn(&self, names: impl IntoIterator<Item = (Nameable, String)>) {
        self.share.learn(names);
    }

    /// Takes tags.
    pub fn learn_tags(&self, tags: &[Tag]) {
        self.learn(tags.iter().map(|tag| (Nameable::Tag(tag.id.clone()), tag.name.clone())));
    }

    /// Takes companies.
    pub fn learn_companies(&self, companies: &[Company]) {
        let named = |company: &Company| Some((Nameable::Company(company.id.clone()), company.name.clone()?));
        self.learn(companies.iter().filter_map(named));
    }

    /// The name of something.
    pub fn name(&self, of: &Nameable) -> Option<String> {
        let is_seen = self.seen_by.as_ref().is_none_or(|(guild, sights)| sights.of(*guild).names(of));
        if is_seen { self.share.name(of) } else { None }
    }

    /// A company's name.
    pub fn company(&self, id: &CompanyId) -> Option<String> {
        self.name(&Nameable::Company(id.clone()))
    }

    /// Fills in the names that are known and tells which are not.
    pub fn resolve(&self, contact: &mut Contact) -> Unresolved {
        Unresolved {
            tags: self.fill(&mut contact.tags.items, Nameable::Tag),
            companies: self.fill(&mut contact.companies.items, Nameable::Company),
        }
    }

    /// Fills in the names of a list that are known; answers the ids of the others.
    pub fn fill<Id: Clone>(&self, items: &mut [Named<Id>], nameable: fn(Id) -> Nameable) -> Vec<Id> {
        let mut unknown = Vec::new();
        for item in items.iter_mut().filter(|item| item.name.is_none()) {
            item.name = self.name(&nameable(item.id.clone()));
            if item.name.is_none() {
                unknown.push(item.id.clone());
            }
        }
        unknown
    }
}
