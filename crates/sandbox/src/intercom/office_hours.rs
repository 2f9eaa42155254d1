//! When the workspace is open.

/// How many minutes a day has.
pub(super) const MINUTES_OF_A_DAY: u32 = 24 * 60;

/// From a minute to before another, counted from Monday 00:00 in a schedule and from midnight in an exception.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Minutes {
    pub start: u32,
    pub end: u32,
}

impl Minutes {
    /// From a full hour to another.
    pub fn of_hours(start: u32, end: u32) -> Self {
        Self { start: start * 60, end: end * 60 }
    }
}

/// The hours of a week in which the workspace is open.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OfficeHours {
    pub name: String,
    /// The time zone's IANA name.
    pub time_zone: String,
    /// From Monday 00:00; none where it is always open.
    pub open: Vec<Minutes>,
    pub exceptions: Vec<OfficeHoursException>,
}

/// A day that differs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OfficeHoursException {
    /// The day, such as `2026-12-25`.
    pub date: String,
    pub name: Option<String>,
    /// When it is open instead, from midnight; none where it is closed.
    pub open: Vec<Minutes>,
    /// Whether the day differs every year.
    pub recurring_annually: bool,
}

impl OfficeHours {
    /// Monday to Friday from a full hour to another.
    pub fn weekdays(time_zone: &str, from_hour: u32, to_hour: u32) -> Self {
        let on = |day: u32| {
            let Minutes { start, end } = Minutes::of_hours(from_hour, to_hour);
            let midnight = day * MINUTES_OF_A_DAY;
            Minutes { start: midnight + start, end: midnight + end }
        };
        Self {
            name: "Support hours".to_owned(),
            time_zone: time_zone.to_owned(),
            open: (0..5).map(on).collect(),
            exceptions: Vec::new(),
        }
    }

    /// Adds a day on which it is closed, this year only.
    #[must_use = "hours do not hold before they are given to `WorkspaceHandle::set_office_hours`"]
    pub fn closed_on(mut self, date: &str) -> Self {
        let exception = OfficeHoursException {
            date: date.to_owned(),
            name: None,
            open: Vec::new(),
            recurring_annually: false,
        };
        self.exceptions.push(exception);
        self
    }
}
