//! Where the walk over all users stands within the present run. Lost with the process, which costs a re-read only.

use std::collections::BTreeSet;
use std::sync::{Mutex, MutexGuard, PoisonError};

use deskbell_domain::contact::{Contact, Role};
use deskbell_domain::ids::ContactId;
use deskbell_domain::paging::{Onward, Paging};
use deskbell_domain::port::intercom::{
    ContactFilter, ContactSearch, ContactSort, IdEnding, Page, PageCursor, PageRequest,
};
use deskbell_domain::port::store::Baseline;
use deskbell_domain::time::Timestamp;

use crate::ingest::poll::gap::FAILURES;
use crate::ingest::poll::pages::DAY_MARGIN;
use crate::ingest::poll::walk::{PAGE_SIZE, WalkError, larger, smaller};

const FIRST_PAGE: PageRequest = PageRequest { size: PAGE_SIZE, cursor: None };
/// After so many divisions a part is one of 16 millions, and holds no other user than the one who cannot be given.
const MOST_DIVISIONS: usize = 6;

/// Where the walk stands.
#[derive(Default)]
pub(in crate::ingest::poll) struct Position {
    inner: Mutex<Inner>,
}

#[derive(Default)]
struct Inner {
    epoch: u32,
    way: Way,
    /// How often what is asked for now did not come.
    blocked: u32,
    /// The position at which this run was taken up: a cursor belongs to the query it came with.
    origin: Option<Timestamp>,
    next: Option<PageRequest>,
    paging: Paging,
    last_page: BTreeSet<ContactId>,
}

/// In which order the users are read.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(in crate::ingest::poll) enum Way {
    /// Oldest first, as every walk begins.
    #[default]
    Up,
    /// In parts by how ids end, once the way up is blocked: these are still to be read, the last of them first.
    Parts(Vec<Part>),
    /// Newest first, where Intercom refuses to search in parts.
    Down,
}

/// Users whose ids end alike.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(in crate::ingest::poll) struct Part {
    ending: IdEnding,
    /// Its own parts were asked for, and stand above it. Where all of them come, whoever cannot be given has an id that is
    /// no longer than the ending.
    is_divided: bool,
}

impl Part {
    fn may_be_divided(&self) -> bool {
        !self.is_divided && self.ending.as_str().len() < MOST_DIVISIONS
    }

    fn holds(&self, other: &Self) -> bool {
        other.ending.as_str().ends_with(self.ending.as_str())
    }
}

/// Asks for the parts of the last part.
fn divide(parts: &mut Vec<Part>) {
    let Some(whole) = parts.pop() else { return };
    leave_wholes_of(&whole, parts);
    parts.push(Part { is_divided: true, ..whole.clone() });
    parts.extend(whole.ending.longer().map(|ending| Part { ending, is_divided: false }));
}

/// A part of them does not come, so there is no need to ask for them whole once more.
fn leave_wholes_of(failing: &Part, parts: &mut Vec<Part>) {
    parts.retain(|part| !(part.is_divided && part.holds(failing)));
}

impl Way {
    /// What a way that is blocked for good is followed by: two users who cannot be given leave no way to those between
    /// them, from neither end.
    fn in_parts() -> Self {
        Self::Parts(vec![Part::default()])
    }

    /// The part that is read now.
    fn part(&self) -> Option<&IdEnding> {
        match self {
            Self::Parts(parts) => parts.last().map(|part| &part.ending),
            Self::Up | Self::Down => None,
        }
    }
}

/// Where the next page begins.
pub(in crate::ingest::poll) struct NextPage {
    /// The position from which this run was taken up.
    origin: Timestamp,
    pub(in crate::ingest::poll) way: Way,
    pub(in crate::ingest::poll) request: PageRequest,
}

impl NextPage {
    /// The search for the next page.
    pub(in crate::ingest::poll) fn search(&self) -> ContactSearch {
        let newest_first = self.way == Way::Down;
        let sort = if newest_first { ContactSort::CreatedDescending } else { ContactSort::CreatedAscending };
        let endings = self.way.part().filter(|part| **part != IdEnding::default()).cloned();
        self.sorted(sort, endings.into_iter().collect())
    }

    /// Searches from both ends, of which the first is not the one from which the users are read. One that brings a user
    /// tells a user who cannot be given from an Intercom that does not answer. The end from which they are read tells
    /// nothing before something was read from there.
    pub(in crate::ingest::poll) fn controls(&self) -> Vec<ContactSearch> {
        let both = [ContactSort::CreatedDescending, ContactSort::CreatedAscending];
        let far = usize::from(self.way == Way::Down);
        let tells = |end: usize| end == far || self.way.part().is_some() || self.request.cursor.is_some();
        let ends = [far, 1 - far].into_iter().filter(|end| tells(*end));
        ends.map(|end| self.sorted(both[end], Vec::new())).collect()
    }

    fn sorted(&self, sort: ContactSort, endings: Vec<IdEnding>) -> ContactSearch {
        let filter = match self.origin {
            Timestamp(..=0) => ContactFilter::None,
            origin => ContactFilter::CreatedAfter(origin.minus(DAY_MARGIN)),
        };
        ContactSearch { role: Some(Role::User), filter, endings, sort }
    }

    /// Whether nothing is left to be read after a page that leads nowhere.
    pub(in crate::ingest::poll) fn ends_with(&self, next: Option<&PageCursor>) -> bool {
        let is_last_part = !matches!(&self.way, Way::Parts(parts) if parts.len() > 1);
        next.is_none() && is_last_part
    }
}

/// What becomes of users who cannot be given.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::ingest::poll) enum Blocked {
    /// They are tried again.
    Again,
    /// They are looked for in another way.
    Elsewhere,
    /// It is one who could not be given in any way.
    PassOver,
}

impl Position {
    fn inner(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(in crate::ingest::poll) fn next_page(&self, baseline: &Baseline) -> NextPage {
        let mut inner = self.inner();
        if inner.epoch != baseline.epoch {
            *inner = Inner { epoch: baseline.epoch, ..Inner::default() };
        }
        let origin = *inner.origin.get_or_insert(baseline.position);
        NextPage { origin, way: inner.way.clone(), request: inner.next.clone().unwrap_or(FIRST_PAGE) }
    }

    /// A page that did not come may come smaller.
    pub(in crate::ingest::poll) fn shrink(&self) {
        let mut inner = self.inner();
        let next = inner.next.get_or_insert(FIRST_PAGE);
        next.size = smaller(next.size);
    }

    /// The least that can be asked for did not come, though other users do.
    pub(in crate::ingest::poll) fn block(&self) -> Blocked {
        let mut inner = self.inner();
        inner.blocked += 1;
        let failures = inner.blocked;
        match &mut inner.way {
            Way::Parts(parts) if parts.last().is_some_and(Part::may_be_divided) => {
                divide(parts);
                inner.begin();
                Blocked::Elsewhere
            }
            _ if failures < FAILURES => Blocked::Again,
            Way::Up => {
                *inner = Inner { epoch: inner.epoch, way: Way::in_parts(), ..Inner::default() };
                Blocked::Elsewhere
            }
            Way::Parts(parts) => {
                if let Some(alone) = parts.pop() {
                    leave_wholes_of(&alone, parts);
                    parts.push(alone);
                }
                Blocked::PassOver
            }
            Way::Down => Blocked::PassOver,
        }
    }

    /// Intercom refuses what was asked for: parts perhaps, else a cursor that is no longer good.
    pub(in crate::ingest::poll) fn start_otherwise(&self) {
        let mut inner = self.inner();
        let way = if inner.way.part().is_some() { Way::Down } else { Way::Up };
        *inner = Inner { epoch: inner.epoch, way, ..Inner::default() };
    }

    pub(in crate::ingest::poll) fn advance(&self, page: &Page<Contact>) -> Result<(), WalkError> {
        let mut inner = self.inner();
        let ids: BTreeSet<_> = page.items.iter().map(|user| user.id.clone()).collect();
        let news = ids.difference(&inner.last_page).count();
        let request = inner.next.take().unwrap_or(FIRST_PAGE);
        match inner.paging.after(page, &request, news) {
            Onward::Circle => {
                *inner = Inner::default();
                return Err(WalkError::Repeated);
            }
            Onward::Page(next) => {
                inner.next = Some(PageRequest { size: larger(request.size), cursor: Some(next) });
                inner.last_page = ids;
                inner.blocked = 0;
            }
            Onward::End => {
                if let Way::Parts(parts) = &mut inner.way {
                    parts.pop();
                }
                inner.begin();
            }
        }
        Ok(())
    }
}

impl Inner {
    /// Another part is read, from its first page.
    fn begin(&mut self) {
        self.blocked = 0;
        self.next = None;
        self.paging = Paging::default();
        self.last_page = BTreeSet::new();
    }
}
