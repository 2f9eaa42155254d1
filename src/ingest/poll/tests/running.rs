//! The loop: when it polls, and how it ends.

use std::sync::Arc;
use std::time::Duration;

use deskbell_domain::event::EventKind;
use deskbell_domain::port::intercom::{IntercomError, Lack, TokenPermission, Unanswered};
use deskbell_domain::port::store::Stream;
use deskbell_domain::status::LinkState;
use deskbell_domain::time::UnixMillis;
use deskbell_domain::trouble::{Cause, Part, Trouble};
use tokio_util::sync::CancellationToken;

use super::world::World;
use crate::ingest::poll::Skipped;
use crate::supervisor::Pulse;
use crate::system::SystemClock;

/// Nobody watches it here.
fn pulses() -> [Pulse; 3] {
    [(); 3].map(|()| Pulse::new(Duration::from_mins(1), Arc::new(SystemClock)))
}

/// Runs the loop for a while and tells which calls it made.
async fn run_for(world: &World, seconds: u64) -> Vec<&'static str> {
    let shutdown = CancellationToken::new();
    let end = async {
        tokio::time::sleep(Duration::from_secs(seconds)).await;
        shutdown.cancel();
    };
    tokio::join!(world.poll.run(&shutdown, pulses()), end);
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
    tokio::join!(world.poll.run(&shutdown, pulses()), story);
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
async fn a_workspace_that_only_answers_that_it_refuses_the_token_costs_one_call_an_hour() {
    let world = World::new();
    for kind in EventKind::OF_THE_CONNECTOR {
        world.subscribe(kind);
    }
    world.intercom.state().down = Some(IntercomError::Refused { code: None });
    let hour = 3600;
    let until_it_is_tried_every_hour = 30 + 60 + 120 + 240 + 480 + 960 + 1920;
    let calls = run_for(&world, until_it_is_tried_every_hour + 8 * hour + 1).await;
    assert_eq!(calls.iter().filter(|call| **call == "me").count(), 7 + 8);
    assert!(calls.len() <= 3 + 7 + 8, "a stream finds it out once: {calls:?}");
}

/// Runs the loop beside a story, and ends it with the story.
pub(super) async fn run_beside(world: &World, story: impl Future<Output = ()>) {
    let shutdown = CancellationToken::new();
    let story = async {
        story.await;
        shutdown.cancel();
    };
    tokio::join!(world.poll.run(&shutdown, pulses()), story);
}

pub(super) async fn wait(seconds: u64) {
    tokio::time::sleep(Duration::from_secs(seconds)).await;
}

#[tokio::test(start_paused = true)]
async fn the_success_of_any_call_ends_the_wait_of_a_refused_token_at_once() {
    let world = World::new();
    world.subscribe(EventKind::NewLead);
    world.intercom.state().down = Some(IntercomError::Refused { code: None });
    let story = async {
        // Tried at 30, 90 and 210 s; the next try would come at 450 s.
        wait(300).await;
        assert!(matches!(world.board.poll().link, LinkState::Refused { .. }));
        world.intercom.put(world.lead("meanwhile"));
        world.intercom.state().down = None;
        wait(1).await;
        assert_eq!(world.ids(), [""; 0]);
        world.intercom.call("a command").unwrap();
        wait(1).await;
        assert_eq!(world.ids(), ["lead_created:meanwhile"]);
        assert_eq!(world.board.poll().link, LinkState::Connected);
    };
    run_beside(&world, story).await;
}

#[tokio::test(start_paused = true)]
async fn a_token_that_a_command_was_refused_with_is_told_before_there_is_a_notification_and_until_it_is_accepted()
 {
    let world = World::new();
    world.intercom.state().down = Some(IntercomError::Refused { code: None });
    let story = async {
        wait(1).await;
        for _ in 0..9 {
            world.intercom.accepted().tell_refusal();
            wait(1).await;
        }
        let since = UnixMillis(world.clock_now().0 - 9_000);
        let everything = Trouble { part: Part::Everything, cause: Cause::TokenRefused, since };
        assert_eq!(world.board.poll().link, LinkState::Refused { since });
        assert_eq!(world.board.poll().troubles, [everything]);
        world.intercom.state().down = None;
        wait(2 * 60).await;
        assert_eq!(
            world.intercom.take_calls(),
            ["me"],
            "it is tried soon, however often people tried before"
        );
        assert_eq!(world.board.poll().troubles, []);
    };
    run_beside(&world, story).await;
}

#[tokio::test(start_paused = true)]
async fn a_stream_that_may_not_be_read_is_tried_ever_more_rarely_and_the_others_come_at_their_pace() {
    let world = World::with_interval(Duration::from_secs(1));
    world.subscribe(EventKind::NewLead);
    world.subscribe(EventKind::NewConversation);
    let lack = Lack::Permission(TokenPermission::ReadConversations);
    let refused = std::iter::repeat_with(|| Some(IntercomError::Forbidden { lack }));
    world.intercom.answer("conversations", refused.take(5));
    let story = async {
        for number in 0..60 {
            world.intercom.put(world.lead(&number.to_string()));
            wait(10).await;
            assert_eq!(world.ids().len(), number + 1, "each lead comes with the next poll");
        }
        let tries = world.intercom.take_calls().into_iter().filter(|call| *call == "conversations");
        assert_eq!(tries.count(), 5, "after 30, 60, 120, 240 s");
        world.intercom.start(world.conversation("1"));
        wait(300).await;
        assert_eq!(world.ids().last().map(String::as_str), Some("conversation_created:1"));
        assert!(world.board.poll().troubles.is_empty());
        wait(10).await;
        let polls = world.intercom.take_calls().into_iter().filter(|call| *call == "conversations");
        assert!(polls.count() > 10, "the first success ends the rest");
    };
    run_beside(&world, story).await;
}

#[tokio::test(start_paused = true)]
async fn a_token_that_is_refused_for_one_search_only_makes_no_haste() {
    let world = World::with_interval(Duration::from_secs(1));
    world.subscribe(EventKind::NewLead);
    world.subscribe(EventKind::NewConversation);
    let refused = std::iter::repeat_with(|| Some(IntercomError::Refused { code: None }));
    world.intercom.answer("contacts", refused.take(100));
    let story = async {
        wait(600).await;
        let calls = world.intercom.take_calls();
        let count = |name| calls.iter().filter(|call| **call == name).count();
        assert!(count("contacts") < 10, "{}", count("contacts"));
        assert!(count("conversations") > 500, "{}", count("conversations"));
    };
    run_beside(&world, story).await;
}

#[tokio::test(start_paused = true)]
async fn a_failure_that_is_no_refusal_is_over_with_the_next_poll() {
    let world = World::new();
    world.subscribe(EventKind::NewLead);
    world.intercom.state().down = Some(IntercomError::Unavailable(Unanswered::Failing));
    let story = async {
        wait(3600).await;
        world.intercom.put(world.lead("ada"));
        world.intercom.state().down = None;
        wait(121).await;
        assert_eq!(world.ids(), ["lead_created:ada"]);
    };
    run_beside(&world, story).await;
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
    assert!(world.journal.baseline_state().unwrap().finished);
    assert_eq!(world.journal.snapshot_count(), 250);
}

#[tokio::test(start_paused = true)]
async fn a_poll_that_finds_one_running_is_skipped() {
    let world = World::new();
    world.subscribe(EventKind::NewLead);
    let _held = world.poll.walker(Stream::Contacts).running.lock().await;
    assert_eq!(world.tick().await.skipped, Some(Skipped::Running));
    assert_eq!(world.intercom.take_calls(), [""; 0]);
}
