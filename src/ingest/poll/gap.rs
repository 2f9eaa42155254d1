//! Records that Intercom cannot give: after three failures at the same place they are passed over, or one of them would
//! hold its search for ever.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use deskbell_domain::port::intercom::{IdEnding, Unanswered};
use deskbell_domain::trouble::Part;

/// How often a place must fail before it is passed over.
pub(super) const FAILURES: u32 = 3;
/// How many places of a search are remembered.
const MOST_PLACES: usize = 100;
/// How many characters of an id's end tell one record from the others that cannot be given.
const TELLING: usize = 2;

/// A place in a search that cannot be read: a record, mostly.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct GapPlace {
    /// The record before it on the way down; none where it is the newest, or another place lies there.
    pub(super) newer: Option<String>,
    /// The record before it on the way up; none where it is the oldest, or another place lies there.
    pub(super) older: Option<String>,
    /// How the ids end that lie in it, where that was found out.
    pub(super) ending: Option<IdEnding>,
    /// How many records lie in it; none where Intercom does not tell.
    pub(super) records: Option<u64>,
}

impl GapPlace {
    /// Whether so few records lie in it that they may be single ones that cannot be read.
    pub(super) fn is_small(&self) -> bool {
        self.records.is_some_and(|records| records <= Gap::MOST as u64)
    }

    /// Whether its neighbours say which of the places that were met it is, or that it is a new one.
    pub(super) fn is_told_by_neighbours(&self, met: &[Self]) -> bool {
        let is_found = met.iter().any(|known| known.is(self));
        is_found || met.iter().all(|known| known.ending.is_none())
    }

    /// Each of its ends as a place of its own.
    pub(super) fn ends(&self) -> Vec<Self> {
        let one = Self { newer: None, older: None, ending: None, records: Some(1) };
        let (newer, older) = (self.newer.clone(), self.older.clone());
        vec![Self { newer, ..one.clone() }, Self { older, ..one }]
    }

    /// Records come and go on both sides, so that one neighbour is enough.
    pub(super) fn is(&self, other: &Self) -> bool {
        let same = |one: &Option<String>, other: &Option<String>| one.is_some() && one == other;
        let by_neighbour = same(&self.newer, &other.newer) || same(&self.older, &other.older);
        let telling = |place: &Self| place.ending.clone().filter(|ending| ending.as_str().len() >= TELLING);
        let lonely = |place: &Self| place.newer.is_none() && place.older.is_none();
        match (telling(self), telling(other)) {
            (Some(one), Some(other)) => one.overlaps(&other),
            _ => by_neighbour || (lonely(self) && lonely(other)),
        }
    }
}

/// What a walk that was whole otherwise could not read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Gap {
    /// Where.
    pub(super) places: Vec<GapPlace>,
    /// The places at its ends, if it holds several: the way down and the way up ended there.
    pub(super) ends: Vec<GapPlace>,
    /// Whether it holds up what nobody has read yet.
    pub(super) lies: Side,
    /// How Intercom failed to give it.
    pub(super) how: Unanswered,
}

/// Where a gap lies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Side {
    /// Something between the mark and now may lie in it.
    AfterTheMark,
    /// All that is newer than the mark was read: a deeper walk only looks for what the index had late, and what it
    /// cannot give was passed over before, perhaps by an earlier process.
    BeforeTheMark,
}

impl Gap {
    /// More records are no longer single ones that cannot be read, but a search that does not work.
    pub(super) const MOST: usize = 10;
}

/// What becomes of a gap.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Judgement {
    /// It is tried again.
    Wait,
    /// It is passed over: so many records from now on, the others before.
    PassOver {
        /// How many records are passed over for the first time.
        new: u64,
    },
}

/// The places of a workspace's searches, and how often each was met. Lost with the process, which costs three tries
/// more.
#[derive(Default)]
pub(super) struct Gaps {
    met: Mutex<BTreeMap<Part, Vec<Met>>>,
}

/// A place that walks met.
struct Met {
    place: GapPlace,
    failures: u32,
    /// Whether it was counted and told.
    counted: bool,
}

impl Gaps {
    /// A walk that was whole otherwise met this gap.
    pub(super) fn meet(&self, part: Part, gap: Gap) -> Judgement {
        let mut met = self.met.lock().unwrap_or_else(PoisonError::into_inner);
        let known = met.entry(part).or_default();
        // Two places of one gap may look alike, so each is looked for among those that earlier walks met.
        let mut here: Vec<Met> = gap.places.into_iter().map(|place| met_again(known, place)).collect();
        let waits = gap.lies == Side::AfterTheMark && here.iter().any(|one| one.failures < FAILURES);
        let mut new = 0;
        // Where one is waited for, the others are met again with the next walk, and counted when they are passed over.
        for one in here.iter_mut().filter(|one| !waits && !one.counted && one.failures >= FAILURES) {
            one.counted = true;
            new += one.place.records.unwrap_or(1);
        }
        known.append(&mut here);
        let too_many = known.len().saturating_sub(MOST_PLACES);
        known.drain(..too_many);
        if waits {
            return Judgement::Wait;
        }
        if gap.ends.is_empty() {
            return Judgement::PassOver { new };
        }
        // One that was passed over while it was the only one is known by its neighbours, and now by its id too.
        let is_here = |place: &GapPlace| place.ending.is_none() && gap.ends.iter().any(|end| place.is(end));
        let before = known.extract_if(.., |one| is_here(&one.place));
        let counted = before.filter(|one| one.counted).count();
        Judgement::PassOver { new: new.saturating_sub(counted as u64) }
    }

    /// The places of a search that walks could not read.
    pub(super) fn of(&self, part: Part) -> Vec<GapPlace> {
        let met = self.met.lock().unwrap_or_else(PoisonError::into_inner);
        met.get(&part).into_iter().flatten().map(|one| one.place.clone()).collect()
    }
}

/// A place that a walk met, with what is known of it.
fn met_again(known: &mut Vec<Met>, place: GapPlace) -> Met {
    let before = known.iter().position(|one| one.place.is(&place)).map(|at| known.remove(at));
    let Some(before) = before else { return Met { place, failures: 1, counted: false } };
    let ending = place.ending.clone().or(before.place.ending);
    Met {
        place: GapPlace { ending, ..place },
        failures: before.failures.saturating_add(1),
        counted: before.counted,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn place(newer: Option<&str>, older: Option<&str>) -> GapPlace {
        let [newer, older] = [newer, older].map(|id| id.map(str::to_owned));
        GapPlace { newer, older, ending: None, records: Some(1) }
    }

    fn with_ending(digits: &[usize]) -> GapPlace {
        let longer = |ending: IdEnding, digit: &usize| ending.longer().nth(*digit).unwrap();
        let ending = digits.iter().rev().fold(IdEnding::default(), longer);
        GapPlace { ending: Some(ending), ..place(None, None) }
    }

    fn meet(gaps: &Gaps, part: Part, places: &[GapPlace]) -> Judgement {
        gaps.meet(
            part,
            Gap {
                places: places.to_vec(),
                ends: Vec::new(),
                lies: Side::AfterTheMark,
                how: Unanswered::Failing,
            },
        )
    }

    #[test]
    fn a_place_is_passed_over_at_its_third_failure_and_told_once() {
        let gaps = Gaps::default();
        let at = |newer, older| meet(&gaps, Part::Contacts, &[place(newer, older)]);
        assert_eq!(at(None, Some("old")), Judgement::Wait);
        assert_eq!(at(Some("new"), Some("old")), Judgement::Wait, "a record came above it");
        assert_eq!(at(Some("other"), Some("place")), Judgement::Wait);
        assert_eq!(at(Some("new"), None), Judgement::PassOver { new: 1 }, "the one below it is gone");
        assert_eq!(at(Some("new"), None), Judgement::PassOver { new: 0 });
        let elsewhere = meet(&gaps, Part::Conversations, &[place(Some("new"), None)]);
        assert_eq!(elsewhere, Judgement::Wait);
    }

    #[test]
    fn what_lies_before_the_mark_holds_nothing_up_and_is_counted_at_its_third_failure() {
        let gaps = Gaps::default();
        for new in [0, 0, 1, 0] {
            let places = vec![place(Some("newer"), Some("older"))];
            let (lies, how) = (Side::BeforeTheMark, Unanswered::Failing);
            let gap = Gap { places, ends: Vec::new(), lies, how };
            assert_eq!(gaps.meet(Part::Contacts, gap), Judgement::PassOver { new });
        }
    }

    #[test]
    fn a_place_known_by_its_neighbours_is_not_counted_again_when_its_id_is_found_out() {
        let gaps = Gaps::default();
        let alone = place(Some("newer"), Some("older"));
        for _ in 0..3 {
            meet(&gaps, Part::Contacts, std::slice::from_ref(&alone));
        }
        let both = |ids: &[[usize; 2]]| Gap {
            places: ids.iter().map(|digits| with_ending(digits)).collect(),
            ends: vec![place(Some("newest"), None), place(None, Some("older"))],
            lies: Side::AfterTheMark,
            how: Unanswered::Failing,
        };
        for judgement in [Judgement::Wait, Judgement::Wait, Judgement::PassOver { new: 1 }] {
            assert_eq!(gaps.meet(Part::Contacts, both(&[[3, 1], [3, 2]])), judgement);
        }
        for judgement in [Judgement::Wait, Judgement::Wait, Judgement::PassOver { new: 1 }] {
            assert_eq!(gaps.meet(Part::Contacts, both(&[[3, 1], [3, 2], [4, 4]])), judgement);
        }
    }

    #[test]
    fn two_places_that_look_alike_each_have_their_own_three_failures() {
        let gaps = Gaps::default();
        let part = GapPlace { ending: with_ending(&[3, 1]).ending, ..place(Some("newer"), Some("older")) };
        let rest = GapPlace { records: Some(4), ..place(Some("newer"), Some("older")) };
        for judgement in [Judgement::Wait, Judgement::Wait, Judgement::PassOver { new: 5 }] {
            assert_eq!(meet(&gaps, Part::Contacts, &[part.clone(), rest.clone()]), judgement);
        }
        assert_eq!(meet(&gaps, Part::Contacts, &[part, rest]), Judgement::PassOver { new: 0 });
    }

    #[test]
    fn a_place_that_failed_three_times_while_another_was_waited_for_is_counted_when_both_are_passed_over() {
        let gaps = Gaps::default();
        let (one, two) = (place(None, Some("a")), place(Some("b"), None));
        for _ in 0..2 {
            assert_eq!(meet(&gaps, Part::Contacts, std::slice::from_ref(&one)), Judgement::Wait);
        }
        for _ in 0..2 {
            assert_eq!(meet(&gaps, Part::Contacts, &[one.clone(), two.clone()]), Judgement::Wait);
        }
        let both = [one, two];
        assert_eq!(meet(&gaps, Part::Contacts, &both), Judgement::PassOver { new: 2 });
        assert_eq!(meet(&gaps, Part::Contacts, &both), Judgement::PassOver { new: 0 });
    }

    #[test]
    fn each_of_several_places_has_its_own_three_failures() {
        let gaps = Gaps::default();
        let (one, other) = (with_ending(&[3, 1]), with_ending(&[3, 2]));
        for judgement in [Judgement::Wait, Judgement::Wait, Judgement::PassOver { new: 1 }] {
            assert_eq!(meet(&gaps, Part::Contacts, std::slice::from_ref(&one)), judgement);
        }
        for judgement in [Judgement::Wait, Judgement::Wait, Judgement::PassOver { new: 1 }] {
            assert_eq!(meet(&gaps, Part::Contacts, &[one.clone(), other.clone()]), judgement);
        }
        assert_eq!(meet(&gaps, Part::Contacts, &[with_ending(&[0, 3, 2])]), Judgement::PassOver { new: 0 });
    }
}
