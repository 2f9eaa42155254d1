//! Who waits is looked for: one record that cannot be given hides nobody else.

use deskbell_domain::conversation::{Activity, Closing, Holder, Now, Part as Said, Speaker};
use deskbell_domain::event::{EventKind, Record};
use deskbell_domain::ids::ConversationId;
use deskbell_domain::office_hours::{OpenTime, Schedule};
use deskbell_domain::port::intercom::{IntercomError, Unanswered};
use deskbell_domain::port::store::{Hinted, Inbox as _};
use deskbell_domain::trouble::{Cause, Part, Trouble};

use super::journal::workspace;
use super::threads::said;
use super::world::{MINUTE, World, count};

/// A customer begins to wait now.
fn begin(world: &World, id: &str) {
    let mut waits = world.conversation(id);
    waits.now = Some(Box::new(Now { waiting_since: Some(world.now()), ..Now::default() }));
    world.intercom.state().whole.insert(id.to_owned(), waits.clone());
    world.intercom.start(waits);
}

/// So many customers, who begin to wait one after the other, and somebody who asks for them.
async fn with_waits(count: usize) -> World {
    let world = World::new();
    world.subscribe(EventKind::Unanswered);
    for number in 0..count {
        world.pass(1).await;
        begin(&world, &format!("{number:03}"));
    }
    world
}

/// A bot has spoken to a customer, of whom nobody says that they wait, and the team gets it now.
async fn hand_over(world: &World, id: &str) {
    let mut given = world.conversation(id);
    given.updated_at = world.now();
    given.now = Some(Box::default());
    let to_people = Said { assigned: Some(Holder::People), ..said(2, world.now(), Speaker::Nobody) };
    let parts = vec![said(1, world.now(), Speaker::Bot), to_people];
    world.intercom.state().whole.insert(id.to_owned(), given.clone());
    world.intercom.state().parts.insert(id.to_owned(), parts);
    world.intercom.start(given);
    world.journal.store.hint(&workspace(), &Hinted::Conversation(ConversationId::new(id))).await.unwrap();
}

/// Looks for them for a while, without a walk over conversations.
async fn look_for(world: &World, seconds: i64) {
    for _ in 0..seconds / 30 {
        world.pass(30).await;
        world.poll.waiting.look(&world.poll.health).await;
        let _looked = world.look().await;
    }
}

fn told(numbers: impl Iterator<Item = usize>) -> Vec<String> {
    numbers.map(|number| format!("unanswered:conversation-{number:03}:900")).collect()
}

fn sorted(mut ids: Vec<String>) -> Vec<String> {
    ids.sort();
    ids
}

#[tokio::test(start_paused = true)]
async fn a_conversation_that_cannot_be_given_hides_no_other_whose_customer_waits() {
    for (all, poison) in [(6, 0), (6, 3), (6, 5), (250, 120)] {
        let world = with_waits(all).await;
        world.intercom.state().poison.insert(format!("{poison:03}"));
        look_for(&world, 30 * MINUTE).await;
        let others = (0..all).filter(|number| *number != poison);
        assert_eq!(sorted(world.ids()), told(others), "{poison} of {all}");
        assert_eq!(world.board.unreadable(), 1, "{poison} of {all}: it is counted once");
    }
}

#[tokio::test(start_paused = true)]
async fn all_are_found_however_many_wait_and_four_pages_are_read_at_once() {
    let world = with_waits(950).await;
    world.pass(20 * MINUTE).await;
    world.poll.waiting.look(&world.poll.health).await;
    assert_eq!(count(&world.intercom.take_calls(), "waiting"), 4);
    look_for(&world, 30 * MINUTE).await;
    assert_eq!(sorted(world.ids()), told(0..950));
}

#[tokio::test(start_paused = true)]
async fn who_waits_as_the_parts_tell_is_told_though_no_search_shows_them() {
    let world = with_waits(0).await;
    look_for(&world, MINUTE).await;
    hand_over(&world, "000").await;
    look_for(&world, 13 * MINUTE).await;
    assert_eq!(world.ids(), [""; 0]);
    look_for(&world, 5 * MINUTE).await;
    assert_eq!(world.ids(), told(0..1));
}

#[tokio::test(start_paused = true)]
async fn who_waits_as_the_parts_tell_is_told_after_a_restart_too() {
    let mut world = with_waits(0).await;
    look_for(&world, MINUTE).await;
    hand_over(&world, "000").await;
    look_for(&world, 5 * MINUTE).await;
    world.restart();
    look_for(&world, 13 * MINUTE).await;
    assert_eq!(world.ids(), told(0..1));
    world.intercom.take_calls();
    look_for(&world, 60 * MINUTE).await;
    assert_eq!(count(&world.intercom.take_calls(), "conversation"), 0, "nobody looks back again");
}

#[tokio::test(start_paused = true)]
async fn that_nobody_who_waits_can_be_found_is_told_until_it_is_over() {
    let world = with_waits(2).await;
    world.intercom.state().down = Some(IntercomError::Unavailable(Unanswered::Failing));
    look_for(&world, MINUTE).await;
    let troubles = world.poll.health.troubles();
    let cause = Cause::Unanswered(Unanswered::Failing);
    assert!(
        matches!(troubles.status().troubles[..], [Trouble { part: Part::Waits, cause: told, .. }] if told == cause)
    );
    assert_eq!(world.board.unreadable(), 0, "an outage is no record that cannot be given");
    world.intercom.state().down = None;
    look_for(&world, 30 * MINUTE).await;
    assert_eq!(troubles.status().troubles, []);
    assert_eq!(sorted(world.ids()), told(0..2));
}

#[tokio::test(start_paused = true)]
async fn a_wait_that_ends_before_it_is_known_when_the_workspace_is_open_is_told_to_be_over_then() {
    let mut world = with_waits(1).await;
    look_for(&world, 20 * MINUTE).await;
    assert_eq!(world.ids(), told(0..1));
    world.restart();
    world.intercom.state().hours = Err(IntercomError::Unavailable(Unanswered::Failing));
    let answer = said(1, world.now(), Speaker::Teammate);
    world.intercom.state().parts.insert("000".to_owned(), vec![answer]);
    world.journal.store.hint(&workspace(), &Hinted::Conversation(ConversationId::new("000"))).await.unwrap();
    look_for(&world, 10 * MINUTE).await;
    let ended = |world: &World| match world.events().pop().unwrap().record {
        Record::Conversation { what: Activity::Unanswered(wait), .. } => wait.ended.map(|ended| ended.how),
        other => panic!("a wait: {other:?}"),
    };
    assert_eq!(ended(&world), None);
    world.intercom.state().hours = Ok(OpenTime::RoundTheClock);
    look_for(&world, 10 * MINUTE).await;
    assert_eq!(ended(&world), Some(Closing::Answered));
}

fn never_open() -> OpenTime {
    OpenTime::Scheduled(Box::new(Schedule::new("Etc/UTC", &[], Vec::new()).expect("a zone")))
}

#[tokio::test(start_paused = true)]
async fn who_may_not_know_when_the_workspace_is_open_is_told_of_every_wait_until_they_may() {
    let world = with_waits(1).await;
    world.intercom.state().hours = Err(IntercomError::Missing);
    look_for(&world, 30 * MINUTE).await;
    assert_eq!(world.ids(), told(0..1));
    world.intercom.state().hours = Ok(never_open());
    look_for(&world, 60 * MINUTE).await;
    begin(&world, "001");
    look_for(&world, 30 * MINUTE).await;
    assert_eq!(world.ids(), told(0..1), "it is known within an hour that the workspace is closed");
}

#[tokio::test(start_paused = true)]
async fn when_the_workspace_is_open_is_not_forgotten_where_it_may_not_be_asked_later() {
    let world = with_waits(0).await;
    world.intercom.state().hours = Ok(never_open());
    look_for(&world, 5 * MINUTE).await;
    world.intercom.state().hours = Err(IntercomError::Missing);
    world.pass(25 * 60 * MINUTE).await;
    begin(&world, "000");
    look_for(&world, 30 * MINUTE).await;
    assert_eq!(world.ids(), [""; 0]);
}
