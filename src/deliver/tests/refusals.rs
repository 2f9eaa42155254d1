//! What Discord's refusals speak of, and what was posted before they came.

use deskbell_domain::card::text::Text;
use deskbell_domain::channel::Obstacle;
use deskbell_domain::delivery::DeadLetter;
use deskbell_domain::event::EventKind::NewLead;
use deskbell_domain::ids::ChannelId;
use deskbell_domain::port::messenger::PostOutcome;
use deskbell_domain::port::outbox::Outbox;
use deskbell_domain::port::store::Deliveries;
use deskbell_domain::status::DiscordState;
use deskbell_domain::subscription::{Detail, PublicChoice, SubscriptionState, SuspendReason};
use deskbell_text::announcement::notice::notice;

use super::discord::Fate;
use super::seconds;
use super::world::World;

async fn letters(world: &World) -> Vec<DeadLetter> {
    world.store.dead_letters(&world.home()).await.unwrap()
}

async fn try_again(world: &mut World, letter: &DeadLetter) {
    assert!(world.store.retry_dead_letter(&world.home(), letter.id, None).await.unwrap());
    world.start().await.wake(ChannelId(10));
    world.run_for(seconds(120)).await;
}

/// The first answer is lost; what is sent after it is refused.
fn lost_then_refused(world: &World) {
    world.discord.goes(|post| if post == 1 { Fate::AnswerLost } else { Fate::Refused });
}

#[tokio::test(start_paused = true)]
async fn what_stands_in_the_channel_is_posted_however_it_is_refused_afterwards() {
    for events in [1, 3] {
        let mut world = World::new();
        world.notify(NewLead, 10).await;
        lost_then_refused(&world);
        let made = world.happen(NewLead, events).await;
        world.run_for(seconds(120)).await;
        assert_eq!((world.discord.events(10), letters(&world).await.len()), (made, 0));
        assert_eq!(world.status.possible_duplicates(), 0);
    }
}

#[tokio::test(start_paused = true)]
async fn what_does_not_stand_there_is_a_dead_letter_and_can_be_tried_again() {
    let mut world = World::new();
    world.notify(NewLead, 10).await;
    world.happen(NewLead, 1).await;
    world.run_for(seconds(10)).await;
    world.discord.goes(|post| if post == 2 { Fate::Down } else { Fate::Refused });
    world.happen(NewLead, 1).await;
    world.run_for(seconds(120)).await;
    let dead = letters(&world).await;
    assert_eq!((world.discord.events(10), dead.len(), dead[0].may_stand), (vec![1], 1, None));
    world.discord.goes(|_| Fate::Answered);
    try_again(&mut world, &dead[0]).await;
    assert_eq!((world.discord.events(10), letters(&world).await.len()), (vec![1, 2], 0));
}

#[tokio::test(start_paused = true)]
async fn another_try_of_what_may_stand_there_looks_first() {
    let mut world = World::new();
    world.notify(NewLead, 10).await;
    world.discord.hide_history(10);
    lost_then_refused(&world);
    world.happen(NewLead, 1).await;
    world.run_for(seconds(120)).await;
    let dead = letters(&world).await;
    assert!(dead.len() == 1 && dead[0].may_stand.is_some());
    world.discord.goes(|_| Fate::Answered);
    world.discord.show_history(10);
    try_again(&mut world, &dead[0]).await;
    assert_eq!((world.discord.events(10), letters(&world).await.len()), (vec![1], 0));
    assert_eq!(world.status.possible_duplicates(), 0);
}

#[tokio::test(start_paused = true)]
async fn another_try_of_what_may_stand_there_is_counted_where_nobody_can_look() {
    let mut world = World::new();
    world.notify(NewLead, 10).await;
    world.discord.hide_history(10);
    lost_then_refused(&world);
    world.happen(NewLead, 1).await;
    world.run_for(seconds(120)).await;
    world.discord.goes(|_| Fate::Answered);
    let dead = letters(&world).await;
    try_again(&mut world, &dead[0]).await;
    assert_eq!((world.discord.events(10), letters(&world).await.len()), (vec![1, 1], 0));
    assert_eq!(world.status.possible_duplicates(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_batch_that_may_stand_there_is_cut_and_counted_where_nobody_can_look() {
    let mut world = World::new();
    world.notify(NewLead, 10).await;
    world.discord.hide_history(10);
    world.discord.goes(|post| match post {
        1 => Fate::AnswerLost,
        2 => Fate::Refused,
        _ => Fate::Answered,
    });
    let made = world.happen(NewLead, 3).await;
    world.run_for(seconds(120)).await;
    let mut shown = world.discord.events(10);
    shown.sort_unstable();
    shown.dedup();
    // What was one message is sent again as two.
    assert_eq!((shown, world.status.possible_duplicates()), (made, 2));
}

#[tokio::test(start_paused = true)]
async fn what_may_stand_there_and_was_cut_is_looked_for_when_its_channel_opens() {
    let mut world = World::new();
    world.notify(NewLead, 10).await;
    world.discord.hide_history(10);
    let discord = world.discord.clone();
    world.discord.goes(move |post| {
        if post > 2 {
            discord.close(10, Obstacle::MissingPermissions(Vec::new()), &[]);
        }
        match post {
            1 => Fate::AnswerLost,
            2 => Fate::Refused,
            _ => Fate::Answered,
        }
    });
    let made = world.happen(NewLead, 3).await;
    world.run_for(seconds(600)).await;
    world.discord.goes(|_| Fate::Answered);
    world.discord.show_history(10);
    world.discord.reopen(10);
    world.run_for(seconds(7 * 3600)).await;
    assert_eq!(world.discord.events(10), made);
}

#[tokio::test(start_paused = true)]
async fn each_event_of_a_batch_that_may_stand_there_is_looked_for_before_another_try() {
    let mut world = World::new();
    world.notify(NewLead, 10).await;
    world.discord.hide_history(10);
    lost_then_refused(&world);
    let made = world.happen(NewLead, 4).await;
    world.run_for(seconds(600)).await;
    let dead = letters(&world).await;
    assert_eq!(dead.len(), 4);
    assert!(dead.iter().all(|letter| letter.may_stand.is_some()), "{dead:?}");
    world.discord.show_history(10);
    world.discord.goes(|_| Fate::Answered);
    for letter in &dead {
        try_again(&mut world, letter).await;
    }
    assert_eq!((world.discord.events(10), letters(&world).await.len()), (made, 0));
}

#[tokio::test(start_paused = true)]
async fn a_closed_thread_is_on_hold_and_what_waits_comes_when_it_is_opened() {
    let mut world = World::new();
    let leads = world.notify(NewLead, 10).await;
    world.run_for(seconds(1)).await;
    world.discord.close(10, Obstacle::ThreadClosed, &[]);
    let mut made = Vec::new();
    for _ in 0..4 {
        made.extend(world.happen(NewLead, 1).await);
        world.run_for(seconds(20_000)).await;
    }
    let SubscriptionState::Suspended(hold) = world.stored(leads.id).await.state else {
        panic!("not on hold")
    };
    assert_eq!(
        (hold.reason, letters(&world).await.len()),
        (SuspendReason::Channel(Obstacle::ThreadClosed), 0)
    );
    world.discord.reopen(10);
    world.start().await.channel_changed(ChannelId(10));
    world.run_for(seconds(10)).await;
    assert_eq!(world.discord.events(10), made);
}

#[tokio::test(start_paused = true)]
async fn the_wall_before_discord_is_neither_the_channel_nor_the_event() {
    let mut world = World::new();
    let leads = world.notify(NewLead, 10).await;
    world.notify(deskbell_domain::event::EventKind::NewUser, 11).await;
    world.discord.goes(|_| Fate::TurnedAway(None));
    let made = world.happen(NewLead, 1).await;
    world.happen(deskbell_domain::event::EventKind::NewUser, 1).await;
    world.run_for(seconds(3600)).await;
    let since = match world.status.discord() {
        DiscordState::TurnsAway(pause) => pause.since,
        other => panic!("it is not told: {other:?}"),
    };
    assert!(world.clock.true_time().since(since) > 3_500_000);
    assert!((6..=20).contains(&world.discord.posts()), "{} posts in an hour", world.discord.posts());
    assert!(world.stored(leads.id).await.is_active());
    world.discord.goes(|_| Fate::Answered);
    world.run_for(seconds(601)).await;
    assert_eq!((world.discord.events(10), world.discord.events(11)), (made, vec![2]));
    assert_eq!((world.status.discord(), letters(&world).await.len()), (DiscordState::Open, 0));
    assert_eq!(world.status.possible_duplicates(), 0);
}

#[tokio::test(start_paused = true)]
async fn a_pause_of_a_day_is_tried_after_ten_minutes() {
    let mut world = World::new();
    world.notify(NewLead, 10).await;
    let day = seconds(86_400);
    world.discord.goes(move |post| if post == 1 { Fate::LimitedEverywhere(day) } else { Fate::Answered });
    let made = world.happen(NewLead, 1).await;
    world.run_for(seconds(590)).await;
    assert_eq!(world.discord.posts(), 1);
    assert!(matches!(world.status.discord(), DiscordState::TurnsAway(_)));
    world.run_for(seconds(20)).await;
    assert_eq!((world.discord.events(10), world.status.discord()), (made, DiscordState::Open));
}

#[tokio::test(start_paused = true)]
async fn a_command_is_told_at_once_that_nothing_gets_through() {
    let mut world = World::new();
    world.notify(NewLead, 10).await;
    world.discord.goes(|_| Fate::TurnedAway(None));
    world.happen(NewLead, 1).await;
    world.run_for(seconds(5)).await;
    let delivery = world.start().await;
    let outcome = delivery.post_once(ChannelId(99), notice(Text::ours("hello"))).await;
    assert!(matches!(outcome, PostOutcome::TurnedAway { after: Some(_), .. }), "{outcome:?}");
}

/// Five minutes later, after the answer to the first message was lost and the bot was killed.
async fn back_later(world: &mut World) {
    world.run_for(seconds(5)).await;
    world.kill();
    tokio::time::sleep(seconds(300)).await;
    world.discord.goes(|_| Fate::Answered);
    world.run_for(seconds(60)).await;
}

#[tokio::test(start_paused = true)]
async fn a_message_whose_cards_a_moderator_removed_is_not_posted_again() {
    let mut world = World::new();
    world.notify(NewLead, 10).await;
    world.discord.goes(|post| if post == 1 { Fate::AnswerLost } else { Fate::Down });
    world.happen(NewLead, 1).await;
    world.run_for(seconds(5)).await;
    world.discord.change_messages(10, |message| message.cards.clear());
    back_later(&mut world).await;
    assert_eq!((world.discord.lines(10).len(), world.status.possible_duplicates()), (1, 0));
}

#[tokio::test(start_paused = true)]
async fn a_message_of_which_only_the_line_is_left_is_told_from_an_older_one_with_the_same_line() {
    let mut world = World::new();
    let leads = world.notify(NewLead, 10).await;
    let private = deskbell_domain::subscription::Subscription {
        detail: Detail::Private,
        public: PublicChoice::WithoutPersonalData,
        ..leads
    };
    let _ = deskbell_domain::port::store::Subscriptions::change_subscription(&world.store, private, None)
        .await
        .unwrap();
    world.happen(NewLead, 1).await;
    world.run_for(seconds(10)).await;
    world.discord.goes(|post| if post == 2 { Fate::AnswerLost } else { Fate::Down });
    world.happen(NewLead, 1).await;
    world.run_for(seconds(5)).await;
    assert_eq!(world.discord.lines(10), ["🌱 New lead", "🌱 New lead"]);
    world.discord.change_messages(10, |message| {
        message.cards.clear();
        message.rows.clear();
    });
    back_later(&mut world).await;
    assert_eq!((world.discord.lines(10).len(), world.status.possible_duplicates()), (2, 0));
}

#[tokio::test(start_paused = true)]
async fn an_older_message_with_the_same_line_is_never_taken_for_one_that_was_not_posted() {
    let mut world = World::new();
    let leads = world.notify(NewLead, 10).await;
    let private = deskbell_domain::subscription::Subscription { detail: Detail::Private, ..leads };
    let _ = deskbell_domain::port::store::Subscriptions::change_subscription(&world.store, private, None)
        .await
        .unwrap();
    world.happen(NewLead, 1).await;
    world.run_for(seconds(10)).await;
    world.discord.goes(|_| Fate::Down);
    world.happen(NewLead, 1).await;
    world.run_for(seconds(5)).await;
    world.discord.change_messages(10, |message| {
        message.cards.clear();
        message.rows.clear();
    });
    back_later(&mut world).await;
    assert_eq!(world.discord.lines(10), ["🌱 New lead", "🌱 New lead"]);
}
