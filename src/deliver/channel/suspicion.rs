//! Whether it is the message itself that does not get through. What stands before Discord turns some texts away with a
//! page of its own, and Discord fails on some: no answer says so. It shows only where the same message fails again and
//! again while others reach Discord. Where nothing gets through, nothing is ever held against a message.

use std::time::Duration;

use tokio::time::Instant;

use crate::deliver::pace::{Reach, Reachability};

/// How often it must have failed by itself.
const ENOUGH: u32 = 3;
/// Where no other message is there to compare with, Discord's answer to a harmless question counts instead. It shows
/// less, so the tries must lie so far apart.
const PROBES_APART: Duration = Duration::from_mins(1);
/// Where other channels fail too, perhaps on the same event, so much longer.
const PROBES_APART_AMONG_OTHERS: Duration = Duration::from_mins(10);

/// How often a message failed by itself.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Suspicion {
    failures: u32,
    /// How many messages Discord had answered when that was last counted, and when that was.
    last: Option<(u64, Instant)>,
}

/// What does not get through.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Culprit {
    /// The connection to Discord, as far as can be told.
    Connection,
    /// This very message.
    Message,
}

impl Suspicion {
    /// That of a part of a message that failed by itself: once is enough for it.
    pub(crate) fn of_part(reachability: Reachability, now: Instant) -> Self {
        Self { failures: ENOUGH - 1, last: Some((reachability.answered, now)) }
    }

    /// The message failed once more.
    pub(crate) fn failed(&mut self, reachability: Reachability, now: Instant) -> Culprit {
        if self.last.is_none_or(|last| Self::is_alone(last, reachability, now)) {
            self.failures += 1;
            self.last = Some((reachability.answered, now));
        }
        if self.failures >= ENOUGH { Culprit::Message } else { Culprit::Connection }
    }

    /// More messages got through since than fail elsewhere; or a question was answered, long after the last.
    fn is_alone((answered, at): (u64, Instant), reachability: Reachability, now: Instant) -> bool {
        let passed = reachability.answered.saturating_sub(answered);
        let apart = if reachability.others_failing == 0 { PROBES_APART } else { PROBES_APART_AMONG_OTHERS };
        let probed = reachability.reach == Reach::Open && now >= at + apart;
        probed || passed > 0 && passed >= reachability.others_failing
    }
}

#[cfg(test)]
mod tests {
    use deskbell_domain::time::UnixMillis;

    use super::*;

    fn reachability(answered: u64, others_failing: u64, reach: Reach) -> Reachability {
        Reachability { answered, others_failing, reach, since: UnixMillis(0) }
    }

    #[tokio::test(start_paused = true)]
    async fn a_message_that_fails_three_times_while_others_get_through_is_the_culprit() {
        let (mut suspicion, now) = (Suspicion::default(), Instant::now());
        let tries =
            [4, 4, 5, 5, 6].map(|answered| suspicion.failed(reachability(answered, 0, Reach::Blocked), now));
        assert_eq!(tries[..4], [Culprit::Connection; 4]);
        assert_eq!(tries[4], Culprit::Message);
    }

    #[tokio::test(start_paused = true)]
    async fn where_nothing_gets_through_no_message_is() {
        let (mut suspicion, mut now) = (Suspicion::default(), Instant::now());
        for _ in 0..1000 {
            now += PROBES_APART;
            assert_eq!(suspicion.failed(reachability(7, 0, Reach::Blocked), now), Culprit::Connection);
        }
    }

    #[tokio::test(start_paused = true)]
    async fn one_event_that_fails_in_every_channel_does_not_hold_them_for_ever() {
        let (mut suspicion, start) = (Suspicion::default(), Instant::now());
        let mut fails =
            |minute| suspicion.failed(reachability(7, 1, Reach::Open), start + PROBES_APART * minute);
        assert_eq!([0, 1, 9, 10, 19].map(&mut fails), [Culprit::Connection; 5]);
        assert_eq!(fails(20), Culprit::Message);
    }

    #[tokio::test(start_paused = true)]
    async fn where_nothing_else_is_posted_answers_to_questions_count_if_they_lie_apart() {
        let (mut suspicion, start) = (Suspicion::default(), Instant::now());
        let mut fails =
            |at| suspicion.failed(reachability(0, 0, Reach::Open), start + Duration::from_secs(at));
        assert_eq!([0, 20, 59, 60, 119].map(&mut fails), [Culprit::Connection; 5]);
        assert_eq!(fails(120), Culprit::Message);
    }

    #[tokio::test(start_paused = true)]
    async fn a_part_of_what_failed_by_itself_need_fail_only_once_but_not_by_the_way() {
        let now = Instant::now();
        let mut suspicion = Suspicion::of_part(reachability(4, 0, Reach::Open), now);
        assert_eq!(suspicion.failed(reachability(4, 0, Reach::Blocked), now), Culprit::Connection);
        assert_eq!(suspicion.failed(reachability(5, 0, Reach::Blocked), now), Culprit::Message);
    }
}
