//! The searches that polling walks through, and how their records are told apart and placed in time.

use std::sync::atomic::{AtomicUsize, Ordering};

use async_trait::async_trait;
use deskbell_domain::contact::{Contact, Role};
use deskbell_domain::conversation::Conversation;
use deskbell_domain::port::intercom::{
    ContactFilter, ContactSearch, ContactSort, ConversationSearch, IdEnding, Intercom, IntercomError, Order,
    Page, PageRequest, WaitingSearch,
};
use deskbell_domain::time::Timestamp;

/// How far before the boundary the filter on contacts lies: two days cover the rounding of any zone and season.
pub(super) const DAY_MARGIN: i64 = 48 * 3600;
/// Conversations compare by the second, but nobody says whether the bound belongs to them.
const SECOND_MARGIN: i64 = 60;

/// What of a search is read, and from which end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct SearchPart {
    /// From which end.
    pub(super) order: Order,
    /// Only records whose id ends like one of these; all where none is given.
    pub(super) endings: Vec<IdEnding>,
}

impl SearchPart {
    /// All of it.
    pub(super) fn whole(order: Order) -> Self {
        Self { order, endings: Vec::new() }
    }

    /// Whether it is not all of it.
    pub(super) fn is_part(&self) -> bool {
        !self.endings.is_empty()
    }
}

/// The pages of one search, and how its records are told apart and placed in time.
#[async_trait]
pub(super) trait Pages: Sync {
    /// The records.
    type Item: Send;

    /// One page in this order. An ascending walk begins where the filter does, which is before the boundary.
    async fn page(&self, request: &PageRequest, part: &SearchPart)
    -> Result<Page<Self::Item>, IntercomError>;

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
        Self {
            intercom,
            search: ContactSearch { role, filter, endings: Vec::new(), sort: ContactSort::CreatedDescending },
        }
    }
}

#[async_trait]
impl Pages for CreatedContacts<'_> {
    type Item = Contact;

    async fn page(&self, request: &PageRequest, part: &SearchPart) -> Result<Page<Contact>, IntercomError> {
        self.intercom.search_contacts(&in_part(&self.search, part), request).await
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
        let search = ContactSearch {
            role: Some(Role::User),
            filter,
            endings: Vec::new(),
            sort: ContactSort::UpdatedDescending,
        };
        Self { intercom, search }
    }
}

#[async_trait]
impl Pages for UpdatedUsers<'_> {
    type Item = Contact;

    async fn page(&self, request: &PageRequest, part: &SearchPart) -> Result<Page<Contact>, IntercomError> {
        self.intercom.search_contacts(&in_part(&self.search, part), request).await
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

/// Conversations by `updated_at`.
pub(super) struct MovedConversations<'a> {
    intercom: &'a dyn Intercom,
    after: Timestamp,
}

impl<'a> MovedConversations<'a> {
    /// Those that moved at or after the boundary.
    pub(super) fn since(intercom: &'a dyn Intercom, boundary: Timestamp) -> Self {
        Self { intercom, after: boundary.minus(SECOND_MARGIN) }
    }
}

#[async_trait]
impl Pages for MovedConversations<'_> {
    type Item = Conversation;

    async fn page(
        &self,
        request: &PageRequest,
        part: &SearchPart,
    ) -> Result<Page<Conversation>, IntercomError> {
        let SearchPart { order, endings } = part.clone();
        let search = ConversationSearch { after: self.after, endings, order };
        self.intercom.search_conversations(&search, request).await
    }

    fn id<'a>(&self, item: &'a Conversation) -> &'a str {
        item.id.as_str()
    }

    fn time(&self, item: &Conversation) -> Timestamp {
        item.updated_at
    }

    fn assume_time(&self, item: &mut Conversation, time: Timestamp) {
        item.updated_at = time;
        if item.created_at == Timestamp::default() {
            item.created_at = time;
        }
    }

    fn moved(&self, item: &Conversation) -> Timestamp {
        item.updated_at
    }
}

/// Conversations whose customers wait, by `waiting_since`: the longest wait comes first, so that for whoever walks them
/// time runs backwards.
pub(super) struct WaitingConversations<'a> {
    intercom: &'a dyn Intercom,
    search: WaitingSearch,
    /// How many more are read from the longest wait on.
    left: AtomicUsize,
}

impl<'a> WaitingConversations<'a> {
    /// Whatever their time, nothing of them lies beyond it.
    pub(super) const BOUNDARY: Timestamp = Timestamp(i64::MIN);

    /// Those who wait since a second between these two, so many at most.
    pub(super) fn between(
        intercom: &'a dyn Intercom,
        after: Timestamp,
        before: Timestamp,
        most: usize,
    ) -> Self {
        let search = WaitingSearch { after, before, endings: Vec::new(), order: Order::OldestFirst };
        Self { intercom, search, left: AtomicUsize::new(most) }
    }

    /// Whether so many were read that there may be more.
    pub(super) fn is_cut(&self) -> bool {
        self.left.load(Ordering::Relaxed) == 0
    }

    fn count(&self, read: usize) {
        let left = self.left.load(Ordering::Relaxed);
        self.left.store(left.saturating_sub(read), Ordering::Relaxed);
    }
}

#[async_trait]
impl Pages for WaitingConversations<'_> {
    type Item = Conversation;

    async fn page(
        &self,
        request: &PageRequest,
        part: &SearchPart,
    ) -> Result<Page<Conversation>, IntercomError> {
        let order = match part.order {
            Order::NewestFirst => Order::OldestFirst,
            Order::OldestFirst => Order::NewestFirst,
        };
        let search = WaitingSearch { endings: part.endings.clone(), order, ..self.search.clone() };
        let mut page = self.intercom.search_waiting(&search, request).await?;
        if *part == SearchPart::whole(Order::NewestFirst) && page.next.is_some() {
            self.count(page.items.len());
            page.next = page.next.filter(|_| !self.is_cut());
        }
        Ok(page)
    }

    fn id<'a>(&self, item: &'a Conversation) -> &'a str {
        item.id.as_str()
    }

    fn time(&self, item: &Conversation) -> Timestamp {
        let since = item.now.as_ref().and_then(|now| now.waiting_since);
        Timestamp(-since.unwrap_or_default().0)
    }

    /// Who does not wait is passed over.
    fn assume_time(&self, _: &mut Conversation, _: Timestamp) {}

    fn moved(&self, item: &Conversation) -> Timestamp {
        item.updated_at
    }
}

fn in_part(search: &ContactSearch, part: &SearchPart) -> ContactSearch {
    let sort = match (part.order, search.sort) {
        (Order::NewestFirst, sort) => sort,
        (Order::OldestFirst, ContactSort::UpdatedDescending | ContactSort::UpdatedAscending) => {
            ContactSort::UpdatedAscending
        }
        (Order::OldestFirst, ContactSort::CreatedDescending | ContactSort::CreatedAscending) => {
            ContactSort::CreatedAscending
        }
    };
    ContactSearch { sort, endings: part.endings.clone(), ..search.clone() }
}
