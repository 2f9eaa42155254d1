//! How many calls come in a minute, and how long polls wait for their turn: seen from Intercom, in one life of the
//! process. What an earlier life had asked for a new one cannot know.

use std::collections::VecDeque;
use std::time::Duration;

use deskbell_domain::time::UnixMillis;

use crate::time::{MINUTE, SECOND};

/// `INTERCOM_CALLS_PER_MINUTE`, as it is by default.
pub(crate) const CALLS_PER_MINUTE: u32 = 100;
/// `INTERCOM_APP_CALLS_PER_MINUTE`, as it is by default.
pub(crate) const APP_CALLS_PER_MINUTE: u32 = 9_000;
/// Polls that ask for no more in two minutes do not wait for each other.
const FEW: usize = 20;
/// What others may cost such polls in a minute.
const LONGEST: Duration = Duration::from_secs(5);
/// What a call of such a poll costs anyhow: polls have 40 of the 100 calls a minute.
const SPREAD: Duration = Duration::from_millis(1500);

/// The calls of the last minute.
#[derive(Debug, Default)]
pub(crate) struct Calls {
    came: VecDeque<UnixMillis>,
    waits: VecDeque<(UnixMillis, Duration)>,
    /// The most that came in any minute so far.
    pub(crate) most: usize,
}

impl Calls {
    /// The process is a new one.
    pub(crate) fn begin_life(&mut self) {
        self.came.clear();
        self.waits.clear();
    }

    /// A call comes; answers how many came in the minute that ends with it, if those are too many.
    pub(crate) fn came(&mut self, now: UnixMillis) -> Option<usize> {
        self.came.retain(|at| now.since(*at) < MINUTE);
        self.came.push_back(now);
        self.most = self.most.max(self.came.len());
        Some(self.came.len()).filter(|count| *count > CALLS_PER_MINUTE as usize)
    }

    /// A poll has waited for its turn; answers in how much of the last minute polls waited, if that is too long.
    pub(crate) fn waited(&mut self, now: UnixMillis, wait: Duration) -> Option<Duration> {
        self.waits.retain(|(at, _)| now.since(*at) < 2 * MINUTE);
        self.waits.push_back((now, wait));
        let count = self.waits.len();
        let waited = in_all(self.waits.iter().filter(|(at, _)| now.since(*at) < MINUTE + 5 * SECOND));
        let most = LONGEST + SPREAD * u32::try_from(count).unwrap_or(u32::MAX);
        (count <= FEW && waited > most).then_some(waited)
    }
}

/// The time in which anybody waited, from waits in the order of their ends: streams wait side by side.
fn in_all<'a>(waits: impl DoubleEndedIterator<Item = &'a (UnixMillis, Duration)>) -> Duration {
    let mut begun = i64::MAX;
    let mut all = 0;
    for (end, wait) in waits.rev() {
        let begin = end.0 - i64::try_from(wait.as_millis()).unwrap_or(i64::MAX);
        all += (end.0.min(begun) - begin).max(0);
        begun = begun.min(begin);
    }
    Duration::from_millis(all.unsigned_abs())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_waited_side_by_side_counts_once() {
        let wait = |end: i64, seconds| (UnixMillis(end * 1000), Duration::from_secs(seconds));
        let waits = [wait(10, 4), wait(11, 4), wait(12, 1), wait(20, 3)];
        assert_eq!(in_all(waits.iter()), Duration::from_secs(6 + 3));
    }
}
