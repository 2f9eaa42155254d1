//! How deep a poll walks back into a stream, and what it may claim afterwards.
//!
//! A search answers from an index that lags, so the mark trails Intercom's time by [`LAG`], and now and then a poll
//! walks deeper: every 10 min 60 min, every 6 h 48 h. Both are counted from the last walk that ended well, so a
//! record that was indexed late just before a downtime is found after it, however long it was. Pure: times come in,
//! times go out.

use deskbell_domain::bounds::{DEEPEST_WALK, SEEN_KEYS_STAY};
use deskbell_domain::port::store::StreamState;
use deskbell_domain::time::Timestamp;

use super::walk::Bounds;

/// How far the mark trails Intercom's time: "this delay can take a few minutes" (Intercom's reference).
pub(super) const LAG: i64 = 5 * 60;
const HOUR: i64 = 3600;
const HOURLY_EVERY: i64 = 10 * 60;
const DEEP_EVERY: i64 = 6 * HOUR;

/// How deep a walk goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Depth {
    /// Back to the mark.
    Mark,
    /// 60 min.
    Hour,
    /// 48 h.
    TwoDays,
}

/// What a walk has to read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Window {
    /// How deep it goes.
    pub(super) depth: Depth,
    /// Records at or after it are read; the walk ends at the first one before it.
    pub(super) boundary: Timestamp,
    /// What is older was read by an earlier walk, but for what the index had late.
    pub(super) mark: Timestamp,
    state: Option<StreamState>,
    floor: Timestamp,
}

impl Window {
    /// The window of a stream that was left in `state` and whose subscribers begin at `floor`, at `now`.
    pub(super) fn of(state: Option<StreamState>, floor: Timestamp, now: Timestamp) -> Self {
        let Some(known) = state else {
            return Self { depth: Depth::Mark, boundary: floor, mark: floor, state, floor };
        };
        // A mark ahead of now comes from a clock that is wrong now or was once; it must not hide more than it has to:
        // no walk leads further back than seen-keys are kept.
        let recent = now.minus(LAG);
        let mark = known.mark.min(recent);
        let last_walk = mark.plus(LAG);
        let deepest = known.mark.minus(SEEN_KEYS_STAY).min(recent);
        let (depth, boundary) = if is_due(known.deep_at, now, DEEP_EVERY) {
            (Depth::TwoDays, last_walk.minus(DEEPEST_WALK))
        } else if is_due(known.hourly_at, now, HOURLY_EVERY) {
            (Depth::Hour, last_walk.minus(HOUR))
        } else {
            (Depth::Mark, mark)
        };
        Self { depth, boundary: boundary.max(deepest), mark, state, floor }
    }

    /// How far back its walk goes.
    pub(super) fn bounds(&self) -> Bounds {
        Bounds { boundary: self.boundary, mark: self.mark }
    }

    /// The stream's state after a walk that began at `started` read every page.
    pub(super) fn walked(&self, started: Timestamp) -> StreamState {
        let known =
            self.state.unwrap_or(StreamState { mark: self.floor, hourly_at: started, deep_at: started });
        StreamState {
            mark: known.mark.max(started.minus(LAG)),
            hourly_at: if self.depth >= Depth::Hour { started } else { known.hourly_at },
            deep_at: if self.depth >= Depth::TwoDays { started } else { known.deep_at },
        }
    }
}

/// A time that lies ahead counts as long ago: the clock was set.
fn is_due(last: Timestamp, now: Timestamp, every: i64) -> bool {
    last > now || now.0 - last.0 >= every
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const NOW: Timestamp = Timestamp(1_795_000_000);

    fn state(mark: i64, hourly: i64, deep: i64) -> StreamState {
        StreamState { mark: NOW.minus(mark), hourly_at: NOW.minus(hourly), deep_at: NOW.minus(deep) }
    }

    #[test]
    fn a_stream_without_state_starts_at_the_floor() {
        let window = Window::of(None, NOW.minus(20), NOW);
        assert_eq!(window.boundary, NOW.minus(20));
        let after = window.walked(NOW);
        assert_eq!(after, StreamState { mark: NOW.minus(20), hourly_at: NOW, deep_at: NOW });
    }

    #[test]
    fn an_ordinary_poll_walks_back_to_the_mark() {
        let window = Window::of(Some(state(420, 500, 500)), NOW, NOW);
        assert_eq!((window.depth, window.boundary), (Depth::Mark, NOW.minus(420)));
    }

    #[test]
    fn every_ten_minutes_a_poll_walks_back_sixty() {
        let window = Window::of(Some(state(300, 600, 600)), NOW, NOW);
        assert_eq!((window.depth, window.boundary), (Depth::Hour, NOW.minus(3600)));
        assert_eq!(window.walked(NOW).hourly_at, NOW);
        assert_eq!(window.walked(NOW).deep_at, NOW.minus(600));
    }

    #[test]
    fn every_six_hours_a_poll_walks_back_two_days() {
        let window = Window::of(Some(state(300, 60, 6 * 3600)), NOW, NOW);
        assert_eq!((window.depth, window.boundary), (Depth::TwoDays, NOW.minus(DEEPEST_WALK)));
        assert_eq!(window.walked(NOW), StreamState { mark: NOW.minus(LAG), hourly_at: NOW, deep_at: NOW });
    }

    #[test]
    fn after_downtime_the_first_walk_goes_sixty_minutes_beyond_the_last_one_at_least() {
        let half_an_hour = Window::of(Some(state(300 + 1800, 1800, 1800)), NOW, NOW);
        assert_eq!(half_an_hour.boundary, NOW.minus(1800 + 3600));
        let three_days = Window::of(Some(state(300 + 3 * 86_400, 3 * 86_400, 3 * 86_400)), NOW, NOW);
        assert_eq!(three_days.boundary, NOW.minus(5 * 86_400));
    }

    #[test]
    fn a_clock_that_is_behind_leads_no_further_back_than_seen_keys_are_kept() {
        let known = state(300, 60, 60);
        let window = Window::of(Some(known), NOW, NOW.minus(3 * HOUR));
        assert_eq!(window.depth, Depth::TwoDays, "the last deep walk seems to lie ahead");
        assert_eq!(window.boundary, known.mark.minus(SEEN_KEYS_STAY));
    }

    #[test]
    fn a_mark_from_a_clock_that_was_wrong_hides_nothing() {
        let window = Window::of(Some(state(-7200, 60, 60)), NOW, NOW);
        assert_eq!(window.boundary, NOW.minus(LAG));
        assert_eq!(window.walked(NOW).mark, NOW.plus(7200), "a mark never goes back");
    }

    proptest! {
        #[test]
        fn a_walk_never_leaves_a_gap_below_the_mark(mark in -9000_i64..900_000, hourly in -9000_i64..900_000,
            deep in -9000_i64..900_000, later in 0_i64..900_000) {
            let known = state(mark, hourly, deep);
            let window = Window::of(Some(known), NOW, NOW);
            prop_assert!(window.boundary <= known.mark);
            let kept = known.mark.minus(SEEN_KEYS_STAY).min(NOW.minus(LAG));
            prop_assert!(window.boundary >= kept, "seen-keys are kept that long");
            let after = window.walked(NOW);
            prop_assert!(after.mark >= known.mark);
            let next = Window::of(Some(after), NOW, NOW.plus(later));
            prop_assert!(next.boundary <= after.mark, "what the mark has not passed is read again");
        }
    }
}
