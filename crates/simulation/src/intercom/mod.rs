//! Intercom: what is true there, since when its search shows it, and how it answers.
//!
//! A record is a row of versions, each with the moment from which the search's index has it: the index lags, a version
//! never overtakes the one before. Deletions and merges reach the index late too. The judge reads the same rows.

mod actions;
mod calls;
mod desk;
mod exchange;
mod port;
mod search;
mod talk;
mod talks;
mod tokens;
mod waits;
mod wire;
mod writing;

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use deskbell_domain::contact::{Contact, Role};
use deskbell_domain::event::EventKind;
use deskbell_domain::ids::{ContactId, ConversationId};
use deskbell_domain::office_hours::OpenTime;
use deskbell_domain::time::{Timestamp, UnixMillis};

pub(crate) use self::actions::{Lag, POISON};
pub(crate) use self::calls::{APP_CALLS_PER_MINUTE, CALLS_PER_MINUTE};
pub(crate) use self::desk::Deed;
pub(crate) use self::exchange::{LOOK_UP, WithinTheRun};
pub(crate) use self::port::IntercomPort;
pub(crate) use self::talk::{Reading, Standing, Talk, Telling, Turn};
pub(crate) use self::talks::{Act, act, act_somewhere, answer, at_hand, go_on, go_on_in_latest};
pub(crate) use self::tokens::{TOKEN, TokenBook};
pub(crate) use self::waits::Waited;
pub(crate) use self::wire::item;
use crate::chance::Chance;
use crate::tenant::Tenant;
use crate::time::Time;

/// How Intercom answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Weather {
    /// As it should, but for one call in some hundred.
    Fair,
    /// So many calls in a thousand fail with a 5xx.
    Failing(u32),
    /// 429, for so many seconds each time.
    Limited(u64),
    /// Not at all.
    Hanging,
    /// The token is refused.
    Refused,
    /// The token may do nothing that is asked.
    Forbidden,
    /// What is asked is called invalid (400).
    Invalid,
}

/// What can fail while the rest answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Route {
    /// The search for contacts by `created_at`.
    Contacts,
    /// The search for contacts by `updated_at`.
    Updates,
    /// The search for conversations.
    Conversations,
}

impl Route {
    /// All of them.
    pub(crate) const ALL: [Self; 3] = [Self::Contacts, Self::Updates, Self::Conversations];

    /// Which of them give a contact.
    pub(crate) fn of_role(role: Role) -> &'static [Self] {
        match role {
            Role::User => &[Self::Contacts, Self::Updates],
            Role::Lead => &[Self::Contacts],
        }
    }

    /// By which the events of a kind are found.
    pub(crate) fn of(kind: EventKind) -> &'static [Self] {
        match kind {
            EventKind::NewLead | EventKind::LeadIdentified => &[Self::Contacts],
            EventKind::NewUser | EventKind::UserUpdated => &[Self::Contacts, Self::Updates],
            EventKind::NewConversation
            | EventKind::CustomerReplied
            | EventKind::HandedOver
            | EventKind::Rated
            | EventKind::Unanswered => &[Self::Conversations],
        }
    }
}

/// How contact search reads dates.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Dates {
    /// Up to version 2.16: whole days, in a zone so many seconds east of Greenwich.
    Days(i64),
    /// From version 2.17 on: seconds.
    Seconds,
}

/// A state of a contact.
#[derive(Debug, Clone)]
pub(crate) struct Version {
    /// The record.
    pub(crate) contact: Contact,
    /// Since when the search shows it.
    pub(crate) shown_from: UnixMillis,
    /// Counts the changes that mean something: a visit has the number of the version before.
    pub(crate) meaning: u32,
}

impl Version {
    /// When it came about, by Intercom's time.
    pub(crate) fn at(&self) -> Timestamp {
        self.contact.updated_at
    }

    /// How long the index needed.
    pub(crate) fn lag_ms(&self) -> i64 {
        self.shown_from.0 - self.at().0 * 1000
    }
}

/// A contact through time.
#[derive(Debug)]
pub(crate) struct Person {
    /// Its states, oldest first; never empty.
    pub(crate) versions: Vec<Version>,
    /// Since when the search does not show it any more.
    pub(crate) gone_from: Option<UnixMillis>,
    /// How the search gives it.
    pub(crate) reading: Reading,
}

impl Person {
    /// Its id.
    pub(crate) fn id(&self) -> &ContactId {
        &self.versions[0].contact.id
    }

    /// Its last state.
    pub(crate) fn last(&self) -> &Version {
        &self.versions[self.versions.len() - 1]
    }

    /// What it was made as.
    pub(crate) fn born(&self) -> Role {
        self.versions[0].contact.role
    }

    fn shown(&self, now: UnixMillis) -> Option<&Version> {
        if self.gone_from.is_some_and(|gone| gone <= now) {
            return None;
        }
        self.versions.iter().rev().find(|version| version.shown_from <= now)
    }
}

/// What is true at Intercom.
#[derive(Debug)]
pub(crate) struct Truth {
    /// All contacts that ever were.
    pub(crate) people: Vec<Person>,
    /// Where a contact stands in the list.
    pub(crate) places: BTreeMap<ContactId, usize>,
    /// All conversations.
    pub(crate) talks: BTreeMap<ConversationId, Talk>,
    /// How many parts of conversations were made.
    parts: u64,
    /// How many polls began: first pages that were asked for, those of one poll counted once.
    pub(crate) polls: u64,
    last_poll: UnixMillis,
    /// Those of the last minute.
    pub(crate) calls: calls::Calls,
    weather: Weather,
    routes: BTreeMap<Route, Weather>,
    dates: Dates,
    most_a_page: usize,
    /// So many empty pages come before each that is not.
    empty_pages: u32,
    /// What is done when a page was given that is not the last.
    between_pages: Option<Between>,
    pub(crate) names: Names,
    /// When the workspace is open.
    pub(crate) open: OpenTime,
}

/// Whether names can be looked up while everything else answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Names {
    /// They can.
    Given,
    /// Every such call fails.
    Missing,
}

/// What happens between two pages of a walk.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Between {
    /// Somebody who was on the page is deleted.
    Delete,
    /// Somebody who was not on it moves to the front.
    Touch,
    /// Somebody is made.
    Create,
}

/// The Intercom of one run.
#[derive(Debug)]
pub(crate) struct Intercom {
    time: Arc<Time>,
    chance: Chance,
    /// What stands in everything personal.
    mark: String,
    truth: Mutex<Truth>,
}

impl Intercom {
    /// An Intercom without contacts, of a version and with pages as the seed has it.
    pub(crate) fn new(time: Arc<Time>, seed: u64, tenant: Tenant) -> Self {
        let part = if tenant == Tenant::Acme { 1 } else { 10 + tenant as u64 };
        let chance = Chance::of(seed, part);
        let dates =
            if chance.per_mille(700) { Dates::Days(chance.between(-12, 15) * 3600) } else { Dates::Seconds };
        // What goes over a wire is cheaper by the page.
        let largest = if tenant == Tenant::Acme { 120 } else { 12 };
        let most_a_page = usize::try_from(chance.between(8, largest)).unwrap_or(50);
        let truth = Truth {
            people: Vec::new(),
            places: BTreeMap::new(),
            talks: BTreeMap::new(),
            parts: 0,
            polls: 0,
            last_poll: UnixMillis(0),
            calls: calls::Calls::default(),
            weather: Weather::Fair,
            routes: BTreeMap::new(),
            dates,
            most_a_page,
            empty_pages: 0,
            between_pages: None,
            names: Names::Given,
            open: waits::open_time(&chance),
        };
        Self { time, chance, mark: tenant.mark(), truth: Mutex::new(truth) }
    }

    /// What is true there.
    pub(crate) fn truth(&self) -> MutexGuard<'_, Truth> {
        self.truth.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// How all of it answers; a route may answer worse.
    pub(crate) fn weather(&self) -> Weather {
        self.truth().weather
    }

    /// How a route answers while the rest is fair.
    pub(crate) fn weather_of(&self, route: Route) -> Weather {
        self.truth().routes.get(&route).copied().unwrap_or(Weather::Fair)
    }

    /// How all of it answers from now on.
    pub(crate) fn set_weather(&self, weather: Weather) {
        self.truth().weather = weather;
    }

    /// How a route answers from now on.
    pub(crate) fn set_weather_of(&self, route: Route, weather: Weather) {
        self.truth().routes.insert(route, weather);
    }

    /// So many empty pages come before each that is not, from now on.
    pub(crate) fn set_empty_pages(&self, count: u32) {
        self.truth().empty_pages = count;
    }

    /// Has something happen between the next two pages.
    pub(crate) fn between_next_pages(&self, what: Between) {
        self.truth().between_pages = Some(what);
    }
}
