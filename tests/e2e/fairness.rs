//! One person who asks for much holds nobody else up.

use std::time::Duration;

use deskbell_sandbox::discord::permissions::Permissions;
use deskbell_sandbox::intercom::{NewContact, NewConversation};
use deskbell_sandbox::recorder::{Exchange, Service};
use tokio::task::JoinSet;

use crate::desk_scene::{Scene, says};
use crate::stage::{Guild, PATIENCE, Stage, make_guild};

/// How often is polled.
const POLL: Duration = Duration::from_secs(4);
/// How long a lead may take: a poll, five seconds that others may cost, and the time of a busy machine.
const SOON: Duration = Duration::from_secs(12);

/// Two servers, and so few calls that they are soon used up.
async fn two_servers(calls_per_minute: u32) -> (Stage, Guild) {
    let mut stage = Stage::set().await;
    let other = make_guild(&stage.discord, "Acme Sales");
    stage.set_variable("DISCORD_GUILD_ID", &format!("{},{}", stage.guild.id, other.id));
    stage.set_variable("INTERCOM_CALLS_PER_MINUTE", &calls_per_minute.to_string());
    stage.set_variable("POLL_INTERVAL", &format!("{}s", POLL.as_secs()));
    (stage, other)
}

/// The searches that a typed text led to.
fn searches(stage: &Stage, text: &str) -> usize {
    stage.discord.recorder().count(|exchange: &Exchange| {
        exchange.service == Service::Intercom && exchange.body.to_string().contains(text)
    })
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_member_who_types_without_end_keeps_no_lead_from_another_server() {
    let (mut stage, other) = two_servers(40).await;
    stage.start_process().await;
    stage.subscribe("New lead", "#sales").await;
    let mut typed = JoinSet::new();
    for number in 0..60 {
        let mark = stage.discord.guild(other.id).member("mark");
        let command = format!("/lead get lead:typed{number}");
        typed.spawn(async move { mark.autocomplete(other.support, &command, "lead").await });
    }
    for answered in typed.join_all().await {
        answered.expect("every keystroke is answered");
    }
    stage.next_second().await;
    stage.intercom.contacts().create(NewContact::lead().name("Ada Lovelace"));
    stage.cards_within(stage.guild.sales, 1, SOON).await;
    assert!(searches(&stage, "typed") <= 12, "{} searches", searches(&stage, "typed"));
    stage.kill().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whoever_asks_too_much_is_told_when_to_try_again_and_nobody_else_is() {
    let (mut stage, _) = two_servers(100).await;
    let boss = stage.discord.guild(stage.guild.id).create_role("Second boss", Permissions::MANAGE_GUILD);
    stage.discord.guild(stage.guild.id).create_member("eve", &[boss]);
    let lead = stage.intercom.contacts().create(NewContact::lead().name("Ada Lovelace"));
    stage.start_process().await;
    let get = async |who: &str| {
        let person = stage.discord.guild(stage.guild.id).member(who);
        let reply = person.slash(stage.guild.general, &format!("/lead get lead:{lead}"));
        reply.expect("the command is registered").render().await.expect("the bot answers")
    };
    let mut answers = Vec::new();
    for _ in 0..25 {
        answers.push(get("mark").await);
    }
    assert!(answers[0].contains("Ada Lovelace"), "{}", answers[0]);
    let refused = &answers[24];
    assert!(refused.contains("as much as one person may in a minute. Try again <t:"), "{refused}");
    assert!(get("eve").await.contains("Ada Lovelace"));
    stage.kill().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_export_of_many_leads_slows_no_poll_down() {
    let (mut stage, other) = two_servers(20).await;
    let long_ago = stage.intercom.clock().unix_seconds() - 400 * 24 * 60 * 60;
    for number in 0..5_000 {
        let lead = NewContact::lead().name(&format!("Old lead {number}")).created_at(long_ago + number);
        stage.intercom.contacts().create(lead);
    }
    stage.start_process().await;
    stage.subscribe("New lead", "#sales").await;
    let mark = stage.discord.guild(other.id).member("mark");
    let exporting = mark.slash(other.support, "/lead export").expect("the command is registered");
    let begun = exporting.message_where("its progress", |message| message.content.contains("Collecting"));
    begun.await.expect("the export begins");
    for number in 1..=3 {
        stage.next_second().await;
        stage.intercom.contacts().create(NewContact::lead().name(&format!("Lead {number}")));
        stage.cards_within(stage.guild.sales, number, SOON).await;
    }
    stage.kill().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whoever_takes_eight_conversations_within_a_minute_is_not_stopped() {
    let mut scene = Scene::set().await;
    scene.ana_is_grace().await;
    scene.stage.next_second().await;
    for number in 2..=8 {
        let new = NewConversation::from_contact(&scene.ada, &format!("Question {number}"));
        scene.stage.intercom.conversations().start(new);
    }
    let cards = scene.stage.cards_within(scene.stage.guild.support, 8, PATIENCE * 3).await;
    for card in cards {
        let taking = scene.person("ana").press(&card, "I take it").expect("the button is there");
        says(taking, "✅ You have it, as **Grace Hopper**.").await;
    }
    scene.stage.stop().await;
}
