//! Names of companies, tags, teammates and teams for the events of a workspace, so that delivery never asks Intercom.
//!
//! What the workspace's cache knows costs nothing. An unknown name is looked for in the whole list first, which names many
//! at once and serves the next ones too, and what the list lacks by itself ([`LookUps`]). What is still unknown then stays
//! without a name, and is looked for later; a look-up that fails fails nothing else.

mod lists;
mod look_ups;

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use deskbell_domain::contact::Contact;
use deskbell_domain::conversation::{Conversation, Now};
use deskbell_domain::difference::{Change, Field};
use deskbell_domain::event::Record;
use deskbell_domain::ids::{CompanyId, TagId};
use deskbell_domain::nameable::Nameable;
use deskbell_domain::names::Names;
use deskbell_domain::port::store::Naming;

use self::lists::{Pages, Whole};
pub(crate) use self::look_ups::{List, LookUps, LookedUpFor};

/// So many things of which Intercom knows no name are remembered, so that they are not asked for again.
const MOST_NAMELESS: usize = 2_000;

/// The names of a workspace, and how far its lists were read.
pub(crate) struct NameResolver {
    names: Arc<Names>,
    tags: Whole,
    admins: Whole,
    teams: Whole,
    companies: Pages,
    nameless: Mutex<BTreeSet<Nameable>>,
}

impl NameResolver {
    /// Over the workspace's cache.
    pub(crate) fn new(names: Arc<Names>) -> Self {
        Self {
            names,
            tags: Whole::default(),
            admins: Whole::default(),
            teams: Whole::default(),
            companies: Pages::default(),
            nameless: Mutex::default(),
        }
    }

    /// What is known.
    pub(crate) fn known(&self) -> &Names {
        &self.names
    }

    /// Names a contact's tags and companies as far as they are known, without asking; answers what is not.
    pub(crate) fn fill_contact(&self, contact: &mut Contact) -> Vec<Nameable> {
        let unresolved = self.names.resolve(contact);
        let tags = unresolved.tags.into_iter().map(Nameable::Tag);
        tags.chain(unresolved.companies.into_iter().map(Nameable::Company)).collect()
    }

    /// Names what a record tells by its id, as far as it is known, without asking; answers what is not.
    pub(crate) fn fill(&self, record: &mut Record) -> Vec<Nameable> {
        match record {
            Record::Lead { contact } | Record::Identified { contact } | Record::User { contact, .. } => {
                self.fill_contact(contact)
            }
            Record::Update { contact, changes } => {
                let mut unknown = self.fill_contact(contact);
                for change in changes {
                    unknown.extend(self.fill_change(change));
                }
                unknown
            }
            Record::Conversation { conversation, .. } => self.fill_conversation(conversation),
        }
    }

    fn fill_change(&self, change: &mut Change) -> Vec<Nameable> {
        let Change::List { field, added, removed } = change else { return Vec::new() };
        let nameable: fn(String) -> Nameable = match field {
            Field::Companies => |id| Nameable::Company(CompanyId::new(id)),
            Field::Tags => |id| Nameable::Tag(TagId::new(id)),
            _ => return Vec::new(),
        };
        let mut unknown = self.names.fill(added, nameable);
        unknown.extend(self.names.fill(removed, nameable));
        unknown.into_iter().map(nameable).collect()
    }

    fn fill_conversation(&self, conversation: &mut Conversation) -> Vec<Nameable> {
        let admin =
            (&conversation.admin_id, &mut conversation.admin_name, Nameable::Admin as fn(String) -> _);
        let team = (&conversation.team_id, &mut conversation.team_name, Nameable::Team as fn(String) -> _);
        let mut unknown = Vec::new();
        for (id, name, nameable) in [admin, team] {
            let Some(of) = id.clone().map(nameable).filter(|_| name.is_none()) else { continue };
            *name = self.names.name(&of);
            if name.is_none() {
                unknown.push(of);
            }
        }
        unknown
    }

    /// Names whoever has a conversation, or has closed it, as far as they are known, without asking; answers who is not.
    pub(crate) fn fill_standing(&self, now: &mut Now) -> Vec<Nameable> {
        let teammates = [&mut now.admin, &mut now.closed_by].into_iter().flatten();
        let teammates = teammates.map(|who| (who, Nameable::Admin as fn(String) -> _));
        let teams = now.team.iter_mut().map(|who| (who, Nameable::Team as fn(String) -> _));
        let mut unknown = Vec::new();
        for (who, nameable) in teammates.chain(teams).filter(|(who, _)| who.name.is_none()) {
            let of = nameable(who.id.clone());
            who.name = self.names.name(&of);
            if who.name.is_none() {
                unknown.push(of);
            }
        }
        unknown
    }

    /// Whether any of these may have a name that is told later.
    fn naming(&self, unknown: &[Nameable]) -> Naming {
        let nameless = self.nameless();
        if unknown.iter().all(|of| nameless.contains(of)) { Naming::Done } else { Naming::Open }
    }

    fn is_nameless(&self, of: Nameable) {
        let mut nameless = self.nameless();
        if nameless.len() >= MOST_NAMELESS {
            nameless.clear();
        }
        nameless.insert(of);
    }

    fn nameless(&self) -> MutexGuard<'_, BTreeSet<Nameable>> {
        self.nameless.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
