//! Search, as either version of the API does it: newest states in the index, filtered, sorted, a page at a time.

use std::collections::BTreeSet;

use deskbell_domain::contact::Contact;
use deskbell_domain::conversation::{Conversation, State};
use deskbell_domain::ids::ContactId;
use deskbell_domain::port::intercom::{
    ContactFilter, ContactSearch, ContactSort, ConversationSearch, IdEnding, Order, Page, PageCursor,
    PageRequest, WaitingSearch,
};
use deskbell_domain::time::{Timestamp, UnixMillis};

use super::{Dates, Reading, Route, Truth};
use crate::time::SECOND;

/// Where a record stands in the order that was asked for.
type Place = (i64, String);

/// Polls come no sooner after each other, but for one after a start.
const POLLS_APART: i64 = 100 * SECOND;

/// A record stands on the page that makes it fail.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Impossible;

impl Truth {
    /// A page is asked for; the first one begins a poll, unless it is of the same.
    pub(super) fn poll_began(&mut self, request: &PageRequest, now: UnixMillis) {
        if request.cursor.is_none() && now.since(self.last_poll) >= POLLS_APART {
            self.polls += 1;
            self.last_poll = now;
        }
    }

    /// The routes on which a page can fail for a record that stands on it.
    pub(crate) fn impossible_routes(&self) -> BTreeSet<Route> {
        let is_impossible = |reading| reading == Reading::Impossible;
        let people = self.people.iter().filter(|person| is_impossible(person.reading));
        let routes = people.flat_map(|person| Route::of_role(person.last().contact.role));
        let talks = self.talks.values().filter(|talk| is_impossible(talk.reading));
        routes.copied().chain(talks.map(|_| Route::Conversations)).collect()
    }

    /// One page of contacts.
    pub(super) fn contacts(
        &self,
        search: &ContactSearch,
        request: &PageRequest,
        now: UnixMillis,
    ) -> Result<Page<Contact>, Impossible> {
        let shown =
            self.people.iter().filter_map(|person| Some((&person.shown(now)?.contact, person.reading)));
        let found = shown
            .filter(|(contact, _)| search.role.is_none_or(|role| role == contact.role))
            .filter(|(contact, _)| self.is_wanted(contact, &search.filter))
            .filter(|(contact, _)| ends(contact.id.as_str(), &search.endings));
        let placed = found.map(|(contact, reading)| (place(contact, search.sort), contact, reading));
        self.page(placed.collect(), request, bare)
    }

    /// One contact as it is now; none that was deleted.
    pub(super) fn one(&self, id: &ContactId) -> Result<Option<Contact>, Impossible> {
        let person = self.places.get(id).map(|place| &self.people[*place]);
        match person.filter(|person| person.gone_from.is_none()) {
            Some(person) if person.reading == Reading::Impossible => Err(Impossible),
            Some(person) if person.reading == Reading::Bare => Ok(Some(bare(&person.last().contact))),
            found => Ok(found.map(|person| person.last().contact.clone())),
        }
    }

    /// One page of conversations.
    pub(super) fn conversations(
        &self,
        search: &ConversationSearch,
        request: &PageRequest,
        now: UnixMillis,
    ) -> Result<Page<Conversation>, Impossible> {
        let shown = self.talks.values().filter_map(|talk| Some((talk.shown(now)?, talk.reading)));
        let found: Vec<_> = shown
            .filter(|(one, _)| one.updated_at > search.after)
            .filter(|(one, _)| ends(one.id.as_str(), &search.endings))
            .collect();
        let way = if search.order == Order::OldestFirst { 1 } else { -1 };
        let place = |one: &Conversation| (way * one.updated_at.0, one.id.as_str().to_owned());
        let placed = found.iter().map(|(one, reading)| (place(one), one, *reading)).collect();
        self.page(placed, request, Conversation::clone)
    }

    /// One page of the conversations whose customers wait, as a search that leaves out what it cannot give.
    pub(super) fn waiting(
        &self,
        search: &WaitingSearch,
        request: &PageRequest,
        now: UnixMillis,
    ) -> Result<Page<Conversation>, Impossible> {
        let readable = self.talks.values().filter(|talk| talk.reading == Reading::Whole);
        let shown = readable.filter_map(|talk| talk.shown(now));
        let since = |one: &Conversation| {
            let now = one.now.as_ref().filter(|now| now.state == State::Open)?;
            now.waiting_since.filter(|since| *since > search.after && *since < search.before)
        };
        let found: Vec<_> = shown.filter_map(|one| Some((since(&one)?, one))).collect();
        let place = |(since, one): &(Timestamp, Conversation)| (since.0, one.id.as_str().to_owned());
        let placed = found.iter().map(|one| (place(one), &one.1, Reading::Whole)).collect();
        self.page(placed, request, Conversation::clone)
    }

    fn is_wanted(&self, contact: &Contact, filter: &ContactFilter) -> bool {
        match filter {
            ContactFilter::CreatedAfter(bound) => self.is_after(contact.created_at, *bound),
            ContactFilter::UpdatedAfter(bound) => self.is_after(contact.updated_at, *bound),
            _ => true,
        }
    }

    fn is_after(&self, time: Timestamp, bound: Timestamp) -> bool {
        match self.dates {
            Dates::Seconds => time > bound,
            Dates::Days(zone) => (time.0 + zone).div_euclid(86_400) > (bound.0 + zone).div_euclid(86_400),
        }
    }

    /// The cursor is a place, as the real one seems to be: what is deleted meanwhile moves nothing. A page may be empty
    /// and yet not be the last; then its cursor leads to the same place, and says how often it did.
    fn page<T: Clone>(
        &self,
        mut found: Vec<(Place, &T, Reading)>,
        request: &PageRequest,
        bare: impl Fn(&T) -> T,
    ) -> Result<Page<T>, Impossible> {
        let total = Some(found.len() as u64);
        let (last, empties) = request.cursor.as_ref().map_or((None, 0), read_cursor);
        if empties < self.empty_pages {
            let next = Some(cursor(last.as_ref(), empties + 1));
            return Ok(Page { items: Vec::new(), total, next });
        }
        if let Some(last) = last {
            found.retain(|(place, ..)| *place > last);
        }
        found.sort_by(|a, b| a.0.cmp(&b.0));
        let size = self.most_a_page.min(request.size as usize);
        let more = found.len() > size;
        found.truncate(size);
        if found.iter().any(|(.., reading)| *reading == Reading::Impossible) {
            return Err(Impossible);
        }
        let next = found.last().filter(|_| more).map(|(place, ..)| cursor(Some(place), 0));
        let given =
            |record: &T, reading| if reading == Reading::Bare { bare(record) } else { record.clone() };
        let items = found.into_iter().map(|(_, record, reading)| given(record, reading)).collect();
        Ok(Page { items, total, next })
    }
}

fn ends(id: &str, endings: &[IdEnding]) -> bool {
    endings.is_empty() || endings.iter().any(|ending| id.ends_with(ending.as_str()))
}

fn place(contact: &Contact, sort: ContactSort) -> Place {
    let time = match sort {
        ContactSort::UpdatedDescending => -contact.updated_at.0,
        ContactSort::UpdatedAscending => contact.updated_at.0,
        ContactSort::CreatedDescending => -contact.created_at.0,
        ContactSort::CreatedAscending => contact.created_at.0,
    };
    (time, contact.id.as_str().to_owned())
}

/// What is left of a contact that cannot be read.
fn bare(contact: &Contact) -> Contact {
    Contact {
        created_at: contact.created_at,
        updated_at: contact.updated_at,
        ..Contact::bare(contact.id.clone(), contact.role)
    }
}

fn cursor(place: Option<&Place>, empties: u32) -> PageCursor {
    PageCursor(place.map_or_else(|| format!("{empties}"), |(time, id)| format!("{empties} {time} {id}")))
}

fn read_cursor(cursor: &PageCursor) -> (Option<Place>, u32) {
    let mut parts = cursor.0.split(' ');
    let empties = parts.next().and_then(|text| text.parse().ok()).unwrap_or_default();
    let place = parts.next().and_then(|time| time.parse().ok()).zip(parts.next().map(str::to_owned));
    (place, empties)
}
