//! Channels that a crowd comes to read, and what people are told of it.

use deskbell_domain::audit::{Action, Deed};
use deskbell_domain::channel::Audience;
use deskbell_domain::crowd::Everybody;
use deskbell_domain::event::EventKind::NewLead;
use deskbell_domain::ids::{ChannelId, MemberId};
use deskbell_domain::message::{ButtonAction, Row};
use deskbell_domain::service::audience::{answer, remember_told};
use deskbell_domain::subscription::Detail;
use deskbell_domain::time::{Clock as _, Timestamp};

use super::seconds;
use super::world::World;

/// The label and what is carried of each button below the last message of a channel.
fn buttons(world: &World, channel: u64) -> Vec<String> {
    let messages = world.discord.messages(channel);
    let rows = messages.last().map(|standing| standing.message.rows.clone()).unwrap_or_default();
    let buttons = rows.into_iter().flat_map(|row| match row {
        Row::Buttons(buttons) => buttons,
        _ => Vec::new(),
    });
    buttons
        .map(|button| match button.action {
            ButtonAction::Press(carried) => format!("[{} {carried}]", button.label),
            ButtonAction::Open(address) => address,
        })
        .collect()
}

#[tokio::test(start_paused = true)]
async fn a_role_that_grows_into_a_crowd_is_found_and_told_within_minutes_though_nothing_is_posted() {
    let mut world = World::new();
    world.notify(NewLead, 10).await;
    world.happen(NewLead, 1).await;
    world.run_for(seconds(10)).await;
    world.discord.is_read_by(10, Audience::Crowd(Some(60)));
    world.run_for(seconds(6 * 60)).await;
    world.happen(NewLead, 1).await;
    world.run_for(seconds(10)).await;
    world.kill();
    world.run_for(seconds(7200)).await;
    insta::assert_snapshot!(world.discord.lines(10).join("\n"), @r"
    🌱 New lead: P00001
    ⚠️ About 60 people can read <#10>, so from here on I leave personal data out. Someone with **Manage Server** can choose otherwise.
    🌱 New lead
    ");
}

#[tokio::test(start_paused = true)]
async fn the_notice_carries_the_three_choices() {
    let mut world = World::new();
    world.notify(NewLead, 10).await;
    world.run_for(seconds(10)).await;
    world.discord.is_read_by(10, Audience::Crowd(Some(4990)));
    world.run_for(seconds(6 * 60)).await;
    insta::assert_snapshot!(buttons(&world, 10).join("\n"), @r"
    [Post without personal data v1:audience:in-10:private]
    [Choose another channel v1:audience:in-10:elsewhere]
    [Post everything anyway v1:audience:in-10:everything]
    ");
}

#[tokio::test(start_paused = true)]
async fn readers_that_discord_does_not_count_for_a_moment_make_cards_private_and_no_notice() {
    let mut world = World::new();
    world.notify(NewLead, 10).await;
    world.run_for(seconds(10)).await;
    world.discord.is_read_by(10, Audience::Crowd(None));
    world.happen(NewLead, 1).await;
    world.run_for(seconds(10)).await;
    world.discord.is_read_by(10, Audience::Some);
    world.run_for(seconds(3600)).await;
    assert_eq!(world.discord.lines(10), ["🌱 New lead"]);
    world.discord.is_read_by(10, Audience::Crowd(None));
    world.run_for(seconds(3600)).await;
    let told = world.discord.lines(10).pop().unwrap_or_default();
    assert!(told.starts_with("⚠️ I can't find out how many people can read <#10>, so"), "{told}");
    assert_eq!(world.discord.lines(10).len(), 2, "one that lasts is told once");
}

#[tokio::test(start_paused = true)]
async fn whoever_chose_when_the_notification_was_made_is_told_nothing() {
    let mut world = World::new();
    world.discord.is_read_by(10, Audience::Crowd(Some(4990)));
    remember_told(&world.store, &world.home(), ChannelId(10), Audience::Crowd(Some(4990)), world.clock.now())
        .await
        .unwrap();
    world.notify(NewLead, 10).await;
    world.happen(NewLead, 1).await;
    world.run_for(seconds(3600)).await;
    assert_eq!(world.discord.lines(10), ["🌱 New lead"]);
}

#[tokio::test(start_paused = true)]
async fn where_everybody_is_the_team_cards_are_whole_until_the_server_outgrows_it() {
    let mut world = World::new();
    world.discord.is_read_by(10, Audience::Everyone);
    world.discord.has_members(50);
    let everybody = Everybody::IsTheTeam;
    let deed = Deed::of(MemberId(9), Action::EverybodyIs { everybody });
    answer(&world.store, &world.home(), everybody, &deed, Timestamp(1)).await.unwrap();
    let leads = world.notify(NewLead, 10).await;
    assert_eq!(leads.detail, Detail::Full);
    world.happen(NewLead, 1).await;
    world.run_for(seconds(10)).await;
    world.discord.has_members(51);
    world.happen(NewLead, 1).await;
    world.run_for(seconds(10)).await;
    world.discord.has_members(50);
    world.happen(NewLead, 1).await;
    world.run_for(seconds(3600)).await;
    insta::assert_snapshot!(world.discord.lines(10).join("\n"), @r"
    🌱 New lead: P00001
    🌱 New lead
    ⚠️ This server has more than 50 members now, so I no longer take everybody for the team. Everyone in this server can read <#10>, so from here on I leave personal data out. Someone with **Manage Server** can choose otherwise.
    🌱 New lead
    ");
}

#[tokio::test(start_paused = true)]
async fn a_channel_that_became_public_unheard_gets_no_personal_data_for_longer_than_ten_minutes() {
    let mut world = World::new();
    world.notify(NewLead, 10).await;
    world.run_for(seconds(10)).await;
    world.discord.is_read_unheard_by(10, Audience::Everyone);
    for _ in 0..3 {
        world.run_for(seconds(295)).await;
        world.happen(NewLead, 1).await;
    }
    world.run_for(seconds(10)).await;
    insta::assert_snapshot!(world.discord.lines(10).join("\n"), @r"
    🌱 New lead: P00001
    🌱 New lead: P00002
    🌱 New lead
    ⚠️ Everyone in this server can read <#10>, so from here on I leave personal data out. Someone with **Manage Server** can choose otherwise.
    ");
}

#[tokio::test(start_paused = true)]
async fn where_discord_does_not_tell_who_reads_a_channel_cards_come_without_personal_data() {
    let mut world = World::new();
    world.notify(NewLead, 10).await;
    world.run_for(seconds(10)).await;
    world.discord.is_read_unheard_by(10, Audience::Some);
    world.discord.hide_settings();
    world.run_for(seconds(590)).await;
    world.happen(NewLead, 1).await;
    world.run_for(seconds(60)).await;
    world.happen(NewLead, 1).await;
    world.run_for(seconds(10)).await;
    assert_eq!(world.discord.lines(10), ["🌱 New lead: P00001", "🌱 New lead"]);
}
