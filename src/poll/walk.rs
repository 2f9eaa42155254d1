//! A walk: the pages of a search, newest first, until the records are older than the boundary.
//!
//! The search itself asks for two days more than is needed: up to version 2.16 Intercom compares contacts' dates by
//! calendar day in the workspace's time zone, so a filter near the boundary would lose records of that day. All
//! precision is ours. A walk either reads everything down to its boundary or fails as a whole.

use std::collections::{BTreeMap, BTreeSet};

use async_trait::async_trait;
use deskbell_desk::contact::{Contact, Role};
use deskbell_desk::conversation::Conversation;
use deskbell_desk::port::intercom::{
    ContactFilter, ContactSearch, ContactSort, Intercom, IntercomError, Page, PageRequest,
};
use deskbell_desk::port::store::StoreError;
use deskbell_desk::time::Timestamp;

/// How many records a page holds. Large pages are slow, and slow pages time out.
pub(super) const PAGE_SIZE: u32 = 100;
/// The size below which a page is not halved any more.
const SMALLEST_PAGE: u32 = 25;
/// How far before the boundary the filter on contacts lies: two days cover the rounding of any zone and season.
const DAY_MARGIN: i64 = 48 * 3600;
/// Conversations compare by the second, but nobody says whether the bound belongs to them.
const SECOND_MARGIN: i64 = 60;

/// Why a walk ended without result. Nothing of it counts; the next poll walks again.
#[derive(Debug, thiserror::Error)]
pub enum WalkError {
    /// Intercom did not give a page.
    #[error("intercom did not give a page")]
    Intercom(#[from] IntercomError),
    /// Intercom gave the same page again, as it does where it ignores the cursor.
    #[error("intercom gave the same page again")]
    Repeated,
    /// The store did not do its part.
    #[error("the store did not do its part")]
    Store(#[from] StoreError),
    /// Somebody else moved the stream meanwhile.
    #[error("the stream was moved by somebody else")]
    Conflict,
}

/// The pages of one search, and how its records are told apart and placed in time.
#[async_trait]
pub(super) trait Pages: Sync {
    /// The records.
    type Item: Send;

    /// One page.
    async fn page(&self, request: &PageRequest) -> Result<Page<Self::Item>, IntercomError>;

    /// A record's id.
    fn id<'a>(&self, item: &'a Self::Item) -> &'a str;

    /// The time that the search sorts by; 0 where the record did not tell it.
    fn time(&self, item: &Self::Item) -> Timestamp;

    /// Gives a record without a time the one of its neighbour.
    fn assume_time(&self, item: &mut Self::Item, time: Timestamp);

    /// Which of two readings of one record is the newer.
    fn moved(&self, item: &Self::Item) -> Timestamp;
}

/// Contacts by `created_at`.
pub(super) struct CreatedContacts<'a> {
    intercom: &'a dyn Intercom,
    search: ContactSearch,
}

impl<'a> CreatedContacts<'a> {
    /// Those at or after the boundary, of one role or both.
    pub(super) fn since(intercom: &'a dyn Intercom, role: Option<Role>, boundary: Timestamp) -> Self {
        let filter = ContactFilter::CreatedAfter(boundary.minus(DAY_MARGIN));
        Self { intercom, search: ContactSearch { role, filter, sort: ContactSort::CreatedDescending } }
    }
}

#[async_trait]
impl Pages for CreatedContacts<'_> {
    type Item = Contact;

    async fn page(&self, request: &PageRequest) -> Result<Page<Contact>, IntercomError> {
        self.intercom.search_contacts(&self.search, request).await
    }

    fn id<'a>(&self, item: &'a Contact) -> &'a str {
        item.id.as_str()
    }

    fn time(&self, item: &Contact) -> Timestamp {
        item.created_at
    }

    fn assume_time(&self, item: &mut Contact, time: Timestamp) {
        item.created_at = time;
    }

    fn moved(&self, item: &Contact) -> Timestamp {
        item.updated_at
    }
}

/// Users by `updated_at`.
pub(super) struct UpdatedUsers<'a> {
    intercom: &'a dyn Intercom,
    search: ContactSearch,
}

impl<'a> UpdatedUsers<'a> {
    /// Those that moved at or after the boundary.
    pub(super) fn since(intercom: &'a dyn Intercom, boundary: Timestamp) -> Self {
        let filter = ContactFilter::UpdatedAfter(boundary.minus(DAY_MARGIN));
        let search = ContactSearch { role: Some(Role::User), filter, sort: ContactSort::UpdatedDescending };
        Self { intercom, search }
    }
}

#[async_trait]
impl Pages for UpdatedUsers<'_> {
    type Item = Contact;

    async fn page(&self, request: &PageRequest) -> Result<Page<Contact>, IntercomError> {
        self.intercom.search_contacts(&self.search, request).await
    }

    fn id<'a>(&self, item: &'a Contact) -> &'a str {
        item.id.as_str()
    }

    fn time(&self, item: &Contact) -> Timestamp {
        item.updated_at
    }

    /// A change without a time cannot be told from a stale read, so it is left as it is and passed over.
    fn assume_time(&self, _: &mut Contact, _: Timestamp) {}

    fn moved(&self, item: &Contact) -> Timestamp {
        item.updated_at
    }
}

/// Conversations by `created_at`.
pub(super) struct CreatedConversations<'a> {
    intercom: &'a dyn Intercom,
    after: Timestamp,
}

impl<'a> CreatedConversations<'a> {
    /// Those at or after the boundary.
    pub(super) fn since(intercom: &'a dyn Intercom, boundary: Timestamp) -> Self {
        Self { intercom, after: boundary.minus(SECOND_MARGIN) }
    }
}

#[async_trait]
impl Pages for CreatedConversations<'_> {
    type Item = Conversation;

    async fn page(&self, request: &PageRequest) -> Result<Page<Conversation>, IntercomError> {
        self.intercom.search_conversations(self.after, request).await
    }

    fn id<'a>(&self, item: &'a Conversation) -> &'a str {
        item.id.as_str()
    }

    fn time(&self, item: &Conversation) -> Timestamp {
        item.created_at
    }

    fn assume_time(&self, item: &mut Conversation, time: Timestamp) {
        item.created_at = time;
    }

    fn moved(&self, item: &Conversation) -> Timestamp {
        item.updated_at
    }
}

/// What a walk read.
pub(super) struct Walked<T> {
    /// The records at or after the boundary, each once, in no order that counts.
    pub(super) records: Vec<T>,
    /// How many pages were read.
    pub(super) pages: u32,
}

/// Walks the pages down to the boundary.
pub(super) async fn walk<P: Pages>(
    pages: &P,
    boundary: Timestamp,
    size: u32,
) -> Result<Walked<P::Item>, WalkError> {
    let mut reading = Reading::new(boundary);
    let mut request = PageRequest { size, cursor: None };
    let mut cursors = BTreeSet::new();
    let mut count = 0;
    loop {
        let page = pages.page(&request).await?;
        count += 1;
        let news = reading.take(pages, page.items);
        let Some(next) = page.next.filter(|_| !reading.is_past_the_boundary()) else { break };
        if news == 0 || !cursors.insert(next.clone()) {
            return Err(WalkError::Repeated);
        }
        request.cursor = Some(next);
    }
    Ok(Walked { records: reading.records.into_values().collect(), pages: count })
}

/// The records read so far.
struct Reading<T> {
    boundary: Timestamp,
    records: BTreeMap<String, T>,
    seen: BTreeSet<String>,
    oldest: Option<Timestamp>,
    sorted: bool,
}

impl<T> Reading<T> {
    fn new(boundary: Timestamp) -> Self {
        Self { boundary, records: BTreeMap::new(), seen: BTreeSet::new(), oldest: None, sorted: true }
    }

    /// Takes a page and tells how many of its ids were new.
    fn take<P: Pages<Item = T>>(&mut self, pages: &P, mut items: Vec<T>) -> usize {
        self.watch_order(pages, &items);
        fill_times(pages, &mut items, self.oldest.unwrap_or(self.boundary));
        let before = self.seen.len();
        for item in items {
            let id = pages.id(&item).to_owned();
            self.seen.insert(id.clone());
            let wanted = pages.time(&item) >= self.boundary;
            let newer = self.records.get(&id).is_none_or(|known| pages.moved(&item) > pages.moved(known));
            if wanted && newer {
                self.records.insert(id, item);
            }
        }
        self.seen.len() - before
    }

    /// The order is asked for, but for conversations not documented: where it does not hold, all pages are read.
    fn watch_order<P: Pages<Item = T>>(&mut self, pages: &P, items: &[T]) {
        for time in items.iter().map(|item| pages.time(item)).filter(|time| *time != Timestamp::default()) {
            self.sorted &= self.oldest.is_none_or(|oldest| time <= oldest);
            self.oldest = Some(time);
        }
    }

    fn is_past_the_boundary(&self) -> bool {
        self.sorted && self.oldest.is_some_and(|oldest| oldest < self.boundary)
    }
}

/// A record that does not tell its time gets that of the next older one on the page, so that it is never taken for
/// later than it is; at the page's end, that of the next newer one.
fn fill_times<P: Pages>(pages: &P, items: &mut [P::Item], otherwise: Timestamp) {
    let unknown = Timestamp::default();
    let mut neighbour =
        items.iter().rev().map(|item| pages.time(item)).find(|time| *time != unknown).unwrap_or(otherwise);
    for item in items.iter_mut().rev() {
        match pages.time(item) {
            time if time == unknown => pages.assume_time(item, neighbour),
            time => neighbour = time,
        }
    }
}

/// The page size after a walk that failed so: a page that does not come may come smaller.
pub(super) fn smaller(size: u32) -> u32 {
    (size / 2).max(SMALLEST_PAGE)
}

/// The page size after a walk that went well.
pub(super) fn larger(size: u32) -> u32 {
    (size * 2).min(PAGE_SIZE)
}
