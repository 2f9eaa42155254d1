//! After how long a wait of a customer is told.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// A day in seconds.
const DAY: u32 = 24 * 3600;

/// After how long a wait of a customer is told, in open time: a minute to 30 days.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Threshold(u32);

impl Threshold {
    /// Where none is chosen.
    pub const USUAL: Self = Self(15 * 60);
    /// Those that are offered where one is chosen from a list.
    pub const OFFERED: [Self; 9] = [
        Self(5 * 60),
        Self::USUAL,
        Self(30 * 60),
        Self(3600),
        Self(2 * 3600),
        Self(4 * 3600),
        Self(8 * 3600),
        Self(DAY),
        Self(2 * DAY),
    ];
    const LEAST: u32 = 60;
    const MOST: u32 = 30 * DAY;

    /// Of so many seconds; none where that is too short or too long.
    pub fn of_seconds(seconds: u32) -> Option<Self> {
        (Self::LEAST..=Self::MOST).contains(&seconds).then_some(Self(seconds))
    }

    /// In seconds.
    pub fn seconds(self) -> i64 {
        i64::from(self.0)
    }

    /// What somebody typed: `15m`, `1h 30m`, `2 days`; none where it is no duration, or none that is possible.
    pub fn parse(text: &str) -> Option<Self> {
        seconds_typed(text).and_then(Self::of_seconds)
    }
}

/// In seconds, as controls carry it.
impl FromStr for Threshold {
    type Err = NoThreshold;

    fn from_str(text: &str) -> Result<Self, NoThreshold> {
        text.parse().ok().and_then(Self::of_seconds).ok_or(NoThreshold)
    }
}

/// Some other number, or none.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("no threshold")]
pub struct NoThreshold;

/// A duration as people type it, in seconds: `15m`, `1h 30m`, `2 days`.
pub(crate) fn seconds_typed(text: &str) -> Option<u32> {
    let text = text.trim().to_ascii_lowercase();
    let (mut rest, mut sum) = (text.as_str(), 0_u32);
    while !rest.is_empty() {
        let unit_begins = rest.find(|letter: char| !letter.is_ascii_digit())?;
        let (number, after) = rest.split_at(unit_begins);
        let after = after.trim_start();
        let unit_ends = after.find(|letter: char| !letter.is_ascii_alphabetic()).unwrap_or(after.len());
        let (unit, after) = after.split_at(unit_ends);
        sum = sum.checked_add(number.parse::<u32>().ok()?.checked_mul(seconds_of(unit)?)?)?;
        rest = after.trim_start();
    }
    Some(sum)
}

fn seconds_of(unit: &str) -> Option<u32> {
    Some(match unit {
        "s" | "sec" | "secs" | "second" | "seconds" => 1,
        "m" | "min" | "mins" | "minute" | "minutes" => 60,
        "h" | "hr" | "hrs" | "hour" | "hours" => 3600,
        "d" | "day" | "days" => DAY,
        "w" | "week" | "weeks" => 7 * DAY,
        _ => return None,
    })
}

/// In seconds, as controls and ids of events have it.
impl fmt::Display for Threshold {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}", self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_are_read_as_people_write_them() {
        let seconds = |text: &str| Threshold::parse(text).map(Threshold::seconds);
        assert_eq!(seconds("15m"), Some(900));
        assert_eq!(seconds(" 1h 30m "), Some(5_400));
        assert_eq!(seconds("2 Days"), Some(172_800));
        assert_eq!(seconds("60s"), Some(60));
        assert_eq!(seconds("30d"), Some(2_592_000));
    }

    #[test]
    fn what_is_too_short_too_long_or_no_duration_is_refused() {
        for text in ["", "59s", "31d", "15", "m", "-5m", "1.5h", "5 years", "99999999999d", "4294967295d 1m"]
        {
            assert_eq!(Threshold::parse(text), None, "{text}");
        }
    }
}
