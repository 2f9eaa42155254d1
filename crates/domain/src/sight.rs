//! What servers see of the workspace that they share: no more than what each one's own token may read. The workspace is
//! read with any of their tokens, so that a record may hold names that one of them may not know.

use std::collections::BTreeMap;
use std::sync::{PoisonError, RwLock};

use crate::connection::{Right, Sight};
use crate::contact::{Contact, Named};
use crate::conversation::Conversation;
use crate::difference::{Change, Field, Snapshot};
use crate::event::Record;
use crate::ids::GuildId;
use crate::nameable::Nameable;

/// What each server sees of a workspace. One of which nothing is said sees all of it.
#[derive(Debug, Default)]
pub struct Sights(RwLock<BTreeMap<GuildId, Sight>>);

impl Sights {
    /// A server sees as much from now on.
    pub fn set(&self, guild: GuildId, sight: Sight) {
        self.0.write().unwrap_or_else(PoisonError::into_inner).insert(guild, sight);
    }

    /// What a server sees.
    pub fn of(&self, guild: GuildId) -> Sight {
        self.0.read().unwrap_or_else(PoisonError::into_inner).get(&guild).cloned().unwrap_or_default()
    }
}

impl Sight {
    /// Whether what this right lets one read is seen.
    fn has(&self, right: Right) -> bool {
        match self {
            Self::Whole => true,
            Self::OfToken(rights) => rights.has(right),
            Self::None => false,
        }
    }

    /// Whether the name of such a thing is seen.
    pub fn names(&self, of: &Nameable) -> bool {
        self.has(match of {
            Nameable::Company(_) => Right::ReadCompanies,
            Nameable::Tag(_) => Right::ReadTags,
            Nameable::Admin(_) | Nameable::Team(_) => Right::ReadAdmins,
        })
    }

    /// Whether every name is seen.
    pub fn names_all(&self) -> bool {
        [Right::ReadCompanies, Right::ReadTags, Right::ReadAdmins].into_iter().all(|right| self.has(right))
    }

    /// Takes the names out of a record that are not seen; what they name is counted from then on, like anything whose name
    /// nobody knows.
    pub fn limit(&self, record: &mut Record) {
        match record {
            Record::Lead { contact } | Record::Identified { contact } | Record::User { contact, .. } => {
                self.limit_contact(contact);
            }
            Record::Update { contact, changes } => {
                self.limit_contact(contact);
                for change in changes {
                    self.limit_change(change);
                }
            }
            Record::Conversation { conversation, what } => {
                self.limit_conversation(conversation);
                if !self.has(Right::ReadAdmins) {
                    what.forget_names();
                }
            }
        }
    }

    /// The same for a lead or user.
    pub fn limit_contact(&self, contact: &mut Contact) {
        if !self.has(Right::ReadCompanies) {
            forget(&mut contact.companies.items);
        }
        if !self.has(Right::ReadTags) {
            forget(&mut contact.tags.items);
        }
    }

    /// The same for a conversation.
    pub fn limit_conversation(&self, conversation: &mut Conversation) {
        if !self.has(Right::ReadAdmins) {
            (conversation.admin_name, conversation.team_name) = (None, None);
            if let Some(now) = &mut conversation.now {
                now.forget_names();
            }
        }
        if !self.has(Right::ReadCompanies) {
            conversation.company_names.clear();
        }
    }

    /// The same for what changes of a user are compared with.
    pub fn limit_snapshot(&self, snapshot: &mut Snapshot) {
        if !self.has(Right::ReadCompanies) {
            snapshot.forget_company_names();
        }
        if !self.has(Right::ReadTags) {
            snapshot.forget_tag_names();
        }
    }

    fn limit_change(&self, change: &mut Change) {
        let Change::List { field, added, removed } = change else { return };
        let is_seen = match field {
            Field::Companies => self.has(Right::ReadCompanies),
            Field::Tags => self.has(Right::ReadTags),
            _ => true,
        };
        if !is_seen {
            forget(added);
            forget(removed);
        }
    }
}

fn forget<Id>(items: &mut [Named<Id>]) {
    for item in items {
        item.name = None;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::connection::Rights;
    use crate::contact::{PartialList, Role};
    use crate::ids::{CompanyId, ContactId, TagId};

    fn named<Id>(id: Id) -> Named<Id> {
        Named { id, name: Some("a name".to_owned()) }
    }

    /// A changed user with a company and a tag.
    fn record() -> Record {
        let mut contact = Contact::bare(ContactId::new("ada"), Role::User);
        contact.companies = PartialList { items: vec![named(CompanyId::new("c"))], total: 1 };
        contact.tags = PartialList { items: vec![named(TagId::new("t"))], total: 1 };
        let change = |field| Change::List { field, added: vec![named("x".to_owned())], removed: Vec::new() };
        Record::Update {
            contact: Box::new(contact),
            changes: vec![change(Field::Companies), change(Field::Tags)],
        }
    }

    /// The names of companies and of tags: on the record and in what changed.
    fn names(record: &Record) -> [usize; 4] {
        let Record::Update { contact, changes } = record else { panic!("another record") };
        let added = |index: usize| match &changes[index] {
            Change::List { added, .. } => added.iter().filter(|one| one.name.is_some()).count(),
            _ => panic!("another change"),
        };
        let companies = contact.companies.items.iter().filter(|one| one.name.is_some()).count();
        let tags = contact.tags.items.iter().filter(|one| one.name.is_some()).count();
        [companies, added(0), tags, added(1)]
    }

    #[test]
    fn a_server_sees_the_names_that_its_own_token_may_read_and_no_others() {
        let seen = |sight: &Sight| {
            let mut record = record();
            sight.limit(&mut record);
            names(&record)
        };
        let without = |right| Sight::OfToken(Rights::without([right]));
        assert_eq!(seen(&Sight::Whole), [1, 1, 1, 1]);
        assert_eq!(seen(&without(Right::ReadTags)), [1, 1, 0, 0]);
        assert_eq!(seen(&without(Right::ReadCompanies)), [0, 0, 1, 1]);
        assert_eq!(seen(&without(Right::ReadAdmins)), [1, 1, 1, 1]);
        assert_eq!(seen(&Sight::None), [0, 0, 0, 0]);
        assert!(!without(Right::ReadAdmins).names_all() && without(Right::WriteContacts).names_all());
        assert!(!without(Right::ReadAdmins).names(&Nameable::Team("1".to_owned())));
    }
}
