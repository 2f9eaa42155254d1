//! How long something took or takes, in words.

use deskbell_domain::threshold::Threshold;

const MINUTE: i64 = 60;
const HOUR: i64 = 60 * MINUTE;
const DAY: i64 = 24 * HOUR;

/// A time in its largest unit.
pub(super) fn roughly(seconds: i64) -> String {
    if seconds < MINUTE {
        "less than a minute".to_owned()
    } else if seconds < HOUR {
        format!("{} min", seconds / MINUTE)
    } else if seconds < DAY {
        format!("{} h", seconds / HOUR)
    } else if seconds < 2 * DAY {
        "a day".to_owned()
    } else {
        format!("{} days", seconds / DAY)
    }
}

/// `15 min`, `1 h 30 min`, `2 days`.
pub(crate) fn exactly(threshold: Threshold) -> String {
    let seconds = threshold.seconds();
    let days = match seconds / DAY {
        1 => "1 day".to_owned(),
        days => format!("{days} days"),
    };
    let parts = [
        (seconds / DAY > 0).then_some(days),
        (seconds % DAY / HOUR > 0).then(|| format!("{} h", seconds % DAY / HOUR)),
        (seconds % HOUR / MINUTE > 0).then(|| format!("{} min", seconds % HOUR / MINUTE)),
        (seconds % MINUTE > 0).then(|| format!("{} s", seconds % MINUTE)),
    ];
    parts.into_iter().flatten().collect::<Vec<_>>().join(" ")
}

/// `after 15 min`.
pub(crate) fn after(threshold: Threshold) -> String {
    format!("after {}", exactly(threshold))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_threshold_is_told_exactly() {
        let told = |text: &str| exactly(Threshold::parse(text).expect("a threshold"));
        let told = ["1m", "15m", "90m", "1d", "2d 3h", "61s"].map(told).join(", ");
        insta::assert_snapshot!(told, @"1 min, 15 min, 1 h 30 min, 1 day, 2 days 3 h, 1 min 1 s");
    }
}
