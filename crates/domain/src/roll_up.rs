//! Roll-ups: how many events of each kind happened in each hour of a day, counted as they are journaled. They hold
//! numbers alone, and so outlive what they count.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::event::EventKind;
use crate::time::Timestamp;

/// How many days roll-ups are kept.
pub const ROLL_UPS_KEPT: i64 = 400;

const HOUR: i64 = 3600;
const HOURS: usize = 24;

/// A day of UTC, counted from 1970-01-01.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Day(pub i64);

impl Day {
    /// The day of a moment.
    pub fn of(at: Timestamp) -> Self {
        Self(at.0.div_euclid(HOUR * 24))
    }

    /// So many days earlier.
    #[must_use]
    pub fn before(self, days: i64) -> Self {
        Self(self.0.saturating_sub(days))
    }
}

/// What happened in a workspace on a day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RollUp {
    /// Which day.
    pub day: Day,
    /// How many events.
    pub counts: HourlyCounts,
}

/// How many events of each kind happened in each hour of a day. Stored by the kinds' letters.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct HourlyCounts(BTreeMap<char, [u32; HOURS]>);

impl HourlyCounts {
    /// Counts an event.
    pub fn add(&mut self, kind: EventKind, at: Timestamp) {
        let hours = self.0.entry(kind.spec().letter.into()).or_default();
        let hour = at.0.rem_euclid(HOUR * 24) / HOUR;
        if let Some(count) = usize::try_from(hour).ok().and_then(|hour| hours.get_mut(hour)) {
            *count = count.saturating_add(1);
        }
    }

    /// Adds the counts of another.
    pub fn join(&mut self, other: &Self) {
        for (kind, hours) in &other.0 {
            let own = self.0.entry(*kind).or_default();
            for (count, more) in own.iter_mut().zip(hours) {
                *count = count.saturating_add(*more);
            }
        }
    }

    /// How many of a kind in each hour.
    pub fn of(&self, kind: EventKind) -> [u32; HOURS] {
        self.0.get(&kind.spec().letter.into()).copied().unwrap_or_default()
    }

    /// How many of a kind on the whole day.
    pub fn total(&self, kind: EventKind) -> u64 {
        self.of(kind).into_iter().map(u64::from).sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_event_counts_in_its_own_hour_of_its_own_day() {
        let evening = Timestamp(1_700_000_000);
        let mut counts = HourlyCounts::default();
        counts.add(EventKind::NewLead, evening);
        counts.add(EventKind::NewLead, evening.plus(HOUR));
        counts.add(EventKind::NewUser, evening);
        assert_eq!(counts.of(EventKind::NewLead)[22..], [1, 1]);
        assert_eq!(counts.total(EventKind::NewLead), 2);
        assert_eq!((counts.total(EventKind::NewUser), counts.total(EventKind::NewConversation)), (1, 0));
    }

    #[test]
    fn a_day_begins_at_midnight_before_1970_too() {
        assert_eq!((Day::of(Timestamp(86_399)), Day::of(Timestamp(86_400))), (Day(0), Day(1)));
        assert_eq!(Day::of(Timestamp(-1)), Day(-1));
    }

    #[test]
    fn it_is_stored_by_letters() {
        let mut counts = HourlyCounts::default();
        counts.add(EventKind::NewLead, Timestamp(0));
        let stored = serde_json::to_string(&counts).unwrap();
        insta::assert_snapshot!(stored, @r#"{"l":[1,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0]}"#);
        assert_eq!(serde_json::from_str::<HourlyCounts>(&stored).unwrap(), counts);
    }
}
