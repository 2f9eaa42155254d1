//! What is learnt of an event's record after it was journaled: names that Intercom did not tell in time, and how the
//! record stands by now. It is never a second event. A name only fills a gap, of whoever it is the name of: one that stands in
//! the record is never replaced. How a record stands is replaced by how it stands later.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Deserializer, Serialize};

use crate::contact::{Contact, Named};
use crate::conversation::{Activity, Assignee, Conversation, Ended, Now};
use crate::difference::{Change, Field};
use crate::event::{Event, Record};

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
            admins.extend(earlier.admins.keys().map(String::as_str));
            teams.extend(earlier.teams.keys().map(String::as_str));
        }
        self.admins.retain(|id, _| !admins.contains(id.as_str()));
        self.teams.retain(|id, _| !teams.contains(id.as_str()));
        self.now.take_if(|now| Some(&*now) == standing);
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
            Record::Lead { contact } | Record::User { contact, .. } => names.add_contact(contact),
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
                Activity::Started => conversation.stands(now),
                Activity::Rated(rating) => rating.take_remark(now.rating.as_ref()),
                Activity::Replied | Activity::HandedOver | Activity::Unanswered(_) => {}
            }
        }
    }
}

impl Event {
    /// Puts what was learnt where it is missing.
    pub fn amend(&mut self, amendment: &Amendment) {
        match &mut self.record {
            Record::Lead { contact } | Record::User { contact, .. } => amendment.amend_contact(contact),
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
mod tests {
    use super::*;
    use crate::contact::{PartialList, Role};
    use crate::event::EventId;
    use crate::ids::{CompanyId, ContactId};
    use crate::time::Timestamp;

    fn lead(companies: &[(&str, Option<&str>)]) -> Event {
        let mut contact = Contact::bare(ContactId::new("ada"), Role::Lead);
        let named = |(id, name): &(&str, Option<&str>)| Named {
            id: CompanyId::new(*id),
            name: name.map(str::to_owned),
        };
        contact.companies = PartialList { items: companies.iter().map(named).collect(), total: 2 };
        let (id, record) = (EventId::lead_created(&contact.id), Record::Lead { contact: Box::new(contact) });
        Event { id, at: Timestamp(1), record, actor: None }
    }

    #[test]
    fn what_was_learnt_stands_where_it_was_missing_and_nowhere_else() {
        let (before, now) = (lead(&[("1", None)]), lead(&[("1", Some("Acme"))]));
        let learnt = Amendment::learnt(&before.record, &now.record);
        let mut unnamed = before;
        unnamed.amend(&learnt);
        assert_eq!(unnamed, now);
        let mut named = lead(&[("1", Some("Globex"))]);
        named.amend(&learnt);
        assert_eq!(named, lead(&[("1", Some("Globex"))]));
    }

    #[test]
    fn it_is_stored_as_the_names_that_are_new() {
        let (before, now) =
            (lead(&[("1", Some("Acme")), ("2", None)]), lead(&[("1", Some("Acme")), ("2", Some("Globex"))]));
        let learnt = Amendment::learnt(&before.record, &now.record);
        insta::assert_snapshot!(serde_json::to_string(&learnt).unwrap(), @r#"{"c":{"2":"Globex"}}"#);
        assert!(Amendment::learnt(&now.record, &now.record).is_empty());
    }

    fn held_by(id: &str, name: Option<&str>) -> Now {
        let admin = Some(Assignee { id: id.to_owned(), name: name.map(str::to_owned) });
        Now { admin, ..Now::default() }
    }

    fn named(id: &str, name: &str) -> Amendment {
        Amendment { admins: BTreeMap::from([(id.to_owned(), name.to_owned())]), ..Amendment::default() }
    }

    fn conversation_of(admin: &str) -> Event {
        let text = format!(r#"{{"id":"5","admin_id":"{admin}"}}"#);
        let conversation: Conversation =
            serde_json::from_str(&text).expect("every other field has a default");
        let id = EventId::conversation_created(&crate::ids::ConversationId::new("5"));
        Event { id, at: Timestamp(1), record: Record::started(conversation), actor: None }
    }

    fn admin_name(event: &Event) -> Option<&str> {
        let Record::Conversation { conversation, .. } = &event.record else { return None };
        conversation.admin_name.as_deref()
    }

    #[test]
    fn a_name_that_comes_when_somebody_else_has_the_conversation_names_nobody() {
        let mut event = conversation_of("1");
        event.amend(&Amendment::of_standing(held_by("2", None)));
        event.amend(&named("1", "Ada"));
        assert_eq!(admin_name(&event), None);
        event.amend(&named("2", "Grace"));
        assert_eq!(admin_name(&event), Some("Grace"));
    }

    #[test]
    fn a_name_that_was_kept_without_an_id_is_still_read() {
        let kept: Amendment = serde_json::from_str(r#"{"a":"Ada"}"#).unwrap();
        let mut event = conversation_of("1");
        event.amend(&kept);
        assert_eq!(admin_name(&event), Some("Ada"));
        insta::assert_snapshot!(serde_json::to_string(&named("1", "Ada")).unwrap(), @r#"{"a":{"1":"Ada"}}"#);
    }

    #[test]
    fn the_name_of_whoever_had_it_before_says_nothing_of_who_has_it_now() {
        let passed_on = Amendment::of_standing(held_by("2", None));
        let mut second = named("2", "Grace");
        second.remove_known([&named("2", "Grace"), &passed_on]);
        assert_eq!(second, named("2", "Grace"));
        let mut again = named("2", "Grace");
        again.remove_known([&passed_on, &named("2", "Grace")]);
        assert!(again.is_empty());
    }

    #[test]
    fn two_amendments_in_one_say_what_both_said_after_each_other() {
        let all = [
            named("1", "Ada"),
            named("4", "Mary"),
            Amendment::of_standing(held_by("2", None)),
            named("1", "Ada"),
            named("2", "Grace"),
            Amendment::of_standing(held_by("3", Some("Mark"))),
        ];
        for length in 1..=all.len() {
            let (mut after_each_other, mut at_once) = (conversation_of("1"), conversation_of("1"));
            let mut joined = all[0].clone();
            all[..length].iter().for_each(|one| after_each_other.amend(one));
            for next in &all[1..length] {
                let earlier = std::mem::replace(&mut joined, next.clone());
                joined.follow(&earlier);
            }
            at_once.amend(&joined);
            assert_eq!(at_once, after_each_other, "of the first {length}");
        }
    }

    #[test]
    fn what_is_known_is_not_learnt_twice() {
        let (before, now) = (lead(&[("1", None)]), lead(&[("1", Some("Acme"))]));
        let mut again = Amendment::learnt(&before.record, &now.record);
        again.remove_known(&[again.clone()]);
        assert!(again.is_empty());
    }
}
