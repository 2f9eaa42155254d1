//! Streams that fail apart, and failures that last: what still comes, and what people are told.

use std::time::Duration;

use deskbell_sandbox::fault::{CannedAnswer, Effect, Fault, FaultId};
use deskbell_sandbox::intercom::NewContact;
use reqwest::StatusCode;
use serde_json::json;

use crate::stage::{PATIENCE, Stage};
use crate::talk::ask;

/// How long a lasting failure may stand before the next look at it.
const LOOK: Duration = Duration::from_secs(120);

/// One search answers so until the fault is turned off.
fn breaks(stage: &Stage, search: &str, effect: Effect) -> FaultId {
    stage.intercom.faults().add(Fault::new(effect).path(search))
}

fn refusal(status: StatusCode, code: &str) -> Effect {
    let body =
        json!({"type": "error.list", "request_id": null, "errors": [{"code": code, "message": "No."}]});
    Effect::Status(CannedAnswer::new(status, body))
}

fn lead(stage: &Stage, name: &str) {
    stage.intercom.contacts().create(NewContact::lead().name(name));
}

/// Asks until the answer holds the text.
async fn says_at_last(stage: &Stage, command: &str, text: &str) -> String {
    let asked = tokio::time::timeout(PATIENCE, async {
        loop {
            let answer = ask(stage, command).await;
            if answer.contains(text) {
                return answer;
            }
        }
    });
    asked.await.unwrap_or_else(|_| panic!("{command} does not say {text}"))
}

/// Waits until one of the team's channels shows a line, and answers it; it must not stand in both.
async fn told(stage: &Stage, text: &str) -> String {
    let lines = |discord: &deskbell_sandbox::discord::Discord| -> Vec<String> {
        let channels = [stage.guild.sales, stage.guild.support];
        let all = channels.into_iter().flat_map(|channel| discord.messages(channel).posted());
        all.map(|message| message.content).filter(|content| content.contains(text)).collect()
    };
    let waited = stage.discord.wait_for(text, LOOK, |discord| !lines(discord).is_empty()).await;
    waited.unwrap_or_else(|waited| panic!("{waited}"));
    let lines = lines(&stage.discord);
    assert_eq!(lines.len(), 1, "{lines:?}");
    lines.into_iter().next().unwrap_or_default()
}

async fn subscribed(stage: &Stage) {
    stage.subscribe("New lead", "#sales").await;
    stage.subscribe("New conversation", "#support").await;
    stage.next_second().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn leads_come_at_their_pace_while_conversations_may_not_be_read_and_the_permission_is_named() {
    let mut stage = Stage::set().await;
    stage.start_process().await;
    breaks(&stage, "/conversations/search", refusal(StatusCode::FORBIDDEN, "forbidden"));
    subscribed(&stage).await;
    for number in 1..=5 {
        lead(&stage, &format!("Lead {number}"));
        stage.cards(stage.guild.sales, number).await;
    }
    let status = says_at_last(&stage, "/status", "Read conversations").await;
    assert!(status.contains("connected") && status.contains("Authentication"), "{status}");
    let list = ask(&stage, "/notify list").await;
    assert!(list.contains("Read conversations") && list.contains("Authentication"), "{list}");
    let healthy = tokio::time::timeout(PATIENCE, async {
        loop {
            let (code, said) = stage.health().await;
            if said.contains("waits for Intercom") {
                return (code, said);
            }
        }
    });
    let (code, said) = healthy.await.expect("the heartbeat tells of it");
    assert!(code == Some(0) && said.contains("Read conversations"), "{said}");
    stage.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn leads_come_at_their_pace_while_the_search_for_conversations_hangs() {
    let mut stage = Stage::with_bot().await;
    breaks(&stage, "/conversations/search", Effect::Hang);
    subscribed(&stage).await;
    for number in 1..=3 {
        lead(&stage, &format!("Lead {number}"));
        stage.cards(stage.guild.sales, number).await;
    }
    stage.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_missing_permission_is_told_in_one_channel_after_two_minutes() {
    let mut stage = Stage::with_bot().await;
    breaks(&stage, "/conversations/search", refusal(StatusCode::FORBIDDEN, "forbidden"));
    subscribed(&stage).await;
    says_at_last(&stage, "/status", "Read conversations").await;
    stage.clock.advance(Duration::from_secs(120));
    let line = told(&stage, "I cannot read").await;
    assert!(line.contains("the token lacks **Read conversations**"), "{line}");
    stage.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_search_that_intercom_does_not_accept_is_told_after_a_quarter_of_an_hour_and_so_is_its_end() {
    let mut stage = Stage::with_bot().await;
    let refused = refusal(StatusCode::BAD_REQUEST, "parameter_invalid");
    let fault = breaks(&stage, "/contacts/search", refused);
    stage.subscribe("New lead", "#sales").await;
    stage.subscribe("New user", "#support").await;
    let status = says_at_last(&stage, "/status", "does not accept the way I ask").await;
    assert!(status.contains("nothing can be read") && !status.contains("connected"), "{status}");
    stage.clock.advance(Duration::from_secs(15 * 60));
    told(&stage, "I cannot read").await;
    lead(&stage, "Meanwhile");
    stage.intercom.faults().turn_off(fault);
    stage.cards(stage.guild.sales, 1).await;
    told(&stage, "-# Back").await;
    let status = ask(&stage, "/status").await;
    assert!(status.contains("connected") && status.contains("**Trouble** None."), "{status}");
    stage.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_refused_token_is_told_after_two_minutes_and_any_command_that_succeeds_ends_the_wait() {
    let mut stage = Stage::with_bot().await;
    stage.subscribe("New lead", "#sales").await;
    stage.next_second().await;
    stage.intercom.access().revoke();
    says_at_last(&stage, "/status", "Intercom refuses the token").await;
    for command in ["/notify list", "/setup"] {
        let answer = ask(&stage, command).await;
        assert!(answer.starts_with("⚠️ I cannot read anything: Intercom refuses the token."), "{answer}");
    }
    stage.clock.advance(Duration::from_secs(120));
    told(&stage, "I cannot read anything").await;
    lead(&stage, "Meanwhile");
    stage.intercom.access().restore();
    // Whether the next try of its own or this command comes first, the card must not wait for a second one.
    ask(&stage, "/lead list").await;
    stage.cards(stage.guild.sales, 1).await;
    told(&stage, "-# Back: I can read **Acme** again.").await;
    stage.stop().await;
}
