//! How many events of the last day webhooks told of first, by the hour.

use std::collections::VecDeque;

use crate::time::UnixMillis;

const HOUR_MS: i64 = 3600 * 1000;
const HOURS: i64 = 24;

/// The events of the last day, by the hour in which they were journaled.
#[derive(Debug, Default)]
pub(super) struct DayCount(VecDeque<Hour>);

#[derive(Debug)]
struct Hour {
    number: i64,
    told: u64,
    events: u64,
}

impl DayCount {
    /// Counts events, and how many of them a webhook had told of.
    pub(super) fn count(&mut self, now: UnixMillis, (told, events): (u64, u64)) {
        let number = now.0.div_euclid(HOUR_MS);
        self.0.retain(|hour| is_recent(hour.number, number));
        match self.0.back_mut().filter(|hour| hour.number == number) {
            Some(hour) => {
                hour.told += told;
                hour.events += events;
            }
            None => self.0.push_back(Hour { number, told, events }),
        }
    }

    /// How many events of the last day were told of, and how many there were.
    pub(super) fn until(&self, now: UnixMillis) -> (u64, u64) {
        let number = now.0.div_euclid(HOUR_MS);
        let recent = self.0.iter().filter(|hour| is_recent(hour.number, number));
        recent.fold((0, 0), |(told, events), hour| (told + hour.told, events + hour.events))
    }
}

/// An hour that lies ahead is none of the last day: the clock was set.
fn is_recent(hour: i64, now: i64) -> bool {
    (0..HOURS).contains(&(now - hour))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_older_than_a_day_does_not_count() {
        let mut day = DayCount::default();
        for hour in 0..48 {
            day.count(UnixMillis(hour * HOUR_MS), (1, 2));
            day.count(UnixMillis(hour * HOUR_MS + 1), (0, 1));
        }
        assert_eq!(day.until(UnixMillis(47 * HOUR_MS)), (24, 72));
        assert_eq!(day.until(UnixMillis(60 * HOUR_MS)), (11, 33));
        assert_eq!(day.until(UnixMillis(90 * HOUR_MS)), (0, 0));
        assert_eq!(day.0.len(), 24, "no more is kept");
    }
}
