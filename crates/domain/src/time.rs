//! Time: whole seconds as Intercom counts them, milliseconds for our own records, the port to the wall clock, and
//! the estimate of Intercom's clock.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use serde::{Deserialize, Serialize};
use tokio::time::Instant;

/// A moment in whole seconds since 1970, UTC: the unit of every Intercom time.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Timestamp(pub i64);

impl Timestamp {
    /// The last second of the year 2199: what lies beyond is a number of milliseconds, or no time that a person means.
    pub const LATEST: Self = Self(7_258_118_399);

    /// The moment that a number means whose unit nobody tells: seconds, or milliseconds where as many seconds would lie
    /// beyond [`LATEST`](Self::LATEST), forwards or backwards.
    pub fn of_either_unit(number: i64) -> Self {
        let is_in_range = (-Self::LATEST.0..=Self::LATEST.0).contains(&number);
        Self(if is_in_range { number } else { number / 1000 })
    }

    /// This moment moved back by `seconds`.
    #[must_use]
    pub fn minus(self, seconds: i64) -> Self {
        Self(self.0.saturating_sub(seconds))
    }

    /// This moment moved on by `seconds`.
    #[must_use]
    pub fn plus(self, seconds: i64) -> Self {
        Self(self.0.saturating_add(seconds))
    }
}

/// Which times a record of Intercom's can tell: one rule for all of them. What lies outside is as good as not told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RecordTimes {
    latest: Timestamp,
}

impl RecordTimes {
    /// The first second of 2011, when Intercom began.
    const EARLIEST: Timestamp = Timestamp(1_293_840_000);
    /// The last second of 2099: where no clock tells how late it is, what lies beyond is too far away to be meant.
    const LATEST: Timestamp = Timestamp(4_102_444_799);
    /// How far a time may lie ahead of Intercom's own clock, in seconds: programs write times of their own zones.
    const AHEAD: i64 = 2 * 24 * 3600;

    /// At Intercom's time, where that is known.
    pub fn at(now: Option<UnixMillis>) -> Self {
        let latest = now.map_or(Self::LATEST, |now| now.seconds().plus(Self::AHEAD));
        Self { latest: latest.min(Self::LATEST) }
    }

    /// The moment that a number means, in seconds or milliseconds; none where that cannot be.
    pub fn read(self, number: i64) -> Option<Timestamp> {
        Some(Timestamp::of_either_unit(number)).filter(|time| (Self::EARLIEST..=self.latest).contains(time))
    }
}

/// A moment in milliseconds since 1970, UTC.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct UnixMillis(pub i64);

impl UnixMillis {
    /// The whole second that this moment lies in.
    pub fn seconds(self) -> Timestamp {
        Timestamp(self.0.div_euclid(1000))
    }

    /// Milliseconds from `earlier` to this moment; negative where the clock was set back.
    pub fn since(self, earlier: Self) -> i64 {
        self.0.saturating_sub(earlier.0)
    }
}

/// The wall clock. Waiting goes through tokio's time, never through this.
#[cfg_attr(feature = "mock", mockall::automock)]
pub trait Clock: Send + Sync {
    /// Now, as this machine believes.
    fn now(&self) -> UnixMillis;
}

/// How far a floor may lie from Discord's own stamp of the request. Both services keep their clocks; where they are
/// told to differ by more, an answer's time is wrong, and a floor that lies late loses what happens after it.
const FLOOR_TOLERANCE_MS: i64 = 2_000;

/// For how long, and in how many answers at least, Intercom must say that it is later than all else tells, before it is
/// believed.
const SETTLES_AFTER_MS: i64 = 10 * 60 * 1000;
const SETTLES_WITH: u32 = 3;

/// Intercom's clock as far as it can be told from the `Date` headers of its answers.
///
/// A header tells whole seconds only, so each answer bounds the offset between the two clocks from below and above;
/// the bounds of answers that agree are intersected, and [`ServerTime::now`] uses the lower one: neither a floor nor the
/// mark of a stream may run ahead, while one that lies early only costs calls. For the same reason an answer that says
/// an earlier time is believed at once, and one that says a later time only when others have agreed with it for a while.
///
/// Our own side of it is not the wall clock, which somebody may set between two answers, but the time that went by since
/// the start. It stands still while the machine is suspended; until answers have settled it Intercom's time lies early.
pub struct ServerTime {
    clock: Arc<dyn Clock>,
    began: (UnixMillis, Instant),
    offsets: Mutex<Offsets>,
}

/// What answers that agree say of the offset between the two clocks.
#[derive(Clone, Copy)]
struct Offset {
    low_ms: i64,
    high_ms: i64,
    since: UnixMillis,
    answers: u32,
}

impl Offset {
    fn narrowed_by(self, seen: Self) -> Option<Self> {
        let (low_ms, high_ms) = (self.low_ms.max(seen.low_ms), self.high_ms.min(seen.high_ms));
        (low_ms <= high_ms).then_some(Self {
            low_ms,
            high_ms,
            answers: self.answers.saturating_add(1),
            ..self
        })
    }

    fn has_settled(&self, now: UnixMillis) -> bool {
        self.answers >= SETTLES_WITH && now.since(self.since) >= SETTLES_AFTER_MS
    }

    /// The offset in milliseconds: none while the clocks may agree.
    fn ms(&self) -> i64 {
        if self.high_ms >= 0 && self.low_ms <= 0 { 0 } else { self.low_ms }
    }
}

#[derive(Default)]
struct Offsets {
    believed: Option<Offset>,
    /// Said by the last answers, and later than what is believed; or believed before an earlier time was said.
    later: Option<Offset>,
}

impl Offsets {
    fn take(&mut self, seen: Offset) {
        let is_earlier = seen.low_ms <= self.believed.map_or(0, |believed| believed.low_ms);
        let narrowed = self.believed.and_then(|believed| believed.narrowed_by(seen));
        *self = if narrowed.is_some() {
            Self { believed: narrowed, later: None }
        } else if is_earlier {
            Self { believed: Some(seen), later: self.believed.or(self.later) }
        } else {
            let later = self.later.and_then(|later| later.narrowed_by(seen)).unwrap_or(seen);
            if later.has_settled(seen.since) {
                Self { believed: Some(later), later: None }
            } else {
                Self { later: Some(later), ..*self }
            }
        };
    }
}

impl ServerTime {
    /// Starts with the local clock, until an answer was seen.
    pub fn new(clock: Arc<dyn Clock>) -> Self {
        let began = (clock.now(), Instant::now());
        Self { clock, began, offsets: Mutex::default() }
    }

    /// The local clock.
    pub fn local(&self) -> UnixMillis {
        self.clock.now()
    }

    /// The local clock as it would be had nobody set it since the start.
    pub fn steady(&self) -> UnixMillis {
        let (wall, instant) = self.began;
        UnixMillis(wall.0.saturating_add(i64::try_from(instant.elapsed().as_millis()).unwrap_or(i64::MAX)))
    }

    /// Takes the `Date` header of an answer whose request left at `sent` and which came at `received` (both
    /// [steady](ServerTime::steady)).
    pub fn observe(&self, date: Timestamp, sent: UnixMillis, received: UnixMillis) {
        let seen = Offset {
            low_ms: date.0.saturating_mul(1000).saturating_sub(received.0),
            high_ms: date.plus(1).0.saturating_mul(1000).saturating_sub(sent.0),
            since: received,
            answers: 1,
        };
        self.offsets().take(seen);
    }

    /// Intercom's time now; never later than it really is, as far as the answers tell.
    pub fn now(&self) -> UnixMillis {
        self.told().unwrap_or_else(|| self.steady())
    }

    /// The floor of a request that Discord `stamped` with its own time and that has just come: Intercom's second, but
    /// never more than two seconds from the stamp on either side, whatever Intercom's answers say of the time. Before
    /// one of them is believed the stamp itself counts: this machine's clock may be wrong by hours.
    pub fn at_request(&self, stamped: UnixMillis) -> Timestamp {
        let latest = UnixMillis(stamped.0.saturating_add(FLOOR_TOLERANCE_MS)).seconds();
        self.told().unwrap_or(stamped).seconds().clamp(earliest_floor(stamped), latest)
    }

    /// How far Intercom's clock is ahead of ours by its last answers, believed or not, in milliseconds (0 while they
    /// may agree).
    pub fn offset_ms(&self) -> i64 {
        let offsets = self.offsets();
        let offset = offsets.later.or(offsets.believed).map_or(0, |said| said.ms());
        self.steady().0.saturating_add(offset).saturating_sub(self.clock.now().0)
    }

    /// Intercom's time now, once an answer told it that is believed.
    pub fn told(&self) -> Option<UnixMillis> {
        let believed = self.offsets().believed?;
        Some(UnixMillis(self.steady().0.saturating_add(believed.ms())))
    }

    fn offsets(&self) -> MutexGuard<'_, Offsets> {
        self.offsets.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Before which the floor of a request that Discord `stamped` with its own time cannot lie.
pub fn earliest_floor(stamped: UnixMillis) -> Timestamp {
    UnixMillis(stamped.0.saturating_sub(FLOOR_TOLERANCE_MS).saturating_add(999)).seconds()
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicI64, Ordering};

    use super::*;

    struct Fixed(i64);

    impl Clock for Fixed {
        fn now(&self) -> UnixMillis {
            UnixMillis(self.0)
        }
    }

    #[test]
    fn a_record_tells_no_time_before_intercom_was_there_or_long_after_now() {
        let now = Timestamp(1_795_879_098);
        let known = RecordTimes::at(Some(UnixMillis(now.0 * 1000)));
        let unknown = RecordTimes::at(None);
        for times in [known, unknown] {
            assert_eq!(times.read(now.0), Some(now));
            assert_eq!(times.read(now.0 * 1000 + 999), Some(now), "milliseconds");
            assert_eq!(times.read(1_293_840_000), Some(Timestamp(1_293_840_000)));
            for absurd in [1_293_839_999, 1, 0, -1, 4_102_444_800, 7_258_118_400, i64::MIN, i64::MAX] {
                assert_eq!(times.read(absurd), None, "{absurd}");
            }
        }
        let two_days = now.plus(172_800);
        assert_eq!(known.read(two_days.0), Some(two_days));
        assert_eq!(known.read(two_days.0 + 1), None);
        assert_eq!(unknown.read(two_days.0 + 1), Some(two_days.plus(1)));
    }

    #[tokio::test(start_paused = true)]
    async fn clocks_that_agree_within_a_header_are_taken_as_equal() {
        let server = ServerTime::new(Arc::new(Fixed(10_900)));
        server.observe(Timestamp(10), UnixMillis(10_800), UnixMillis(10_900));
        assert_eq!(server.now(), UnixMillis(10_900));
    }

    #[tokio::test(start_paused = true)]
    async fn a_local_clock_that_is_ahead_is_corrected_to_no_later_than_the_server() {
        let server = ServerTime::new(Arc::new(Fixed(70_500)));
        server.observe(Timestamp(10), UnixMillis(70_400), UnixMillis(70_500));
        assert_eq!(server.now(), UnixMillis(10_000));
    }

    #[tokio::test(start_paused = true)]
    async fn a_clock_that_is_set_between_two_answers_moves_no_floor() {
        struct Set(AtomicI64);
        impl Clock for Set {
            fn now(&self) -> UnixMillis {
                UnixMillis(self.0.load(Ordering::Relaxed))
            }
        }
        let clock = Arc::new(Set(AtomicI64::new(10_000)));
        let server = ServerTime::new(clock.clone());
        server.observe(Timestamp(10), server.steady(), server.steady());
        for wrong in [-7_200_000, 7_200_000] {
            clock.0.store(10_000 + wrong, Ordering::Relaxed);
            assert_eq!(server.now(), UnixMillis(10_000));
            assert_eq!(server.offset_ms(), -wrong);
        }
    }

    #[tokio::test(start_paused = true)]
    async fn before_the_first_answer_a_request_is_dated_by_discord_and_then_by_intercom() {
        let server = ServerTime::new(Arc::new(Fixed(7_210_000)));
        assert_eq!(server.at_request(UnixMillis(10_200)), Timestamp(10));
        server.observe(Timestamp(10), server.steady(), server.steady());
        assert_eq!(server.at_request(UnixMillis(11_900)), Timestamp(10));
    }

    #[tokio::test(start_paused = true)]
    async fn a_floor_lies_within_two_seconds_of_discords_stamp_whatever_intercom_says_the_time_is() {
        for wrong_by in [-86_400, -3_600, -3, 3, 3_600, 86_400] {
            let server = ServerTime::new(Arc::new(Fixed(100_000_000)));
            for _ in 0..2 {
                server.observe(Timestamp(100_000 + wrong_by), server.steady(), server.steady());
            }
            for stamp in [100_000_000, 100_000_001, 100_000_999] {
                let floor = server.at_request(UnixMillis(stamp)).0 * 1000;
                assert!((floor - stamp).abs() <= 2_000, "{wrong_by} {stamp} {floor}");
            }
        }
    }

    /// Answers that say so many seconds more than is true, one every two minutes.
    async fn hear(server: &ServerTime, wrong_by: i64, answers: u32) {
        for _ in 0..answers {
            let now = server.steady();
            server.observe(now.seconds().plus(wrong_by), now, now);
            tokio::time::advance(std::time::Duration::from_mins(2)).await;
        }
    }

    fn seconds_ahead(server: &ServerTime) -> i64 {
        server.now().since(server.steady()) / 1000
    }

    #[tokio::test(start_paused = true)]
    async fn two_answers_an_hour_ahead_move_nothing_before_or_after_a_right_one() {
        for right_ones in [0, 1] {
            let server = ServerTime::new(Arc::new(Fixed(10_000_000)));
            hear(&server, 0, right_ones).await;
            hear(&server, 3_600, 2).await;
            assert_eq!((seconds_ahead(&server), server.offset_ms() / 1000 >= 3_600), (0, true));
            hear(&server, 0, 1).await;
            assert_eq!(seconds_ahead(&server), 0);
        }
    }

    #[tokio::test(start_paused = true)]
    async fn what_all_answers_say_for_ten_minutes_is_believed_however_late_it_is() {
        let server = ServerTime::new(Arc::new(Fixed(10_000_000)));
        hear(&server, 3_600, 5).await;
        assert_eq!(seconds_ahead(&server), 0);
        hear(&server, 3_600, 1).await;
        assert_eq!(seconds_ahead(&server), 3_600);
    }

    #[tokio::test(start_paused = true)]
    async fn an_earlier_time_is_believed_at_once_and_forgotten_with_the_next_right_answer() {
        let server = ServerTime::new(Arc::new(Fixed(10_000_000)));
        hear(&server, 0, 9).await;
        hear(&server, -3_600, 1).await;
        assert_eq!(seconds_ahead(&server), -3_600);
        hear(&server, 0, 1).await;
        assert_eq!(seconds_ahead(&server), 0);
    }
}
