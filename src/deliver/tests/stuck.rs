//! Messages that do not get through while others do, and times in which nothing does.

use deskbell_domain::card::text::Text;
use deskbell_domain::delivery::DeadLetter;
use deskbell_domain::event::EventKind::{NewLead, NewUser};
use deskbell_domain::ids::ChannelId;
use deskbell_domain::port::messenger::PostOutcome;
use deskbell_domain::port::outbox::Outbox;
use deskbell_domain::port::store::Deliveries;
use deskbell_domain::status::DiscordState;
use deskbell_text::announcement::notice::notice;

use super::discord::{Blocking, Fate};
use super::seconds;
use super::world::World;

/// What becomes of a message that does not get through.
fn fates() -> [Fate; 3] {
    [Fate::TurnedAway(None), Fate::Down, Fate::Unexplained]
}

/// Leads in the first channel, users in the second.
async fn world() -> World {
    let world = World::new();
    world.notify(NewLead, 10).await;
    world.notify(NewUser, 11).await;
    world
}

/// Time passes, and every ten seconds a user comes.
async fn pass_busily(world: &mut World, minutes: u64) -> Vec<u64> {
    let mut made = Vec::new();
    for _ in 0..6 * minutes {
        made.extend(world.happen(NewUser, 1).await);
        world.run_for(seconds(10)).await;
    }
    made
}

async fn letters(world: &World) -> Vec<DeadLetter> {
    world.store.dead_letters(&world.home()).await.unwrap()
}

fn paused(world: &World) -> usize {
    world.status.paused_channels(world.clock.true_time()).len()
}

#[tokio::test(start_paused = true)]
async fn an_event_whose_text_does_not_get_through_becomes_a_plain_card_and_the_rest_comes() {
    for fate in fates() {
        let mut world = world().await;
        world.run_for(seconds(1)).await;
        world.discord.block(Blocking::Text(3), fate);
        world.happen(NewLead, 5).await;
        let users = pass_busily(&mut world, 15).await;
        assert_eq!(world.discord.events(10), [1, 2, 4, 5]);
        assert!(world.discord.lines(10).contains(&"🌱 New lead".to_owned()), "{:?}", world.discord.lines(10));
        assert_eq!((world.discord.events(11), letters(&world).await.len()), (users, 0));
        assert_eq!(world.status.discord(), DiscordState::Open);
    }
}

#[tokio::test(start_paused = true)]
async fn an_event_that_does_not_get_through_even_as_a_plain_card_is_set_aside_and_told_in_its_place() {
    for fate in fates() {
        let mut world = world().await;
        world.run_for(seconds(1)).await;
        world.discord.block(Blocking::TextAndPlainCards(2), fate);
        world.happen(NewLead, 2).await;
        pass_busily(&mut world, 15).await;
        let set_aside: Vec<u64> = letters(&world).await.iter().map(|letter| letter.number.0).collect();
        assert_eq!((world.discord.events(10), set_aside), (vec![1], vec![2]));
        insta::allow_duplicates! {
            insta::assert_snapshot!(world.discord.lines(10).last().unwrap(), @"⚠️ 1 lead could not be posted here: Discord does not take its card. </notify failed:9> keeps it.");
        }
        world.happen(NewLead, 1).await;
        world.run_for(seconds(10)).await;
        assert_eq!(world.discord.events(10).len(), 2);
    }
}

#[tokio::test(start_paused = true)]
async fn an_event_that_is_set_aside_for_a_code_that_nobody_knows_keeps_the_code() {
    let mut world = world().await;
    world.run_for(seconds(1)).await;
    world.discord.block(Blocking::TextAndPlainCards(1), Fate::Unexplained);
    world.happen(NewLead, 1).await;
    pass_busily(&mut world, 15).await;
    let reasons: Vec<_> = letters(&world).await.into_iter().map(|letter| letter.reason).collect();
    assert_eq!(reasons, ["400 99999"]);
}

#[tokio::test(start_paused = true)]
async fn where_nothing_else_is_posted_an_answer_to_a_question_shows_that_it_is_the_message() {
    for fate in fates() {
        let mut world = World::new();
        world.notify(NewLead, 10).await;
        world.run_for(seconds(1)).await;
        world.discord.block(Blocking::Text(1), fate);
        world.happen(NewLead, 1).await;
        world.run_for(seconds(900)).await;
        assert_eq!(world.discord.lines(10), ["🌱 New lead"]);
    }
}

#[tokio::test(start_paused = true)]
async fn a_wall_that_lets_questions_through_and_no_message_sets_nothing_aside() {
    for channels in [1, 2] {
        for fate in fates() {
            let mut world = World::new();
            world.notify(NewLead, 10).await;
            if channels == 2 {
                world.notify(NewUser, 11).await;
            }
            world.discord.answer_probes();
            world.discord.goes(move |_| fate.clone());
            world.happen(NewLead, 3).await;
            world.happen(NewUser, 2).await;
            world.run_for(seconds(6 * 3600)).await;
            assert_eq!((letters(&world).await.len(), paused(&world)), (0, channels));
            world.discord.goes(|_| Fate::Answered);
            world.run_for(seconds(700)).await;
            assert_eq!((letters(&world).await.len(), paused(&world)), (0, 0));
            assert!(!world.discord.lines(10).is_empty());
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_channel_in_which_nothing_gets_through_is_told_and_loses_nothing() {
    for fate in fates() {
        let mut world = World::new();
        let leads = world.notify(NewLead, 10).await;
        world.notify(NewUser, 11).await;
        world.run_for(seconds(1)).await;
        world.discord.block(Blocking::Everything, fate);
        world.happen(NewLead, 3).await;
        pass_busily(&mut world, 60).await;
        assert_eq!((letters(&world).await.len(), paused(&world)), (0, 1));
        assert_eq!(world.status.discord(), DiscordState::Open, "the others get through");
        world.discord.unblock();
        world.run_for(seconds(700)).await;
        assert_eq!((world.waiting(leads.id).await, letters(&world).await.len(), paused(&world)), (0, 0, 0));
    }
}

#[tokio::test(start_paused = true)]
async fn a_message_that_is_turned_away_holds_up_no_other_channel() {
    let mut world = world().await;
    world.discord.block(Blocking::Everything, Fate::TurnedAway(None));
    world.happen(NewLead, 1).await;
    world.run_for(seconds(300)).await;
    let users = world.happen(NewUser, 1).await;
    world.run_for(seconds(2)).await;
    assert_eq!(world.discord.events(11), users);
}

#[tokio::test(start_paused = true)]
async fn an_outage_is_told_after_a_minute_for_as_long_as_it_lasts() {
    let mut world = world().await;
    world.run_for(seconds(1)).await;
    let begun = world.clock.true_time();
    world.discord.goes(|_| Fate::Down);
    let made = world.happen(NewLead, 3).await;
    world.run_for(seconds(50)).await;
    assert_eq!(world.status.discord(), DiscordState::Open);
    for _ in 0..30 {
        world.run_for(seconds(60)).await;
        let DiscordState::Silent(pause) = world.status.discord_at(world.clock.true_time()) else {
            panic!("it is not told")
        };
        assert!(pause.since.since(begun) < 5_000);
    }
    world.discord.goes(|_| Fate::Answered);
    world.run_for(seconds(60)).await;
    assert_eq!((world.discord.events(10), world.status.discord()), (made, DiscordState::Open));
}

#[tokio::test(start_paused = true)]
async fn a_command_is_told_that_its_channel_takes_no_message_for_long() {
    let mut world = world().await;
    world.discord.goes(|post| if post == 1 { Fate::LimitedHere(seconds(300)) } else { Fate::Answered });
    world.happen(NewLead, 1).await;
    world.run_for(seconds(5)).await;
    assert_eq!(paused(&world), 1);
    let delivery = world.start().await;
    let outcome = delivery.post_once(ChannelId(10), notice(Text::ours("hello"))).await;
    assert!(matches!(outcome, PostOutcome::TurnedAway { after: Some(_), .. }), "{outcome:?}");
    world.run_for(seconds(300)).await;
    assert_eq!((world.discord.events(10), paused(&world)), (vec![1], 0));
}

#[tokio::test(start_paused = true)]
async fn a_command_gets_through_while_an_event_does_not() {
    let mut world = world().await;
    world.run_for(seconds(1)).await;
    world.discord.block(Blocking::Text(1), Fate::TurnedAway(None));
    world.happen(NewLead, 1).await;
    world.run_for(seconds(40)).await;
    let delivery = world.start().await;
    let message = delivery.post_once(ChannelId(10), notice(Text::ours("hello")));
    let (outcome, _) = tokio::join!(message, world.run_for(seconds(5)));
    assert!(matches!(outcome, PostOutcome::Posted { .. }), "{outcome:?}");
}

#[tokio::test(start_paused = true)]
async fn what_others_deleted_before_its_fate_was_known_is_sent_again_and_counted() {
    let mut world = World::new();
    world.notify(NewLead, 10).await;
    world.happen(NewLead, 1).await;
    world.run_for(seconds(10)).await;
    world.discord.goes(|post| if post == 2 { Fate::AnswerLost } else { Fate::Down });
    world.happen(NewLead, 1).await;
    world.run_for(seconds(5)).await;
    world.discord.delete_messages(10);
    world.run_for(seconds(300)).await;
    world.discord.goes(|_| Fate::Answered);
    world.run_for(seconds(60)).await;
    assert_eq!((world.discord.events(10), world.status.possible_duplicates()), (vec![2], 1));
}
