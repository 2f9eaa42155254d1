//! Calendar days in a time zone.

use std::ops::Range;

use jiff::{Timestamp, tz::TimeZone};

/// The day that a second falls on, from its first second to before the next day's; none beyond the calendar.
pub(super) fn around(second: i64, time_zone: &TimeZone) -> Option<Range<i64>> {
    let moment = Timestamp::from_second(second).ok()?.to_zoned_datetime(time_zone.clone());
    let start = moment.start_of_day().ok()?;
    let end = moment.tomorrow().ok()?.start_of_day().ok()?;
    Some(start.timestamp().as_second()..end.timestamp().as_second())
}
