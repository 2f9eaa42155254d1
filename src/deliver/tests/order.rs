//! When all goes well: what is posted, how it is batched, and how fast.

use std::time::Duration;

use deskbell_domain::event::EventKind::{NewConversation, NewLead, NewUser, UserUpdated};
use deskbell_domain::ids::GuildId;
use deskbell_domain::port::outbox::Outbox;
use deskbell_domain::port::store::Deliveries;
use tokio::time::Instant;
use tokio_util::task::TaskTracker;

use super::discord::plain;
use super::seconds;
use super::world::{GUILD, World};

#[tokio::test(start_paused = true)]
async fn a_lead_is_posted_within_the_moment_in_which_the_journal_grew() {
    let mut world = World::new();
    world.notify(NewLead, 10).await;
    world.run_for(seconds(60)).await;
    let now = Instant::now();
    let made = world.happen(NewLead, 1).await;
    world.run_for(seconds(5)).await;
    assert_eq!(world.discord.events(10), made);
    assert!(world.discord.messages(10)[0].sent - now < std::time::Duration::from_millis(100));
}

#[tokio::test(start_paused = true)]
async fn five_hundred_leads_at_once_take_at_most_sixty_messages_and_65_seconds() {
    let mut world = World::new();
    world.notify(NewLead, 10).await;
    world.run_for(seconds(1)).await;
    let start = Instant::now();
    let made = world.happen(NewLead, 500).await;
    world.run_for(seconds(120)).await;
    let messages = world.discord.messages(10);
    assert_eq!(world.discord.events(10), made);
    assert!(messages.len() <= 60, "{} messages", messages.len());
    assert!(messages.last().unwrap().sent - start <= seconds(65));
    assert_eq!(world.discord.limited(), 0);
    let line = plain(messages[0].message.content.text());
    assert!(line.starts_with("-# Catching up: 500 leads since"), "{line}");
    assert!(!plain(messages[1].message.content.text()).contains("Catching up"));
}

#[tokio::test(start_paused = true)]
async fn many_updates_are_lines_and_conversations_have_messages_of_their_own() {
    let mut world = World::new();
    world.notify(UserUpdated, 10).await;
    world.notify(NewConversation, 11).await;
    world.happen(UserUpdated, 14).await;
    world.happen(NewConversation, 12).await;
    world.run_for(seconds(60)).await;
    assert_eq!((world.discord.messages(10).len(), world.discord.messages(11).len()), (1, 12));
    assert_eq!(world.discord.events(11), (15..=26).collect::<Vec<_>>());
}

#[tokio::test(start_paused = true)]
async fn kinds_in_one_channel_follow_the_journal() {
    let mut world = World::new();
    for kind in [NewLead, NewUser, NewConversation] {
        world.notify(kind, 10).await;
    }
    for kind in [NewConversation, NewLead, NewUser, NewLead, NewConversation] {
        world.happen(kind, 1).await;
        world.run_for(seconds(10)).await;
    }
    assert_eq!(world.discord.events(10), [1, 2, 3, 4, 5]);
}

#[tokio::test(start_paused = true)]
async fn a_channel_that_fails_holds_up_only_itself() {
    let mut world = World::new();
    world.notify(NewLead, 10).await;
    world.notify(NewUser, 11).await;
    world.discord.close(10, deskbell_domain::channel::Obstacle::ChannelUnfit, &[]);
    world.happen(NewLead, 2).await;
    world.happen(NewUser, 2).await;
    world.run_for(seconds(30)).await;
    assert_eq!((world.discord.events(10).len(), world.discord.events(11)), (0, vec![3, 4]));
}

#[tokio::test(start_paused = true)]
async fn cursors_move_over_events_for_others_whenever_their_channel_looks_again() {
    let mut world = World::new();
    let leads = world.notify(NewLead, 10).await;
    world.run_for(seconds(1)).await;
    world.happen(NewUser, 120).await;
    world.run_for(seconds(1)).await;
    assert_eq!(world.cursor(leads.id).await, 0, "users wake nobody who takes leads only");
    deskbell_domain::port::outbox::Outbox::wake(&*world.start().await, leads.channel);
    world.run_for(seconds(1)).await;
    assert_eq!(world.cursor(leads.id).await, 120);
    world.happen(NewUser, 3).await;
    world.run_for(seconds(1)).await;
    assert_eq!(world.cursor(leads.id).await, 120);
    world.run_for(seconds(400)).await;
    assert_eq!(world.cursor(leads.id).await, 123);
}

#[tokio::test(start_paused = true)]
async fn a_notification_that_joins_a_channel_gets_its_events_at_once() {
    let mut world = World::new();
    world.notify(NewLead, 10).await;
    world.run_for(seconds(1)).await;
    world.notify(NewUser, 10).await;
    world.happen(NewUser, 1).await;
    world.run_for(seconds(1)).await;
    world.happen(NewUser, 1).await;
    world.run_for(seconds(1)).await;
    assert_eq!(world.discord.events(10), [1, 2]);
}

#[tokio::test(start_paused = true)]
async fn no_cursor_moves_over_an_event_that_came_while_its_neighbour_was_posted() {
    let mut world = World::new();
    world.notify(NewLead, 10).await;
    world.notify(UserUpdated, 10).await;
    // Long enough for cursors to be moved at the next look.
    world.run_for(seconds(400)).await;
    world.happen(NewLead, 1).await;
    world.run_for(Duration::from_millis(1)).await;
    assert_eq!(world.discord.posts(), 1, "the lead is on its way");
    world.append_untold(vec![super::events::event(UserUpdated, 2, 0)]).await;
    world.run_for(seconds(5)).await;
    world.start().await.journal_grew(&world.workspace, &[UserUpdated].into());
    world.run_for(seconds(5)).await;
    assert_eq!(world.discord.events(10), [1, 2]);
}

#[tokio::test(start_paused = true)]
async fn counters_and_the_index_know_what_was_posted() {
    let mut world = World::new();
    world.notify(NewLead, 10).await;
    world.happen(NewLead, 7).await;
    world.run_for(seconds(10)).await;
    assert_eq!(world.store.posted_on(&world.home(), "2026-11-23").await.unwrap().of(NewLead), 7);
    assert_eq!(
        world.store.own_messages(&world.home(), deskbell_domain::ids::ChannelId(10)).await.unwrap().len(),
        1
    );
}

#[tokio::test(start_paused = true)]
async fn a_notification_made_while_the_bot_runs_is_served_at_once() {
    let mut world = World::new();
    world.run_for(seconds(1)).await;
    world.notify(NewLead, 10).await;
    world.run_for(seconds(1)).await;
    let made = world.happen(NewLead, 1).await;
    world.run_for(seconds(1)).await;
    assert_eq!(world.discord.events(10), made);
}

#[tokio::test(start_paused = true)]
async fn a_server_that_leaves_a_workspace_gets_nothing_more_of_it_while_others_go_on() {
    let mut world = World::new();
    world.notify(NewLead, 10).await;
    world.happen(NewLead, 1).await;
    world.run_for(seconds(5)).await;
    let (posts, delivery) = (world.discord.posts(), world.start().await);
    delivery.reconcile_roster(&[GuildId(2)]).await.unwrap();
    world.happen(NewLead, 1).await;
    world.run_for(seconds(60)).await;
    assert_eq!(world.discord.posts(), posts);
}

#[tokio::test(start_paused = true)]
async fn a_server_that_is_not_linked_gets_nothing_and_is_taken_up_when_it_is() {
    let mut world = World::new();
    let leads = world.notify(NewLead, 10).await;
    let made = world.happen(NewLead, 2).await;
    world.linked = vec![GuildId(2)];
    world.run_for(seconds(60)).await;
    assert_eq!(world.discord.posts(), 0);
    assert!(!world.stored(leads.id).await.is_active());
    world.kill();
    world.linked = vec![GUILD];
    world.run_for(seconds(60)).await;
    assert_eq!(world.discord.events(10), made);
}

#[tokio::test(start_paused = true)]
async fn another_workspace_behind_the_token_is_not_shown() {
    let mut world = World::new();
    let leads = world.notify(NewLead, 10).await;
    world.happen(NewLead, 2).await;
    world.workspace = deskbell_domain::ids::WorkspaceId::new("other");
    world.run_for(seconds(60)).await;
    assert_eq!((world.discord.posts(), world.stored(leads.id).await.is_active()), (0, false));
}

#[tokio::test(start_paused = true)]
async fn a_skip_drops_what_waits_and_goes_on_from_now() {
    let mut world = World::new();
    let leads = world.notify(NewLead, 10).await;
    world.discord.goes(|_| super::discord::Fate::Down);
    world.happen(NewLead, 300).await;
    world.run_for(seconds(10)).await;
    let delivery = world.start().await;
    let skip = async move { delivery.skip_to_now(GUILD, leads.id).await };
    let skipped = TaskTracker::new().spawn(skip);
    world.run_for(seconds(10)).await;
    assert_eq!(skipped.await.unwrap(), 300);
    world.discord.goes(|_| super::discord::Fate::Answered);
    let made = world.happen(NewLead, 1).await;
    world.run_for(seconds(60)).await;
    assert_eq!(world.discord.events(10), made);
}
