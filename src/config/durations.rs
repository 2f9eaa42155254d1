//! The variables that are durations: how often Intercom is checked, and how long things are kept.

use std::time::Duration;

use super::mistake::{set_or_default, shown, wrong};
use super::values::Mistake;
use super::variables::Variables;

const LEAST_RETENTION: Duration = Duration::from_secs(3 * 24 * 3600);
const MOST_RETENTION: Duration = Duration::from_secs(3650 * 24 * 3600);
const MOST_INTERVAL: Duration = Duration::from_secs(24 * 3600);

fn duration(
    variables: &Variables,
    name: &'static str,
    unit: char,
    example: &str,
) -> Result<Duration, Mistake> {
    let text = set_or_default(variables, name)?;
    humantime::parse_duration(text).map_err(|_| {
        let said = shown(text);
        let has_no_unit = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        let sentence = if has_no_unit {
            format!("{name} \"{said}\" has no unit. Write {said}{unit}.")
        } else {
            format!("{name} \"{said}\" is not a duration. Write {example}.")
        };
        wrong(name, sentence)
    })
}

pub(super) fn interval(variables: &Variables) -> Result<Duration, Mistake> {
    const NAME: &str = "POLL_INTERVAL";
    let interval = duration(variables, NAME, 's', "120s or 2m")?;
    if (Duration::from_secs(1)..=MOST_INTERVAL).contains(&interval) {
        return Ok(interval);
    }
    Err(wrong(NAME, "POLL_INTERVAL must lie between 1s and 1d. Write 120s or 2m."))
}

/// Where it is left out, it is no less than `POLL_INTERVAL` whatever that is.
pub(super) fn reconcile_interval(variables: &Variables, poll: Option<Duration>) -> Result<Duration, Mistake> {
    const NAME: &str = "RECONCILE_INTERVAL";
    let interval = duration(variables, NAME, 'm', "10m")?;
    let least = poll.unwrap_or_default();
    if variables.get(NAME).is_none() {
        return Ok(interval.max(least));
    }
    if interval > MOST_INTERVAL {
        return Err(wrong(NAME, "RECONCILE_INTERVAL must be at most 1d. Write 10m."));
    }
    if interval < least {
        return Err(wrong(
            NAME,
            format!(
                "RECONCILE_INTERVAL is shorter than POLL_INTERVAL, and what webhooks tell of need not be checked more often than the rest. Write at least {}.",
                humantime::format_duration(least)
            ),
        ));
    }
    Ok(interval)
}

pub(super) fn retention(variables: &Variables) -> Result<Duration, Mistake> {
    kept_for(
        variables,
        "RETENTION",
        "30d",
        "RETENTION must lie between 3d and 3650d: the last two days are read again every six hours. Write 30d.",
    )
}

pub(super) fn audit_retention(variables: &Variables) -> Result<Duration, Mistake> {
    let sentence = "AUDIT_RETENTION must lie between 3d and 3650d. Write 90d.";
    kept_for(variables, "AUDIT_RETENTION", "90d", sentence)
}

fn kept_for(
    variables: &Variables,
    name: &'static str,
    example: &str,
    sentence: &'static str,
) -> Result<Duration, Mistake> {
    let kept = duration(variables, name, 'd', example)?;
    let fits = (LEAST_RETENTION..=MOST_RETENTION).contains(&kept);
    if fits { Ok(kept) } else { Err(wrong(name, sentence)) }
}
