//! When a workspace is open, and how long it was: the wait of a customer is counted in that time.
//!
//! Each day's hours by the clock on the wall become moments. Where the clock is set forward over one it is the moment as
//! far after the change; where it is set back, hours begin at the first such moment and end at the last.

use jiff::civil::Date;
use jiff::tz::TimeZone;

use crate::time::Timestamp;

/// Minutes of a day.
const DAY: u32 = 24 * 60;
/// Minutes of a week.
const WEEK: u32 = 7 * DAY;
/// So many days are looked at for time that is open: whoever opens more rarely never does.
const MOST_DAYS: u32 = 800;

/// When a workspace is open.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum OpenTime {
    /// Always: it has no office hours, or does not tell them.
    #[default]
    RoundTheClock,
    /// In its office hours.
    Scheduled(Box<Schedule>),
}

/// From a minute to before another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Minutes {
    /// The first.
    pub start: u32,
    /// The one after the last.
    pub end: u32,
}

/// A day whose hours are others than those of its day of the week.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Exception {
    /// Which day.
    pub date: Date,
    /// Whether the same date of other years is meant too.
    pub repeats: Repeats,
    /// From midnight; none where it is closed.
    pub open: Vec<Minutes>,
}

/// Which years an exception is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Repeats {
    /// That of its date.
    Never,
    /// All of them.
    Yearly,
}

/// The office hours of a workspace.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Schedule {
    zone: TimeZone,
    /// Those of each day from Monday on, from its midnight.
    week: [Vec<Minutes>; 7],
    exceptions: Vec<Exception>,
}

impl Schedule {
    /// Hours by the clock of an IANA zone, in minutes from Monday 00:00; none where there is no such zone.
    pub fn new(zone: &str, of_week: &[Minutes], exceptions: Vec<Exception>) -> Option<Self> {
        let zone = TimeZone::get(zone).ok()?;
        let week = std::array::from_fn(|day| of_day(of_week, day));
        let exceptions = exceptions.into_iter().map(|one| Exception { open: in_order(one.open), ..one });
        Some(Self { zone, week, exceptions: exceptions.collect() })
    }

    /// When it is open on a day, from midnight.
    fn on(&self, date: Date) -> &[Minutes] {
        let is_of = |one: &&Exception| match one.repeats {
            Repeats::Never => one.date == date,
            Repeats::Yearly => (one.date.month(), one.date.day()) == (date.month(), date.day()),
        };
        let own = |one: &&Exception| one.repeats == Repeats::Never;
        let mut meant = self.exceptions.iter().filter(is_of);
        let exception = meant.clone().find(own).or_else(|| meant.next());
        let day_of_week = date.weekday().to_monday_zero_offset();
        exception.map_or_else(
            || usize::try_from(day_of_week).map_or(&[][..], |day| &self.week[day]),
            |exception| &exception.open,
        )
    }

    /// The times that are open, ascending, from the day before a moment on.
    fn spans_from(&self, moment: Timestamp) -> impl Iterator<Item = (Timestamp, Timestamp)> {
        let at = jiff::Timestamp::from_second(moment.0).unwrap_or_default();
        let today = self.zone.to_datetime(at).date();
        let first = today.yesterday().unwrap_or(today);
        let days = std::iter::successors(Some(first), |day| day.tomorrow().ok());
        let on_day = move |date: Date| self.on(date).iter().map(move |open| self.span(date, *open));
        let mut before = Timestamp(i64::MIN);
        days.take(MOST_DAYS as usize).flat_map(on_day).filter_map(move |(start, end)| {
            let start = start.max(before);
            before = before.max(end);
            (start < end).then_some((start, end))
        })
    }

    fn span(&self, date: Date, open: Minutes) -> (Timestamp, Timestamp) {
        (self.moment(date, open.start, Twice::First), self.moment(date, open.end, Twice::Last))
    }

    fn moment(&self, date: Date, minute: u32, twice: Twice) -> Timestamp {
        let (date, minute) = if minute < DAY { (date, minute) } else { (date.tomorrow().unwrap_or(date), 0) };
        let of_hour = |number: u32| i8::try_from(number).unwrap_or_default();
        let by_clock = date.at(of_hour(minute / 60), of_hour(minute % 60), 0, 0);
        let moment = self.zone.to_ambiguous_timestamp(by_clock);
        let moment = match twice {
            Twice::First => moment.compatible(),
            Twice::Last => moment.later(),
        };
        Timestamp(moment.unwrap_or_default().as_second())
    }
}

/// Which moment is meant where the clock shows a time twice.
#[derive(Clone, Copy)]
enum Twice {
    First,
    Last,
}

/// The part of a week's hours that lies on one day, so that a day that differs differs as a whole.
fn of_day(of_week: &[Minutes], day: usize) -> Vec<Minutes> {
    let midnight = u32::try_from(day).unwrap_or_default() * DAY;
    // Hours over the end of the week go on on its Monday.
    let begins = [midnight, midnight + WEEK];
    let on_day = begins.into_iter().flat_map(|begin| {
        of_week.iter().map(move |open| Minutes {
            start: open.start.clamp(begin, begin + DAY) - begin,
            end: open.end.clamp(begin, begin + DAY) - begin,
        })
    });
    in_order(on_day.collect())
}

/// Without what is empty or beyond the day.
fn in_order(mut open: Vec<Minutes>) -> Vec<Minutes> {
    for one in &mut open {
        one.end = one.end.min(DAY);
    }
    open.retain(|one| one.start < one.end);
    open.sort_unstable();
    open
}

impl OpenTime {
    /// How many open seconds lie between two moments.
    pub fn open_seconds(&self, from: Timestamp, to: Timestamp) -> i64 {
        match self {
            Self::RoundTheClock => to.0.saturating_sub(from.0).max(0),
            Self::Scheduled(schedule) => {
                let spans = schedule.spans_from(from).take_while(|(start, _)| *start < to);
                spans.map(|(start, end)| (end.min(to).0 - start.max(from).0).max(0)).sum()
            }
        }
    }

    /// The moment at which so many open seconds are over; none where that is beyond two years.
    pub fn over(&self, from: Timestamp, seconds: i64) -> Option<Timestamp> {
        let Self::Scheduled(schedule) = self else { return Some(from.plus(seconds)) };
        let mut left = seconds;
        for (start, end) in schedule.spans_from(from) {
            let (start, length) = (start.max(from), end.0 - start.max(from).0);
            if length > 0 && left <= length {
                return Some(start.plus(left));
            }
            left -= length.max(0);
        }
        None
    }

    /// A moment before which no wait began of which so many open seconds are over after `until`.
    pub fn earliest_start(&self, until: Timestamp, seconds: i64) -> Timestamp {
        let mut back = seconds.max(1);
        while back < i64::from(MOST_DAYS) * 86_400 {
            let start = until.minus(back);
            if self.open_seconds(start, until) >= seconds {
                return start;
            }
            back = back.saturating_mul(2);
        }
        until.minus(back)
    }
}

#[cfg(test)]
mod tests;
