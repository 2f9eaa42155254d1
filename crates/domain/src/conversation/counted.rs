//! The times in which a wait counts.

use super::stretch::Stretch;
use crate::office_hours::OpenTime;
use crate::threshold::Threshold;
use crate::time::Timestamp;

/// The times in which a wait counts; the last one lasts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Counted {
    past: Vec<Stretch>,
    last: Timestamp,
}

impl Counted {
    /// Without these times, which stand in order.
    pub(super) fn without(mut self, away: &[Stretch]) -> Self {
        for away in away.iter().copied().filter(Stretch::is_some) {
            self.past = self.past.into_iter().flat_map(|counted| counted.without(away)).collect();
            if away.until > self.last {
                let before = Stretch { from: self.last, until: away.from };
                self.past.extend(Some(before).filter(Stretch::is_some));
                self.last = away.until;
            }
        }
        self
    }

    /// From when on it counts.
    pub fn begin(&self) -> Timestamp {
        self.past.first().map_or(self.last, |first| first.from)
    }

    /// How many seconds of open time of it lie between two moments.
    pub fn seconds_between(&self, from: Timestamp, until: Timestamp, open: &OpenTime) -> i64 {
        let last = Stretch { from: self.last, until };
        let within =
            |stretch: &Stretch| Stretch { from: stretch.from.max(from), until: stretch.until.min(until) };
        let all = self.past.iter().chain(Some(&last)).map(within).filter(Stretch::is_some);
        all.map(|stretch| open.open_seconds(stretch.from, stretch.until)).sum()
    }

    /// The moment at which a step of it is over; none where that is beyond what anybody plans.
    pub fn over(&self, step: Threshold, open: &OpenTime) -> Option<Timestamp> {
        let mut left = step.seconds();
        for Stretch { from, until } in &self.past {
            let counted = open.open_seconds(*from, *until);
            if counted >= left {
                return open.over(*from, left);
            }
            left -= counted;
        }
        open.over(self.last, left)
    }
}

/// Times in which a wait counts, as they are found part by part.
pub(super) struct Stretches {
    past: Vec<Stretch>,
    /// The time before a bot took what nobody had.
    left_out: Option<Stretch>,
    /// Since when it counts, if it does, and whether somebody of the team had it meanwhile.
    open: Option<(Timestamp, bool)>,
}

impl Stretches {
    /// It counts since then, if it does.
    pub(super) fn of(open: Option<Timestamp>, is_with_people: bool) -> Self {
        Self { past: Vec::new(), left_out: None, open: open.map(|from| (from, is_with_people)) }
    }

    /// Somebody of the team has it then.
    pub(super) fn go_on(&mut self, at: Timestamp) {
        let (from, _) = self.open.unwrap_or((at, true));
        self.open = Some((from, true));
    }

    /// A bot has it then. What nobody had before is left out: one that has it from the beginning speaks a moment later.
    pub(super) fn close(&mut self, until: Timestamp) {
        match self.open.take().filter(|(from, _)| *from < until) {
            Some((from, true)) => self.past.push(Stretch { from, until }),
            Some((from, false)) => self.left_out = Some(Stretch { from, until }),
            None => {}
        }
    }

    /// Where it does not count by now it does since then.
    pub(super) fn or_since(mut self, asked: Option<Timestamp>) -> Self {
        self.open = self.open.or(asked.map(|from| (from, false)));
        self
    }

    /// Of a wait that lasts. Where no part tells that anybody has it, it counts on, from `moment` at the latest.
    pub(super) fn lasting(mut self, moment: Timestamp) -> Counted {
        let open = self.open.map(|(from, _)| from);
        let last = open.unwrap_or_else(|| self.past.pop().map_or(moment, |stretch| stretch.from));
        Counted { past: self.past, last }
    }

    /// Of a wait that lasted from one moment to the other. It may have been told before a bot took what nobody had, so that
    /// time counted. Where no part tells that anybody had it, it counted all the time.
    pub(super) fn ended(self, moment: Timestamp, end: Timestamp) -> Counted {
        let mut past: Vec<_> = self.left_out.into_iter().chain(self.past).collect();
        let from = self.open.map(|(from, _)| from).or_else(|| past.is_empty().then_some(moment));
        past.extend(from.map(|from| Stretch { from, until: end }).filter(Stretch::is_some));
        Counted { past, last: end }
    }
}
