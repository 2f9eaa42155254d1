//! What Discord refuses, what it had taken before it refused, and what never reached it.

use std::collections::BTreeSet;
use std::time::Duration;

use deskbell_sandbox::discord::ids::ChannelId;
use deskbell_sandbox::discord::permissions::Permissions;
use deskbell_sandbox::discord::{ChannelKind, Discord, Lock, Message};
use deskbell_sandbox::fault::{CannedAnswer, Effect, Fault, FaultId};
use deskbell_sandbox::intercom::NewContact;
use reqwest::{Method, StatusCode};
use serde_json::json;

use crate::notifications::shown_ids;
use crate::stage::{self, PATIENCE, Stage};
use crate::talk::ask;

/// A fault of messages that are posted.
fn of_posts(effect: Effect) -> Fault {
    Fault::new(effect).method(Method::POST).path_containing("/messages")
}

fn refusal(status: StatusCode, code: u64) -> Effect {
    Effect::Status(CannedAnswer::new(status, json!({"code": code, "message": "refused by a story"})))
}

fn lead(stage: &Stage, name: &str) -> String {
    stage.intercom.contacts().create(NewContact::lead().name(name)).to_string()
}

/// The messages about leads, whatever is left of them.
fn leads_in(discord: &Discord, channel: ChannelId) -> Vec<Message> {
    discord
        .messages(channel)
        .posted()
        .into_iter()
        .filter(|message| message.content.contains("New lead:"))
        .collect()
}

async fn until(stage: &Stage, what: &str, at_most: Duration, probe: impl Fn(&Discord) -> bool) {
    let waited = stage.discord.wait_for(what, at_most, probe).await;
    waited.unwrap_or_else(|waited| panic!("{waited}"));
}

/// Waits until a fault met a request: of that the stand-in tells nobody.
async fn met(stage: &Stage, fault: FaultId) {
    let met = tokio::time::timeout(PATIENCE, async {
        while stage.discord.faults().hits(fault) == 0 {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    });
    met.await.expect("the fault meets a request");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_posted_before_it_was_refused_is_posted_once_and_is_no_failure() {
    let mut stage = Stage::set().await;
    stage.start_process().await;
    stage.discord.rate_limits().set_channel_pace(None);
    stage.subscribe("New lead", "#sales").await;
    stage.next_second().await;
    let statuses = [StatusCode::BAD_REQUEST, StatusCode::FORBIDDEN, StatusCode::NOT_FOUND];
    let mut made = Vec::new();
    for (turn, code) in [50_035, 50_006, 40_005, 50_109, 200_000, 240_000].into_iter().enumerate() {
        stage.discord.faults().add(of_posts(Effect::LoseAnswer).once());
        let refused = stage.discord.faults().add(of_posts(refusal(statuses[turn % 3], code)).once());
        made.push(lead(&stage, &format!("Lead {code}")));
        met(&stage, refused).await;
    }
    made.push(lead(&stage, "The last"));
    until(&stage, "every lead", PATIENCE, |discord| leads_in(discord, stage.guild.sales).len() >= made.len())
        .await;
    assert_eq!(shown_ids(&leads_in(&stage.discord, stage.guild.sales)), made);
    let failed = ask(&stage, "/notify failed").await;
    assert!(!failed.contains("could not be posted"), "{failed}");
    stage.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_posted_before_its_channel_closed_is_not_posted_again_when_it_opens() {
    let mut stage = Stage::set().await;
    stage.start_process().await;
    stage.subscribe("New lead", "#sales").await;
    stage.subscribe("New user", "#support").await;
    stage.next_second().await;
    let sales = stage.guild.sales.to_string();
    stage.discord.faults().add(of_posts(Effect::LoseAnswer).path_containing(&sales).once());
    stage
        .discord
        .faults()
        .add(of_posts(refusal(StatusCode::BAD_REQUEST, 50_083)).path_containing(&sales).once());
    let mut made = vec![lead(&stage, "Posted unseen")];
    let on_hold = |discord: &Discord| {
        discord
            .messages(stage.guild.support)
            .posted()
            .iter()
            .any(|message| message.content.contains("locked or archived"))
    };
    until(&stage, "the notice", PATIENCE, on_hold).await;
    made.push(lead(&stage, "Waited"));
    stage.next_second().await;
    ask(&stage, "/notify resume").await;
    until(&stage, "both leads", PATIENCE, |discord| leads_in(discord, stage.guild.sales).len() >= 2).await;
    assert_eq!(shown_ids(&leads_in(&stage.discord, stage.guild.sales)), made);
    stage.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_a_locked_thread_does_not_take_comes_when_it_is_opened() {
    let mut stage = Stage::set().await;
    let thread = stage.discord.channel(stage.guild.sales).create_thread("vip", ChannelKind::PublicThread);
    stage.start_process().await;
    stage.subscribe("New user", "#support").await;
    stage.subscribe("New lead", "#vip").await;
    stage.next_second().await;
    stage.discord.channel(thread).set_lock(Lock::Locked);
    let mut made = vec![lead(&stage, "Lead 0")];
    let on_hold = |discord: &Discord| {
        discord
            .messages(stage.guild.support)
            .posted()
            .iter()
            .any(|message| message.content.contains("locked or archived"))
    };
    until(&stage, "the notice", PATIENCE, on_hold).await;
    for number in 1..4 {
        made.push(lead(&stage, &format!("Lead {number}")));
        stage.next_second().await;
    }
    let failed = ask(&stage, "/notify failed").await;
    assert!(!failed.contains("could not be posted"), "{failed}");
    stage.discord.channel(thread).set_lock(Lock::Open);
    let shown = |discord: &Discord| {
        shown_ids(&discord.messages(thread).posted()).into_iter().collect::<BTreeSet<_>>()
    };
    let all: BTreeSet<_> = made.iter().cloned().collect();
    until(&stage, "the four leads", PATIENCE, |discord| shown(discord) == all).await;
    assert_eq!(shown_ids(&stage.discord.messages(thread).posted()).len(), 4);
    stage.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_turned_away_before_discord_puts_nothing_on_hold_and_fails_nothing() {
    for turned_away in [Effect::Html(StatusCode::FORBIDDEN), refusal(StatusCode::BAD_REQUEST, 40_333)] {
        let mut stage = Stage::set().await;
        stage.start_process().await;
        stage.subscribe("New lead", "#sales").await;
        stage.next_second().await;
        let questions = Fault::new(turned_away.clone()).method(Method::GET).path_containing("/channels/");
        stage.discord.faults().add(questions);
        let wall = stage.discord.faults().add(of_posts(turned_away));
        let made = lead(&stage, "Behind the wall");
        met(&stage, wall).await;
        stage.next_second().await;
        let status = ask(&stage, "/status").await;
        assert!(status.contains("Discord turns my messages away"), "{status}");
        let list = ask(&stage, "/notify list").await;
        assert!(!list.contains("on hold") && !status.contains("could not be posted."), "{list}\n{status}");
        assert_eq!(stage.discord.faults().hits(wall), 1, "it is not tried again at once");
        stage.discord.faults().turn_all_off();
        // A new start tries at once.
        stage.kill().await;
        stage.start_process().await;
        until(&stage, "the lead", PATIENCE, |discord| !leads_in(discord, stage.guild.sales).is_empty()).await;
        assert_eq!(shown_ids(&leads_in(&stage.discord, stage.guild.sales)), [made]);
        stage.stop().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_page_that_says_unavailable_delays_a_lead_by_seconds() {
    let mut stage = Stage::with_bot().await;
    stage.subscribe("New lead", "#sales").await;
    stage.next_second().await;
    stage.discord.faults().add(of_posts(Effect::Html(StatusCode::SERVICE_UNAVAILABLE)).once());
    let made = lead(&stage, "Later");
    until(&stage, "the lead", PATIENCE, |discord| !leads_in(discord, stage.guild.sales).is_empty()).await;
    assert_eq!(shown_ids(&leads_in(&stage.discord, stage.guild.sales)), [made]);
    stage.stop().await;
}

/// Posts a lead whose answer is lost, lets a moderator change its message, and starts the bot again when Discord has
/// forgotten the nonce. Then another lead comes.
async fn changed_while_away(stage: &mut Stage, change: impl Fn(&Discord, &Message)) -> Vec<Message> {
    stage.subscribe("New lead", "#sales").await;
    stage.next_second().await;
    stage.discord.faults().add(of_posts(Effect::LoseAnswer).once());
    stage.discord.faults().add(of_posts(Effect::Html(StatusCode::INTERNAL_SERVER_ERROR)));
    lead(stage, "Ada Lovelace");
    let cards = stage.cards(stage.guild.sales, 1).await;
    stage.stop().await;
    change(&stage.discord, &cards[0]);
    stage.discord.faults().turn_all_off();
    stage.discord.all_messages().set_nonce_window(Duration::ZERO);
    stage.clock.advance(Duration::from_secs(600));
    stage.start().await;
    stage.next_second().await;
    let second = lead(stage, "Alan Turing");
    let cards = stage.cards(stage.guild.sales, 1).await;
    assert_eq!(shown_ids(&cards), [second]);
    leads_in(&stage.discord, stage.guild.sales)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_lead_whose_card_a_moderator_removed_is_not_posted_again_and_can_still_be_shown() {
    let mut stage = Stage::with_bot().await;
    let sales = stage.guild.sales;
    let leads =
        changed_while_away(&mut stage, |discord, message| discord.messages(sales).remove_embeds(message.id))
            .await;
    assert_eq!(leads.len(), 2, "{leads:?}");
    let mark = stage.discord.guild(stage.guild.id).member("mark");
    let shown = mark.press(&leads[0], "Show").expect("the button is there");
    let shown = shown.render().await.expect("the bot answers");
    assert!(shown.contains("Ada Lovelace"), "{shown}");
    stage.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_lead_of_whose_message_only_the_text_is_left_is_not_posted_again() {
    let mut stage = Stage::with_bot().await;
    let sales = stage.guild.sales;
    let leads =
        changed_while_away(&mut stage, |discord, message| discord.messages(sales).strip_to_text(message.id))
            .await;
    assert_eq!(leads.len(), 2, "{leads:?}");
    stage.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn another_try_of_what_stands_in_the_channel_posts_it_no_second_time() {
    let mut stage = Stage::with_bot().await;
    stage.subscribe("New lead", "#sales").await;
    stage.next_second().await;
    stage.discord.permissions(stage.guild.sales).deny_bot(Permissions::READ_MESSAGE_HISTORY);
    stage.discord.faults().add(of_posts(Effect::LoseAnswer).once());
    stage.discord.faults().add(of_posts(refusal(StatusCode::BAD_REQUEST, 200_000)).once());
    lead(&stage, "Ada Lovelace");
    stage.cards(stage.guild.sales, 1).await;
    let mark = stage.discord.guild(stage.guild.id).member("mark");
    let failed = tokio::time::timeout(PATIENCE, async {
        loop {
            let reply = mark.slash(stage.guild.support, "/notify failed").expect("it is registered");
            let message = reply.message().await.expect("it answers");
            if message.content.contains("could not be posted") {
                return message;
            }
        }
    });
    let failed = failed.await.expect("it was set aside");
    assert!(failed.content.contains("may stand"), "{}", failed.content);
    stage.discord.permissions(stage.guild.sales).allow_bot();
    mark.press(&failed, "Try again").expect("it can be tried again").text().await.expect("it answers");
    let gone = tokio::time::timeout(PATIENCE, async {
        while ask(&stage, "/notify failed").await.contains("could not be posted") {}
    });
    gone.await.expect("it was found");
    assert_eq!(stage::cards_in(&stage.discord, stage.guild.sales).len(), 1);
    stage.stop().await;
}
