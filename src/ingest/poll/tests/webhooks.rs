//! How often is polled what webhooks tell of.

use deskbell_domain::event::EventKind;
use deskbell_domain::ids::{ContactId, ConversationId};
use deskbell_domain::port::intercom::{IntercomError, Unanswered};
use deskbell_domain::port::store::{Hinted, Inbox as _};
use deskbell_domain::topic::Topic;
use deskbell_domain::webhook::Heard;

use super::journal::workspace;
use super::running::{run_beside, wait};
use super::world::World;

const MINUTE: u64 = 60;

/// Intercom tells of a contact, and what it tells is read.
async fn tell(world: &World, topic: Topic, id: &str) {
    let of = Hinted::Contact(ContactId::new(id));
    world.journal.store.hint(&workspace(), &of).await.unwrap();
    world.webhooks.heard(&Heard { topic: Some(topic), of });
    // Boxed, since the stories around it would be large otherwise.
    let _looked = Box::pin(world.look()).await;
}

/// A lead is made, and Intercom tells of it.
async fn told_lead(world: &World, id: &str) {
    world.intercom.put(world.lead(id));
    tell(world, Topic::LeadCreated, id).await;
}

/// How many polls of contacts come in so many minutes.
async fn polls_in(world: &World, minutes: u64) -> usize {
    polls_of("contacts", world, minutes).await
}

async fn polls_of(what: &str, world: &World, minutes: u64) -> usize {
    let _before = world.intercom.take_calls();
    wait(minutes * MINUTE).await;
    world.intercom.take_calls().iter().filter(|call| **call == what).count()
}

/// A world in which somebody subscribed to leads.
fn told_world() -> World {
    let world = World::new();
    world.subscribe(EventKind::NewLead);
    world
}

#[tokio::test(start_paused = true)]
async fn what_webhooks_tell_of_is_polled_every_ten_minutes_and_rings_at_once_all_the_same() {
    let world = told_world();
    let story = async {
        wait(1).await;
        assert_eq!(polls_in(&world, 60).await, 30, "nobody has told of anything yet");
        told_lead(&world, "ada").await;
        assert_eq!(world.ids(), ["lead_created:ada"]);
        wait(2 * MINUTE).await;
        assert_eq!(polls_in(&world, 60).await, 6);
        assert_eq!(world.webhooks.told().and_then(|told| told.per_cent()), Some(100));
    };
    run_beside(&world, story).await;
}

#[tokio::test(start_paused = true)]
async fn what_no_webhook_told_takes_the_stream_back_until_they_were_heard_for_an_hour() {
    let world = told_world();
    let story = async {
        wait(1).await;
        told_lead(&world, "ada").await;
        wait(2 * MINUTE).await;
        assert_eq!(polls_in(&world, 30).await, 3);
        world.intercom.put(world.lead("untold"));
        wait(10 * MINUTE).await;
        assert!(world.ids().contains(&"lead_created:untold".to_owned()), "it is late, and not lost");
        assert_eq!(polls_in(&world, 120).await, 60);
        told_lead(&world, "bea").await;
        assert_eq!(polls_in(&world, 59).await, 29, "one that comes again proves little");
        wait(MINUTE).await;
        told_lead(&world, "cy").await;
        wait(2 * MINUTE).await;
        assert_eq!(polls_in(&world, 60).await, 6);
    };
    run_beside(&world, story).await;
}

#[tokio::test(start_paused = true)]
async fn after_a_day_without_a_word_polls_come_as_often_as_before() {
    let world = told_world();
    let story = async {
        wait(1).await;
        told_lead(&world, "ada").await;
        wait(24 * 60 * MINUTE + 10 * MINUTE).await;
        assert_eq!(polls_in(&world, 60).await, 30);
    };
    run_beside(&world, story).await;
}

#[tokio::test(start_paused = true)]
async fn what_was_told_and_cannot_be_read_is_polled_for_at_once() {
    let world = told_world();
    let story = async {
        wait(1).await;
        told_lead(&world, "ada").await;
        wait(3 * MINUTE).await;
        world.intercom.state().down = Some(IntercomError::Unavailable(Unanswered::Silent));
        told_lead(&world, "bea").await;
        assert!(polls_in(&world, 1).await >= 1);
        world.intercom.state().down = None;
        wait(2 * MINUTE).await;
        assert!(world.ids().contains(&"lead_created:bea".to_owned()), "{:?}", world.ids());
    };
    run_beside(&world, story).await;
}

#[tokio::test(start_paused = true)]
async fn a_new_subscription_to_what_nobody_tells_of_is_polled_for_at_once() {
    let world = told_world();
    let story = async {
        wait(1).await;
        told_lead(&world, "ada").await;
        wait(3 * MINUTE).await;
        world.subscribe(EventKind::NewUser);
        world.poll.nudge();
        wait(1).await;
        world.intercom.put(world.user("bea"));
        wait(2 * MINUTE).await;
        assert!(world.ids().contains(&"user_created:bea".to_owned()), "{:?}", world.ids());
    };
    run_beside(&world, story).await;
}

#[tokio::test(start_paused = true)]
async fn users_are_polled_for_as_before_until_all_of_them_were_seen() {
    let world = told_world();
    world.subscribe(EventKind::NewUser);
    for topic in Topic::ALL {
        tell(&world, topic, "nobody").await;
    }
    let first = world.tick().await;
    assert!(first.topics.is_empty(), "{first:?}");
    world.see_all_users().await;
    assert!(!world.tick().await.topics.is_empty());
}

#[tokio::test(start_paused = true)]
async fn conversations_are_polled_for_as_before_until_all_that_their_cards_show_is_told_too() {
    let world = World::new();
    world.subscribe(EventKind::NewConversation);
    let hear = |topic| {
        let of = Hinted::Conversation(ConversationId::new("9"));
        world.webhooks.heard(&Heard { topic: Some(topic), of });
    };
    let story = async {
        wait(1).await;
        for topic in [Topic::ConversationStarted, Topic::CustomerReplied] {
            hear(topic);
        }
        wait(2 * MINUTE).await;
        assert_eq!(polls_of("conversations", &world, 60).await, 30, "nobody tells that one was closed");
        for topic in Topic::OF_CARDS {
            hear(topic);
        }
        wait(2 * MINUTE).await;
        assert_eq!(polls_of("conversations", &world, 60).await, 6);
    };
    run_beside(&world, story).await;
}

#[tokio::test(start_paused = true)]
async fn after_a_restart_polls_come_as_usual_until_something_is_heard() {
    let mut world = told_world();
    told_lead(&world, "ada").await;
    world.restart();
    let story = async {
        wait(1).await;
        assert_eq!(polls_in(&world, 60).await, 30);
        assert_eq!(world.webhooks.told().and_then(|told| told.last), None);
    };
    run_beside(&world, story).await;
}
