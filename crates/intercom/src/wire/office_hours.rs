//! When a workspace is open.

use deskbell_domain::office_hours::{Exception, Minutes, OpenTime, Repeats, Schedule};
use serde_json::Value;

use super::lenient::{at, flag, id, text};

/// Where the schedules stand in their list, and the days that differ in theirs.
pub(crate) const LIST_KEYS: [&str; 1] = ["data"];

/// A schedule without the days that differ.
pub(crate) struct OfficeHours {
    pub(crate) id: String,
    zone: String,
    week: Vec<Minutes>,
    is_always_open: bool,
}

impl OfficeHours {
    /// With the days that differ. One whose zone nobody knows is none.
    pub(crate) fn open_time(self, exceptions: Vec<Exception>) -> OpenTime {
        if self.is_always_open && exceptions.is_empty() {
            return OpenTime::RoundTheClock;
        }
        let all_week = [Minutes { start: 0, end: 7 * 24 * 60 }];
        let week = if self.is_always_open { &all_week[..] } else { &self.week };
        let schedule = Schedule::new(&self.zone, week, exceptions);
        schedule.map_or(OpenTime::RoundTheClock, |schedule| OpenTime::Scheduled(Box::new(schedule)))
    }
}

/// Reads a schedule; `None` without an id.
pub(crate) fn read(record: &Value) -> Option<OfficeHours> {
    Some(OfficeHours {
        id: id(at(record, "/id"))?,
        zone: text(at(record, "/time_zone_name")).unwrap_or_default(),
        week: intervals(record),
        is_always_open: flag(at(record, "/twenty_four_seven")) == Some(true),
    })
}

/// Reads a day that differs; `None` without a date.
pub(crate) fn read_exception(record: &Value) -> Option<Exception> {
    let is_closed = at(record, "/exception_type").as_str() == Some("closed");
    let is_yearly = flag(at(record, "/recurring_annually")) == Some(true);
    Some(Exception {
        date: text(at(record, "/exception_date"))?.parse().ok()?,
        repeats: if is_yearly { Repeats::Yearly } else { Repeats::Never },
        open: if is_closed { Vec::new() } else { intervals(record) },
    })
}

fn intervals(record: &Value) -> Vec<Minutes> {
    let minute = |value: &Value| u32::try_from(value.as_u64()?).ok();
    let interval = |of: &Value| {
        Some(Minutes { start: minute(at(of, "/start_minute"))?, end: minute(at(of, "/end_minute"))? })
    };
    let all = at(record, "/time_intervals").as_array();
    all.into_iter().flatten().filter_map(interval).collect()
}

#[cfg(test)]
mod tests {
    use deskbell_domain::time::Timestamp;
    use serde_json::json;

    use super::*;

    /// Friday, 2026-11-27, at 16:30 in Berlin.
    const FRIDAY: Timestamp = Timestamp(1_795_793_400);
    const HOUR: i64 = 3600;

    fn schedule(more: &Value) -> OfficeHours {
        let day = |day: u32| json!({"start_minute": day * 1440 + 540, "end_minute": day * 1440 + 1020});
        let mut schedule = json!({
            "id": 123,
            "time_zone_name": "Europe/Berlin",
            "time_intervals": [day(0), day(1), day(2), day(3), day(4)],
            "twenty_four_seven": false,
        });
        let more = more.as_object().expect("an object").clone();
        schedule.as_object_mut().expect("an object").extend(more);
        read(&schedule).expect("it has an id")
    }

    fn over_after(open: &OpenTime) -> i64 {
        (open.over(FRIDAY, HOUR).expect("it opens").0 - FRIDAY.0) / 60
    }

    #[test]
    fn the_hours_of_a_schedule_are_counted() {
        assert_eq!(over_after(&schedule(&json!({})).open_time(Vec::new())), 65 * 60);
    }

    #[test]
    fn a_day_that_differs_is_read() {
        let closed =
            json!({"exception_date": "2026-11-30", "exception_type": "closed", "time_intervals": null});
        let short = json!({
            "exception_date": "2020-11-30",
            "exception_type": "custom_hours",
            "time_intervals": [{"start_minute": 600, "end_minute": 660}],
            "recurring_annually": true,
        });
        let with = |day: &Value| schedule(&json!({})).open_time(vec![read_exception(day).expect("a date")]);
        assert_eq!(over_after(&with(&closed)), (65 + 24) * 60);
        assert_eq!(over_after(&with(&short)), 66 * 60);
    }

    #[test]
    fn what_is_always_open_or_cannot_be_read_is_open_round_the_clock() {
        for odd in [json!({"twenty_four_seven": true}), json!({"time_zone_name": "Mars/Olympus"})] {
            assert_eq!(schedule(&odd).open_time(Vec::new()), OpenTime::RoundTheClock);
        }
        assert!(read(&json!({"time_zone_name": "Europe/Berlin"})).is_none());
        assert!(read_exception(&json!({"exception_date": "tomorrow"})).is_none());
    }
}
