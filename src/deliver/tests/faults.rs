//! When Discord, the store or the machine fails: nothing is lost, nothing is doubled.

use deskbell_domain::channel::Obstacle;
use deskbell_domain::event::EventKind::{NewConversation, NewLead, NewUser};
use deskbell_domain::port::store::{Deliveries, Journal};
use deskbell_domain::status::StoreState;
use deskbell_domain::subscription::SubscriptionState;
use deskbell_domain::time::Timestamp;
use deskbell_store::engine::memory::Fault;

use super::discord::{Blocking, Fate};
use super::plug::Pull;
use super::seconds;
use super::world::World;

#[tokio::test(start_paused = true)]
async fn a_kill_at_any_step_loses_and_doubles_nothing() {
    for step in 1..=8 {
        for pull in [Pull::BeforeWrite(step), Pull::AfterWrite(step)] {
            let mut world = World::new();
            world.notify(NewLead, 10).await;
            let mut made = world.happen(NewLead, 2).await;
            world.pull.lock().unwrap().push(pull);
            world.live_for(seconds(20), seconds(1)).await;
            made.extend(world.happen(NewLead, 14).await);
            world.live_for(seconds(60), seconds(1)).await;
            assert_eq!(world.discord.events(10), made, "{pull:?}");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_kill_during_any_send_loses_and_doubles_nothing_however_long_the_bot_is_down() {
    for fate in [Fate::CrashBefore, Fate::CrashAfter] {
        for down in [1, 100, 119, 121, 175, 600, 90_000] {
            let mut world = World::new();
            world.notify(NewLead, 10).await;
            let mut made = world.happen(NewLead, 1).await;
            world.run_for(seconds(10)).await;
            let fatal = fate.clone();
            world.discord.goes(move |post| if post == 2 { fatal.clone() } else { Fate::Answered });
            made.extend(world.happen(NewLead, 5).await);
            world.live_for(seconds(100_000), seconds(down)).await;
            assert_eq!(world.discord.events(10), made, "{fate:?}, {down} s down");
            // What the history does not show may have been deleted there: nobody knows that it was not posted.
            let absent = u64::from(fate == Fate::CrashBefore && down > 120);
            assert_eq!(world.status.possible_duplicates(), absent, "{fate:?}, {down} s down");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn after_the_nonce_window_without_history_it_is_sent_again_and_counted() {
    let mut world = World::new();
    world.notify(NewLead, 10).await;
    world.discord.hide_history(10);
    world.discord.goes(|post| if post == 1 { Fate::CrashAfter } else { Fate::Answered });
    world.happen(NewLead, 1).await;
    world.live_for(seconds(900), seconds(600)).await;
    assert_eq!(world.discord.events(10), [1, 1]);
    assert_eq!(world.status.possible_duplicates(), 1);
}

#[tokio::test(start_paused = true)]
async fn what_is_sent_again_unseen_and_refused_is_looked_for_when_it_can_be() {
    let mut world = World::new();
    world.notify(NewLead, 10).await;
    world.discord.goes(|post| if post == 1 { Fate::CrashAfter } else { Fate::Answered });
    world.happen(NewLead, 1).await;
    world.run_for(seconds(5)).await;
    tokio::time::sleep(seconds(600)).await;
    // Discord refuses without a word about which permission lacks, so that nobody can tell before it is tried.
    world.discord.close(10, Obstacle::MissingPermissions(Vec::new()), &[]);
    world.run_for(seconds(300)).await;
    world.discord.reopen(10);
    world.run_for(seconds(1200)).await;
    assert_eq!(world.discord.events(10), [1]);
}

#[tokio::test(start_paused = true)]
async fn after_the_nonce_window_with_history_it_is_found_once() {
    let mut world = World::new();
    world.notify(NewLead, 10).await;
    world.discord.goes(|post| if post == 1 { Fate::CrashAfter } else { Fate::Answered });
    world.happen(NewLead, 3).await;
    world.live_for(seconds(900), seconds(600)).await;
    assert_eq!((world.discord.events(10), world.discord.posts()), (vec![1, 2, 3], 1));
    assert_eq!(world.discord.finds(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_clock_that_is_hours_ahead_silences_nothing() {
    let mut world = World::new();
    world.set_clock_wrong(3 * 3_600_000);
    world.notify(NewConversation, 10).await;
    world.happen(NewConversation, 1).await;
    world.run_for(seconds(10)).await;
    let posted = world.discord.messages(10).pop().expect("it is posted");
    assert!(!posted.message.flags.silent);
}

#[tokio::test(start_paused = true)]
async fn a_clock_that_was_an_hour_ahead_doubles_nothing() {
    let mut world = World::new();
    world.notify(NewLead, 10).await;
    let mut made = world.happen(NewLead, 1).await;
    world.run_for(seconds(10)).await;
    world.set_clock_wrong(3_600_000);
    world.discord.goes(|post| if post == 2 { Fate::CrashAfter } else { Fate::Answered });
    made.extend(world.happen(NewLead, 1).await);
    world.run_for(seconds(10)).await;
    world.set_clock_wrong(0);
    tokio::time::sleep(seconds(600)).await;
    world.run_for(seconds(60)).await;
    assert_eq!(world.discord.events(10), made);
}

#[tokio::test(start_paused = true)]
async fn a_clock_that_was_an_hour_ahead_doubles_nothing_when_many_others_came_since() {
    let mut world = World::new();
    let leads = world.notify(NewLead, 10).await;
    world.notify(NewUser, 10).await;
    world.set_clock_wrong(3_600_000);
    world.discord.goes(|post| if post == 1 { Fate::CrashAfter } else { Fate::Answered });
    let mut made = world.happen(NewLead, 1).await;
    world.run_for(seconds(10)).await;
    world.set_clock_wrong(0);
    let since = Timestamp(0);
    world.set_state(leads.id, SubscriptionState::Paused { by: None, since }).await;
    for _ in 0..8 {
        made.extend(world.happen(NewUser, 1).await);
        world.run_for(seconds(60)).await;
    }
    world.set_state(leads.id, SubscriptionState::Active).await;
    world.run_for(seconds(60)).await;
    assert_eq!(world.discord.events(10), made);
}

#[tokio::test(start_paused = true)]
async fn a_clock_that_is_set_back_while_the_bot_is_down_doubles_nothing() {
    let mut world = World::new();
    world.notify(NewLead, 10).await;
    world.discord.goes(|post| if post == 1 { Fate::CrashAfter } else { Fate::Answered });
    let made = world.happen(NewLead, 1).await;
    world.run_for(seconds(5)).await;
    tokio::time::sleep(seconds(600)).await;
    // As if the bot had been down for some seconds, in which Discord still knows the message by its nonce.
    world.set_clock_wrong(-590_000);
    world.run_for(seconds(60)).await;
    assert_eq!(world.discord.events(10), made);
}

#[tokio::test(start_paused = true)]
async fn where_nobody_can_look_after_a_clock_was_set_back_what_is_sent_again_is_counted() {
    let mut world = World::new();
    world.notify(NewLead, 10).await;
    world.discord.hide_history(10);
    world.discord.goes(|post| if post == 1 { Fate::CrashAfter } else { Fate::Answered });
    world.happen(NewLead, 1).await;
    world.run_for(seconds(5)).await;
    tokio::time::sleep(seconds(600)).await;
    world.set_clock_wrong(-590_000);
    world.run_for(seconds(60)).await;
    assert_eq!((world.discord.events(10), world.status.possible_duplicates()), (vec![1, 1], 1));
}

#[tokio::test(start_paused = true)]
async fn while_a_batch_is_open_nothing_overtakes_it_in_its_channel() {
    let mut world = World::new();
    world.notify(NewLead, 10).await;
    world.notify(NewUser, 10).await;
    world.discord.goes(|post| if post == 1 { Fate::Down } else { Fate::Answered });
    world.happen(NewLead, 1).await;
    world.run_for(std::time::Duration::from_millis(200)).await;
    world.happen(NewUser, 1).await;
    world.run_for(seconds(60)).await;
    assert_eq!(world.discord.events(10), [1, 2]);
}

#[tokio::test(start_paused = true)]
async fn forty_percent_lost_answers_double_nothing() {
    let mut world = World::new();
    world.notify(NewLead, 10).await;
    world.notify(NewUser, 10).await;
    world.discord.goes(|post| if post * 7 % 10 < 4 { Fate::AnswerLost } else { Fate::Answered });
    let mut made = Vec::new();
    for _ in 0..20 {
        made.extend(world.happen(NewLead, 2).await);
        made.extend(world.happen(NewUser, 1).await);
        world.run_for(seconds(20)).await;
    }
    world.run_for(seconds(300)).await;
    let mut posted = world.discord.events(10);
    posted.sort_unstable();
    assert_eq!(posted, made);
}

#[tokio::test(start_paused = true)]
async fn thirty_seconds_of_500_and_then_lost_answers_lose_and_double_nothing() {
    let mut world = World::new();
    world.notify(NewLead, 10).await;
    let start = tokio::time::Instant::now();
    world.discord.goes(move |post| match start.elapsed().as_secs() {
        0..30 => Fate::Down,
        30..90 if post % 5 < 2 => Fate::AnswerLost,
        _ => Fate::Answered,
    });
    let mut made = Vec::new();
    for _ in 0..60 {
        made.extend(world.happen(NewLead, 3).await);
        world.run_for(seconds(2)).await;
    }
    world.run_for(seconds(300)).await;
    assert_eq!(world.discord.events(10), made);
    assert_eq!(world.discord.limited(), 0);
}

#[tokio::test(start_paused = true)]
async fn an_hour_of_outage_ends_with_a_line_that_says_what_was_missed() {
    let mut world = World::new();
    world.notify(NewLead, 10).await;
    world.run_for(seconds(1)).await;
    world.discord.goes(|_| Fate::Down);
    let mut made = world.happen(NewLead, 1).await;
    world.run_for(seconds(5)).await;
    made.extend(world.happen(NewLead, 62).await);
    world.run_for(seconds(3600)).await;
    world.discord.goes(|_| Fate::Answered);
    world.run_for(seconds(120)).await;
    assert_eq!(world.discord.events(10), made);
    let line = &world.discord.lines(10)[1];
    assert!(line.starts_with("-# Catching up: 62 leads since"), "{line}");
}

#[tokio::test(start_paused = true)]
async fn a_limit_for_everybody_stops_every_channel() {
    let mut world = World::new();
    world.notify(NewLead, 10).await;
    world.notify(NewUser, 11).await;
    let pause = Fate::LimitedEverywhere(seconds(30));
    world.discord.goes(move |post| if post == 1 { pause.clone() } else { Fate::Answered });
    world.happen(NewLead, 1).await;
    world.run_for(seconds(1)).await;
    world.happen(NewUser, 1).await;
    world.run_for(seconds(28)).await;
    assert_eq!(world.discord.posts(), 1);
    world.run_for(seconds(5)).await;
    assert_eq!((world.discord.events(10), world.discord.events(11)), (vec![1], vec![2]));
}

#[tokio::test(start_paused = true)]
async fn one_bad_event_of_ten_becomes_a_dead_letter_and_can_be_tried_again() {
    let mut world = World::new();
    world.notify(NewLead, 10).await;
    world.discord.block(Blocking::TextAndPlainCards(7), Fate::Refused);
    world.happen(NewLead, 10).await;
    world.run_for(seconds(120)).await;
    assert_eq!(world.discord.events(10), [1, 2, 3, 4, 5, 6, 8, 9, 10]);
    let letters = world.store.dead_letters(&world.home()).await.unwrap();
    assert_eq!((letters.len(), letters[0].number.0), (1, 7));
    assert_eq!(letters[0].reason, "400 200000");
    let line =
        "⚠️ 1 lead could not be posted here: Discord does not take its card. </notify failed:9> keeps it.";
    assert_eq!(world.discord.lines(10).iter().filter(|said| *said == line).count(), 1);

    world.store.retry_dead_letter(&world.home(), letters[0].id, None).await.unwrap();
    deskbell_domain::port::outbox::Outbox::wake(&*world.start().await, deskbell_domain::ids::ChannelId(10));
    world.run_for(seconds(30)).await;
    assert!(!world.store.dead_letters(&world.home()).await.unwrap()[0].retry);

    world.discord.unblock();
    world.store.retry_dead_letter(&world.home(), letters[0].id, None).await.unwrap();
    deskbell_domain::port::outbox::Outbox::wake(&*world.start().await, deskbell_domain::ids::ChannelId(10));
    world.run_for(seconds(30)).await;
    assert_eq!(world.discord.events(10).last(), Some(&7));
    assert!(world.store.dead_letters(&world.home()).await.unwrap().is_empty());
}

#[tokio::test(start_paused = true)]
async fn an_event_whose_words_discord_refuses_comes_as_a_plain_card() {
    let mut world = World::new();
    world.notify(NewLead, 10).await;
    world.discord.refuse(2);
    world.happen(NewLead, 3).await;
    world.run_for(seconds(60)).await;
    assert_eq!(world.discord.lines(10), ["🌱 New lead: P00001", "🌱 New lead", "🌱 New lead: P00003"]);
    assert!(world.store.dead_letters(&world.home()).await.unwrap().is_empty());
}

#[tokio::test(start_paused = true)]
async fn a_full_disk_stops_sending_and_nothing_is_doubled_when_there_is_room_again() {
    let mut world = World::new();
    world.notify(NewLead, 10).await;
    world.run_for(seconds(1)).await;
    let made = world.happen(NewLead, 2).await;
    world.engine.fail(Some(Fault::Commit));
    world.run_for(seconds(40)).await;
    assert_eq!(world.discord.posts(), 0);
    assert!(matches!(world.status.store(), StoreState::Unwritable { .. }));
    world.engine.fail(None);
    world.run_for(seconds(20)).await;
    assert_eq!(world.discord.events(10), made);
    assert_eq!(world.status.store(), StoreState::Writable);
}

#[tokio::test(start_paused = true)]
async fn a_disk_that_fills_up_during_a_send_repeats_the_write_and_never_the_send() {
    let mut world = World::new();
    world.notify(NewLead, 10).await;
    world.run_for(seconds(1)).await;
    let engine = world.engine.clone();
    world.discord.goes(move |_| {
        engine.fail(Some(Fault::Commit));
        Fate::Answered
    });
    let made = world.happen(NewLead, 1).await;
    world.run_for(seconds(50)).await;
    world.engine.fail(None);
    world.run_for(seconds(20)).await;
    assert_eq!((world.discord.events(10), world.discord.posts()), (made, 1));
    let head = world.store.head(&world.workspace).await.unwrap();
    assert_eq!(head.0, 1);
}

#[tokio::test(start_paused = true)]
async fn nothing_leaves_while_the_work_may_be_anothers_and_all_of_it_does_once_it_is_ours() {
    let mut world = World::new();
    world.notify(NewLead, 10).await;
    world.work.lose();
    let made = world.happen(NewLead, 3).await;
    world.run_for(seconds(60)).await;
    assert_eq!(world.discord.posts(), 0);
    world.work.have();
    world.run_for(seconds(60)).await;
    assert_eq!(world.discord.events(10), made);
    assert_eq!(world.status.possible_duplicates(), 0);
}

#[tokio::test(start_paused = true)]
async fn before_each_repetition_it_is_written_that_the_work_is_ours() {
    let mut world = World::new();
    world.notify(NewLead, 10).await;
    world.discord.goes(|post| if post < 4 { Fate::Down } else { Fate::Answered });
    let made = world.happen(NewLead, 1).await;
    world.run_for(seconds(60)).await;
    assert_eq!((world.discord.posts(), world.discord.events(10)), (4, made));
    assert_eq!(world.work.confirmed(), 3);
}
