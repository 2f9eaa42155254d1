//! What breaks, and that nothing is lost or doubled by it.

use std::collections::BTreeSet;
use std::time::Duration;

use deskbell_sandbox::discord::Pace;
use deskbell_sandbox::discord::outage::{GatewayDuringOutage, Outage};
use deskbell_sandbox::discord::permissions::Permissions;
use deskbell_sandbox::fault::{Effect, Fault};
use deskbell_sandbox::intercom::NewContact;

use crate::notifications::shown_ids;
use crate::stage::{self, Stage};

/// Waits until every one of these contacts was shown, and tells that none was shown twice.
pub(crate) async fn each_once(stage: &Stage, made: &BTreeSet<String>, at_most: Duration) {
    let shown = |discord: &deskbell_sandbox::discord::Discord| {
        shown_ids(&stage::cards_in(discord, stage.guild.sales))
    };
    let all = stage
        .discord
        .wait_for("every lead", at_most, |discord| made.is_subset(&shown(discord).into_iter().collect()));
    if all.await.is_err() {
        let seen: BTreeSet<_> = shown(&stage.discord).into_iter().collect();
        panic!("lost: {:?}", made.difference(&seen).collect::<Vec<_>>());
    }
    let shown = shown(&stage.discord);
    assert_eq!(shown.len(), made.len(), "some were shown twice: {shown:?}");
}

fn lead(stage: &Stage, number: usize) -> String {
    stage.intercom.contacts().create(NewContact::lead().name(&format!("Lead {number}"))).to_string()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn ten_kills_under_traffic_lose_and_double_nothing() {
    let mut stage = Stage::set().await;
    stage.discord.rate_limits().set_channel_pace(Some(Pace { requests: 50, window: Duration::from_secs(5) }));
    stage.start_process().await;
    stage.subscribe("New lead", "#sales").await;
    stage.next_second().await;
    let mut made = BTreeSet::new();
    for round in 0..10_u64 {
        for number in 0..4 {
            made.insert(lead(&stage, usize::try_from(round).expect("ten") * 10 + number));
            tokio::time::sleep(Duration::from_millis(97)).await;
        }
        // A different moment of the bot's second each time.
        tokio::time::sleep(Duration::from_millis(131 * round % 900)).await;
        stage.kill().await;
        made.insert(lead(&stage, usize::try_from(round).expect("ten") * 10 + 9));
        stage.start_process().await;
    }
    each_once(&stage, &made, Duration::from_secs(60)).await;
    stage.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_outage_and_lost_answers_lose_and_double_nothing() {
    let mut stage = Stage::with_bot().await;
    stage.discord.rate_limits().set_channel_pace(None);
    stage.subscribe("New lead", "#sales").await;
    stage.next_second().await;
    stage.discord.set_outage(Outage::Rest {
        status: reqwest::StatusCode::INTERNAL_SERVER_ERROR,
        gateway: GatewayDuringOutage::Up,
    });
    let mut made: BTreeSet<_> = (0..15).map(|number| lead(&stage, number)).collect();
    tokio::time::sleep(Duration::from_secs(6)).await;
    stage.discord.set_outage(Outage::None);
    let lossy = Fault::new(Effect::LoseAnswer)
        .method(reqwest::Method::POST)
        .path_containing("/messages")
        .with_probability(0.4);
    let lossy = stage.discord.faults().add(lossy);
    for number in 15..60 {
        made.insert(lead(&stage, number));
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    each_once(&stage, &made, Duration::from_secs(90)).await;
    stage.discord.faults().turn_off(lossy);
    stage.stop().await;
}

/// A message is accepted and its answer lost; the bot dies, and comes back long after Discord forgot the nonce.
async fn back_after_the_nonce_window(stage: &mut Stage) {
    stage.subscribe("New lead", "#sales").await;
    stage.next_second().await;
    stage.discord.faults().add(
        Fault::new(Effect::LoseAnswer).method(reqwest::Method::POST).path_containing("/messages").once(),
    );
    stage.discord.faults().add(
        Fault::new(Effect::Html(reqwest::StatusCode::INTERNAL_SERVER_ERROR))
            .method(reqwest::Method::POST)
            .path_containing("/messages")
            .after(1),
    );
    lead(stage, 1);
    stage.cards(stage.guild.sales, 1).await;
    stage.stop().await;
    stage.discord.faults().turn_all_off();
    stage.discord.all_messages().set_nonce_window(Duration::ZERO);
    stage.clock.advance(Duration::from_secs(600));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn after_the_nonce_window_the_history_tells_that_it_was_posted() {
    let mut stage = Stage::with_bot().await;
    back_after_the_nonce_window(&mut stage).await;
    stage.start().await;
    stage.next_second().await;
    let second = lead(&stage, 2);
    let cards = stage.cards(stage.guild.sales, 2).await;
    assert_eq!(cards.len(), 2, "the first was not posted again");
    assert_eq!(shown_ids(&cards).last(), Some(&second));
    stage.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn without_a_readable_history_it_is_sent_again_rather_than_lost() {
    let mut stage = Stage::with_bot().await;
    back_after_the_nonce_window(&mut stage).await;
    stage.discord.permissions(stage.guild.sales).deny_bot(Permissions::READ_MESSAGE_HISTORY);
    stage.start().await;
    let cards = stage.cards(stage.guild.sales, 2).await;
    let shown = shown_ids(&cards);
    assert_eq!(shown[0], shown[1], "the one exception that the promise names");
    stage.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_clock_two_hours_ahead_and_a_silent_intercom_move_no_floor() {
    let mut stage = Stage::with_bot().await;
    stage.stop().await;
    stage.intercom.faults().add(Fault::new(Effect::CutBeforeAnswer));
    stage.clock.advance(Duration::from_secs(2 * 60 * 60));
    stage.start().await;
    stage.subscribe("New lead", "#sales").await;
    stage.next_second().await;
    let made: BTreeSet<_> = (0..3).map(|number| lead(&stage, number)).collect();
    stage.intercom.faults().turn_all_off();
    each_once(&stage, &made, Duration::from_secs(60)).await;
    stage.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_forbidden_channel_is_put_on_hold_told_elsewhere_and_taken_up_again() {
    let mut stage = Stage::with_bot().await;
    stage.subscribe("New lead", "#sales").await;
    stage.subscribe("New user", "#support").await;
    stage.next_second().await;
    stage.discord.permissions(stage.guild.sales).deny_bot(Permissions::SEND_MESSAGES);
    let made: BTreeSet<_> = [lead(&stage, 1)].into();
    let told = stage
        .discord
        .messages(stage.guild.support)
        .first_where(|message| message.content.contains("on hold"));
    let told = told.await.unwrap_or_else(|waited| panic!("{waited}"));
    assert!(told.content.contains("none is lost"), "{}", told.content);
    let mark = stage.discord.guild(stage.guild.id).member("mark");
    let list = mark.slash(stage.guild.support, "/notify list").expect("it is registered");
    let list = list.text().await.expect("it answers");
    assert!(list.contains("on hold") && list.contains("Send Messages"), "{list}");
    stage.discord.permissions(stage.guild.sales).allow_bot();
    let resumed = mark.slash(stage.guild.support, "/notify resume").expect("it is registered");
    resumed.text().await.expect("it answers");
    each_once(&stage, &made, stage::PATIENCE).await;
    stage.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn kicked_and_invited_again_it_goes_on_where_it_was() {
    let mut stage = Stage::with_bot().await;
    stage.subscribe("New lead", "#sales").await;
    stage.next_second().await;
    stage.discord.guild(stage.guild.id).kick_bot();
    let made: BTreeSet<_> = [lead(&stage, 1), lead(&stage, 2)].into();
    tokio::time::sleep(Duration::from_secs(3)).await;
    stage.discord.guild(stage.guild.id).invite_bot();
    // The new membership lacks the channel's permission: what was tried before it is given is on hold until then.
    tokio::time::sleep(Duration::from_secs(2)).await;
    stage.discord.permissions(stage.guild.sales).allow_bot();
    each_once(&stage, &made, stage::PATIENCE).await;
    stage.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_revoked_token_is_told_and_what_happened_meanwhile_comes_later() {
    let mut stage = Stage::with_bot().await;
    stage.subscribe("New lead", "#sales").await;
    stage.next_second().await;
    stage.intercom.access().revoke();
    let made: BTreeSet<_> = [lead(&stage, 1)].into();
    tokio::time::sleep(Duration::from_secs(3)).await;
    let mark = stage.discord.guild(stage.guild.id).member("mark");
    let reply =
        mark.slash(stage.guild.support, "/lead get lead:6762f0dd1bb69f9f2193bb83").expect("registered");
    let text = reply.text().await.expect("it answers");
    assert!(text.contains("Intercom refuses the token"), "{text}");
    stage.intercom.access().restore();
    each_once(&stage, &made, Duration::from_secs(60)).await;
    stage.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_token_that_a_command_was_refused_with_is_told_everywhere_before_there_is_a_notification() {
    let mut stage = Stage::with_bot().await;
    let mark = stage.discord.guild(stage.guild.id).member("mark");
    let told = async |command: &str| {
        let reply = mark.slash(stage.guild.support, command).expect("registered");
        reply.render().await.expect("it answers")
    };
    stage.intercom.access().revoke();
    for command in ["/lead list", "/status", "/setup", "/notify list"] {
        let text = told(command).await;
        assert!(text.contains("Intercom refuses the token"), "{command}: {text}");
    }
    stage.intercom.access().restore();
    let listed = told("/lead list").await;
    assert!(listed.contains("No leads yet."), "{listed}");
    let text = told("/status").await;
    assert!(!text.contains("refuses"), "the first success ends it: {text}");
    stage.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_second_start_registers_no_commands_again() {
    let mut stage = Stage::with_bot().await;
    assert_eq!(stage.discord.application().command_puts(), 1);
    stage.stop().await;
    stage.start().await;
    stage.next_second().await;
    assert_eq!(stage.discord.application().command_puts(), 1);
    stage.stop().await;
}
