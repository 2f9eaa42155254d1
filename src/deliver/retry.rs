//! How long a worker waits before it tries something again.

use std::time::Duration;

use deskbell_domain::backoff::Backoff;

/// Before a message whose fate is unknown is sent again.
pub(super) const REPEAT: Backoff = Backoff::new(Duration::from_secs(1), Duration::from_secs(30));
/// Before a write is tried again.
pub(super) const WRITE: Backoff = Backoff::new(Duration::from_millis(250), Duration::from_secs(5));
/// Before a suspended channel is tried again.
const PROBE: Backoff = Backoff::new(Duration::from_mins(1), Duration::from_hours(6));
/// Before an event that its channel's silence has acquitted is tried again.
pub(super) const ACQUITTAL: Backoff = Backoff::new(Duration::from_mins(1), LONGEST_PAUSE);

/// Whatever pause is asked for, a message is tried as often as this: what turns it away may be gone early.
pub(super) const LONGEST_PAUSE: Duration = Duration::from_mins(10);
/// After a call was turned away before Discord, where nothing says how long to wait.
pub(super) const TURNED_AWAY: Backoff = Backoff::new(Duration::from_mins(1), LONGEST_PAUSE);
/// The same where Discord may only be down: then it is back within seconds as a rule.
pub(super) const OUTAGE: Backoff = Backoff::new(Duration::from_secs(5), LONGEST_PAUSE);
/// The same where others get through.
pub(super) const ONE_CHANNEL: Backoff = Backoff::new(Duration::from_secs(5), LONGEST_PAUSE);

/// Before a suspended channel is tried again after so many probes: 1 min, 2, 4 … 6 h. Not jittered: `/notify list` tells
/// the time.
pub(super) fn before_probe(probes: u32) -> Duration {
    PROBE.after(probes.saturating_add(1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn probes_start_after_a_minute_and_end_at_six_hours() {
        let minutes: Vec<u64> = (0..11).map(|probes| before_probe(probes).as_secs() / 60).collect();
        assert_eq!(minutes, [1, 2, 4, 8, 16, 32, 64, 128, 256, 360, 360]);
    }
}
