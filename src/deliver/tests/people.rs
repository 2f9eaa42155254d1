//! What people do to a channel and to a notification, and what they are told.

use deskbell_domain::card::text::Text;
use deskbell_domain::channel::{Obstacle, Permission};
use deskbell_domain::event::EventKind::{NewConversation, NewLead};
use deskbell_domain::ids::ChannelId;
use deskbell_domain::port::messenger::PostOutcome;
use deskbell_domain::port::outbox::Outbox;
use deskbell_domain::subscription::{SubscriptionState, SuspendReason};
use deskbell_domain::time::Timestamp;
use deskbell_text::announcement::notice::notice;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use super::discord::Fate;
use super::seconds;
use super::world::{GUILD, World};
use crate::deliver::{Delivery, Fatal};

fn forbidden() -> Obstacle {
    Obstacle::MissingPermissions(Vec::new())
}

#[tokio::test(start_paused = true)]
async fn a_forbidden_channel_goes_on_hold_is_told_elsewhere_once_and_comes_back() {
    let mut world = World::new();
    let support = world.notify(NewConversation, 20).await;
    world.notify(NewLead, 10).await;
    world.run_for(seconds(1)).await;
    world.discord.close(20, forbidden(), &[Permission::SendMessages]);
    let made = world.happen(NewConversation, 14).await;
    world.run_for(seconds(10)).await;
    let SubscriptionState::Suspended(hold) = world.stored(support.id).await.state else {
        panic!("not on hold")
    };
    assert_eq!(
        hold.reason,
        SuspendReason::Channel(Obstacle::MissingPermissions(vec![Permission::SendMessages]))
    );
    assert_eq!((hold.told, hold.next_probe.0 - hold.since.0), (true, 60));
    insta::assert_snapshot!(world.discord.lines(10).join("\n"), @"⚠️ New conversations are on hold: I can no longer post in <#20>. 14 are waiting, none is lost. </notify list:9>");
    world.run_for(seconds(7200)).await;
    assert_eq!((world.discord.lines(10).len(), world.discord.posts()), (1, 2));

    world.discord.reopen(20);
    world.start().await.wake_guild(GUILD);
    world.run_for(seconds(60)).await;
    insta::assert_snapshot!(world.discord.lines(20)[0], @"-# Back. 14 conversations since <t:1795435201> follow.");
    assert_eq!(world.discord.events(20), made);
    assert!(world.stored(support.id).await.is_active());
}

#[tokio::test(start_paused = true)]
async fn a_channel_on_hold_is_taken_up_as_soon_as_its_permissions_allow_it() {
    let mut world = World::new();
    let leads = world.notify(NewLead, 10).await;
    world.run_for(seconds(1)).await;
    world.discord.close(10, forbidden(), &[Permission::SendMessages]);
    let made = world.happen(NewLead, 2).await;
    world.run_for(seconds(3600)).await;
    let posts = world.discord.posts();
    world.start().await.access_changed(GUILD);
    world.run_for(seconds(5)).await;
    assert!(!world.stored(leads.id).await.is_active(), "another permission was changed");
    assert_eq!(world.discord.posts(), posts, "nothing is tried where it cannot work");
    world.discord.reopen(10);
    world.start().await.access_changed(GUILD);
    world.run_for(seconds(5)).await;
    assert_eq!(world.discord.events(10), made);
}

#[tokio::test(start_paused = true)]
async fn what_no_setting_forbids_is_not_tried_at_every_change_of_the_server() {
    let mut world = World::new();
    world.notify(NewLead, 10).await;
    world.discord.close(10, Obstacle::ChannelUnfit, &[]);
    world.happen(NewLead, 1).await;
    world.run_for(seconds(10)).await;
    for _ in 0..100 {
        world.start().await.access_changed(GUILD);
        world.run_for(std::time::Duration::from_millis(100)).await;
    }
    assert_eq!(world.discord.posts(), 1);
}

#[tokio::test(start_paused = true)]
async fn probes_come_ever_more_rarely_and_the_first_success_takes_it_up() {
    let mut world = World::new();
    let leads = world.notify(NewLead, 10).await;
    // Discord's settings look fine, yet it refuses: every probe has to be a real message.
    world.discord.close(10, Obstacle::ChannelUnfit, &[]);
    world.happen(NewLead, 1).await;
    world.run_for(seconds(48 * 3600)).await;
    assert!(world.discord.posts() <= 20, "{} posts", world.discord.posts());
    let SubscriptionState::Suspended(hold) = world.stored(leads.id).await.state else {
        panic!("not on hold")
    };
    assert!(hold.probes >= 10);
    world.discord.reopen(10);
    world.run_for(seconds(6 * 3600 + 60)).await;
    assert_eq!(world.discord.events(10), [1]);
}

#[tokio::test(start_paused = true)]
async fn a_batch_of_open_fate_is_found_after_the_channel_was_closed_for_a_day() {
    let mut world = World::new();
    world.notify(NewLead, 10).await;
    let discord = world.discord.clone();
    world.discord.goes(move |post| {
        if post > 1 {
            discord.close(10, forbidden(), &[Permission::ViewChannel]);
        }
        if post == 1 { Fate::AnswerLost } else { Fate::Answered }
    });
    let made = world.happen(NewLead, 1).await;
    world.run_for(seconds(80_000)).await;
    world.kill();
    world.run_for(seconds(6_400)).await;
    world.discord.goes(|_| Fate::Answered);
    world.discord.reopen(10);
    world.run_for(seconds(7 * 3600)).await;
    assert_eq!((world.discord.events(10), world.status.possible_duplicates()), (made, 0));
}

#[tokio::test(start_paused = true)]
async fn a_history_that_is_closed_to_us_is_read_when_it_is_open_again() {
    let mut world = World::new();
    world.notify(NewLead, 10).await;
    world.discord.goes(|post| if post == 1 { Fate::AnswerLost } else { Fate::Down });
    let made = world.happen(NewLead, 1).await;
    world.run_for(seconds(100)).await;
    world.discord.close(10, forbidden(), &[Permission::ViewChannel]);
    world.run_for(seconds(3600)).await;
    world.discord.goes(|_| Fate::Answered);
    world.discord.reopen(10);
    world.run_for(seconds(7 * 3600)).await;
    assert_eq!((world.discord.events(10), world.status.possible_duplicates()), (made, 0));
}

#[tokio::test(start_paused = true)]
async fn a_deleted_channel_and_a_lost_server_are_held_at_once() {
    let mut world = World::new();
    let sales = world.notify(NewLead, 10).await;
    let support = world.notify(NewConversation, 20).await;
    world.run_for(seconds(1)).await;
    world.discord.close(10, Obstacle::ChannelGone, &[]);
    world.start().await.channel_gone(ChannelId(10));
    world.run_for(seconds(1)).await;
    let reason = |state| match state {
        SubscriptionState::Suspended(hold) => Some(hold.reason),
        _ => None,
    };
    assert_eq!(
        reason(world.stored(sales.id).await.state),
        Some(SuspendReason::Channel(Obstacle::ChannelGone))
    );
    world.start().await.guild_gone(GUILD);
    world.run_for(seconds(1)).await;
    assert_eq!(
        reason(world.stored(support.id).await.state),
        Some(SuspendReason::Channel(Obstacle::NotInGuild))
    );
    world.start().await.wake_guild(GUILD);
    world.run_for(seconds(1)).await;
    assert!(world.stored(support.id).await.is_active());
}

#[tokio::test(start_paused = true)]
async fn nothing_is_posted_while_paused_and_everything_after() {
    let mut world = World::new();
    let leads = world.notify(NewLead, 10).await;
    world.run_for(seconds(1)).await;
    world.set_state(leads.id, SubscriptionState::Paused { by: None, since: Timestamp(0) }).await;
    let made = world.happen(NewLead, 5).await;
    world.run_for(seconds(3600)).await;
    assert_eq!((world.discord.posts(), world.waiting(leads.id).await), (0, 5));
    world.set_state(leads.id, SubscriptionState::Active).await;
    world.run_for(seconds(5)).await;
    assert_eq!(world.discord.events(10), made);
}

#[tokio::test(start_paused = true)]
async fn a_channel_that_becomes_public_gets_private_cards_and_one_notice() {
    let mut world = World::new();
    world.notify(NewLead, 10).await;
    world.happen(NewLead, 1).await;
    world.run_for(seconds(10)).await;
    world.discord.everyone_reads(10);
    world.happen(NewLead, 1).await;
    world.run_for(seconds(10)).await;
    world.kill();
    world.happen(NewLead, 1).await;
    world.run_for(seconds(7200)).await;
    assert_eq!(world.discord.events(10), [1]);
    insta::assert_snapshot!(world.discord.lines(10).join("\n"), @r"
    🌱 New lead: P00001
    🌱 New lead
    ⚠️ Everyone in this server can read <#10>, so from here on I leave personal data out. Someone with **Manage Server** can choose otherwise.
    🌱 New lead
    ");
}

#[tokio::test(start_paused = true)]
async fn a_channel_that_becomes_public_before_its_first_card_is_told_of_too() {
    let mut world = World::new();
    world.notify(NewLead, 10).await;
    world.run_for(seconds(10)).await;
    world.discord.everyone_reads(10);
    world.happen(NewLead, 1).await;
    world.run_for(seconds(10)).await;
    insta::assert_snapshot!(world.discord.lines(10).join("\n"), @r"
    🌱 New lead
    ⚠️ Everyone in this server can read <#10>, so from here on I leave personal data out. Someone with **Manage Server** can choose otherwise.
    ");
}

#[tokio::test(start_paused = true)]
async fn a_channel_of_which_nothing_is_known_counts_as_public() {
    let mut world = World::new();
    world.discord.hide_settings();
    world.notify(NewLead, 10).await;
    world.happen(NewLead, 1).await;
    world.run_for(seconds(10)).await;
    assert_eq!(world.discord.lines(10), ["🌱 New lead"]);
}

#[tokio::test(start_paused = true)]
async fn an_open_batch_turns_private_when_its_channel_becomes_public() {
    let mut world = World::new();
    world.notify(NewLead, 10).await;
    let discord = world.discord.clone();
    world.discord.goes(move |post| {
        discord.everyone_reads(10);
        if post < 3 { Fate::Down } else { Fate::Answered }
    });
    world.happen(NewLead, 1).await;
    world.run_for(seconds(60)).await;
    assert_eq!(world.discord.lines(10).last().map(String::as_str), Some("🌱 New lead"));
    assert!(world.discord.events(10).is_empty());
}

#[tokio::test(start_paused = true)]
async fn a_channel_without_notifications_takes_a_message_and_its_lane_ends() {
    let mut world = World::new();
    for _ in 0..2 {
        let delivery = world.start().await;
        let handed = TaskTracker::new()
            .spawn(async move { delivery.post_once(ChannelId(99), notice(Text::ours("hello"))).await });
        world.run_for(seconds(5)).await;
        assert!(matches!(handed.await.unwrap(), PostOutcome::Posted { .. }));
        world.run_for(seconds(120)).await;
        assert!(world.start().await.shared.registry.find(ChannelId(99)).is_none());
    }
}

#[tokio::test(start_paused = true)]
async fn a_command_has_its_message_posted_between_the_batches_and_is_told_the_outcome() {
    let mut world = World::new();
    world.notify(NewLead, 10).await;
    world.happen(NewLead, 500).await;
    world.run_for(seconds(6)).await;
    let delivery = world.start().await;
    let handed = TaskTracker::new()
        .spawn(async move { delivery.post_once(ChannelId(10), notice(Text::ours("hello"))).await });
    world.run_for(seconds(10)).await;
    assert!(matches!(handed.await.unwrap(), PostOutcome::Posted { .. }));
    world.run_for(seconds(60)).await;
    assert_eq!((world.discord.messages(10).len(), world.discord.limited()), (11, 0));
}

#[tokio::test(start_paused = true)]
async fn messages_that_people_have_posted_without_end_keep_no_lead_waiting() {
    let mut world = World::new();
    world.notify(NewLead, 10).await;
    world.run_for(seconds(6)).await;
    let delivery = world.start().await;
    let people = TaskTracker::new();
    for _ in 0..10 {
        let delivery = delivery.clone();
        people.spawn(async move {
            loop {
                delivery.post_once(ChannelId(10), notice(Text::ours("a sample"))).await;
            }
        });
    }
    world.run_for(seconds(10)).await;
    let made = world.happen(NewLead, 1).await;
    world.run_for(seconds(5)).await;
    assert_eq!(world.discord.events(10), made);
}

#[tokio::test(start_paused = true)]
async fn a_refused_token_ends_all_sending_and_says_so() {
    let mut world = World::new();
    world.notify(NewLead, 10).await;
    world.happen(NewLead, 40).await;
    world.discord.refuse_token();
    let delivery = Delivery::new(world.parts());
    delivery.reconcile_roster(&[GUILD]).await.unwrap();
    let tasks = TaskTracker::new();
    assert_eq!(delivery.run(CancellationToken::new(), &tasks, pulse()).await, Err(Fatal::DiscordToken));
    assert_eq!(world.discord.posts(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_stop_lets_the_message_in_flight_end_within_seconds() {
    let mut world = World::new();
    world.notify(NewLead, 10).await;
    world.happen(NewLead, 1).await;
    let delivery = Delivery::new(world.parts());
    delivery.reconcile_roster(&[GUILD]).await.unwrap();
    let (stop, tasks) = (CancellationToken::new(), TaskTracker::new());
    let stopper = stop.clone();
    let running = TaskTracker::new().spawn(async move { delivery.run(stop, &tasks, pulse()).await });
    tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    stopper.cancel();
    let stopped = tokio::time::timeout(seconds(5), running).await.unwrap().unwrap();
    assert_eq!(stopped, Ok(()));
    let made = world.happen(NewLead, 1).await;
    world.run_for(seconds(10)).await;
    assert_eq!((world.discord.events(10), world.discord.posts(), made), (vec![1, 2], 2, vec![2]));
}

/// Nobody watches it here.
fn pulse() -> crate::supervisor::Pulse {
    crate::supervisor::Pulse::new(
        std::time::Duration::from_mins(1),
        std::sync::Arc::new(crate::system::SystemClock),
    )
}
