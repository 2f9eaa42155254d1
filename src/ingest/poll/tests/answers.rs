//! Conversations are read whenever they move, and announced once: when a customer has spoken.

use deskbell_domain::conversation::{Answer, Conversation, Start};
use deskbell_domain::event::EventKind;
use deskbell_domain::ids::{ContactId, ConversationId};
use deskbell_domain::port::intercom::{IntercomError, Unanswered};
use deskbell_domain::port::store::{Hinted, Inbox as _};
use deskbell_domain::time::Timestamp;

use super::journal::workspace;
use super::world::{DAY, HOUR, MINUTE, World};
use crate::ingest::Looked;

/// A workspace in which somebody subscribed to conversations an hour ago.
async fn world() -> World {
    let world = World::new();
    world.subscribe(EventKind::NewConversation);
    world.poll_for(HOUR).await;
    world.intercom.take_calls();
    world
}

/// One that a bot begins now.
fn greeting(world: &World, id: &str) -> Conversation {
    Conversation { start: Start::Bot(Answer::None), ..world.conversation(id) }
}

/// It moves now; the search says this of an answer, and the look-up that a customer answered now.
fn answered(world: &World, greeting: &Conversation, told: Answer) {
    let now = world.now();
    let moved = Conversation { updated_at: now, start: Start::Bot(told), ..greeting.clone() };
    let whole = Conversation { start: Start::Bot(Answer::At(now)), ..moved.clone() };
    world.intercom.start(moved);
    world.intercom.state().whole.insert(whole.id.to_string(), whole);
}

fn times(world: &World) -> Vec<Timestamp> {
    world.events().iter().map(|event| event.at).collect()
}

#[tokio::test(start_paused = true)]
async fn what_a_bot_began_is_announced_when_the_customer_has_written_hours_later_too() {
    for told in [Answer::Untold, Answer::At(Timestamp(0))] {
        let world = world().await;
        let greeting = greeting(&world, "1");
        world.intercom.start(greeting.clone());
        world.poll_for(5 * HOUR).await;
        assert_eq!(world.ids(), [""; 0]);
        let at = world.now();
        answered(&world, &greeting, if told == Answer::Untold { told } else { Answer::At(at) });
        world.poll_for(3 * DAY).await;
        assert_eq!((world.ids(), times(&world)), (vec!["conversation_created:1".to_owned()], vec![at]));
    }
}

#[tokio::test(start_paused = true)]
async fn what_nobody_answered_costs_one_look_up_a_move_at_most_and_is_not_announced() {
    let world = world().await;
    let greeting = greeting(&world, "1");
    world.intercom.start(greeting.clone());
    world.poll_for(HOUR).await;
    assert!(!world.intercom.take_calls().contains(&"conversation"), "the search tells that nobody answered");
    let moved =
        Conversation { updated_at: world.now(), start: Start::Bot(Answer::Untold), ..greeting.clone() };
    world.intercom.start(moved);
    world.intercom.state().whole.insert("1".to_owned(), greeting);
    world.poll_for(DAY).await;
    let calls = world.intercom.take_calls();
    assert_eq!(calls.iter().filter(|call| **call == "conversation").count(), 1);
    assert_eq!(world.ids(), [""; 0]);
}

#[tokio::test(start_paused = true)]
async fn a_conversation_of_before_the_subscription_that_goes_on_is_not_new() {
    let world = World::new();
    let old = world.conversation("1");
    world.pass(HOUR).await;
    world.subscribe(EventKind::NewConversation);
    world.pass(MINUTE).await;
    world.intercom.start(Conversation { updated_at: world.now(), ..old });
    world.poll_for(HOUR).await;
    assert_eq!(world.ids(), [""; 0]);
}

#[tokio::test(start_paused = true)]
async fn a_conversation_that_was_announced_and_forgotten_is_not_new_when_it_goes_on() {
    let world = world().await;
    let began = world.conversation("1");
    world.poll_for(3 * DAY).await;
    // No seen-key is left of it: it went with its entry.
    let moved = Conversation { updated_at: world.now(), ..began.clone() };
    world.intercom.start(moved);
    let answered_long_ago = Start::Bot(Answer::At(began.created_at));
    let of_a_bot =
        Conversation { start: answered_long_ago, updated_at: world.now(), ..greeting(&world, "2") };
    world.intercom.start(of_a_bot);
    world.poll_for(HOUR).await;
    assert_eq!(world.ids(), [""; 0]);
    assert!(!world.intercom.take_calls().contains(&"conversation"));
}

#[tokio::test(start_paused = true)]
async fn a_look_up_that_fails_holds_the_walk_up_three_times_and_no_longer() {
    let world = world().await;
    let greeting = greeting(&world, "1");
    world.intercom.start(greeting.clone());
    world.pass(MINUTE).await;
    answered(&world, &greeting, Answer::At(world.now()));
    let failing = || Some(IntercomError::Unavailable(Unanswered::Failing));
    world.intercom.answer("conversation", [failing(), failing(), failing(), failing()]);
    world.intercom.start(world.conversation("2"));
    for _ in 0..2 {
        let report = world.tick().await;
        assert!(!report.went_well());
        assert_eq!(world.ids(), [""; 0]);
    }
    let report = world.tick().await;
    assert!(report.went_well());
    assert_eq!(world.ids().len(), 2, "what the search told is enough to announce it");
}

#[tokio::test(start_paused = true)]
async fn so_many_look_ups_are_made_in_a_poll_and_the_rest_later() {
    let world = world().await;
    for number in 0..50 {
        let greeting = greeting(&world, &format!("{number}"));
        world.intercom.start(greeting.clone());
        world.intercom.state().whole.insert(greeting.id.to_string(), greeting);
    }
    world.pass(MINUTE).await;
    for number in 0..50 {
        let greeting = greeting(&world, &format!("{number}"));
        answered(&world, &greeting, Answer::Untold);
    }
    let report = world.tick().await;
    assert_eq!((report.calls, world.ids().len()), (21, 20));
    world.poll_for(2 * HOUR).await;
    assert_eq!(world.ids().len(), 50);
}

#[tokio::test(start_paused = true)]
async fn what_could_not_be_looked_up_is_announced_once_it_can_be_and_after_a_restart_too() {
    let mut world = world().await;
    let greeting = greeting(&world, "1");
    world.intercom.start(greeting.clone());
    world.pass(MINUTE).await;
    let at = world.now();
    answered(&world, &greeting, Answer::Untold);
    let failing = std::iter::repeat_n(Some(IntercomError::Unavailable(Unanswered::Failing)), 1_000);
    world.intercom.answer("conversation", failing);
    world.poll_for(2 * HOUR).await;
    assert!(world.tick().await.went_well(), "the walk goes on without it, and its mark passes it");
    assert_eq!(world.ids(), [""; 0]);

    assert_eq!(world.look().await, Looked::InPart);
    world.restart();
    assert_eq!(world.look().await, Looked::InPart, "it waits in the store");
    world.intercom.recover("conversation");
    world.pass(2 * MINUTE).await;
    assert_eq!(world.look().await, Looked::AtAll);
    assert_eq!((world.ids(), times(&world)), (vec!["conversation_created:1".to_owned()], vec![at]));
}

/// Intercom tells that something happened to a conversation.
async fn told(world: &World, id: &str) {
    let of = Hinted::Conversation(ConversationId::new(id));
    world.journal.store.hint(&workspace(), &of).await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn what_a_bot_began_and_a_webhook_names_is_read_once() {
    let world = world().await;
    let greeting = greeting(&world, "1");
    answered(&world, &greeting, Answer::Untold);
    told(&world, "1").await;
    assert_eq!(world.look().await, Looked::AtAll);
    world.poll_for(HOUR).await;
    let calls = world.intercom.take_calls();
    assert_eq!(calls.iter().filter(|call| **call == "conversation").count(), 1);
    assert_eq!(world.ids(), ["conversation_created:1"]);
}

#[tokio::test(start_paused = true)]
async fn what_a_webhook_names_is_asked_for_every_two_minutes_however_long_it_does_not_come() {
    let world = world().await;
    let greeting = greeting(&world, "1");
    answered(&world, &greeting, Answer::Untold);
    let failing = std::iter::repeat_n(Some(IntercomError::Unavailable(Unanswered::Failing)), 1_000);
    world.intercom.answer("conversation", failing);
    told(&world, "1").await;
    for _ in 0..6 * 60 {
        assert_eq!(world.look().await, Looked::InPart);
        world.pass(30).await;
    }
    world.intercom.recover("conversation");
    world.pass(2 * MINUTE).await;
    assert_eq!(world.look().await, Looked::AtAll);
    assert_eq!(world.ids(), ["conversation_created:1"]);
}

#[tokio::test(start_paused = true)]
async fn many_records_that_never_come_hold_up_none_that_a_webhook_names_later() {
    let world = world().await;
    for number in 0..40 {
        world.intercom.state().poison.insert(number.to_string());
        told(&world, &number.to_string()).await;
    }
    for _ in 0..20 {
        assert_eq!(world.look().await, Looked::InPart);
        world.pass(30).await;
    }
    answered(&world, &greeting(&world, "99"), Answer::Untold);
    told(&world, "99").await;
    assert_eq!(world.look().await, Looked::InPart);
    assert_eq!(world.ids(), ["conversation_created:99"]);
}

#[tokio::test(start_paused = true)]
async fn contacts_that_do_not_come_hold_up_no_conversation_that_did_not_come_before() {
    let world = world().await;
    world.subscribe(EventKind::NewLead);
    world.poll_for(HOUR).await;
    answered(&world, &greeting(&world, "1"), Answer::Untold);
    told(&world, "1").await;
    let failing = || std::iter::repeat_n(Some(IntercomError::Unavailable(Unanswered::Silent)), 1_000);
    world.intercom.answer("contact", failing());
    world.intercom.answer("conversation", failing());
    for number in 0..10 {
        let of = Hinted::Contact(ContactId::new(format!("c{number}")));
        world.journal.store.hint(&workspace(), &of).await.unwrap();
    }
    assert_eq!(world.look().await, Looked::InPart);
    world.intercom.recover("conversation");
    world.pass(30).await;
    assert_eq!(world.look().await, Looked::InPart);
    assert_eq!(world.ids(), ["conversation_created:1"]);
}

#[tokio::test(start_paused = true)]
async fn what_comes_again_is_not_behind_what_never_comes() {
    let world = world().await;
    for number in 0..10 {
        world.intercom.state().poison.insert(format!("0{number}"));
        told(&world, &format!("0{number}")).await;
    }
    let failing = std::iter::repeat_n(Some(IntercomError::Unavailable(Unanswered::Failing)), 4);
    answered(&world, &greeting(&world, "99"), Answer::Untold);
    world.intercom.answer("conversation", failing);
    told(&world, "99").await;
    for _ in 0..12 {
        let _looked = world.look().await;
        world.pass(30).await;
    }
    assert_eq!(world.ids(), ["conversation_created:99"]);
}
