//! What customers and other programs do at Intercom.

use deskbell_domain::contact::{Contact, Named, PartialList, Role};
use deskbell_domain::conversation::{Author, Conversation, Start};
use deskbell_domain::ids::{CompanyId, ContactId, ConversationId, TagId};
use deskbell_domain::rich_text::RichText;
use deskbell_domain::time::{Timestamp, UnixMillis};

use super::desk::{Desk, standing};
use super::waits::Waits;
use super::{Intercom, Person, Reading, Talk, Telling, Truth, Turn, Version};
use crate::time::{DAY, HOUR, MINUTE, SECOND};

/// How long the index needs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Lag {
    /// No time at all: what was there before the bot was.
    None,
    /// As it does: mostly seconds, at times minutes, rarely most of an hour.
    Usual,
    /// Hours.
    Long,
}

/// Discord refuses every message whose headline contains it.
pub(crate) const POISON: &str = " !poison";

fn poison(contact: &mut Contact) {
    contact.name = contact.name.take().map(|name| name + POISON);
}

impl Intercom {
    /// Somebody is made.
    pub(crate) fn make(&self, role: Role, lag: Lag) -> ContactId {
        let mut truth = self.truth();
        let at = self.time.true_second();
        let mut contact = new_contact(self, &truth, role, at);
        if self.chance.per_mille(25) {
            poison(&mut contact);
        }
        let id = contact.id.clone();
        add(self, &mut truth, contact, lag);
        id
    }

    /// Somebody is made of whom the search gives less than there is.
    pub(crate) fn make_unreadable(&self, role: Role, reading: Reading) -> ContactId {
        let id = self.make(role, Lag::None);
        let mut truth = self.truth();
        let place = truth.places[&id];
        truth.people[place].reading = reading;
        id
    }

    /// A conversation is started that the search cannot give.
    pub(crate) fn start_unreadable(&self) {
        let id = self.start(None, Start::Customer, Lag::None);
        if let Some(talk) = self.truth().talks.get_mut(&id) {
            talk.reading = Reading::Impossible;
        }
    }

    /// A lead whose card Discord refuses.
    pub(crate) fn make_poisoned(&self) -> ContactId {
        let mut truth = self.truth();
        let mut contact = new_contact(self, &truth, Role::Lead, self.time.true_second());
        poison(&mut contact);
        let id = contact.id.clone();
        add(self, &mut truth, contact, Lag::None);
        id
    }

    /// Somebody who was there long before.
    pub(crate) fn make_earlier(&self, role: Role) {
        let mut truth = self.truth();
        let age = Timestamp(self.chance.between(HOUR, 90 * DAY) / SECOND);
        let contact = new_contact(self, &truth, role, self.time.true_second().minus(age.0));
        add(self, &mut truth, contact, Lag::None);
    }

    /// Somebody changes in a field that counts; answers whether there was anybody.
    pub(crate) fn change(&self, id: &ContactId, lag: Lag) -> bool {
        let what = self.chance.below(3);
        move_on(self, id, lag, Means::Something, |contact, version| match what {
            0 => contact.phone = Some(format!("+4930{version:06}")),
            1 => contact.unsubscribed = Some(!contact.unsubscribed.unwrap_or_default()),
            _ => contact.name = contact.name.as_deref().map(|name| renamed(name, version)),
        })
    }

    /// Somebody gets the name that they had before the last one.
    pub(crate) fn change_back(&self, id: &ContactId) -> bool {
        let truth = self.truth();
        let person = truth.places.get(id).map(|place| &truth.people[*place]);
        let names = person.into_iter().flat_map(|person| person.versions.iter().rev());
        let mut names = names.filter_map(|version| version.contact.name.clone());
        let Some(now) = names.next() else { return false };
        let Some(before) = names.find(|name| *name != now) else { return false };
        drop(truth);
        move_on(self, id, Lag::Usual, Means::Something, move |contact, _| contact.name = Some(before))
    }

    /// Somebody looks at a page.
    pub(crate) fn visit(&self, id: &ContactId) -> bool {
        let now = self.time.true_second();
        move_on(self, id, Lag::Usual, Means::Nothing, |contact, _| contact.last_seen_at = Some(now))
    }

    /// A lead signs up.
    pub(crate) fn convert(&self, id: &ContactId) -> bool {
        move_on(self, id, Lag::Usual, Means::Something, |contact, _| contact.role = Role::User)
    }

    /// Somebody is deleted.
    pub(crate) fn delete(&self, id: &ContactId) -> bool {
        let from = shown_from(self, Lag::Usual);
        let mut truth = self.truth();
        let Some(person) = truth.alive(id) else { return false };
        person.gone_from = Some(from.max(person.last().shown_from));
        true
    }

    /// A lead turns out to be a user who is there already.
    pub(crate) fn merge(&self, lead: &ContactId, into: &ContactId) -> bool {
        self.delete(lead) && self.change(into, Lag::Usual)
    }

    /// A conversation is started.
    pub(crate) fn start(&self, with: Option<&ContactId>, start: Start, lag: Lag) -> ConversationId {
        let (now, from) = (self.time.true_second(), shown_from(self, lag));
        let mut truth = self.truth();
        let number = truth.talks.len();
        let id = ConversationId::new(format!("{:06}{number:06}", self.chance.between(0, 999_999)));
        let name = with.and_then(|id| truth.places.get(id)).map(|place| format!("{}{place}", self.mark));
        let mut conversation = Conversation {
            now: None,
            id: id.clone(),
            created_at: now,
            updated_at: now,
            subject: Some(format!("{} asks {number}", self.mark)),
            text: RichText::default(),
            attachments: Vec::new(),
            message_url: None,
            author: Author { kind: Some("user".to_owned()), name, ..Author::default() },
            contact: with.cloned(),
            // Of three teammates and teams the list has two.
            admin_id: self.chance.per_mille(200).then(|| self.chance.between(1, 4).to_string()),
            admin_name: None,
            team_id: self.chance.per_mille(200).then(|| self.chance.between(1, 4).to_string()),
            team_name: None,
            company_names: Vec::new(),
            start,
        };
        let is_anybodys = conversation.admin_id.is_some() || conversation.team_id.is_some();
        let is_with_bot = matches!(start, Start::Bot(_)) && !is_anybodys;
        let waiting_since = (start == Start::Customer).then_some(now);
        let begun = standing(&mut conversation);
        (begun.is_with_bot, begun.waiting_since) = (is_with_bot, waiting_since);
        let answer = if self.chance.per_mille(500) { Telling::Told } else { Telling::Untold };
        let turns = vec![Turn { conversation, shown_from: from }];
        let (desk, waits) = (Desk::of(start), Waits::of(start, now));
        let talk = Talk { turns, reading: Reading::Whole, answer, desk, waits, stood: Vec::new() };
        truth.talks.insert(id.clone(), talk);
        id
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Means {
    Something,
    Nothing,
}

fn renamed(name: &str, version: usize) -> String {
    let stem = name.split(' ').next().unwrap_or(name);
    format!("{stem} v{version}")
}

impl Truth {
    fn alive(&mut self, id: &ContactId) -> Option<&mut Person> {
        let place = *self.places.get(id)?;
        Some(&mut self.people[place]).filter(|person| person.gone_from.is_none())
    }

    /// Those who are there, can be read and are of this role now.
    pub(crate) fn of_role(&self, role: Role) -> Vec<ContactId> {
        let is_there = |person: &&Person| person.gone_from.is_none() && person.reading == Reading::Whole;
        let there = self.people.iter().filter(is_there);
        there.filter(|person| person.last().contact.role == role).map(|person| person.id().clone()).collect()
    }
}

fn add(intercom: &Intercom, truth: &mut Truth, contact: Contact, lag: Lag) {
    let number = truth.people.len();
    truth.places.insert(contact.id.clone(), number);
    let version = Version { contact, shown_from: shown_from(intercom, lag), meaning: 0 };
    truth.people.push(Person { versions: vec![version], gone_from: None, reading: Reading::Whole });
}

fn new_contact(intercom: &Intercom, truth: &Truth, role: Role, at: Timestamp) -> Contact {
    let number = truth.people.len();
    let high = intercom.chance.between(0, i64::from(u32::MAX));
    let mut contact = Contact::bare(ContactId::new(format!("{high:08x}{number:016x}")), role);
    contact.created_at = at;
    contact.updated_at = at;
    contact.name = Some(format!("{}{number} v0", intercom.mark));
    contact.email = Some(format!("{}{number}@example.com", intercom.mark));
    if intercom.chance.per_mille(200) {
        let tag = TagId::new(intercom.chance.between(1, 6).to_string());
        contact.tags = PartialList { items: vec![Named { id: tag, name: None }], total: 1 };
    }
    if intercom.chance.per_mille(200) {
        let company = CompanyId::new(format!("c{}", intercom.chance.between(1, 9)));
        contact.companies = PartialList { items: vec![Named { id: company, name: None }], total: 1 };
    }
    contact
}

fn move_on(
    intercom: &Intercom,
    id: &ContactId,
    lag: Lag,
    means: Means,
    edit: impl FnOnce(&mut Contact, usize),
) -> bool {
    let (now, from) = (intercom.time.true_second(), shown_from(intercom, lag));
    let mut truth = intercom.truth();
    let Some(person) = truth.alive(id) else { return false };
    let last = person.last().clone();
    let mut contact = last.contact;
    edit(&mut contact, person.versions.len());
    contact.updated_at = now.max(contact.updated_at);
    let meaning = last.meaning + u32::from(means == Means::Something);
    // The index has one state of a record, so a change in the same second replaces the one before in effect.
    person.versions.push(Version { contact, shown_from: from.max(last.shown_from), meaning });
    true
}

pub(super) fn shown_from(intercom: &Intercom, lag: Lag) -> UnixMillis {
    let now = intercom.time.true_now().0;
    let draw = |low, high| intercom.chance.between(low, high);
    let lag_ms = match lag {
        Lag::None => 0,
        Lag::Long => draw(HOUR, 20 * HOUR),
        Lag::Usual => match draw(0, 100) {
            0..40 => draw(0, 2 * SECOND),
            40..85 => draw(2 * SECOND, 2 * MINUTE),
            85..95 => draw(2 * MINUTE, 5 * MINUTE),
            _ => draw(5 * MINUTE, 50 * MINUTE),
        },
    };
    UnixMillis(now + lag_ms)
}
