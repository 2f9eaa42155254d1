//! What is new in a workspace is journaled once, from the moment somebody subscribed.

use std::time::Duration;

use deskbell_domain::contact::Contact;
use deskbell_domain::conversation::Start;
use deskbell_domain::event::{Actor, EventKind, Record};
use deskbell_domain::ids::{ContactId, JournalNumber, MemberId};
use deskbell_domain::port::store::{Journal, Stream};
use deskbell_domain::subscription::SubscriptionState;

use super::intercom::Dates;
use super::world::{DAY, HOUR, MINUTE, NOON, World};
use crate::ingest::poll::Skipped;

#[tokio::test(start_paused = true)]
async fn a_lead_made_one_second_after_subscribing_and_long_before_the_first_poll_is_journaled() {
    let world = World::new();
    world.subscribe(EventKind::NewLead);
    world.pass(1).await;
    world.intercom.put(world.lead("ada"));
    world.pass(HOUR).await;
    let report = world.tick().await;
    assert_eq!(world.ids(), ["lead_created:ada"]);
    assert_eq!(report.appended.kinds[&EventKind::NewLead], 1);
}

#[tokio::test(start_paused = true)]
async fn a_lead_made_before_the_subscription_is_not_journaled_however_late_it_is_indexed() {
    let world = World::new();
    world.intercom.put_late(world.lead("old"), 10 * MINUTE);
    world.pass(1).await;
    world.subscribe(EventKind::NewLead);
    world.poll_for(HOUR).await;
    assert_eq!(world.ids(), [""; 0]);
}

#[tokio::test(start_paused = true)]
async fn a_lead_made_in_the_second_of_the_subscription_is_journaled() {
    let world = World::new();
    world.subscribe(EventKind::NewLead);
    world.intercom.put(world.lead("ada"));
    let _report = world.tick().await;
    assert_eq!(world.ids(), ["lead_created:ada"]);
}

#[tokio::test(start_paused = true)]
async fn without_a_subscriber_nothing_is_asked() {
    let world = World::new();
    world.intercom.put(world.lead("ada"));
    assert_eq!(world.tick().await.skipped, Some(Skipped::NoSubscriber));
    assert_eq!(world.intercom.take_calls(), [""; 0]);
}

#[tokio::test(start_paused = true)]
async fn an_idle_poll_costs_two_calls_for_all_servers_together_and_a_third_for_users() {
    let world = World::new();
    for kind in [EventKind::NewLead, EventKind::NewLead, EventKind::NewConversation] {
        world.subscribe(kind);
    }
    let report = world.tick().await;
    assert_eq!(world.intercom.take_calls(), ["contacts", "conversations"]);
    assert_eq!(report.calls, 2);
    world.subscribe(EventKind::NewUser);
    let _report = world.tick().await;
    assert_eq!(world.intercom.take_calls(), ["contacts", "conversations", "updates"]);
}

#[tokio::test(start_paused = true)]
async fn an_idle_poll_writes_one_mark_a_stream_and_nothing_else() {
    let world = World::new();
    world.subscribe(EventKind::NewLead);
    world.subscribe(EventKind::NewUser);
    world.intercom.put(world.user("ada"));
    world.poll_for(6 * MINUTE).await;
    world.journal.take_appends();
    world.poll_for(2 * MINUTE).await;
    let appends = world.journal.take_appends();
    assert_eq!(appends.len(), 2);
    assert!(appends.iter().all(|append| append.events.is_empty() && append.snapshots.is_empty()));
}

#[tokio::test(start_paused = true)]
async fn the_mark_trails_the_servers_time_by_five_minutes_and_never_goes_back() {
    let world = World::new();
    world.subscribe(EventKind::NewLead);
    let floor = world.now();
    let _report = world.tick().await;
    assert_eq!(world.mark(Stream::Contacts), floor, "never before the floor");
    world.pass(HOUR).await;
    let _report = world.tick().await;
    assert_eq!(world.mark(Stream::Contacts), world.now().minus(300));
}

#[tokio::test(start_paused = true)]
async fn a_lead_indexed_after_twenty_minutes_is_found_by_a_walk_over_an_hour() {
    let world = World::new();
    world.subscribe(EventKind::NewLead);
    world.poll_for(HOUR).await;
    world.intercom.put_late(world.lead("late"), 20 * MINUTE);
    world.poll_for(18 * MINUTE).await;
    assert_eq!(world.ids(), [""; 0]);
    world.poll_for(14 * MINUTE).await;
    assert_eq!(world.ids(), ["lead_created:late"]);
}

#[tokio::test(start_paused = true)]
async fn a_lead_indexed_after_a_day_is_found_by_a_walk_over_two_days() {
    let world = World::new();
    world.subscribe(EventKind::NewLead);
    world.poll_for(HOUR).await;
    world.intercom.put_late(world.lead("late"), DAY);
    world.poll_for(DAY - HOUR).await;
    assert_eq!(world.ids(), [""; 0]);
    world.poll_for(7 * HOUR).await;
    assert_eq!(world.ids(), ["lead_created:late"]);
}

#[tokio::test(start_paused = true)]
async fn what_happened_during_days_of_downtime_is_caught_up_even_what_was_indexed_late_before_it() {
    let mut world = World::new();
    world.subscribe(EventKind::NewLead);
    world.poll_for(2 * HOUR).await;
    world.intercom.put_late(world.lead("a-late"), 30 * MINUTE);
    world.poll_for(10 * MINUTE).await;
    world.pass(DAY).await;
    world.intercom.put(world.lead("b-meanwhile"));
    world.pass(3 * DAY).await;
    world.restart();
    let _report = world.tick().await;
    assert_eq!(world.ids(), ["lead_created:a-late", "lead_created:b-meanwhile"]);
}

#[tokio::test(start_paused = true)]
async fn contact_search_is_read_right_by_days_and_by_seconds_in_every_zone_and_across_midnight() {
    let zones = [-12, -8, 0, 1, 9, 14].map(|hours| Dates::Days { zone: hours * HOUR });
    for dates in zones.into_iter().chain([Dates::Seconds]) {
        for hour in 0..24 {
            let world = World::at(NOON + hour * HOUR);
            world.intercom.state().dates = dates;
            world.subscribe(EventKind::NewLead);
            for number in 0..30 {
                world.pass(240).await;
                world.intercom.put_late(world.lead(&format!("{number:02}")), 100);
                let _report = world.tick().await;
            }
            world.poll_for(4 * MINUTE).await;
            let expected: Vec<_> = (0..30).map(|number| format!("lead_created:{number:02}")).collect();
            assert_eq!(world.ids(), expected, "{dates:?} at hour {hour}");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn leads_that_share_a_second_over_several_pages_are_journaled_once_each_in_order() {
    let world = World::new();
    world.subscribe(EventKind::NewLead);
    let _report = world.tick().await;
    for number in 0..300 {
        world.intercom.put(world.lead(&format!("{number:03}")));
    }
    world.pass(60).await;
    for _ in 0..3 {
        let _report = world.tick().await;
    }
    let expected: Vec<_> = (0..300).map(|number| format!("lead_created:{number:03}")).collect();
    assert_eq!(world.ids(), expected);
}

#[tokio::test(start_paused = true)]
async fn conversations_are_announced_if_a_customer_started_them() {
    let world = World::new();
    world.subscribe(EventKind::NewConversation);
    let starts = [("1", Start::Customer), ("2", Start::Team), ("3", Start::Ticket)];
    for (id, start) in starts {
        let mut conversation = world.conversation(id);
        conversation.start = start;
        world.intercom.start(conversation);
    }
    let _report = world.tick().await;
    assert_eq!(world.ids(), ["conversation_created:1"]);
}

#[tokio::test(start_paused = true)]
async fn a_stream_that_was_left_and_is_taken_up_again_starts_at_the_new_floor() {
    let world = World::new();
    world.subscribe(EventKind::NewLead);
    let _report = world.tick().await;
    world.unsubscribe(EventKind::NewLead);
    let _report = world.tick().await;
    assert_eq!(world.stream(Stream::Contacts), None);
    world.pass(60).await;
    world.intercom.put(world.lead("unheard"));
    world.pass(HOUR).await;
    world.subscribe(EventKind::NewLead);
    world.pass(60).await;
    world.intercom.put(world.lead("heard"));
    world.pass(60).await;
    let _report = world.tick().await;
    assert_eq!(world.ids(), ["lead_created:heard"]);
}

#[tokio::test(start_paused = true)]
async fn a_second_subscription_does_not_get_what_happened_before_it() {
    let world = World::new();
    let first = world.subscribe(EventKind::NewLead);
    world.pass(60).await;
    world.intercom.put_late(world.lead("between"), 10 * MINUTE);
    world.pass(60).await;
    let second = world.subscribe(EventKind::NewLead);
    world.poll_for(30 * MINUTE).await;
    let (number, event) = (JournalNumber(1), &world.events()[0]);
    assert!(first.wants(number, event.at));
    assert!(!second.wants(number, event.at), "it is found later, but happened before");
}

#[tokio::test(start_paused = true)]
async fn events_are_kept_for_a_subscription_on_hold() {
    let world = World::new();
    world.subscribe(EventKind::NewLead);
    let paused = SubscriptionState::Paused { by: None, since: world.now() };
    world.subscriptions.lock().unwrap()[0].state = paused;
    world.intercom.put(world.lead("ada"));
    let _report = world.tick().await;
    assert_eq!(world.ids(), ["lead_created:ada"]);
}

#[tokio::test(start_paused = true)]
async fn nothing_is_journaled_of_a_kind_that_nobody_subscribed_to() {
    let world = World::new();
    world.subscribe(EventKind::NewLead);
    world.intercom.put(world.user("ada"));
    world.intercom.start(world.conversation("1"));
    let _report = world.tick().await;
    assert_eq!(world.ids(), [""; 0]);
}

#[tokio::test(start_paused = true)]
async fn who_made_a_record_with_a_command_is_told_with_it() {
    let world = World::new();
    world.subscribe(EventKind::NewLead);
    let actor = Actor { member: MemberId(7), command: "/lead create".to_owned() };
    let (workspace, contact) = (deskbell_domain::ids::WorkspaceId::new("w"), ContactId::new("ada"));
    world.journal.remember_actor(&workspace, &contact, &actor).await.unwrap();
    world.intercom.put(world.lead("ada"));
    let _report = world.tick().await;
    assert_eq!(world.events()[0].actor, Some(actor));
}

#[tokio::test(start_paused = true)]
async fn what_a_command_is_making_waits_until_it_is_remembered_who_makes_it_but_not_forever() {
    let world = World::new();
    world.subscribe(EventKind::NewLead);
    let actor = Actor { member: MemberId(7), command: "/lead create".to_owned() };
    let (workspace, contact) = (deskbell_domain::ids::WorkspaceId::new("w"), ContactId::new("ada"));
    let creations = &world.poll.source.ingest.judge.creations;
    let make = |id| {
        let being = creations.begin("ada@acme.io");
        world.intercom.put(Contact { email: Some("Ada@acme.io".to_owned()), ..world.lead(id) });
        being
    };
    let being = make("ada");
    let answer = async {
        tokio::time::sleep(Duration::from_secs(3)).await;
        assert_eq!(world.ids(), [""; 0]);
        world.journal.remember_actor(&workspace, &contact, &actor).await.unwrap();
        drop(being);
    };
    let (_report, ()) = tokio::join!(world.tick(), answer);
    assert_eq!(world.events()[0].actor.as_ref(), Some(&actor));
    let _hangs = make("bea");
    let _report = world.tick().await;
    assert_eq!(world.ids(), ["lead_created:ada", "lead_created:bea"]);
}

#[tokio::test(start_paused = true)]
async fn custom_attributes_stay_out_of_the_journal() {
    let world = World::new();
    world.subscribe(EventKind::NewUser);
    let mut user = world.user("ada");
    user.custom.insert("notes".to_owned(), "x".repeat(100));
    world.intercom.put(user);
    let _report = world.tick().await;
    let Record::User { contact, .. } = &world.events()[0].record else { panic!("a user is new") };
    assert!(contact.custom.is_empty());
}

#[tokio::test(start_paused = true)]
async fn delivery_is_told_of_the_kinds_that_came_and_of_nothing_else() {
    let world = World::new();
    world.subscribe(EventKind::NewLead);
    let _report = world.tick().await;
    assert!(world.listener.wakes.lock().unwrap().is_empty());
    world.intercom.put(world.lead("ada"));
    let _report = world.tick().await;
    assert_eq!(*world.listener.wakes.lock().unwrap(), [[EventKind::NewLead].into()]);
}
