//! A walk: the pages of a search, newest first, until the records are older than the boundary.
//!
//! The search itself asks for two days more than is needed: up to version 2.16 Intercom compares contacts' dates by
//! calendar day in the workspace's time zone, so a filter near the boundary would lose records of that day. All
//! precision is ours. A walk either reads everything down to its boundary or fails as a whole.
//!
//! A page that does not come is asked for smaller, down to a single record. Where even that does not come, nobody knows
//! the cursor that leads past it, so the rest is read from the other end up to the same place: what lies between is a
//! [`Gap`], and its walk is whole but for that.

use std::collections::{BTreeMap, BTreeSet};

use deskbell_desk::paging::{Onward, Paging};
use deskbell_desk::port::intercom::{IntercomError, PageRequest, Unanswered};
use deskbell_desk::port::store::StoreError;
use deskbell_desk::time::Timestamp;

use super::gap::Gap;
use super::pages::{Order, Pages};

/// How many records a page holds. Large pages are slow, and slow pages time out.
pub(super) const PAGE_SIZE: u32 = 100;

/// After so many pages in a row that came a larger one is tried: what waits after a long outage is much.
const PAGES_UNTIL_LARGER: u32 = 5;

/// Why a walk ended without result. Nothing of it counts; the next poll walks again.
#[derive(Debug, thiserror::Error)]
pub enum WalkError {
    /// Intercom did not give a page.
    #[error("intercom did not give a page")]
    Intercom(#[from] IntercomError),
    /// Intercom gave the same pages again, as it does where it ignores the cursor.
    #[error("intercom gave the same pages again")]
    Repeated,
    /// The store did not do its part.
    #[error("the store did not do its part")]
    Store(#[from] StoreError),
    /// Somebody else moved the stream meanwhile.
    #[error("the stream was moved by somebody else")]
    Conflict,
}

/// How the first page of a walk is asked for.
#[derive(Debug, Clone, Copy)]
pub(super) struct Asked {
    /// How many records it holds.
    pub(super) size: u32,
    /// What came of the walk before.
    pub(super) lately: Lately,
}

/// What came of the last walk of a stream: where it went well and a page does not come, that is rather for a record on it
/// than for an Intercom that is down.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) enum Lately {
    /// It went well.
    Answered,
    /// It failed, or there was none.
    #[default]
    Failed,
}

/// What a walk read.
pub(super) struct Walked<T> {
    /// The records at or after the boundary, each once, in no order that counts.
    pub(super) records: Vec<T>,
    /// How many pages were read.
    pub(super) pages: u32,
    /// What could not be read from either side.
    pub(super) gap: Option<Gap>,
}

/// Walks the pages down to the boundary.
pub(super) async fn walk<P: Pages>(
    pages: &P,
    boundary: Timestamp,
    asked: Asked,
) -> Result<Walked<P::Item>, WalkError> {
    let mut reading = Reading::new(boundary);
    reading.answers = asked.lately == Lately::Answered;
    let gap = match reading.read(pages, Order::NewestFirst, asked.size).await? {
        Stop::Whole => None,
        Stop::Blocked(how) => reading.come_from_the_other_end(pages, how).await?,
    };
    let records = reading.records.into_values().collect();
    Ok(Walked { records, pages: reading.pages, gap })
}

/// Why reading in one direction ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Stop {
    /// There is no more to read in this direction.
    Whole,
    /// A page of a single record did not come.
    Blocked(Unanswered),
}

/// The records read so far.
struct Reading<T> {
    boundary: Timestamp,
    records: BTreeMap<String, T>,
    seen: BTreeSet<String>,
    /// The last record before the place that could not be read.
    last: Option<String>,
    oldest: Option<Timestamp>,
    sorted: bool,
    total: Option<u64>,
    pages: u32,
    /// Whether Intercom gives pages, so that one that does not come may come smaller.
    answers: bool,
}

impl<T: Send> Reading<T> {
    fn new(boundary: Timestamp) -> Self {
        Self {
            boundary,
            records: BTreeMap::new(),
            seen: BTreeSet::new(),
            last: None,
            oldest: None,
            sorted: true,
            total: None,
            pages: 0,
            answers: false,
        }
    }

    async fn read<P: Pages<Item = T>>(
        &mut self,
        pages: &P,
        order: Order,
        size: u32,
    ) -> Result<Stop, WalkError> {
        let mut request = PageRequest { size, cursor: None };
        let mut paging = Paging::default();
        let mut good = 0;
        loop {
            let mut page = match pages.page(&request, order).await {
                Ok(page) => page,
                Err(IntercomError::Unavailable(how)) if request.size == 1 => return Ok(Stop::Blocked(how)),
                // Other pages come, so that it is this one and not Intercom.
                Err(IntercomError::Unavailable(_)) if self.answers => {
                    request.size = smaller(request.size);
                    good = 0;
                    continue;
                }
                Err(error) => return Err(error.into()),
            };
            self.pages += 1;
            self.answers = true;
            good += 1;
            self.total = page.total.or(self.total);
            let items = std::mem::take(&mut page.items);
            let count = items.len();
            let news = self.take(pages, order, items);
            let met = order == Order::OldestFirst && news < count;
            match paging.after(&page, &request, news) {
                Onward::Page(next) if !met && !self.is_past_the_boundary(order) => {
                    request.cursor = Some(next);
                    if good >= PAGES_UNTIL_LARGER {
                        request.size = larger(request.size);
                        good = 0;
                    }
                }
                Onward::Circle if !met && !self.is_past_the_boundary(order) => {
                    return Err(WalkError::Repeated);
                }
                _ => return Ok(Stop::Whole),
            }
        }
    }

    /// Reads from the oldest record on up to the place at which the way down was blocked. What is missing then is known
    /// by the number of records that Intercom tells; where it tells none, or too many are missing to be a record or two
    /// that cannot be read, the walk has failed.
    async fn come_from_the_other_end<P: Pages<Item = T>>(
        &mut self,
        pages: &P,
        how: Unanswered,
    ) -> Result<Option<Gap>, WalkError> {
        let newer = self.last.take();
        if self.pages == 0 {
            let probe = PageRequest { size: 1, cursor: None };
            self.total = pages.page(&probe, Order::OldestFirst).await?.total;
            self.pages += 1;
            self.answers = true;
        }
        let stop = self.read(pages, Order::OldestFirst, PAGE_SIZE).await?;
        let total = self.total.ok_or(IntercomError::Unavailable(how))?;
        let missing = total.saturating_sub(self.seen.len() as u64);
        match (missing, stop) {
            (0, _) => Ok(None),
            (1..=Gap::MOST, Stop::Blocked(how)) => {
                Ok(Some(Gap { newer, older: self.last.take(), missing, how }))
            }
            _ => Err(IntercomError::Unavailable(how).into()),
        }
    }

    /// Takes a page and tells how many of its ids were new.
    fn take<P: Pages<Item = T>>(&mut self, pages: &P, order: Order, mut items: Vec<T>) -> usize {
        self.last = items.last().map(|item| pages.id(item).to_owned()).or(self.last.take());
        match order {
            Order::NewestFirst => self.watch_order(pages, &items),
            Order::OldestFirst => items.reverse(),
        }
        let otherwise = self.oldest.filter(|_| order == Order::NewestFirst).unwrap_or(self.boundary);
        fill_times(pages, &mut items, otherwise);
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

    fn is_past_the_boundary(&self, order: Order) -> bool {
        order == Order::NewestFirst && self.sorted && self.oldest.is_some_and(|oldest| oldest < self.boundary)
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

/// The page size after a page that did not come: it may come smaller.
pub(super) fn smaller(size: u32) -> u32 {
    (size / 10).max(1)
}

/// The page size after a walk that went well.
pub(super) fn larger(size: u32) -> u32 {
    (size * 10).min(PAGE_SIZE)
}
