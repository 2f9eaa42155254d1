//! Users, judged by one rule whichever walk saw them.

use deskbell_domain::contact::Role;
use deskbell_domain::contact::{Contact, Named, PartialList};
use deskbell_domain::difference::{Change, Field, Old};
use deskbell_domain::event::{EventKind, Record, UserOrigin};
use deskbell_domain::ids::{ContactId, TagId};
use deskbell_domain::port::store::Stream;

use super::world::{DAY, HOUR, MINUTE, World};
use crate::ingest::poll::baseline::BaselineStep;

/// A user long known, then somebody subscribes to changes and every user was seen once.
pub(super) async fn known_user(world: &World) -> Contact {
    let mut user = world.user("ada");
    user.email = Some("ada@old.io".to_owned());
    world.intercom.put(user.clone());
    world.pass(10 * DAY).await;
    world.subscribe(EventKind::UserUpdated);
    world.subscribe(EventKind::NewUser);
    world.pass(MINUTE).await;
    let _report = world.tick().await;
    world.see_all_users().await;
    world.pass(HOUR).await;
    user
}

/// The user moves now.
pub(super) fn touch(world: &World, user: &mut Contact, change: impl FnOnce(&mut Contact)) {
    user.updated_at = world.now();
    change(user);
    world.intercom.put(user.clone());
}

pub(super) fn changes(world: &World) -> Vec<Vec<Change>> {
    let events = world.events().into_iter();
    let changes = events.filter_map(|event| match event.record {
        Record::Update { changes, .. } => Some(changes),
        _ => None,
    });
    changes.collect()
}

pub(super) fn email(old: &str, new: &str) -> Change {
    Change::Value { field: Field::Email, old: Old::Known(Some(old.to_owned())), new: Some(new.to_owned()) }
}

pub(super) fn origins(world: &World) -> Vec<(String, UserOrigin)> {
    let events = world.events().into_iter();
    let users = events.filter_map(|event| match event.record {
        Record::User { contact, origin } => Some((contact.id.to_string(), origin)),
        _ => None,
    });
    users.collect()
}

#[tokio::test(start_paused = true)]
async fn a_new_user_that_both_walks_of_one_poll_see_is_announced_once_and_not_as_changed() {
    let world = World::new();
    world.subscribe(EventKind::NewUser);
    world.subscribe(EventKind::UserUpdated);
    world.intercom.put(world.user("ada"));
    let _report = world.tick().await;
    assert_eq!(world.ids(), ["user_created:ada"]);
    assert_eq!(origins(&world), [("ada".to_owned(), UserOrigin::New)]);
    let _report = world.tick().await;
    assert_eq!(world.ids().len(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_change_is_told_old_to_new() {
    let world = World::new();
    let mut user = known_user(&world).await;
    touch(&world, &mut user, |user| user.email = Some("ada@acme.io".to_owned()));
    let _report = world.tick().await;
    assert_eq!(changes(&world), [[email("ada@old.io", "ada@acme.io")]]);
    assert_eq!(world.events()[0].at, user.updated_at);
}

#[tokio::test(start_paused = true)]
async fn a_page_view_is_silent() {
    let world = World::new();
    let mut user = known_user(&world).await;
    let seen = world.now();
    touch(&world, &mut user, |user| user.last_seen_at = Some(seen));
    let _report = world.tick().await;
    assert_eq!(world.ids(), [""; 0]);
}

#[tokio::test(start_paused = true)]
async fn a_change_there_and_back_over_three_polls_is_two_changes() {
    let world = World::new();
    let mut user = known_user(&world).await;
    touch(&world, &mut user, |user| user.email = Some("b@x.io".to_owned()));
    let _report = world.tick().await;
    world.pass(2 * MINUTE).await;
    touch(&world, &mut user, |user| user.email = Some("ada@old.io".to_owned()));
    let _report = world.tick().await;
    let expected = [[email("ada@old.io", "b@x.io")], [email("b@x.io", "ada@old.io")]];
    assert_eq!(changes(&world), expected);
}

#[tokio::test(start_paused = true)]
async fn a_stale_answer_of_the_search_is_ignored() {
    let world = World::new();
    let user = known_user(&world).await;
    let (mut changed, mut stale) = (user.clone(), user);
    touch(&world, &mut changed, |user| user.email = Some("b@x.io".to_owned()));
    let _report = world.tick().await;
    stale.updated_at = world.now().minus(30);
    world.intercom.put(stale);
    let _report = world.tick().await;
    world.intercom.put(changed);
    let _report = world.tick().await;
    assert_eq!(changes(&world).len(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_field_that_is_not_named_changes_silently_and_is_known_when_it_is_named() {
    let mut world = World::new();
    let mut user = known_user(&world).await;
    touch(&world, &mut user, |user| {
        user.custom.insert("plan".to_owned(), "free".to_owned());
    });
    let _report = world.tick().await;
    assert_eq!(world.ids(), [""; 0]);
    world.fields = deskbell_domain::difference::UpdateFields::new([Field::Custom("plan".to_owned())]);
    world.restart();
    world.pass(MINUTE).await;
    touch(&world, &mut user, |user| {
        user.custom.insert("plan".to_owned(), "pro".to_owned());
    });
    let _report = world.tick().await;
    let expected = Change::Value {
        field: Field::Custom("plan".to_owned()),
        old: Old::Known(Some("free".to_owned())),
        new: Some("pro".to_owned()),
    };
    assert_eq!(changes(&world), [[expected]]);
}

#[tokio::test(start_paused = true)]
async fn a_tag_that_came_without_moving_updated_at_is_for_those_who_had_subscribed() {
    let world = World::new();
    world.intercom.tag("1", "Trial");
    let mut user = world.user("ada");
    world.intercom.put(user.clone());
    world.pass(HOUR).await;
    world.subscribe(EventKind::UserUpdated);
    let floor = world.now();
    world.pass(MINUTE).await;
    let _report = world.tick().await;
    world.see_all_users().await;
    user.tags = PartialList { items: vec![Named { id: TagId::new("1"), name: None }], total: 1 };
    world.intercom.put(user);
    world.pass(7 * HOUR).await;
    let _deep = world.tick().await;
    let times: Vec<_> = world.events().iter().map(|event| event.at).collect();
    assert_eq!(times, [floor]);
}

#[tokio::test(start_paused = true)]
async fn a_tag_that_went_is_told_by_name() {
    let world = World::new();
    world.intercom.tag("1", "Trial");
    let mut user = world.user("ada");
    user.tags = PartialList { items: vec![Named { id: TagId::new("1"), name: None }], total: 1 };
    world.intercom.put(user.clone());
    world.pass(10 * DAY).await;
    world.subscribe(EventKind::UserUpdated);
    world.pass(1).await;
    let _report = world.tick().await;
    world.see_all_users().await;
    touch(&world, &mut user, |user| user.tags = PartialList::default());
    let _report = world.tick().await;
    let Change::List { removed, .. } = &changes(&world)[0][0] else { panic!("tags are a list") };
    assert_eq!(removed[0].name.as_deref(), Some("Trial"));
}

#[tokio::test(start_paused = true)]
async fn a_change_before_every_user_was_seen_is_told_without_old_values() {
    let world = World::new();
    let mut user = world.user("ada");
    world.intercom.put(user.clone());
    world.pass(DAY).await;
    world.subscribe(EventKind::UserUpdated);
    world.pass(MINUTE).await;
    touch(&world, &mut user, |user| user.name = Some("Ada".to_owned()));
    let _report = world.tick().await;
    assert_eq!(changes(&world), [[Change::Unspecified]]);
    world.pass(MINUTE).await;
    touch(&world, &mut user, |user| user.name = Some("Ada L".to_owned()));
    let _report = world.tick().await;
    assert_eq!(changes(&world).len(), 2);
    assert_ne!(world.ids()[0], world.ids()[1]);
}

#[tokio::test(start_paused = true)]
async fn a_visit_before_every_user_was_seen_is_remembered_and_told_to_nobody() {
    let world = World::new();
    let mut user = world.user("ada");
    world.intercom.put(user.clone());
    world.pass(DAY).await;
    world.subscribe(EventKind::UserUpdated);
    world.pass(2 * MINUTE).await;
    let visit = world.now().minus(60);
    touch(&world, &mut user, |user| user.last_seen_at = Some(visit));
    let _report = world.tick().await;
    assert_eq!(world.ids(), [""; 0]);
    assert_eq!(world.journal.snapshot_count(), 1);
}

#[tokio::test(start_paused = true)]
async fn the_walk_over_all_users_overwrites_no_snapshot_and_leaves_users_that_moved_to_the_polls() {
    let world = World::new();
    let mut user = world.user("ada");
    user.email = Some("ada@old.io".to_owned());
    world.intercom.put(user.clone());
    world.pass(DAY).await;
    world.subscribe(EventKind::UserUpdated);
    let _report = world.tick().await;
    world.pass(MINUTE).await;
    touch(&world, &mut user, |user| user.email = Some("ada@acme.io".to_owned()));
    world.see_all_users().await;
    let _report = world.tick().await;
    assert_eq!(
        changes(&world),
        [[Change::Unspecified]],
        "the change is told, by whichever walk saw it first"
    );
    world.pass(MINUTE).await;
    touch(&world, &mut user, |user| user.email = Some("ada@new.io".to_owned()));
    let _report = world.tick().await;
    assert_eq!(changes(&world)[1], [email("ada@acme.io", "ada@new.io")]);
}

#[tokio::test(start_paused = true)]
async fn a_user_made_after_subscribing_is_new_even_if_the_walk_over_all_users_comes_by_first() {
    let world = World::new();
    world.subscribe(EventKind::NewUser);
    let _report = world.tick().await;
    world.pass(MINUTE).await;
    world.intercom.put(world.user("ada"));
    world.see_all_users().await;
    let _report = world.tick().await;
    assert_eq!(origins(&world), [("ada".to_owned(), UserOrigin::New)]);
}

#[tokio::test(start_paused = true)]
async fn the_walk_over_all_users_goes_page_by_page_and_is_taken_up_where_it_stood() {
    let mut world = World::new();
    for number in 0..250 {
        world.pass(DAY / 100).await;
        world.intercom.put(world.user(&format!("{number:03}")));
    }
    world.pass(DAY).await;
    world.subscribe(EventKind::UserUpdated);
    let _report = world.tick().await;
    assert!(matches!(world.poll.baseline_step().await, BaselineStep::Page));
    assert_eq!(world.journal.snapshot_count(), 100);
    world.restart();
    world.see_all_users().await;
    assert_eq!(world.journal.snapshot_count(), 250);
    assert!(matches!(world.poll.baseline_step().await, BaselineStep::Idle));
    assert_eq!(world.ids(), [""; 0]);
}

#[tokio::test(start_paused = true)]
async fn users_left_and_taken_up_again_are_seen_anew_and_no_event_id_comes_twice() {
    let world = World::new();
    let mut user = known_user(&world).await;
    touch(&world, &mut user, |user| user.email = Some("b@x.io".to_owned()));
    let _report = world.tick().await;
    world.unsubscribe(EventKind::UserUpdated);
    world.unsubscribe(EventKind::NewUser);
    let _report = world.tick().await;
    assert_eq!(world.stream(Stream::UserUpdates), None);
    world.pass(DAY).await;
    touch(&world, &mut user, |user| user.email = Some("unheard@x.io".to_owned()));
    world.pass(DAY).await;
    world.subscribe(EventKind::UserUpdated);
    world.pass(MINUTE).await;
    let _report = world.tick().await;
    world.see_all_users().await;
    touch(&world, &mut user, |user| user.email = Some("c@x.io".to_owned()));
    let _report = world.tick().await;
    assert_eq!(changes(&world)[1], [email("unheard@x.io", "c@x.io")]);
    assert_eq!(changes(&world).len(), 2);
}

#[tokio::test(start_paused = true)]
async fn a_new_user_whose_snapshot_was_lost_is_not_announced_again_and_later_changes_are() {
    let world = World::new();
    world.subscribe(EventKind::NewUser);
    world.subscribe(EventKind::UserUpdated);
    let mut user = world.user("ada");
    world.intercom.put(user.clone());
    let _report = world.tick().await;
    world.pass(MINUTE).await;
    touch(&world, &mut user, |user| user.name = Some("Ada".to_owned()));
    let _report = world.tick().await;
    world.journal.loses_snapshots();
    let _report = world.tick().await;
    assert_eq!(world.ids().len(), 2);
    world.pass(MINUTE).await;
    touch(&world, &mut user, |user| user.name = Some("Ada L".to_owned()));
    let _report = world.tick().await;
    assert_eq!(world.ids().len(), 3, "its revision began anew, but no id is used twice");
}

#[tokio::test(start_paused = true)]
async fn a_user_that_could_not_be_read_is_announced_and_its_next_reading_is_no_change() {
    let world = World::new();
    world.subscribe(EventKind::NewUser);
    world.subscribe(EventKind::UserUpdated);
    let mut broken = Contact::bare(ContactId::new("ada"), Role::User);
    broken.created_at = world.now();
    world.intercom.put(broken);
    let _report = world.tick().await;
    assert_eq!(world.ids(), ["user_created:ada"]);
    world.pass(MINUTE).await;
    let mut whole = world.user("ada");
    whole.email = Some("ada@acme.io".to_owned());
    world.intercom.put(whole);
    let _report = world.tick().await;
    assert_eq!(world.ids(), ["user_created:ada"]);
}

#[tokio::test(start_paused = true)]
async fn a_stale_page_of_the_walk_over_all_users_does_not_overwrite_what_a_poll_saw() {
    let world = World::new();
    let mut user = world.user("ada");
    user.email = Some("a@x.io".to_owned());
    let old = user.clone();
    world.intercom.put(user.clone());
    world.pass(DAY).await;
    world.subscribe(EventKind::UserUpdated);
    world.pass(MINUTE).await;
    touch(&world, &mut user, |user| user.email = Some("b@x.io".to_owned()));
    let _report = world.tick().await;
    world.intercom.put(old);
    world.see_all_users().await;
    world.pass(MINUTE).await;
    touch(&world, &mut user, |user| user.email = Some("c@x.io".to_owned()));
    let _report = world.tick().await;
    assert_eq!(changes(&world)[1], [email("b@x.io", "c@x.io")]);
}

#[tokio::test(start_paused = true)]
async fn whoever_subscribes_while_a_walk_reads_loses_no_change_that_comes_after() {
    let world = World::new();
    world.subscribe(EventKind::NewUser);
    for number in 0..150 {
        world.intercom.put(world.user(&format!("{number:03}")));
    }
    let mut user = world.user("149");
    world.pass(MINUTE).await;
    let _report = world.tick().await;
    world.see_all_users().await;
    world.pass(MINUTE).await;
    let wish = world.subscribe(EventKind::UserUpdated);
    let subscriptions = world.subscriptions.clone();
    subscriptions.lock().unwrap().pop();
    user.updated_at = world.now();
    user.phone = Some("+49301".to_owned());
    // After the first of two pages: what the second shows happened when the notification was there.
    world.intercom.after_next_page(move |intercom| {
        subscriptions.lock().unwrap().push(wish);
        intercom.put(user);
    });
    let _report = world.tick().await;
    assert_eq!(changes(&world).len(), 1);
}

#[tokio::test(start_paused = true)]
async fn whoever_has_to_wait_asks_again_what_is_asked_for_before_ending_the_walk_over_all_users() {
    let world = World::new();
    world.subscribe(EventKind::NewLead);
    let late = world.poll.source.ingest.follow_demand_for_users(world.poll.source.demand());
    world.subscribe(EventKind::NewUser);
    let _report = world.tick().await;
    let begun = world.journal.baseline_state();
    late.await.unwrap();
    assert!(begun.is_some() && world.journal.baseline_state() == begun, "{begun:?}");
}
