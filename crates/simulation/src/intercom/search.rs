//! Search, as either version of the API does it: newest states in the index, filtered, sorted, a page at a time.

use deskbell_desk::contact::Contact;
use deskbell_desk::conversation::Conversation;
use deskbell_desk::port::intercom::{
    ContactFilter, ContactSearch, ContactSort, Page, PageCursor, PageRequest,
};
use deskbell_desk::time::{Timestamp, UnixMillis};

use super::{Dates, Truth};

/// In which order conversations are asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Direction {
    /// Oldest first.
    Up,
    /// Newest first.
    Down,
}

/// Where a record stands in the order that was asked for.
type Place = (i64, String);

impl Truth {
    /// One page of contacts.
    pub(super) fn contacts(
        &self,
        search: &ContactSearch,
        request: &PageRequest,
        now: UnixMillis,
    ) -> Page<Contact> {
        let shown = self.people.iter().filter_map(|person| Some(&person.shown(now)?.contact));
        let found = shown
            .filter(|contact| search.role.is_none_or(|role| role == contact.role))
            .filter(|contact| self.is_wanted(contact, &search.filter));
        let placed = found.map(|contact| (place(contact, search.sort), contact)).collect();
        self.page(placed, request)
    }

    /// One page of conversations.
    pub(super) fn conversations(
        &self,
        after: Timestamp,
        request: &PageRequest,
        direction: Direction,
        now: UnixMillis,
    ) -> Page<Conversation> {
        let shown = self.talks.values().filter(|talk| talk.shown_from <= now).map(|talk| &talk.conversation);
        let found = shown.filter(|conversation| conversation.created_at > after);
        let way = if direction == Direction::Up { 1 } else { -1 };
        let place = |one: &Conversation| (way * one.created_at.0, one.id.as_str().to_owned());
        self.page(found.map(|one| (place(one), one)).collect(), request)
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

    /// The cursor is a place, as the real one seems to be: what is deleted meanwhile moves nothing.
    fn page<T: Clone>(&self, mut found: Vec<(Place, &T)>, request: &PageRequest) -> Page<T> {
        let total = Some(found.len() as u64);
        if let Some(last) = request.cursor.as_ref().and_then(read_cursor) {
            found.retain(|(place, _)| *place > last);
        }
        found.sort_by(|a, b| a.0.cmp(&b.0));
        let size = self.most_a_page.min(request.size as usize);
        let more = found.len() > size;
        found.truncate(size);
        let next = found.last().filter(|_| more).map(|((time, id), _)| PageCursor(format!("{time} {id}")));
        Page { items: found.into_iter().map(|(_, record)| record.clone()).collect(), total, next }
    }
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

fn read_cursor(cursor: &PageCursor) -> Option<Place> {
    let (time, id) = cursor.0.split_once(' ')?;
    Some((time.parse().ok()?, id.to_owned()))
}
