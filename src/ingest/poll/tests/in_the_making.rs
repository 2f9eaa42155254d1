//! Users who are read while a notification for them is being made.

use deskbell_domain::difference::Change;
use deskbell_domain::event::{EventKind, UserOrigin};

use super::users::{changes, email, known_user, origins, touch};
use super::world::{MINUTE, World};

/// What is done while a notification is being made that was asked for before; it is polled in between.
async fn while_it_is_being_made(world: &World, kind: EventKind, happens: impl FnOnce()) {
    let asked_at = world.now();
    let being_made = world.poll.source.in_the_making.begin(asked_at);
    world.pass(1).await;
    happens();
    let _report = world.tick().await;
    world.pass(1).await;
    world.subscribe(kind);
    world.subscriptions.lock().unwrap().last_mut().unwrap().floor = asked_at;
    drop(being_made);
    world.poll_for(10 * MINUTE).await;
}

#[tokio::test(start_paused = true)]
async fn a_change_that_is_read_while_the_notification_for_it_is_being_made_is_no_less_for_it() {
    let world = World::new();
    let mut user = known_user(&world).await;
    world.unsubscribe(EventKind::UserUpdated);
    let change = || touch(&world, &mut user, |user| user.email = Some("ada@new.io".to_owned()));
    while_it_is_being_made(&world, EventKind::UserUpdated, change).await;
    assert_eq!(changes(&world), [[email("ada@old.io", "ada@new.io")]]);
}

#[tokio::test(start_paused = true)]
async fn a_user_who_is_read_while_the_notification_for_new_ones_is_being_made_is_no_less_for_it() {
    let world = World::new();
    let _known = known_user(&world).await;
    world.unsubscribe(EventKind::NewUser);
    while_it_is_being_made(&world, EventKind::NewUser, || world.intercom.put(world.user("bea"))).await;
    assert_eq!(origins(&world), [("bea".to_owned(), UserOrigin::New)]);
}

#[tokio::test(start_paused = true)]
async fn what_was_not_made_after_all_has_nothing_announced_later() {
    let world = World::new();
    let mut user = known_user(&world).await;
    world.unsubscribe(EventKind::UserUpdated);
    drop(world.poll.source.in_the_making.begin(world.now()));
    world.pass(1).await;
    touch(&world, &mut user, |user| user.email = Some("ada@new.io".to_owned()));
    let _report = world.tick().await;
    assert_eq!(changes(&world), [] as [Vec<Change>; 0]);
}
