//! Who waits is looked for: one record that cannot be given hides nobody else.

use deskbell_domain::conversation::Now;
use deskbell_domain::event::EventKind;
use deskbell_domain::port::intercom::{IntercomError, Unanswered};
use deskbell_domain::trouble::{Cause, Part, Trouble};

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
