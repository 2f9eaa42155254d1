//! Reading a search in parts by how ids end, so that records which make every page fail spoil no more than themselves.
//!
//! Two such records leave no way to what lies between them: the way down ends at one, the way up at the other, and
//! contacts' dates compare by calendar day, so that no filter on them leads in between either. A part that fails is
//! divided until as many parts fail as records are missing.

use deskbell_desk::port::intercom::{IdEnding, IntercomError, Order, PageRequest, Unanswered};

use super::gap::{Gap, Place};
use super::pages::{Pages, Part};
use super::walk::{PAGE_SIZE, Reading, Stop, WalkError};

/// After so many divisions a part is one of 65,536. What is missing beside it is gone, and the next walk tells; or
/// Intercom does not find it by its id.
const MOST_DIVISIONS: usize = 4;
/// A record is told from others that cannot be given by at least so many characters; by one more where Intercom does
/// not tell how many there are.
const LEAST_DIVISIONS: usize = 2;
/// More parts that bring no answer in time, or before any part came, are an Intercom that is down.
const MOST_IN_DOUBT: usize = 3;

impl<T: Send> Reading<T> {
    /// Reads what lies in the place, and tells what of it cannot be read. None where Intercom refuses such a search and
    /// the place is small enough to be passed over as it is.
    pub(super) async fn read_apart<P: Pages<Item = T>>(
        &mut self,
        pages: &P,
        place: &Place,
    ) -> Result<Option<Vec<Place>>, WalkError> {
        let mut failing = vec![IdEnding::default()];
        for division in 1..=MOST_DIVISIONS {
            failing = match self.divide(pages, failing).await {
                Ok(failing) => failing,
                Err(WalkError::Intercom(IntercomError::Invalid { .. })) if place.is_small() => {
                    return Ok(None);
                }
                Err(error) => return Err(error),
            };
            let missing = self.count_again(pages).await?;
            if missing == Some(0) {
                return Ok(Some(Vec::new()));
            }
            if division >= LEAST_DIVISIONS && is_each_a_record(missing, &failing, division) {
                break;
            }
        }
        let more = self.missing().unwrap_or(0).saturating_sub(failing.len() as u64);
        let rest = (more > 0).then(|| Place { records: Some(more), ..place.clone() });
        Ok(Some(places(failing, place).into_iter().chain(rest).collect()))
    }

    /// How many records match by now that no page brought: the parts also bring some that came after the first count,
    /// and each of them would hide one that cannot be read.
    async fn count_again<P: Pages<Item = T>>(&mut self, pages: &P) -> Result<Option<u64>, WalkError> {
        self.pages += 1;
        match pages.page(&PageRequest { size: 1, cursor: None }, &Part::whole(Order::OldestFirst)).await {
            Ok(page) => Ok(page.total.map(|total| self.missing_of(total))),
            Err(IntercomError::Unavailable(_)) => Ok(self.missing().filter(|missing| *missing > 0)),
            Err(error) => Err(error.into()),
        }
    }

    /// Reads the parts of these parts, and tells which of them do not come.
    async fn divide<P: Pages<Item = T>>(
        &mut self,
        pages: &P,
        parts: Vec<IdEnding>,
    ) -> Result<Vec<IdEnding>, WalkError> {
        let (mut failing, mut failures) =
            (Vec::new(), Failures { came: self.answers, ..Failures::default() });
        for whole in parts {
            // Where Intercom only failed for a while, one call does instead of one for each of its parts.
            let is_known_to_fail = whole != IdEnding::default();
            if is_known_to_fail && self.comes(pages, &whole, &mut failures).await? {
                continue;
            }
            let before = failing.len();
            for ending in whole.longer() {
                if self.fails(pages, &ending, &mut failures).await? {
                    failing.push(ending);
                }
            }
            let is_short = failing.len() == before && is_known_to_fail;
            // What it holds has an id that is no longer than this, unless it comes now.
            if is_short && self.fails(pages, &whole, &mut failures).await? {
                failing.push(whole);
            }
        }
        Ok(failing)
    }

    /// Whether a part that did not come before comes now.
    async fn comes<P: Pages<Item = T>>(
        &mut self,
        pages: &P,
        ending: &IdEnding,
        failures: &mut Failures,
    ) -> Result<bool, WalkError> {
        let part = Part { order: Order::NewestFirst, ending: Some(ending.clone()) };
        let comes = self.read(pages, &part, PAGE_SIZE).await? == Stop::Whole;
        failures.came |= comes;
        Ok(comes)
    }

    /// Whether a part does not come. It is asked for twice, for any call may fail.
    async fn fails<P: Pages<Item = T>>(
        &mut self,
        pages: &P,
        ending: &IdEnding,
        failures: &mut Failures,
    ) -> Result<bool, WalkError> {
        let part = Part { order: Order::NewestFirst, ending: Some(ending.clone()) };
        let mut answer = self.read(pages, &part, PAGE_SIZE).await?;
        if matches!(answer, Stop::Blocked(how) if how != Unanswered::Silent) {
            answer = self.read(pages, &part, PAGE_SIZE).await?;
        }
        match answer {
            Stop::Whole => failures.came = true,
            Stop::Blocked(how) => failures.count(how)?,
        }
        Ok(answer != Stop::Whole)
    }
}

/// How many parts of a division did not come.
#[derive(Default)]
struct Failures {
    came: bool,
    silent: usize,
    all: usize,
}

impl Failures {
    /// Counts one, and fails where they are too many to be single records.
    fn count(&mut self, how: Unanswered) -> Result<(), WalkError> {
        self.all += 1;
        self.silent += usize::from(how == Unanswered::Silent);
        let is_down = self.silent > MOST_IN_DOUBT || (!self.came && self.all > MOST_IN_DOUBT);
        if is_down || self.all > Gap::MOST {
            return Err(IntercomError::Unavailable(how).into());
        }
        Ok(())
    }
}

/// Whether no more records are missing than parts fail; where Intercom tells no number, whether parts are small.
fn is_each_a_record(missing: Option<u64>, failing: &[IdEnding], division: usize) -> bool {
    missing.map_or(division > LEAST_DIVISIONS, |missing| missing <= failing.len() as u64)
}

/// The places of the parts that do not come; a single one keeps its neighbours.
fn places(failing: Vec<IdEnding>, place: &Place) -> Vec<Place> {
    let alone = failing.len() == 1;
    let neighbour = |id: &Option<String>| id.clone().filter(|_| alone);
    let (newer, older) = (neighbour(&place.newer), neighbour(&place.older));
    let place = Place { newer, older, ending: None, records: Some(1) };
    failing.into_iter().map(|ending| Place { ending: Some(ending), ..place.clone() }).collect()
}
