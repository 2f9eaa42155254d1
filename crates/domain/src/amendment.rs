//! What is learnt of an event's record after it was journaled: names that Intercom did not tell in time, and how the
//! record stands by now. It is never a second event. A name only fills a gap, of whoever it is the name of: one that stands in
//! the record is never replaced. How a record stands is replaced by how it stands later.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Deserializer, Serialize};

use crate::contact::{Contact, Named};
use crate::conversation::{Activity, Assignee, Conversation, Ended, Now};
use crate::difference::{Change, Field};
use crate::event::{Event, Record};
use crate::ids::ContactId;
use crate::person::{Fate, Person};

/// Names that a record lacks, and how it stands.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Amendment {
    #[serde(rename = "c", default, skip_serializing_if = "BTreeMap::is_empty")]
    companies: BTreeMap<String, String>,
    #[serde(rename = "t", default, skip_serializing_if = "BTreeMap::is_empty")]
    tags: BTreeMap<String, String>,
    /// The teammates to whom a conversation was assigned: by the time that a name comes it may be somebody else's.
    #[serde(rename = "a", default, skip_serializing_if = "BTreeMap::is_empty", deserialize_with = "by_id")]
    admins: BTreeMap<String, String>,
    /// The teams to which a conversation was assigned.
    #[serde(rename = "g", default, skip_serializing_if = "BTreeMap::is_empty", deserialize_with = "by_id")]
    teams: BTreeMap<String, String>,
    /// The companies of whoever speaks in a conversation.
    #[serde(rename = "p", default, skip_serializing_if = "Vec::is_empty")]
    speakers_companies: Vec<String>,
    /// How a conversation stands.
    #[serde(rename = "n", default, skip_serializing_if = "Option::is_none")]
    now: Option<Box<Now>>,
    /// How a wait ended.
    #[serde(rename = "e", default, skip_serializing_if = "Option::is_none")]
    ended: Option<Ended>,
    /// How a lead or user stands.
    #[serde(rename = "k", default, skip_serializing_if = "Option::is_none")]
    person: Option<Box<Person>>,
}

/// The id under which a name stands that an earlier version kept without one: whoever has the conversation is called so.
const WHOEVER: &str = "";

/// Reads names by id, and a name without one.
fn by_id<'de, D: Deserializer<'de>>(from: D) -> Result<BTreeMap<String, String>, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum Kept {
        ById(BTreeMap<String, String>),
        Alone(String),
    }
    Ok(match Kept::deserialize(from)? {
        Kept::ById(names) => names,
        Kept::Alone(name) => BTreeMap::from([(WHOEVER.to_owned(), name)]),
    })
}

/// Names of customers never reach a log line.
impl std::fmt::Debug for Amendment {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter
            .debug_struct("Amendment")
            .field("companies", &self.companies.len())
            .field("tags", &self.tags.len())
            .finish_non_exhaustive()
    }
}

impl Amendment {
    /// The names that a record has now and had not before.
    pub fn learnt(before: &Record, now: &Record) -> Self {
        let mut learnt = Self::names_of(now);
        learnt.remove_known([&Self::names_of(before)]);
        learnt
    }

    /// That a conversation stands otherwise than before.
    pub fn of_standing(now: Now) -> Self {
        Self { now: Some(Box::new(now)), ..Self::default() }
    }

    /// That the wait of a customer is over.
    pub fn of_end(ended: Ended) -> Self {
        Self { ended: Some(ended), ..Self::default() }
    }

    /// That a lead or user stands otherwise than before.
    pub fn of_person(person: Person) -> Self {
        Self { person: Some(Box::new(person)), ..Self::default() }
    }

    /// Into whom it says that somebody was merged.
    pub fn merged_into(&self) -> Option<&ContactId> {
        match self.person.as_ref()?.fate.as_ref()? {
            Fate::Merged { into, .. } => Some(into),
            Fate::BecameUser(_) | Fate::Deleted(_) => None,
        }
    }

    /// Whether it says that somebody has a conversation, and not what they are called.
    pub fn lacks_a_name(&self) -> bool {
        let holders = self.now.iter().flat_map(|now| [&now.admin, &now.team]);
        holders.flatten().any(|who| who.name.is_none())
    }

    /// Whether it says nothing.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// Leaves out what amendments that stand there already say, in their order. What stood before a conversation stood
    /// otherwise says nothing any more: who has it may have no name again.
    pub fn remove_known<'a>(&mut self, known: impl IntoIterator<Item = &'a Self>) {
        let (mut admins, mut teams, mut standing) = (BTreeSet::new(), BTreeSet::new(), None);
        let mut person = None;
        for earlier in known {
            self.ended.take_if(|ended| earlier.ended.as_ref() == Some(ended));
            self.companies.retain(|id, _| !earlier.companies.contains_key(id));
            self.tags.retain(|id, _| !earlier.tags.contains_key(id));
            if !earlier.speakers_companies.is_empty() {
                self.speakers_companies.clear();
            }
            if let Some(now) = &earlier.now {
                (admins, teams, standing) = (named(now.admin.as_ref()), named(now.team.as_ref()), Some(now));
            }
            person = earlier.person.as_ref().or(person);
            admins.extend(earlier.admins.keys().map(String::as_str));
            teams.extend(earlier.teams.keys().map(String::as_str));
        }
        self.admins.retain(|id, _| !admins.contains(id.as_str()));
        self.teams.retain(|id, _| !teams.contains(id.as_str()));
        self.now.take_if(|now| Some(&*now) == standing);
        self.person.take_if(|now| Some(&*now) == person);
    }

    /// Takes in what was learnt before it, so that both are one.
    pub fn follow(&mut self, earlier: &Self) {
        for (names, before) in [(&mut self.companies, &earlier.companies), (&mut self.tags, &earlier.tags)] {
            names.extend(before.clone());
        }
        if !earlier.speakers_companies.is_empty() {
            self.speakers_companies.clone_from(&earlier.speakers_companies);
        }
        if self.ended.is_none() {
            self.ended.clone_from(&earlier.ended);
        }
        match (&mut self.person, &earlier.person) {
            (Some(person), Some(earlier)) => person.follow(earlier),
            (person, earlier) if person.is_none() => person.clone_from(earlier),
            _ => {}
        }
        if self.now.is_some() {
            return;
        }
        self.now.clone_from(&earlier.now);
        let (admins, teams) = (std::mem::take(&mut self.admins), std::mem::take(&mut self.teams));
        if let Some(now) = &mut self.now {
            name(now.admin.as_mut(), &admins);
            name(now.team.as_mut(), &teams);
        } else {
            self.admins = joined(&earlier.admins, admins);
            self.teams = joined(&earlier.teams, teams);
        }
    }

    fn names_of(record: &Record) -> Self {
        let mut names = Self::default();
        match record {
            Record::Lead { contact } | Record::Identified { contact } | Record::User { contact, .. } => {
                names.add_contact(contact);
            }
            Record::Update { contact, changes } => {
                names.add_contact(contact);
                for change in changes {
                    names.add_change(change);
                }
            }
            Record::Conversation { conversation, .. } => {
                let known = |id: &Option<String>, name: &Option<String>| id.clone().zip(name.clone());
                names.admins.extend(known(&conversation.admin_id, &conversation.admin_name));
                names.teams.extend(known(&conversation.team_id, &conversation.team_name));
                names.speakers_companies.clone_from(&conversation.company_names);
            }
        }
        names
    }

    fn add_contact(&mut self, contact: &Contact) {
        add(&mut self.companies, &contact.companies.items);
        add(&mut self.tags, &contact.tags.items);
    }

    fn add_change(&mut self, change: &Change) {
        let Change::List { field, added, removed } = change else { return };
        let names = match field {
            Field::Companies => &mut self.companies,
            Field::Tags => &mut self.tags,
            _ => return,
        };
        add(names, added);
        add(names, removed);
    }

    fn amend_contact(&self, contact: &mut Contact) {
        fill(&mut contact.companies.items, &self.companies);
        fill(&mut contact.tags.items, &self.tags);
        if let Some(person) = &self.person {
            contact.stands(person);
        }
    }

    fn amend_change(&self, change: &mut Change) {
        let Change::List { field, added, removed } = change else { return };
        let names = match field {
            Field::Companies => &self.companies,
            Field::Tags => &self.tags,
            _ => return,
        };
        fill(added, names);
        fill(removed, names);
    }

    fn amend_conversation(&self, conversation: &mut Conversation, what: &mut Activity) {
        if conversation.admin_name.is_none() {
            conversation.admin_name = name_of(conversation.admin_id.as_deref(), &self.admins);
        }
        if conversation.team_name.is_none() {
            conversation.team_name = name_of(conversation.team_id.as_deref(), &self.teams);
        }
        if let Some(standing) = &mut conversation.now {
            name(standing.admin.as_mut(), &self.admins);
            name(standing.team.as_mut(), &self.teams);
        }
        if conversation.company_names.is_empty() {
            conversation.company_names.clone_from(&self.speakers_companies);
        }
        if let (Activity::Unanswered(wait), Some(ended)) = (&mut *what, &self.ended) {
            wait.ended = Some(ended.clone());
        }
        if let Some(now) = &self.now {
            match what {
                Activity::Rated(rating) => rating.take_remark(now.rating.as_ref()),
                _ => conversation.stands(now),
            }
        }
    }
}

impl Event {
    /// Puts what was learnt where it is missing.
    pub fn amend(&mut self, amendment: &Amendment) {
        match &mut self.record {
            Record::Lead { contact } | Record::Identified { contact } | Record::User { contact, .. } => {
                amendment.amend_contact(contact);
            }
            Record::Update { contact, changes } => {
                amendment.amend_contact(contact);
                for change in changes {
                    amendment.amend_change(change);
                }
            }
            Record::Conversation { conversation, what } => {
                amendment.amend_conversation(conversation, what);
            }
        }
    }
}

/// Who it is, where the name is known.
fn named(who: Option<&Assignee>) -> BTreeSet<&str> {
    who.filter(|who| who.name.is_some()).map(|who| who.id.as_str()).into_iter().collect()
}

fn name(who: Option<&mut Assignee>, names: &BTreeMap<String, String>) {
    if let Some(who) = who.filter(|who| who.name.is_none()) {
        who.name = name_of(Some(&who.id), names);
    }
}

fn name_of(id: Option<&str>, names: &BTreeMap<String, String>) -> Option<String> {
    names.get(id?).or_else(|| names.get(WHOEVER)).cloned()
}

/// What was learnt first stands.
fn joined(first: &BTreeMap<String, String>, mut then: BTreeMap<String, String>) -> BTreeMap<String, String> {
    then.extend(first.clone());
    then
}

fn add<Id: ToString>(names: &mut BTreeMap<String, String>, items: &[Named<Id>]) {
    names.extend(items.iter().filter_map(|item| Some((item.id.to_string(), item.name.clone()?))));
}

fn fill<Id: ToString>(items: &mut [Named<Id>], names: &BTreeMap<String, String>) {
    for item in items.iter_mut().filter(|item| item.name.is_none()) {
        item.name = names.get(&item.id.to_string()).cloned();
    }
}

#[cfg(test)]
mod tests;
