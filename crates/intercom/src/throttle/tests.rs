//! The throttle's promises, with time standing still between the calls.

mod fairness;

use std::sync::Arc;

use deskbell_domain::ids::{GuildId, MemberId};
use tokio::{task::JoinSet, time::sleep};

use super::*;

const MINUTE: Duration = Duration::from_mins(1);

/// A caller that makes calls of this length one after the other and notes when each was let through and when it ended.
async fn caller(
    throttle: Arc<Throttle>,
    urgency: Urgency,
    calls: usize,
    length: Duration,
) -> Vec<(Instant, Instant)> {
    let mut made = Vec::new();
    for _ in 0..calls {
        let permit = throttle.acquire(urgency).await.unwrap();
        let begun = Instant::now();
        sleep(length).await;
        drop(permit);
        made.push((begun, Instant::now()));
    }
    made
}

/// The most calls that any window of 60 s can have seen, each at the worst moment between its start and its end.
fn most_in_a_minute(calls: &[(Instant, Instant)]) -> usize {
    let windows = calls.iter().map(|(_, end)| {
        // A window that opens just when this call ends.
        calls.iter().filter(|(begun, ended)| ended >= end && *begun < *end + MINUTE).count()
    });
    windows.max().unwrap_or(0)
}

fn at(begun: Instant, calls: &[(Instant, Instant)]) -> Vec<u64> {
    calls.iter().map(|(call, _)| (*call - begun).as_secs()).collect()
}

#[tokio::test(start_paused = true)]
async fn no_window_of_sixty_seconds_sees_more_calls_than_allowed() {
    let throttle = Throttle::new(100);
    let mut callers = JoinSet::new();
    for (urgency, length) in [(Urgency::Poll, 90), (Urgency::Poll, 2_500), (Urgency::Background, 400)] {
        callers.spawn(caller(throttle.clone(), urgency, 150, Duration::from_millis(length)));
    }
    // Commands of a slow network: the first bytes may arrive long after the permit.
    for _ in 0..15 {
        callers.spawn(caller(throttle.clone(), Urgency::Command, 1, Duration::from_secs(7)));
    }
    let calls: Vec<_> = callers.join_all().await.concat();
    assert_eq!(calls.len(), 465);
    assert!(most_in_a_minute(&calls) <= 100, "{}", most_in_a_minute(&calls));
}

#[tokio::test(start_paused = true)]
async fn polls_leave_twenty_calls_to_commands_which_then_wait_for_nothing() {
    let throttle = Throttle::new(100);
    let begun = Instant::now();
    let poll = tokio::time::timeout(
        Duration::from_millis(59_500),
        caller(throttle.clone(), Urgency::Poll, 1_000, Duration::ZERO),
    );
    assert!(poll.await.is_err());
    assert_eq!(throttle.usage().last_minute, 80);
    let commands = caller(throttle.clone(), Urgency::Command, 20, Duration::ZERO).await;
    assert!(at(begun, &commands).iter().all(|second| *second == 59));
}

#[tokio::test(start_paused = true)]
async fn a_long_poll_is_spread_over_the_minute_after_a_small_burst() {
    let throttle = Throttle::new(100);
    let begun = Instant::now();
    let calls = caller(throttle, Urgency::Poll, 90, Duration::ZERO).await;
    let seconds = at(begun, &calls);
    assert_eq!(seconds[9], 0);
    assert_eq!((seconds[29], seconds[49], seconds[79], seconds[80]), (16, 33, 59, 60));
}

#[tokio::test(start_paused = true)]
async fn a_command_goes_before_polls_that_came_first() {
    let throttle = Throttle::new(5);
    drop(throttle.acquire(Urgency::Poll).await);
    let mut callers = JoinSet::new();
    for _ in 0..3 {
        callers.spawn(caller(throttle.clone(), Urgency::Poll, 1, Duration::ZERO));
    }
    sleep(Duration::from_secs(1)).await;
    let command = caller(throttle.clone(), Urgency::Command, 1, Duration::ZERO).await;
    let polls: Vec<_> = callers.join_all().await.concat();
    assert!(polls.iter().all(|(begun, _)| *begun > command[0].0));
}

#[tokio::test(start_paused = true)]
async fn a_command_that_would_wait_longer_than_ten_seconds_is_told_how_long() {
    let throttle = Throttle::new(2);
    caller(throttle.clone(), Urgency::Command, 2, Duration::ZERO).await;
    sleep(Duration::from_secs(20)).await;
    let begun = Instant::now();
    let refused = throttle.acquire(Urgency::Command).await.err();
    assert_eq!(refused, Some(Denied::Busy { after: Duration::from_secs(40) }));
    assert_eq!(begun.elapsed(), Duration::ZERO);
    sleep(Duration::from_secs(31)).await;
    assert!(throttle.acquire(Urgency::Command).await.is_ok());
}

#[tokio::test(start_paused = true)]
async fn a_command_behind_calls_that_hang_gives_up_after_ten_seconds() {
    let throttle = Throttle::new(1);
    let hanging = throttle.acquire(Urgency::Command).await.unwrap();
    let begun = Instant::now();
    assert!(throttle.acquire(Urgency::Command).await.is_err());
    assert_eq!(begun.elapsed(), COMMAND_PATIENCE);
    drop(hanging);
}

#[tokio::test(start_paused = true)]
async fn background_walks_take_at_most_a_third_and_are_never_starved() {
    let throttle = Throttle::new(100);
    let mut callers = JoinSet::new();
    callers.spawn(caller(throttle.clone(), Urgency::Poll, 1_000, Duration::ZERO));
    let walk = caller(throttle.clone(), Urgency::Background, 60, Duration::ZERO);
    let walk = tokio::time::timeout(Duration::from_mins(10), walk).await.unwrap();
    assert!(most_in_a_minute(&walk) <= 33);
    callers.shutdown().await;

    let alone = caller(Throttle::new(100), Urgency::Background, 100, Duration::ZERO).await;
    assert_eq!(most_in_a_minute(&alone), 33);
}

#[tokio::test(start_paused = true)]
async fn polls_that_wait_together_are_served_in_turn() {
    let throttle = Throttle::new(10);
    let begun = Instant::now();
    let (one, other) = tokio::join!(
        caller(throttle.clone(), Urgency::Poll, 6, Duration::ZERO),
        caller(throttle.clone(), Urgency::Poll, 6, Duration::ZERO),
    );
    let (one, other) = (at(begun, &one), at(begun, &other));
    assert_eq!((one, other), (vec![0, 7, 22, 37, 52, 67], vec![15, 30, 45, 60, 75, 82]));
}

#[tokio::test(start_paused = true)]
async fn a_pause_holds_every_caller_and_never_more_than_two_minutes() {
    let throttle = Throttle::new(100);
    throttle.pause(Duration::from_secs(7));
    throttle.pause(Duration::from_secs(3));
    let begun = Instant::now();
    drop(throttle.acquire(Urgency::Command).await.unwrap());
    assert_eq!(begun.elapsed(), Duration::from_secs(7));
    throttle.pause(Duration::from_hours(24));
    drop(throttle.acquire(Urgency::Poll).await.unwrap());
    assert_eq!(begun.elapsed(), Duration::from_secs(127));
}

#[tokio::test(start_paused = true)]
async fn a_caller_that_goes_away_gives_its_place_up() {
    let throttle = Throttle::new(1);
    drop(throttle.acquire(Urgency::Poll).await);
    let gone = tokio::time::timeout(Duration::from_secs(1), throttle.acquire(Urgency::Poll)).await;
    assert!(gone.is_err());
    let next = tokio::time::timeout(MINUTE, throttle.acquire(Urgency::Poll)).await;
    assert!(next.is_ok());
}

#[tokio::test(start_paused = true)]
async fn the_smallest_limits_still_serve_everybody() {
    for limit in 1..=6 {
        let throttle = Throttle::new(limit);
        for urgency in [Urgency::Poll, Urgency::Background, Urgency::Poll] {
            drop(throttle.acquire(urgency).await.unwrap());
        }
    }
}

#[tokio::test(start_paused = true)]
async fn usage_tells_the_calls_of_the_last_minute() {
    let throttle = Throttle::new(100);
    caller(throttle.clone(), Urgency::Command, 3, Duration::from_secs(20)).await;
    throttle.answered_after(Duration::from_millis(120));
    let usage = Usage {
        last_minute: 2,
        limit: 100,
        for_polls: 80,
        latency: Some(Duration::from_millis(120)),
        unreadable: 0,
    };
    assert_eq!(throttle.usage(), usage);
}
