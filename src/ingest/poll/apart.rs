//! Reading a search in parts by how ids end, so that records which make every page fail spoil no more than themselves.
//!
//! Two such records leave no way to what lies between them: the way down ends at one, the way up at the other, and
//! contacts' dates compare by calendar day, so that no filter on them leads in between either. A part that fails is
//! divided until as many parts fail as records are missing.

use deskbell_domain::port::intercom::{IdEnding, IntercomError, Order, Unanswered};

use super::gap::{Gap, GapPlace};
use super::pages::{Pages, SearchPart};
use super::walk::{PAGE_SIZE, Reading, Stop, WalkError};

/// After so many divisions a part is one of 65,536. What is missing beside it is gone, and the next walk tells; or
/// Intercom does not find it by its id.
const MOST_DIVISIONS: usize = 4;
/// A record is told from others that cannot be given by at least so many characters; by one more where Intercom does
/// not tell how many there are.
const LEAST_DIVISIONS: usize = 2;
/// How many parts are asked for at once: so many conditions may stand side by side in a search.
const MOST_TOGETHER: usize = 15;
/// More parts that bring no answer in time, or before any part came, are an Intercom that is down.
const MOST_IN_DOUBT: usize = 3;

impl<T: Send> Reading<T> {
    /// Reads what lies in the place, and tells what of it cannot be read. None where Intercom refuses such a search and
    /// the place is small enough to be passed over as it is.
    pub(super) async fn read_apart<P: Pages<Item = T>>(
        &mut self,
        pages: &P,
        place: &GapPlace,
        met: &[GapPlace],
    ) -> Result<Option<Vec<GapPlace>>, WalkError> {
        let mut failing = vec![IdEnding::default()];
        for division in 1..=MOST_DIVISIONS {
            failing = match self.divide(pages, failing, met).await {
                Ok(failing) => failing,
                Err(WalkError::Intercom(IntercomError::Invalid { .. })) if place.is_small() => {
                    return Ok(None);
                }
                Err(error) => return Err(error),
            };
            // A part that does not come holds something, whatever the count says: records that came meanwhile or were
            // deleted hide one that cannot be read.
            if self.missing() == Some(0) && failing.is_empty() {
                return Ok(Some(Vec::new()));
            }
            if division >= LEAST_DIVISIONS && self.is_each_a_record(&failing, division) {
                break;
            }
        }
        let more = self.missing().unwrap_or(0).saturating_sub(failing.len() as u64);
        let rest = (more > 0).then(|| GapPlace { records: Some(more), ..place.clone() });
        Ok(Some(places(failing, place).into_iter().chain(rest).collect()))
    }

    /// Whether no more records are missing than parts fail; where Intercom tells no number, whether parts are small.
    fn is_each_a_record(&self, failing: &[IdEnding], division: usize) -> bool {
        let missing = self.missing();
        missing.map_or(division > LEAST_DIVISIONS, |missing| missing <= failing.len() as u64)
    }

    /// Reads the parts of these parts, and tells which of them do not come. What failed before is asked for by itself, so
    /// that it does not spoil the others.
    async fn divide<P: Pages<Item = T>>(
        &mut self,
        pages: &P,
        parts: Vec<IdEnding>,
        met: &[GapPlace],
    ) -> Result<Vec<IdEnding>, WalkError> {
        let (mut failing, mut failures) =
            (Vec::new(), Failures { came: self.answers, ..Failures::default() });
        // More parts fail than records are missing: some failed only for a while, and may come in one call by now.
        let some_may_come = self.missing().is_some_and(|missing| missing < parts.len() as u64);
        for whole in parts {
            let is_known_to_fail = whole != IdEnding::default();
            if is_known_to_fail && some_may_come && self.comes(pages, &whole).await? {
                continue;
            }
            let before = failing.len();
            for several in together(&whole, met) {
                failing.extend(self.failing_of(pages, several, &mut failures).await?);
            }
            let is_short = failing.len() == before && is_known_to_fail;
            // What it holds has an id that is no longer than this, unless it comes now.
            if is_short {
                failing.extend(self.failing_of(pages, vec![whole], &mut failures).await?);
            }
        }
        Ok(failing)
    }

    /// Reads several parts at once, and in halves where they do not come; tells which do not come alone.
    async fn failing_of<P: Pages<Item = T>>(
        &mut self,
        pages: &P,
        several: Vec<IdEnding>,
        failures: &mut Failures,
    ) -> Result<Vec<IdEnding>, WalkError> {
        let (mut failing, mut open) = (Vec::new(), vec![several]);
        while let Some(mut some) = open.pop() {
            let Stop::Blocked(how) = self.read(pages, &part(&some), PAGE_SIZE).await? else {
                failures.came = true;
                continue;
            };
            if some.len() > 1 {
                failures.count_several(how)?;
                let half = some.split_off(some.len() / 2);
                open.extend([half, some]);
                continue;
            }
            // A part is asked for twice, for any call may fail.
            if how.is_an_answer() && self.read(pages, &part(&some), PAGE_SIZE).await? == Stop::Whole {
                failures.came = true;
                continue;
            }
            failures.count(how)?;
            failing.append(&mut some);
        }
        Ok(failing)
    }

    /// Whether a part that did not come before comes now.
    async fn comes<P: Pages<Item = T>>(&mut self, pages: &P, ending: &IdEnding) -> Result<bool, WalkError> {
        let one = part(std::slice::from_ref(ending));
        Ok(self.read(pages, &one, PAGE_SIZE).await? == Stop::Whole)
    }
}

fn part(endings: &[IdEnding]) -> SearchPart {
    SearchPart { order: Order::NewestFirst, endings: endings.to_vec() }
}

/// The parts of a part, as they are asked for: those in which nothing failed before together.
fn together(whole: &IdEnding, met: &[GapPlace]) -> Vec<Vec<IdEnding>> {
    let endings: Vec<_> = met.iter().filter_map(|place| place.ending.as_ref()).collect();
    let failed = |part: &IdEnding| endings.iter().any(|ending| ending.overlaps(part));
    let (alone, mut others): (Vec<_>, Vec<_>) = whole.longer().partition(failed);
    let is_too_long = others.len() > MOST_TOGETHER;
    let more = others.split_off(if is_too_long { others.len() / 2 } else { others.len() });
    let sets = [others, more].into_iter().filter(|set| !set.is_empty());
    sets.chain(alone.into_iter().map(|one| vec![one])).collect()
}

/// How many parts of a division did not come.
#[derive(Default)]
struct Failures {
    came: bool,
    silent: usize,
    all: usize,
}

impl Failures {
    /// Counts several that did not come together.
    fn count_several(&mut self, how: Unanswered) -> Result<(), WalkError> {
        self.silent += usize::from(!how.is_an_answer());
        self.judge(how)
    }

    /// Counts one.
    fn count(&mut self, how: Unanswered) -> Result<(), WalkError> {
        self.all += 1;
        self.count_several(how)
    }

    /// Fails where they are too many to be single records.
    fn judge(&self, how: Unanswered) -> Result<(), WalkError> {
        let is_down = self.silent > MOST_IN_DOUBT || (!self.came && self.all > MOST_IN_DOUBT);
        if is_down || self.all > Gap::MOST {
            return Err(IntercomError::Unavailable(how).into());
        }
        Ok(())
    }
}

/// The places of the parts that do not come; a single one keeps its neighbours.
fn places(failing: Vec<IdEnding>, place: &GapPlace) -> Vec<GapPlace> {
    let alone = failing.len() == 1;
    let neighbour = |id: &Option<String>| id.clone().filter(|_| alone);
    let (newer, older) = (neighbour(&place.newer), neighbour(&place.older));
    let place = GapPlace { newer, older, ending: None, records: Some(1) };
    failing.into_iter().map(|ending| GapPlace { ending: Some(ending), ..place.clone() }).collect()
}
