//! Channels that a crowd can read, servers that are small enough to be a team, and people who may not post themselves.

use deskbell_sandbox::discord::ids::{ChannelId, RoleId, UserId};
use deskbell_sandbox::discord::permissions::{Overwrite, Permissions, Target};
use deskbell_sandbox::discord::{ChannelKind, Message, RoleSize};
use deskbell_sandbox::intercom::NewContact;

use crate::stage::{PATIENCE, Stage, cards_in};

/// A channel hidden from everyone but a role of so many members.
fn channel_for(stage: &Stage, name: &str, size: RoleSize) -> (ChannelId, RoleId) {
    let guild = stage.discord.guild(stage.guild.id);
    let role = guild.create_role(name, Permissions::NONE);
    guild.role(role).set_size(size);
    let channel = guild.create_channel(name, ChannelKind::Text);
    stage.discord.permissions(channel).make_private(&[role]);
    let mark = guild.member("mark").id();
    let boss = guild.role_named("Boss").expect("the stage has it");
    guild.set_member_roles(mark, &[boss, role]);
    (channel, role)
}

/// Takes the right to post in a channel from everyone.
fn make_read_only(stage: &Stage, channel: ChannelId) {
    let target = Target::Role(RoleId::new(stage.guild.id.get()));
    let (allow, deny) = (Permissions::VIEW_CHANNEL, Permissions::SEND_MESSAGES);
    stage.discord.permissions(channel).set_overwrite(Overwrite { target, allow, deny });
    stage.discord.permissions(channel).allow_bot();
}

/// What somebody reads after a command.
async fn read(stage: &Stage, who: &str, command: &str) -> Message {
    let person = stage.discord.guild(stage.guild.id).member(who);
    let reply = person.slash(stage.guild.general, command).expect("the command is registered");
    reply.message().await.expect("the bot answers")
}

/// What somebody reads after a press, once it says this.
async fn press(stage: &Stage, who: &str, message: &Message, button: &str, says: &str) -> Message {
    let person = stage.discord.guild(stage.guild.id).member(who);
    let reply = person.press(message, button).expect("the button is there");
    let said = reply.message_where(says, |message| message.content.contains(says)).await;
    said.unwrap_or_else(|failure| panic!("{failure}"))
}

/// The message in a channel that says this.
async fn notice(stage: &Stage, channel: ChannelId, says: &str) -> Message {
    let find = |discord: &deskbell_sandbox::discord::Discord| {
        discord.messages(channel).posted().into_iter().find(|message| message.content.contains(says))
    };
    let waited = stage.discord.wait_for(says, PATIENCE, |discord| find(discord).is_some()).await;
    waited.unwrap_or_else(|waited| panic!("{waited}: {}", stage.discord.messages(channel).history()));
    find(&stage.discord).expect("it was waited for")
}

/// A lead comes, and this many cards stand in the channel; the last of them.
async fn lead(stage: &Stage, channel: ChannelId, name: &str, count: usize) -> String {
    stage.next_second().await;
    stage.intercom.contacts().create(NewContact::lead().name(name));
    stage.cards(channel, count).await.pop().expect("they were waited for").content
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_hidden_channel_that_a_role_of_thousands_may_read_asks_first() {
    let mut stage = Stage::set().await;
    stage.discord.guild(stage.guild.id).set_size(5_000);
    let (channel, _) = channel_for(&stage, "community", RoleSize::People(4_990));
    stage.start().await;
    let question = read(&stage, "mark", "/notify add event:New lead channel:#community").await;
    let asked = format!("⚠️ About 4,990 people can read <#{channel}>. Cards would show them");
    assert!(question.content.starts_with(&asked), "{}", question.content);
    assert!(stage.discord.messages(channel).posted().is_empty(), "nothing is kept before somebody chose");
    press(&stage, "mark", &question, "Post without personal data", "✅").await;
    assert_eq!(lead(&stage, channel, "Ada Lovelace", 1).await, "🌱 New lead");
    assert!(!stage.discord.messages(channel).history().contains("⚠️"), "whoever chose needs no notice");
    let list = read(&stage, "mark", "/notify list").await.content;
    assert!(list.contains("Private (about 4,990 people can read it)"), "{list}");
    stage.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_role_that_grows_into_a_crowd_is_told_once_and_its_buttons_work_after_a_restart() {
    let mut stage = Stage::set().await;
    let (channel, role) = channel_for(&stage, "community", RoleSize::People(40));
    stage.start().await;
    stage.subscribe("New lead", "#community").await;
    assert_eq!(lead(&stage, channel, "Ada Lovelace", 1).await, "🌱 New lead: Ada Lovelace");
    stage.stop().await;
    stage.discord.guild(stage.guild.id).role(role).set_size(RoleSize::People(60));
    stage.start().await;
    assert_eq!(lead(&stage, channel, "Alan Turing", 2).await, "🌱 New lead");
    let told = notice(&stage, channel, "⚠️ About 60 people can read").await;
    stage.stop().await;
    stage.start().await;
    assert_eq!(lead(&stage, channel, "Grace Hopper", 3).await, "🌱 New lead");
    let notices =
        stage.discord.messages(channel).posted().into_iter().filter(|one| one.content.contains('⚠')).count();
    assert_eq!(notices, 1, "{}", stage.discord.messages(channel).history());

    let guest = stage.discord.guild(stage.guild.id).member("guest").id();
    stage.discord.guild(stage.guild.id).set_member_roles(guest, &[role]);
    press(&stage, "guest", &told, "Post everything anyway", "Only people with **Manage Server**").await;
    let done = "show everything, and about 60 people can read it.";
    press(&stage, "mark", &told, "Post everything anyway", done).await;
    assert_eq!(lead(&stage, channel, "Joan Clarke", 4).await, "🌱 New lead: Joan Clarke");
    press(&stage, "mark", &told, "Post everything anyway", "Nothing is held back there any more.").await;
    let status = read(&stage, "mark", "/status").await.content;
    assert!(status.contains("⚠️ about 60 people can read it, full cards"), "{status}");
    stage.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn roles_whose_sizes_discord_does_not_tell_may_be_a_crowd() {
    let mut stage = Stage::set().await;
    let (channel, role) = channel_for(&stage, "community", RoleSize::Untold);
    stage.start().await;
    let question = read(&stage, "mark", "/notify add event:New lead channel:#community").await;
    let asked = format!("⚠️ I can't find out how many people can read <#{channel}>.");
    assert!(question.content.starts_with(&asked), "{}", question.content);
    let question = read(&stage, "mark", "/access add role:@community").await;
    assert!(question.content.starts_with("❌ Discord does not tell me how many"), "{}", question.content);
    let allowed = format!("✅ <@&{role}> may use /lead and /user, read conversations and answer customers.");
    press(&stage, "mark", &question, "Allow anyway", &allowed).await;
    stage.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_small_server_may_be_one_team_until_it_outgrows_one() {
    let mut stage = Stage::set().await;
    stage.discord.guild(stage.guild.id).set_size(12);
    stage.start().await;
    let mark = stage.discord.guild(stage.guild.id).member("mark");
    let reply = mark.slash(stage.guild.support, "/setup").expect("the command is registered");
    let asks = "This server has 12 members. Is everybody here your team?";
    let question = reply.followup(0).await.expect("the bot asks");
    assert!(question.content.starts_with(asks), "{}", question.content);
    press(&stage, "mark", &question, "Yes, everybody here is the team", "✅ Everybody here is the team")
        .await;
    stage.subscribe("New lead", "#general").await;
    let general = stage.guild.general;
    assert_eq!(lead(&stage, general, "Ada Lovelace", 1).await, "🌱 New lead: Ada Lovelace");
    stage.stop().await;
    stage.discord.guild(stage.guild.id).set_size(53);
    stage.start().await;
    assert_eq!(lead(&stage, general, "Alan Turing", 2).await, "🌱 New lead");
    notice(&stage, general, "This server has more than 50 members now").await;
    stage.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_bot_posts_nothing_for_whoever_may_not_post_there() {
    let mut stage = Stage::with_bot().await;
    let ada = stage.intercom.contacts().create(NewContact::lead().name("Ada Lovelace").email("ada@acme.io"));
    read(&stage, "mark", "/access add role:@Sales").await;
    make_read_only(&stage, stage.guild.general);
    let card = read(&stage, "ana", &format!("/lead get lead:{ada}")).await;
    let refused = "You may not post in";
    press(&stage, "ana", &card, "Share here", refused).await;
    let refusal = read(&stage, "mark", "/notify add event:New lead channel:#general").await;
    assert!(refusal.content.contains("you lack **Send Messages** there"), "{}", refusal.content);
    stage.subscribe("New lead", "#sales").await;
    make_read_only(&stage, stage.guild.sales);
    let sample = read(&stage, "mark", "/notify test").await;
    assert!(sample.content.contains("so I post nothing there for you"), "{}", sample.content);
    // The lead itself may be posted there: it was made in the same second as the notification.
    let in_sales = stage.discord.messages(stage.guild.sales).posted();
    assert!(in_sales.iter().all(|message| !message.content.contains("Sample")), "{in_sales:?}");
    assert!(cards_in(&stage.discord, stage.guild.general).is_empty());
    stage.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_private_thread_asks_first_where_discord_stopped_counting_who_was_invited() {
    let mut stage = Stage::set().await;
    let mark = stage.discord.guild(stage.guild.id).member("mark").id();
    let parent = stage.discord.channel(stage.guild.sales);
    let threads = [("few", 5), ("many", 300)].map(|(name, people)| {
        let thread = parent.create_thread(name, ChannelKind::PrivateThread);
        stage.discord.channel(thread).add_bot();
        stage.discord.channel(thread).invite(std::iter::once(mark).chain((1..=people).map(UserId::new)));
        thread
    });
    stage.start().await;
    let made = read(&stage, "mark", "/notify add event:New lead channel:#few").await;
    assert!(
        made.content.starts_with("✅ New leads ring in") && !made.content.contains("without personal data"),
        "{}",
        made.content
    );
    let question = read(&stage, "mark", "/notify add event:New lead channel:#many").await;
    let asked =
        format!("⚠️ I can't find out how many people can read <#{}>. Cards would show them", threads[1]);
    assert!(question.content.starts_with(&asked), "{}", question.content);
    stage.stop().await;
}
