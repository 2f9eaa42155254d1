//! A walk: the pages of a search, newest first, until the records are older than the boundary.
//!
//! The search itself asks for two days more than is needed: up to version 2.16 Intercom compares contacts' dates by
//! calendar day in the workspace's time zone, so a filter near the boundary would lose records of that day. All
//! precision is ours. A walk either reads everything down to its boundary or fails as a whole.
//!
//! A page that does not come is asked for smaller, down to a single record. Where even that does not come, nobody knows
//! the cursor that leads past it, so the rest is read from the other end up to the same place; where several records lie
//! between, in [`parts`](super::apart). What is missing then is a [`Gap`], and its walk is whole but for that.

use std::collections::{BTreeMap, BTreeSet};

use deskbell_domain::paging::{Onward, Paging};
use deskbell_domain::port::intercom::{IntercomError, Order, PageRequest, Unanswered};
use deskbell_domain::port::store::StoreError;
use deskbell_domain::time::Timestamp;

use super::gap::{Gap, GapPlace, Side};
use super::pages::{Pages, SearchPart};
use crate::ingest::RecordError;

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

impl From<RecordError> for WalkError {
    fn from(error: RecordError) -> Self {
        match error {
            RecordError::Store(error) => Self::Store(error),
            RecordError::Conflict => Self::Conflict,
            RecordError::Intercom(error) => Self::Intercom(error),
        }
    }
}

/// How far back a walk goes.
#[derive(Debug, Clone, Copy)]
pub(super) struct Bounds {
    /// Records at or after it are read; the walk ends at the first one before it.
    pub(super) boundary: Timestamp,
    /// What is older was read by an earlier walk, but for what the index had late.
    pub(super) mark: Timestamp,
}

/// How the first page of a walk is asked for.
#[derive(Debug, Clone, Copy)]
pub(super) struct Asked {
    /// How many records it holds.
    pub(super) size: u32,
    /// What came of the walk before.
    pub(super) lately: Lately,
}

/// What came of the last walk of a stream: where it went well and a page does not come, that is rather for a record on
/// it than for an Intercom that is down.
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

/// Walks the pages down to the boundary; `met` are the places of the stream that walks before could not read.
pub(super) async fn walk<P: Pages>(
    pages: &P,
    bounds: Bounds,
    asked: Asked,
    met: &[GapPlace],
) -> Result<Walked<P::Item>, WalkError> {
    let mut reading = Reading::new(bounds.boundary);
    reading.answers = asked.lately == Lately::Answered;
    let gap = match reading.read(pages, &SearchPart::whole(Order::NewestFirst), asked.size).await? {
        Stop::Whole => None,
        Stop::Blocked(how) => {
            let lies = reading.lies(bounds.mark);
            match reading.read_the_rest(pages, lies, met, how).await {
                // A later deep walk looks again for what the index had late.
                Err(WalkError::Intercom(IntercomError::Unavailable(_))) if lies == Side::BeforeTheMark => {
                    None
                }
                rest => rest?,
            }
        }
    };
    let records = reading.records.into_values().collect();
    Ok(Walked { records, pages: reading.pages, gap })
}

/// Why reading in one direction ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Stop {
    /// There is no more to read in this direction.
    Whole,
    /// A page of a single record did not come, or one of a part, which is rather divided than read in small pages.
    Blocked(Unanswered),
}

/// The records read so far.
pub(super) struct Reading<T> {
    boundary: Timestamp,
    records: BTreeMap<String, T>,
    seen: BTreeSet<String>,
    /// The last record before the place that could not be read.
    last: Option<String>,
    oldest: Option<Timestamp>,
    sorted: bool,
    /// How many match, by the page that told most: what the index has later may be read too, and counted against those
    /// that were there before it would hide one that cannot be read.
    total: Option<u64>,
    /// How many calls were made.
    pub(super) pages: u32,
    /// Whether Intercom gives pages, so that one that does not come may come smaller.
    pub(super) answers: bool,
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

    pub(super) async fn read<P: Pages<Item = T>>(
        &mut self,
        pages: &P,
        part: &SearchPart,
        size: u32,
    ) -> Result<Stop, WalkError> {
        let mut request = PageRequest { size, cursor: None };
        let mut paging = Paging::default();
        let mut good = 0;
        loop {
            let mut page = match pages.page(&request, part).await {
                Ok(page) => page,
                Err(IntercomError::Unavailable(how)) if request.size == 1 || part.is_part() => {
                    return Ok(Stop::Blocked(how));
                }
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
            self.total = self.total.max(page.total.filter(|_| !part.is_part()));
            let items = std::mem::take(&mut page.items);
            let count = items.len();
            let news = self.take(pages, part, items);
            let met = part.order == Order::OldestFirst && news < count;
            match paging.after(&page, &request, news) {
                Onward::Page(next) if !met && !self.is_past_the_boundary(part) => {
                    request.cursor = Some(next);
                    if good >= PAGES_UNTIL_LARGER {
                        request.size = larger(request.size);
                        good = 0;
                    }
                }
                Onward::Circle if !met && !self.is_past_the_boundary(part) => {
                    return Err(WalkError::Repeated);
                }
                _ => return Ok(Stop::Whole),
            }
        }
    }

    /// Reads from the oldest record on up to the place at which the way down was blocked, and, where more than one
    /// record is still missing or nobody can tell which, in parts. What is missing then is known by the number of
    /// records that Intercom tells; where too many are missing to be single records that cannot be read, the walk has
    /// failed.
    async fn read_the_rest<P: Pages<Item = T>>(
        &mut self,
        pages: &P,
        lies: Side,
        met: &[GapPlace],
        how: Unanswered,
    ) -> Result<Option<Gap>, WalkError> {
        let between = self.come_from_the_other_end(pages).await?;
        let (places, ends) = match between.records {
            Some(0) => return Ok(None),
            Some(1) if lies == Side::BeforeTheMark || between.is_told_by_neighbours(met) => {
                (vec![between], Vec::new())
            }
            _ => match self.read_apart(pages, &between, met).await? {
                Some(places) => (places, between.ends()),
                None => (vec![between], Vec::new()),
            },
        };
        Ok(Some(Gap { places, ends, lies, how }).filter(|gap| !gap.places.is_empty()))
    }

    /// What lies between the place at which the way down was blocked and where the way up ends.
    async fn come_from_the_other_end<P: Pages<Item = T>>(
        &mut self,
        pages: &P,
    ) -> Result<GapPlace, WalkError> {
        let newer = self.last.take();
        let upward = SearchPart::whole(Order::OldestFirst);
        let first = PageRequest { size: 1, cursor: None };
        let comes = match pages.page(&first, &upward).await {
            Ok(page) => {
                self.total = self.total.max(page.total);
                true
            }
            Err(IntercomError::Unavailable(how)) if how.is_an_answer() => false,
            Err(error) => return Err(error.into()),
        };
        self.pages += 1;
        let mut is_blocked = !comes;
        if comes {
            self.answers = true;
            is_blocked = self.read(pages, &upward, PAGE_SIZE).await? != Stop::Whole;
        }
        // What is blocked from both sides holds something, whatever the count says: a record that was read and then
        // deleted, while another came, hides one that is missing.
        let least = u64::from(is_blocked);
        let records = self.missing().map(|missing| missing.max(least));
        Ok(GapPlace { newer, older: self.last.take(), ending: None, records })
    }

    /// How many records match that no page brought; none where Intercom does not tell.
    pub(super) fn missing(&self) -> Option<u64> {
        Some(self.total?.saturating_sub(self.seen.len() as u64))
    }

    /// Takes a page and tells how many of its ids were new.
    fn take<P: Pages<Item = T>>(&mut self, pages: &P, part: &SearchPart, mut items: Vec<T>) -> usize {
        self.last = items.last().map(|item| pages.id(item).to_owned()).or(self.last.take());
        if part.order == Order::OldestFirst {
            items.reverse();
        } else if !part.is_part() {
            self.watch_order(pages, &items);
        }
        let is_whole = *part == SearchPart::whole(Order::NewestFirst);
        let otherwise = self.oldest.filter(|_| is_whole).unwrap_or(self.boundary);
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

    /// What lies beyond the boundary is read too where records are counted: the number that Intercom tells is of all.
    fn is_past_the_boundary(&self, part: &SearchPart) -> bool {
        *part == SearchPart::whole(Order::NewestFirst) && self.is_read_down_to(self.boundary)
    }

    fn lies(&self, mark: Timestamp) -> Side {
        if self.is_read_down_to(mark) { Side::BeforeTheMark } else { Side::AfterTheMark }
    }

    /// Whether the way down has brought everything that is not older than this.
    fn is_read_down_to(&self, time: Timestamp) -> bool {
        self.sorted && self.oldest.is_some_and(|oldest| oldest < time)
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
