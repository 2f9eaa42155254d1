//! Records that Intercom cannot give: after three failures at the same place they are passed over, or one of them would
//! hold its stream for ever.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use deskbell_desk::port::intercom::Unanswered;
use deskbell_desk::port::store::Stream;

/// How often a place must fail before it is passed over.
pub(super) const FAILURES: u32 = 3;
/// How many places of a stream are remembered.
const MOST_PLACES: usize = 100;

/// A place in a search that cannot be read from either side.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Gap {
    /// The record before it on the way down; none where it is the newest.
    pub(super) newer: Option<String>,
    /// The record before it on the way up; none where it is the oldest.
    pub(super) older: Option<String>,
    /// How many records lie in it.
    pub(super) missing: u64,
    /// How Intercom failed to give it.
    pub(super) how: Unanswered,
}

/// What becomes of a gap.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Judgement {
    /// It is tried again.
    Wait,
    /// It is passed over from now on.
    PassOver,
    /// It was passed over before.
    Known,
}

impl Gap {
    /// More records are no longer single ones that cannot be read, but a search that does not work.
    pub(super) const MOST: u64 = 10;

    /// Records come and go on both sides, so that one neighbour is enough.
    fn is_at(&self, other: &Self) -> bool {
        let same = |one: &Option<String>, other: &Option<String>| one.is_some() && one == other;
        let lonely = |gap: &Self| gap.newer.is_none() && gap.older.is_none();
        same(&self.newer, &other.newer) || same(&self.older, &other.older) || (lonely(self) && lonely(other))
    }
}

/// The gaps of a workspace's streams, and how often each was met. Lost with the process, which costs three tries more.
#[derive(Default)]
pub(super) struct Gaps {
    met: Mutex<BTreeMap<Stream, Vec<(Gap, u32)>>>,
}

impl Gaps {
    /// A walk that was whole otherwise met this gap.
    pub(super) fn meet(&self, stream: Stream, gap: Gap) -> Judgement {
        let mut met = self.met.lock().unwrap_or_else(PoisonError::into_inner);
        let places = met.entry(stream).or_default();
        let known = places.iter().position(|(known, _)| known.is_at(&gap)).map(|at| places.remove(at).1);
        let failures = known.unwrap_or(0).saturating_add(1);
        places.push((gap, failures));
        if places.len() > MOST_PLACES {
            places.remove(0);
        }
        match failures {
            ..FAILURES => Judgement::Wait,
            FAILURES => Judgement::PassOver,
            _ => Judgement::Known,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn gap(newer: Option<&str>, older: Option<&str>) -> Gap {
        Gap {
            newer: newer.map(str::to_owned),
            older: older.map(str::to_owned),
            missing: 1,
            how: Unanswered::Failing,
        }
    }

    #[test]
    fn a_place_is_passed_over_at_its_third_failure_and_told_once() {
        let gaps = Gaps::default();
        let at = |newer, older| gaps.meet(Stream::Contacts, gap(newer, older));
        assert_eq!(at(None, Some("old")), Judgement::Wait);
        assert_eq!(at(Some("new"), Some("old")), Judgement::Wait, "a record came above it");
        assert_eq!(at(Some("other"), Some("place")), Judgement::Wait);
        assert_eq!(at(Some("new"), None), Judgement::PassOver, "the one below it is gone");
        assert_eq!(at(Some("new"), None), Judgement::Known);
        assert_eq!(gaps.meet(Stream::Conversations, gap(Some("new"), None)), Judgement::Wait);
    }
}
