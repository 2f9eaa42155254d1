//! The loop: when it polls, and how it ends.

use std::sync::Arc;
use std::time::Duration;

use deskbell_desk::event::EventKind;
use deskbell_desk::port::intercom::IntercomError;
use tokio_util::sync::CancellationToken;

use super::world::World;
use crate::poll::Skipped;
use crate::supervisor::Pulse;
use crate::system::SystemClock;

/// Nobody watches it here.
fn pulse() -> Pulse {
    Pulse::new(Duration::from_mins(1), Arc::new(SystemClock))
}

/// Runs the loop for a while and tells which calls it made.
async fn run_for(world: &World, seconds: u64) -> Vec<&'static str> {
    let shutdown = CancellationToken::new();
    let end = async {
        tokio::time::sleep(Duration::from_secs(seconds)).await;
        shutdown.cancel();
    };
    tokio::join!(world.poll.run(&shutdown, pulse()), end);
    world.intercom.take_calls()
}

#[tokio::test(start_paused = true)]
async fn the_first_poll_comes_at_once_and_the_others_after_the_interval() {
    let world = World::new();
    world.subscribe(EventKind::NewLead);
    assert_eq!(run_for(&world, 1).await.len(), 1);
    world.subscribe(EventKind::NewConversation);
    assert_eq!(run_for(&world, 241).await.len(), 3 * 2);
}

#[tokio::test(start_paused = true)]
async fn a_first_subscription_is_polled_for_at_once() {
    let world = World::new();
    let shutdown = CancellationToken::new();
    let story = async {
        tokio::time::sleep(Duration::from_secs(10)).await;
        world.subscribe(EventKind::NewLead);
        world.intercom.put(world.lead("ada"));
        world.poll.nudge();
        tokio::time::sleep(Duration::from_secs(1)).await;
        shutdown.cancel();
    };
    tokio::join!(world.poll.run(&shutdown, pulse()), story);
    assert_eq!(world.ids(), ["lead_created:ada"]);
}

#[tokio::test(start_paused = true)]
async fn a_refused_token_is_tried_after_half_a_minute_one_two_and_four_minutes() {
    let world = World::new();
    world.subscribe(EventKind::NewLead);
    world.intercom.state().down = Some(IntercomError::Refused { code: None });
    let calls = run_for(&world, 30 + 60 + 120 + 240 + 1).await;
    assert_eq!(calls, ["contacts", "me", "me", "me", "me"]);
}

#[tokio::test(start_paused = true)]
async fn every_user_is_seen_in_the_background_of_the_polls() {
    let world = World::new();
    for number in 0..250 {
        world.intercom.put(world.user(&number.to_string()));
    }
    world.pass(3600).await;
    world.subscribe(EventKind::UserUpdated);
    world.pass(1).await;
    run_for(&world, 600).await;
    assert!(world.journal.contents().baseline.unwrap().finished);
    assert_eq!(world.journal.contents().snapshots.len(), 250);
}

#[tokio::test(start_paused = true)]
async fn a_poll_that_finds_one_running_is_skipped() {
    let world = World::new();
    world.subscribe(EventKind::NewLead);
    let _held = world.poll.running.lock().await;
    assert_eq!(world.tick().await.skipped, Some(Skipped::Running));
    assert_eq!(world.intercom.take_calls(), [""; 0]);
}
