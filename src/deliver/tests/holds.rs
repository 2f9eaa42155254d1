//! What people are told of several channels at once.

use deskbell_domain::channel::{Audience, Obstacle, Permission};
use deskbell_domain::event::EventKind::{NewConversation, NewLead, NewUser};

use super::seconds;
use super::world::World;

/// #10 to #12, with a notification each.
async fn three_channels() -> World {
    let mut world = World::new();
    world.notify(NewLead, 10).await;
    world.notify(NewUser, 11).await;
    world.notify(NewConversation, 12).await;
    world.run_for(seconds(1)).await;
    world
}

fn close(world: &World, channel: u64) {
    let lacking = [Permission::SendMessages];
    world.discord.close(channel, Obstacle::MissingPermissions(lacking.to_vec()), &lacking);
}

#[tokio::test(start_paused = true)]
async fn two_channels_that_lose_their_permission_at_once_are_told_in_one_notice_with_both_lines() {
    let mut world = three_channels().await;
    close(&world, 11);
    close(&world, 12);
    world.happen(NewUser, 2).await;
    world.run_for(seconds(2)).await;
    world.happen(NewConversation, 1).await;
    world.run_for(seconds(3600)).await;
    insta::assert_snapshot!(world.discord.lines(10).join("\n---\n"), @r"
    ⚠️ New users are on hold: I can no longer post in <#11>. 2 are waiting, none is lost. </notify list:9>
    ⚠️ New conversations are on hold: I can no longer post in <#12>. 1 is waiting, none is lost. </notify list:9>
    ");
}

#[tokio::test(start_paused = true)]
async fn a_second_channel_within_the_hour_is_told_of_too_and_the_first_not_again() {
    let mut world = three_channels().await;
    close(&world, 11);
    world.happen(NewUser, 1).await;
    world.run_for(seconds(600)).await;
    close(&world, 12);
    world.happen(NewConversation, 1).await;
    world.run_for(seconds(60)).await;
    assert_eq!(world.discord.lines(10).len(), 2, "{:?}", world.discord.lines(10));
    world.run_for(seconds(7200)).await;
    assert_eq!(world.discord.lines(10).len(), 2, "{:?}", world.discord.lines(10));
}

#[tokio::test(start_paused = true)]
async fn a_notice_of_a_hold_takes_no_privacy_notice_its_place() {
    let mut world = three_channels().await;
    close(&world, 11);
    world.happen(NewUser, 1).await;
    world.run_for(seconds(60)).await;
    world.discord.is_read_by(10, Audience::Everyone);
    world.happen(NewLead, 1).await;
    world.run_for(seconds(60)).await;
    let lines = world.discord.lines(10);
    assert!(lines[0].contains("on hold") && lines[2].starts_with("⚠️ Everyone in this server"), "{lines:?}");
}

#[tokio::test(start_paused = true)]
async fn a_channel_that_is_open_again_at_once_is_not_told_of() {
    let mut world = three_channels().await;
    close(&world, 11);
    let made = world.happen(NewUser, 1).await;
    world.run_for(seconds(1)).await;
    world.discord.reopen(11);
    world.start().await.access_changed(super::world::GUILD);
    world.run_for(seconds(600)).await;
    assert_eq!((world.discord.lines(10).len(), world.discord.events(11)), (0, made));
}
