//! Intercom is down when the bot starts.

use std::time::Duration;

use deskbell_sandbox::fault::{Effect, Fault};
use deskbell_sandbox::intercom::NewContact;

use crate::notifications::shown_ids;
use crate::stage::Stage;
use crate::talk::ask;

/// For what takes several tries.
const LONG: Duration = Duration::from_secs(120);
const WAITING: &str = "waiting for Intercom since ";

/// Asks until the answer is of that kind.
async fn ask_until(stage: &Stage, command: &str, holds: impl Fn(&str) -> bool) -> String {
    let asking = async {
        loop {
            let said = ask(stage, command).await;
            if holds(&said) {
                return said;
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    };
    tokio::time::timeout(LONG, asking).await.expect("it says so in the end")
}

async fn health_says(stage: &Stage, words: &str) -> Option<i32> {
    let asking = async {
        loop {
            let (code, said) = stage.health().await;
            if said.contains(words) {
                return code;
            }
            tokio::time::sleep(Duration::from_millis(200)).await;
        }
    };
    tokio::time::timeout(LONG, asking).await.expect("health says so in the end")
}

fn take_intercom_down(stage: &Stage) {
    stage.intercom.faults().add(Fault::new(Effect::CutBeforeAnswer));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_first_start_while_intercom_is_down_answers_with_the_reason_and_begins_when_it_is_back() {
    let mut stage = Stage::set().await;
    take_intercom_down(&stage);
    stage.start_process().await;
    for command in ["/status", "/lead list", "/notify list", "/setup", "/help"] {
        let said = ask(&stage, command).await;
        assert!(said.contains(WAITING) && said.contains("Intercom does not answer"), "{command}: {said}");
    }
    assert_eq!(health_says(&stage, WAITING).await, Some(0));
    stage.intercom.faults().turn_all_off();
    ask_until(&stage, "/status", |said| said.contains("Acme")).await;
    stage.subscribe("New lead", "#sales").await;
    stage.next_second().await;
    let made = stage.intercom.contacts().create(NewContact::lead().name("Ada Lovelace"));
    let cards = stage.cards_within(stage.guild.sales, 1, LONG).await;
    assert_eq!(shown_ids(&cards), [made.to_string()]);
    assert_eq!(health_says(&stage, "ok: the bot is well.").await, Some(0));
    assert_eq!(stage.terminate().await, Some(0));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_start_of_a_known_workspace_while_intercom_is_down_says_so_and_catches_up() {
    let mut stage = Stage::set().await;
    stage.start_process().await;
    stage.subscribe("New lead", "#sales").await;
    stage.next_second().await;
    assert_eq!(stage.terminate().await, Some(0));
    take_intercom_down(&stage);
    let made = stage.intercom.contacts().create(NewContact::lead().name("Ada Lovelace"));
    stage.start_process().await;
    let said = ask_until(&stage, "/status", |said| said.contains(WAITING)).await;
    assert!(said.contains("Acme"), "{said}");
    let list = ask(&stage, "/notify list").await;
    assert!(list.contains("New lead"), "{list}");
    assert_eq!(health_says(&stage, WAITING).await, Some(0));
    stage.intercom.faults().turn_all_off();
    let cards = stage.cards_within(stage.guild.sales, 1, LONG).await;
    assert_eq!(shown_ids(&cards), [made.to_string()]);
    assert_eq!(stage.terminate().await, Some(0));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_first_start_at_an_intercom_that_never_answers_comes_to_discord_all_the_same() {
    let mut stage = Stage::set().await;
    stage.intercom.faults().add(Fault::new(Effect::Hang));
    stage.start_process().await;
    let said = ask_until(&stage, "/status", |said| said.contains(WAITING)).await;
    assert!(said.contains("Intercom does not answer"), "{said}");
    stage.intercom.faults().turn_all_off();
    ask_until(&stage, "/status", |said| said.contains("Acme")).await;
    assert_eq!(stage.terminate().await, Some(0));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_token_that_turns_out_to_be_refused_while_the_bot_waits_for_intercom_is_told() {
    let mut stage = Stage::set().await;
    take_intercom_down(&stage);
    stage.start_process().await;
    ask_until(&stage, "/status", |said| said.contains(WAITING)).await;
    // Revoked before anything answers, so that it is never accepted.
    stage.intercom.access().revoke();
    stage.intercom.faults().turn_all_off();
    ask_until(&stage, "/status", |said| said.contains("Intercom refuses the token")).await;
    assert_eq!(health_says(&stage, WAITING).await, Some(0));
    assert_eq!(stage.terminate().await, Some(0));
}
