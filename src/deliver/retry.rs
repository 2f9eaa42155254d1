//! How long to wait before something is tried again.

use std::time::Duration;

use deskbell_desk::port::random::{Random, jittered};

/// The longest wait between two tries of a message whose fate is unknown.
const LONGEST_REPEAT: Duration = Duration::from_secs(30);
/// The longest wait between two tries of a write.
const LONGEST_WRITE: Duration = Duration::from_secs(5);
/// The first and the longest wait between two probes of a channel on hold.
const FIRST_PROBE: Duration = Duration::from_mins(1);
const LONGEST_PROBE: Duration = Duration::from_hours(6);

/// Before the message is sent again, after `failures` of it: 1, 2, 4, 8 … 30 s, give or take a fifth.
pub(super) fn before_repeat(failures: u32, random: &dyn Random) -> Duration {
    jittered(doubled(Duration::from_secs(1), failures, LONGEST_REPEAT), random)
}

/// Before a write is tried again.
pub(super) fn before_write(failures: u32, random: &dyn Random) -> Duration {
    jittered(doubled(Duration::from_millis(250), failures, LONGEST_WRITE), random)
}

/// Before a channel on hold is tried again: 1 min, 2, 4 … 6 h. Not jittered: `/notify list` tells the time.
pub(super) fn before_probe(probes: u32) -> Duration {
    doubled(FIRST_PROBE, probes.saturating_add(1), LONGEST_PROBE)
}

/// The first wait, doubled with each time, up to the longest.
pub(super) fn doubled(first: Duration, times: u32, longest: Duration) -> Duration {
    let factor = 1_u32.checked_shl(times.saturating_sub(1).min(31)).unwrap_or(u32::MAX);
    first.saturating_mul(factor).min(longest)
}

#[cfg(test)]
mod tests {
    use deskbell_desk::port::random::MockRandom;
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn probes_start_after_a_minute_and_end_at_six_hours() {
        let minutes: Vec<u64> = (0..11).map(|probes| before_probe(probes).as_secs() / 60).collect();
        assert_eq!(minutes, [1, 2, 4, 8, 16, 32, 64, 128, 256, 360, 360]);
    }

    proptest! {
        #[test]
        fn a_repeat_never_waits_longer_than_36_seconds(failures: u32, number: u64) {
            let mut random = MockRandom::new();
            random.expect_number().return_const(number);
            let delay = before_repeat(failures, &random);
            prop_assert!(delay >= Duration::from_millis(800) && delay <= Duration::from_secs(36));
        }
    }
}
