//! Posted cards that live on: a message that no longer shows what is known is edited, once nothing is left to post.

use std::collections::BTreeSet;
use std::time::Duration;

use deskbell_domain::amendment::Amendment;
use deskbell_domain::channel::{Audience, Obstacle};
use deskbell_domain::conversation::{Assignee, Now, State};
use deskbell_domain::event::{EventId, EventKind};
use deskbell_domain::ids::{ChannelId, ConversationId};
use deskbell_domain::port::messenger::EditOutcome;
use deskbell_domain::port::store::{ChangeOutcome, Edits as _, Journal as _, Learnt, Subscriptions as _};
use deskbell_domain::subscription::{Detail, Subscription, SubscriptionState};
use deskbell_domain::time::Timestamp;

use super::discord::{Standing, plain};
use super::fate::Fate;
use super::seconds;
use super::world::World;

const CHANNEL: u64 = 10;

async fn notified() -> (World, Subscription) {
    let mut world = World::new();
    let subscription = world.notify(EventKind::NewConversation, CHANNEL).await;
    world.run_for(seconds(1)).await;
    (world, subscription)
}

/// A notification whose first conversation is posted.
async fn posted() -> (World, Subscription) {
    let (mut world, subscription) = notified().await;
    world.happen(EventKind::NewConversation, 1).await;
    world.run_for(seconds(5)).await;
    (world, subscription)
}

fn held_by(name: &str) -> Now {
    let admin = Some(Assignee { id: name.to_owned(), name: Some(name.to_owned()) });
    Now { admin, ..Now::default() }
}

fn closed() -> Now {
    Now { state: State::Closed, ..held_by("Grace") }
}

/// Intercom tells how a conversation stands.
async fn stands(world: &World, number: u64, now: Now) {
    let event = EventId::conversation_created(&ConversationId::new(number.to_string()));
    let learnt = world.store.learn(&world.workspace, &event, &Amendment::of_standing(now)).await.unwrap();
    assert_eq!(learnt, Learnt::News);
    if let Some(delivery) = &world.delivery {
        delivery.journal_grew(&world.workspace, &BTreeSet::from([EventKind::NewConversation]));
    }
}

/// What the cards of the channel say of how their conversations stand.
fn now(world: &World) -> Vec<String> {
    let of = |standing: &Standing| {
        let fields = standing.message.cards.iter().flat_map(|card| &card.fields);
        let now = fields.filter(|field| field.name == "Now").map(|field| plain(&field.value));
        now.collect::<Vec<_>>().join(" | ")
    };
    world.discord.messages(CHANNEL).iter().map(of).collect()
}

#[tokio::test(start_paused = true)]
async fn a_card_says_who_has_its_conversation_by_now_and_turns_grey_when_it_is_closed() {
    let (mut world, _) = posted().await;
    let before = world.discord.messages(CHANNEL).remove(0).message;
    stands(&world, 1, held_by("Grace")).await;
    world.run_for(seconds(2)).await;
    assert_eq!(now(&world), ["Grace has it"]);
    stands(&world, 1, closed()).await;
    world.run_for(seconds(31)).await;
    assert_eq!(now(&world), ["closed"]);
    let after = world.discord.messages(CHANNEL).remove(0).message;
    assert_ne!(after.cards[0].colour, before.cards[0].colour);
    assert_eq!((after.content, after.flags), (before.content, before.flags), "nobody is rung again");
    let reference = |card: &deskbell_domain::card::Card| card.footer.clone().unwrap().reference;
    assert_eq!(reference(&after.cards[0]), reference(&before.cards[0]));
}

#[tokio::test(start_paused = true)]
async fn a_card_whose_id_could_not_be_read_is_looked_for_and_lives_on_like_any_other() {
    let (mut world, _) = notified().await;
    world.discord.goes(|post| if post == 1 { Fate::AnswerCut } else { Fate::Answered });
    world.happen(EventKind::NewConversation, 1).await;
    world.run_for(seconds(5)).await;
    assert_eq!((world.discord.posts(), world.discord.finds()), (1, 1));
    stands(&world, 1, held_by("Grace")).await;
    world.run_for(seconds(40)).await;
    assert_eq!(now(&world), ["Grace has it"]);
}

#[tokio::test(start_paused = true)]
async fn a_card_whose_id_nobody_can_tell_stands_as_it_is_and_is_not_posted_again() {
    for hidden in [true, false] {
        let (mut world, subscription) = notified().await;
        world.discord.goes(|post| if post == 1 { Fate::AnswerCut } else { Fate::Answered });
        if hidden {
            world.discord.hide_history(CHANNEL);
        }
        world.happen(EventKind::NewConversation, 2).await;
        world.run_for(seconds(600)).await;
        assert_eq!(world.discord.events(CHANNEL), [1, 2], "{hidden}");
        assert_eq!((world.waiting(subscription.id).await, world.discord.finds()), (0, 1), "{hidden}");
    }
}

#[tokio::test(start_paused = true)]
async fn what_moves_often_is_edited_once_in_half_a_minute_and_ends_true() {
    let (mut world, _) = posted().await;
    for turn in 0..100 {
        stands(&world, 1, held_by(&format!("P{turn}"))).await;
        world.run_for(seconds(1)).await;
    }
    world.run_for(seconds(40)).await;
    assert_eq!(now(&world), ["P99 has it"]);
    assert!(world.discord.edits() <= 5, "{} edits in 140 s", world.discord.edits());
}

#[tokio::test(start_paused = true)]
async fn what_waits_to_be_posted_goes_before_every_edit() {
    let (mut world, _) = notified().await;
    world.happen(EventKind::NewConversation, 60).await;
    world.run_for(seconds(120)).await;
    for number in 1..=60 {
        stands(&world, number, closed()).await;
    }
    let started = tokio::time::Instant::now();
    world.happen(EventKind::NewConversation, 1).await;
    world.run_for(seconds(10)).await;
    let last = world.discord.messages(CHANNEL).pop().unwrap();
    assert!(last.sent - started < Duration::from_secs(2), "it came {:?} later", last.sent - started);
}

#[tokio::test(start_paused = true)]
async fn a_bot_that_is_killed_goes_on_with_its_edits() {
    let (mut world, _) = posted().await;
    world.kill();
    stands(&world, 1, held_by("Grace")).await;
    world.run_for(seconds(5)).await;
    assert_eq!(now(&world), ["Grace has it"]);
}

#[tokio::test(start_paused = true)]
async fn a_card_without_personal_data_never_becomes_whole_by_an_edit() {
    let (mut world, subscription) = notified().await;
    let private = Subscription { detail: Detail::Private, ..world.stored(subscription.id).await };
    assert_eq!(world.store.change_subscription(private, None).await.unwrap(), ChangeOutcome::Changed);
    world.kill();
    world.happen(EventKind::NewConversation, 1).await;
    world.run_for(seconds(5)).await;
    let whole = Subscription { detail: Detail::Full, ..world.stored(subscription.id).await };
    assert_eq!(world.store.change_subscription(whole, None).await.unwrap(), ChangeOutcome::Changed);
    stands(&world, 1, closed()).await;
    world.kill();
    world.run_for(seconds(60)).await;
    let card = world.discord.messages(CHANNEL).remove(0).message.cards.remove(0);
    assert_eq!((card.title, card.fields.len()), (None, 0));
}

#[tokio::test(start_paused = true)]
async fn a_card_on_its_way_stays_without_personal_data_when_its_notification_shows_more_meanwhile() {
    let (mut world, subscription) = notified().await;
    let private = Subscription { detail: Detail::Private, ..world.stored(subscription.id).await };
    assert_eq!(world.store.change_subscription(private, None).await.unwrap(), ChangeOutcome::Changed);
    world.kill();
    world.discord.goes(|post| if post == 1 { Fate::CrashAfter } else { Fate::Answered });
    world.happen(EventKind::NewConversation, 1).await;
    world.run_for(seconds(5)).await;
    let whole = Subscription { detail: Detail::Full, ..world.stored(subscription.id).await };
    assert_eq!(world.store.change_subscription(whole, None).await.unwrap(), ChangeOutcome::Changed);
    world.run_for(seconds(60)).await;
    assert_eq!(world.waiting(subscription.id).await, 0, "it is known to stand");
    stands(&world, 1, closed()).await;
    world.run_for(seconds(60)).await;
    let messages = world.discord.messages(CHANNEL);
    assert_eq!(messages.len(), 1);
    let card = &messages[0].message.cards[0];
    assert_eq!((&card.title, card.fields.len()), (&None, 0));
}

#[tokio::test(start_paused = true)]
async fn a_card_in_a_channel_that_a_crowd_reads_by_now_stays_as_it_was_posted() {
    let (mut world, _) = posted().await;
    world.discord.is_read_by(CHANNEL, Audience::Everyone);
    world.kill();
    stands(&world, 1, held_by("Grace")).await;
    world.run_for(seconds(60)).await;
    assert_eq!(world.discord.edits(), 0);
}

#[tokio::test(start_paused = true)]
async fn a_message_that_was_deleted_and_one_whose_notification_is_gone_are_left_alone() {
    let (mut world, subscription) = posted().await;
    world.discord.delete_messages(CHANNEL);
    stands(&world, 1, held_by("Grace")).await;
    world.run_for(seconds(60)).await;
    stands(&world, 1, closed()).await;
    world.run_for(seconds(60)).await;
    assert_eq!(world.discord.edits(), 1, "it is known to be gone");
    world.happen(EventKind::NewConversation, 1).await;
    world.run_for(seconds(5)).await;
    let _ = world.store.remove_subscription(&world.home(), subscription.id, None).await.unwrap();
    world.kill();
    stands(&world, 2, closed()).await;
    world.run_for(seconds(60)).await;
    assert_eq!(world.discord.edits(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_card_whose_channel_is_gone_does_not_wait_for_its_edit() {
    let (mut world, subscription) = posted().await;
    world.kill();
    world.discord.close(CHANNEL, Obstacle::ChannelGone, &[]);
    stands(&world, 1, held_by("Grace")).await;
    world.run_for(seconds(60)).await;
    assert!(world.stored(subscription.id).await.is_active(), "nothing was posted there since");
    let wanted = world.store.wanted_edits(&world.workspace, ChannelId(CHANNEL), 10).await.unwrap();
    assert_eq!(wanted, []);
}

#[tokio::test(start_paused = true)]
async fn an_edit_that_discord_puts_off_is_made_when_it_may_be() {
    let (mut world, _) = posted().await;
    world.discord.next_edit(EditOutcome::Later { after: Some(Duration::from_secs(90)) });
    world.discord.next_edit(EditOutcome::Later { after: None });
    stands(&world, 1, held_by("Grace")).await;
    world.run_for(seconds(80)).await;
    assert_eq!(world.discord.edits(), 1);
    world.run_for(seconds(60)).await;
    assert_eq!(now(&world), ["Grace has it"]);
}

#[tokio::test(start_paused = true)]
async fn a_state_that_discord_refuses_leaves_the_card_as_it_is_until_the_next() {
    let (mut world, _) = posted().await;
    world.discord.next_edit(EditOutcome::Refused { reason: "50035".to_owned() });
    stands(&world, 1, held_by("Grace")).await;
    world.run_for(seconds(120)).await;
    assert_eq!(world.discord.edits(), 1);
    stands(&world, 1, closed()).await;
    world.run_for(seconds(60)).await;
    assert_eq!(now(&world), ["closed"]);
}

#[tokio::test(start_paused = true)]
async fn a_paused_notification_keeps_its_cards_true_all_the_same() {
    let (mut world, subscription) = posted().await;
    world.set_state(subscription.id, SubscriptionState::Paused { by: None, since: Timestamp(0) }).await;
    stands(&world, 1, held_by("Grace")).await;
    world.run_for(seconds(5)).await;
    assert_eq!(now(&world), ["Grace has it"]);
}
