//! Leads that become users, and users who look as if they had been leads.

use deskbell_domain::contact::Role;
use deskbell_domain::event::{EventKind, UserOrigin};

use super::users::{known_user, origins, touch};
use super::world::{DAY, HOUR, MINUTE, World};

#[tokio::test(start_paused = true)]
async fn an_announced_lead_that_becomes_a_user_is_a_new_user_at_the_time_it_became_one() {
    let world = World::new();
    world.subscribe(EventKind::NewLead);
    world.subscribe(EventKind::NewUser);
    let mut lead = world.lead("ada");
    world.intercom.put(lead.clone());
    let _report = world.tick().await;
    world.pass(HOUR).await;
    touch(&world, &mut lead, |lead| lead.role = Role::User);
    let _report = world.tick().await;
    assert_eq!(world.ids(), ["lead_created:ada", "user_created:ada"]);
    assert_eq!(origins(&world), [("ada".to_owned(), UserOrigin::WasLead)]);
    assert_eq!(world.events()[1].at, world.now());
}

#[tokio::test(start_paused = true)]
async fn a_lead_older_than_the_subscription_that_becomes_a_user_is_a_new_user() {
    let world = World::new();
    let mut lead = world.lead("bob");
    world.intercom.put(lead.clone());
    let _user = known_user(&world).await;
    touch(&world, &mut lead, |lead| lead.role = Role::User);
    let _report = world.tick().await;
    assert_eq!(origins(&world), [("bob".to_owned(), UserOrigin::WasLead)]);
}

#[tokio::test(start_paused = true)]
async fn a_lead_that_nobody_heard_of_and_that_becomes_a_user_weeks_later_was_a_lead() {
    let world = World::new();
    let _user = known_user(&world).await;
    let mut lead = world.lead("bob");
    world.intercom.put(lead.clone());
    world.poll_for(4 * DAY).await;
    touch(&world, &mut lead, |lead| lead.role = Role::User);
    let _report = world.tick().await;
    assert_eq!(origins(&world), [("bob".to_owned(), UserOrigin::WasLead)]);
    assert_eq!(world.events()[0].at, world.now());
}

#[tokio::test(start_paused = true)]
async fn a_lead_that_signs_up_is_for_whoever_subscribed_between_the_two() {
    let world = World::new();
    world.subscribe(EventKind::UserUpdated);
    let mut lead = world.lead("ada");
    world.intercom.put(lead.clone());
    world.pass(10 * MINUTE).await;
    let between = world.subscribe(EventKind::NewUser);
    world.poll_for(10 * MINUTE).await;
    touch(&world, &mut lead, |lead| lead.role = Role::User);
    world.poll_for(4 * MINUTE).await;
    assert_eq!(origins(&world), [("ada".to_owned(), UserOrigin::WasLead)]);
    assert!(world.events()[0].at >= between.floor, "it is for whoever subscribed meanwhile");
}

#[tokio::test(start_paused = true)]
async fn a_user_whom_the_search_shows_late_is_new_at_the_time_it_was_made() {
    let world = World::new();
    world.subscribe(EventKind::NewUser);
    world.poll_for(10 * MINUTE).await;
    let user = world.user("ada");
    world.intercom.put_late(user.clone(), 30 * MINUTE);
    world.poll_for(50 * MINUTE).await;
    assert_eq!(origins(&world), [("ada".to_owned(), UserOrigin::New)]);
    assert_eq!(world.events()[0].at, user.created_at);
}

#[tokio::test(start_paused = true)]
async fn an_announced_lead_that_becomes_a_user_before_every_user_was_seen_is_a_new_user() {
    let world = World::new();
    world.subscribe(EventKind::NewLead);
    let mut lead = world.lead("ada");
    world.intercom.put(lead.clone());
    let _report = world.tick().await;
    world.pass(HOUR).await;
    world.subscribe(EventKind::NewUser);
    world.pass(MINUTE).await;
    touch(&world, &mut lead, |lead| lead.role = Role::User);
    let _report = world.tick().await;
    assert_eq!(origins(&world), [("ada".to_owned(), UserOrigin::WasLead)]);
}
