//! Whom a message calls: a role once in a while, chosen with the command or in the panel.

use std::time::Duration;

use deskbell_sandbox::discord::actors::Reply;
use deskbell_sandbox::discord::ids::RoleId;
use deskbell_sandbox::discord::permissions::Permissions;
use deskbell_sandbox::discord::{Message, RoleMention};
use deskbell_sandbox::fault::{Effect, Fault};
use deskbell_sandbox::intercom::{NewContact, NewConversation};
use deskbell_stage::cards_in;
use reqwest::Method;

use crate::stage::{PATIENCE, Stage};

fn support(stage: &Stage) -> RoleId {
    stage.discord.guild(stage.guild.id).create_role("Support", Permissions::NONE)
}

/// A customer writes.
async fn customer(stage: &Stage, name: &str) {
    stage.next_second().await;
    let who = stage.intercom.contacts().create(NewContact::lead().name(name));
    stage.intercom.conversations().start(NewConversation::from_contact(&who, "Is anybody there?"));
}

/// Which roles each card of #support called.
fn called(cards: &[Message]) -> Vec<&[RoleId]> {
    cards.iter().map(|card| card.pings.roles.as_slice()).collect()
}

async fn says(reply: Reply, text: &str) -> Message {
    let said = reply.message_where(text, |message| message.content.contains(text)).await;
    said.unwrap_or_else(|failure| panic!("{failure}"))
}

async fn read(stage: &Stage, command: &str) -> Message {
    let mark = stage.discord.guild(stage.guild.id).member("mark");
    let reply = mark.slash(stage.guild.support, command).expect("the command is registered");
    reply.message().await.expect("the bot answers")
}

/// The list says so once the bot has heard of a change of the role.
async fn list_says(stage: &Stage, text: &str) {
    let says = async { while !read(stage, "/notify list").await.content.contains(text) {} };
    tokio::time::timeout(PATIENCE, says).await.unwrap_or_else(|_| panic!("the list never says {text}"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn customers_who_wait_ring_a_role_once_in_its_time_and_a_restart_changes_nothing() {
    let mut stage = Stage::with_bot().await;
    let role = support(&stage);
    stage.subscribe("New conversation", "#support alert:Loud mention:@Support every:5m").await;
    customer(&stage, "Ada").await;
    let cards = stage.cards(stage.guild.support, 1).await;
    assert_eq!(cards[0].content, format!("<@&{role}> 💬 Ada: Is anybody there?"));
    assert_eq!(called(&cards), [[role].as_slice()]);
    customer(&stage, "Bob").await;
    stage.cards(stage.guild.support, 2).await;
    stage.stop().await;
    stage.start().await;
    customer(&stage, "Cleo").await;
    stage.cards(stage.guild.support, 3).await;
    stage.clock.advance(Duration::from_mins(5));
    customer(&stage, "Dora").await;
    let cards = stage.cards(stage.guild.support, 4).await;
    assert_eq!(called(&cards), [[role].as_slice(), &[], &[], &[role]]);
    assert_eq!(cards[1].content, "💬 Bob: Is anybody there?");
    assert!(!cards[1].is_silent(), "it rings as it would, and calls nobody");
    stage.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_message_whose_answer_is_lost_rings_once() {
    let mut stage = Stage::with_bot().await;
    let role = support(&stage);
    stage.subscribe("New conversation", "#support alert:Loud mention:@Support").await;
    let lost = Fault::new(Effect::LoseAnswer).method(Method::POST).path_containing("/messages").once();
    stage.discord.faults().add(lost);
    customer(&stage, "Ada").await;
    stage.cards(stage.guild.support, 1).await;
    customer(&stage, "Bob").await;
    let cards = stage.cards(stage.guild.support, 2).await;
    assert_eq!(called(&cards), [[role].as_slice(), &[]]);
    stage.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_manager_picks_whom_to_mention_in_the_panel_and_is_told_what_keeps_it_from_ringing() {
    let mut stage = Stage::with_bot().await;
    let role = support(&stage);
    stage.subscribe("New conversation", "#support alert:Loud").await;
    let mark = stage.discord.guild(stage.guild.id).member("mark");
    let list = read(&stage, "/notify list").await;
    let panel = mark.select(&list, "Change one…", &["New conversation → #support"]).expect("it is there");
    let panel = says(panel, "New conversations go to").await;
    let view = mark.select(&panel, "Ring: Loud", &["Mention somebody…"]).expect("it is there");
    let view = says(view, "They mention nobody.").await;
    let view = mark.select(&view, "Mention a role…", &["@Support"]).expect("it is there");
    let view = says(view, &format!("✅ They mention <@&{role}> from now on.")).await;
    let view =
        mark.select(&view, "At most once in 15 minutes", &["At most once in an hour"]).expect("it is there");
    let view = says(view, "at most once in an hour from now on.").await;
    let panel = says(mark.press(&view, "Back").expect("it is there"), "New conversations go to").await;
    let list = read(&stage, "/notify list").await.content;
    assert!(list.contains(&format!("· mentions <@&{role}> at most once in an hour")), "{list}");
    assert!(read(&stage, "/audit").await.content.contains("changed New conversation"), "it is written down");

    let asked = says(mark.press(&panel, "Try it").expect("it is there"), "Shall a sample mention").await;
    let panel = says(mark.press(&asked, "Without").expect("it is there"), "✅ A sample is posted in").await;
    let sample = cards_in(&stage.discord, stage.guild.support).remove(0);
    assert!(
        sample.pings.is_empty() && sample.content.contains(&format!("would mention <@&{role}>")),
        "{}",
        sample.content
    );
    let asked = says(mark.press(&panel, "Try it").expect("it is there"), "Shall a sample mention").await;
    says(mark.press(&asked, "With @Support").expect("it is there"), "✅ A sample is posted in").await;
    let sample = cards_in(&stage.discord, stage.guild.support).remove(1);
    assert_eq!(called(&[sample])[0], [role]);

    customer(&stage, "Ada").await;
    assert_eq!(called(&stage.cards(stage.guild.support, 3).await)[2], [role]);
    stage.discord.guild(stage.guild.id).role(role).delete();
    list_says(&stage, "⚠️ the role to mention is gone").await;
    customer(&stage, "Bob").await;
    let cards = stage.cards(stage.guild.support, 4).await;
    assert_eq!(cards[3].content, "💬 Bob: Is anybody there?");
    stage.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_role_that_nobody_may_mention_is_set_all_the_same_and_rings_once_it_may() {
    let mut stage = Stage::with_bot().await;
    let guild = stage.discord.guild(stage.guild.id);
    let role = support(&stage);
    guild
        .role(guild.role_named("everyone").expect("every server has it"))
        .set_permissions(Permissions::INVITE | Permissions::USE_APPLICATION_COMMANDS);
    let command = "/notify add event:New conversation channel:#support alert:Loud mention:@Support";
    let added = read(&stage, command).await.content;
    assert!(added.contains(&format!("⚠️ I can't ring <@&{role}>: Server Settings → Roles")), "{added}");
    customer(&stage, "Ada").await;
    let cards = stage.cards(stage.guild.support, 1).await;
    assert_eq!(cards[0].content, "💬 Ada: Is anybody there?", "it is not called in vain");
    guild.role(role).set_mention(RoleMention::Anyone);
    list_says(&stage, &format!("· mentions <@&{role}>")).await;
    customer(&stage, "Bob").await;
    assert_eq!(called(&stage.cards(stage.guild.support, 2).await)[1], [role]);
    stage.stop().await;
}
