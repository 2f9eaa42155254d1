//! How announced conversations stand: what a poll reads of one that was announced is learnt beside its event, and is never
//! an event of its own.

use std::collections::BTreeSet;

use deskbell_domain::conversation::{Assignee, Conversation, Now, State};
use deskbell_domain::event::{EventKind, Record};
use deskbell_domain::port::intercom::{Admin, InboxSeat, IntercomError, Unanswered};

use super::world::{DAY, MINUTE, World};

/// Somebody has it from now on.
pub(super) fn held_by(conversation: &Conversation, who: &str, world: &World) -> Conversation {
    let admin = Some(Assignee::unnamed(who.to_owned()));
    let now = Now { admin, as_of: Some(world.now()), ..Now::default() };
    let (now, updated_at) = (Some(Box::new(now)), world.now());
    Conversation { now, updated_at, admin_id: Some(who.to_owned()), ..conversation.clone() }
}

fn closed(conversation: &Conversation, world: &World) -> Conversation {
    let now = Now { state: State::Closed, as_of: Some(world.now()), ..Now::default() };
    Conversation { now: Some(Box::new(now)), updated_at: world.now(), ..conversation.clone() }
}

/// How the announced conversations stand, as far as the journal knows.
fn stand(world: &World) -> Vec<(Option<State>, Option<String>)> {
    let of = |record: Record| match record {
        Record::Conversation { conversation, .. } => {
            (conversation.now.map(|now| now.state), conversation.admin_name)
        }
        other => panic!("a conversation: {other:?}"),
    };
    world.events().into_iter().map(|event| of(event.record)).collect()
}

fn announced(world: &World) -> Conversation {
    world.subscribe(EventKind::NewConversation);
    let conversation = world.conversation("1");
    world.intercom.start(conversation.clone());
    conversation
}

pub(super) fn grace(world: &World) {
    world.intercom.state().admins =
        vec![Admin { id: "7".to_owned(), name: Some("Grace".to_owned()), seat: InboxSeat::Has }];
}

#[tokio::test(start_paused = true)]
async fn who_takes_a_conversation_and_that_it_is_closed_is_learnt_with_the_next_poll() {
    let world = World::new();
    let conversation = announced(&world);
    grace(&world);
    let _report = world.tick().await;
    assert_eq!(stand(&world), [(None, None)]);
    world.listener.wakes.lock().unwrap().clear();
    world.pass(MINUTE).await;
    world.intercom.start(held_by(&conversation, "7", &world));
    let _report = world.tick().await;
    assert_eq!(stand(&world), [(Some(State::Open), Some("Grace".to_owned()))]);
    let wakes = world.listener.wakes.lock().unwrap().clone();
    assert_eq!(wakes, [BTreeSet::from([EventKind::NewConversation])]);
    world.pass(MINUTE).await;
    world.intercom.start(closed(&conversation, &world));
    let _report = world.tick().await;
    assert_eq!(stand(&world), [(Some(State::Closed), None)]);
}

#[tokio::test(start_paused = true)]
async fn what_a_later_walk_reads_of_before_changes_nothing() {
    let world = World::new();
    let conversation = announced(&world);
    let _report = world.tick().await;
    world.pass(MINUTE).await;
    let earlier = held_by(&conversation, "7", &world);
    world.pass(MINUTE).await;
    world.intercom.start(closed(&conversation, &world));
    let _report = world.tick().await;
    world.intercom.start(earlier);
    let _report = world.tick().await;
    assert_eq!(stand(&world), [(Some(State::Closed), None)], "the search answers from an older index");
}

#[tokio::test(start_paused = true)]
async fn what_the_first_walk_after_a_start_reads_of_before_changes_nothing() {
    let mut world = World::new();
    let conversation = announced(&world);
    let _report = world.tick().await;
    world.pass(MINUTE).await;
    let earlier = held_by(&conversation, "7", &world);
    world.pass(MINUTE).await;
    world.intercom.start(closed(&conversation, &world));
    let _report = world.tick().await;
    world.restart();
    world.intercom.start(earlier);
    let _report = world.tick().await;
    assert_eq!(stand(&world), [(Some(State::Closed), None)], "the index still lags");
    world.pass(MINUTE).await;
    world.intercom.start(held_by(&conversation, "7", &world));
    let _report = world.tick().await;
    assert_eq!(stand(&world)[0].0, Some(State::Open), "it was opened again");
}

#[tokio::test(start_paused = true)]
async fn whoever_has_it_is_named_later_where_the_name_does_not_come_at_once() {
    let world = World::new();
    let conversation = announced(&world);
    let _report = world.tick().await;
    world.pass(MINUTE).await;
    world.intercom.answer("admins", [Some(IntercomError::Unavailable(Unanswered::Silent))]);
    world.intercom.start(held_by(&conversation, "7", &world));
    let _report = world.tick().await;
    assert_eq!(stand(&world), [(Some(State::Open), None)]);
    grace(&world);
    world.poll_for(20 * MINUTE).await;
    assert_eq!(stand(&world), [(Some(State::Open), Some("Grace".to_owned()))]);
}

#[tokio::test(start_paused = true)]
async fn nothing_is_learnt_of_what_was_announced_more_than_a_week_ago() {
    let world = World::new();
    let conversation = announced(&world);
    let _report = world.tick().await;
    world.poll_for(8 * DAY).await;
    world.intercom.start(closed(&conversation, &world));
    world.poll_for(10 * MINUTE).await;
    assert_eq!(stand(&world), [(None, None)]);
}
