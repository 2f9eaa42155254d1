//! The members of a list of which a record holds at most ten.

use std::collections::BTreeMap;
use std::fmt;

use serde::{Deserialize, Serialize};

use crate::contact::{Named, PartialList};

/// The members of a list, by id, with the names that were known.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Members {
    #[serde(rename = "m", default, skip_serializing_if = "BTreeMap::is_empty")]
    known: BTreeMap<String, Option<String>>,
    #[serde(rename = "n", default)]
    total: u32,
}

/// What is different of a list now.
pub(super) enum Changed {
    /// Who came and who went.
    Members { added: Vec<Named<String>>, removed: Vec<Named<String>> },
    /// How many there were, and are: nobody knows who.
    Number { old: u32, new: u32 },
}

/// Whether a part of a list shows that the list is another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Moved {
    /// Who is in it, or how many, is not what it was.
    Yes,
    /// It does not, or it is the whole list and is compared as it is.
    No,
}

impl Members {
    pub(super) fn of<Id: fmt::Display>(list: &PartialList<Id>) -> Self {
        let known = list.items.iter().map(|item| (item.id.to_string(), item.name.clone())).collect();
        Self { known, total: list.total }
    }

    /// Without the names.
    pub(super) fn forget_names(&mut self) {
        self.known.values_mut().for_each(|name| *name = None);
    }

    /// Equality that does not mind whether a name could be resolved.
    pub(super) fn has_the_ids_of(&self, other: &Self) -> bool {
        self.total == other.total && self.known.keys().eq(other.known.keys())
    }

    /// Whether the part of a list that a record holds is not one of these members.
    pub(super) fn moved<Id: fmt::Display>(&self, list: &PartialList<Id>) -> Moved {
        let part = Self::of(list);
        if part.is_complete() {
            return Moved::No;
        }
        let is_within = part.known.keys().all(|id| self.known.contains_key(id));
        if is_within && part.total == self.total { Moved::No } else { Moved::Yes }
    }

    /// Puts these members in the place of a part of them.
    pub(super) fn complete<Id>(&self, list: &mut PartialList<Id>, new: fn(String) -> Id) {
        if list.is_complete() {
            return;
        }
        let named =
            |(id, name): (&String, &Option<String>)| Named { id: new(id.clone()), name: name.clone() };
        *list = PartialList { items: self.known.iter().map(named).collect(), total: self.total };
    }

    /// What is different now. Members that were never seen cannot be told from new ones: where the list was not known whole
    /// before, only what went is told by name, else the numbers.
    pub(super) fn changed(&self, now: &Self) -> Option<Changed> {
        if !now.is_complete() {
            return None;
        }
        let (mut added, removed): (Vec<_>, Vec<_>) = (now.named(self).collect(), self.named(now).collect());
        if !self.is_complete() {
            added.clear();
        }
        if added.is_empty() && removed.is_empty() {
            let is_other = !self.is_complete() && self.total != now.total;
            return is_other.then_some(Changed::Number { old: self.total, new: now.total });
        }
        Some(Changed::Members { added, removed })
    }

    fn is_complete(&self) -> bool {
        usize::try_from(self.total).is_ok_and(|total| total <= self.known.len())
    }

    fn named<'a>(&'a self, without: &'a Self) -> impl Iterator<Item = Named<String>> + 'a {
        self.known
            .iter()
            .filter(|(id, _)| !without.known.contains_key(*id))
            .map(|(id, name)| Named { id: id.clone(), name: name.clone() })
    }
}
