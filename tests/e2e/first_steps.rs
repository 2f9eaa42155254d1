//! What somebody meets who sets the bot up for the first time, or starts it while something is not as it should be:
//! `.env`, `check`, `run` and `health`.

use std::collections::BTreeMap;
use std::fs;
use std::time::Duration;

use deskbell_sandbox::discord::InvitedBy;
use deskbell_sandbox::discord::outage::{GatewayDuringOutage, Outage};
use deskbell_sandbox::fault::{CannedAnswer, Effect, Fault};
use deskbell_stage::make_guild;
use reqwest::StatusCode;
use serde_json::{Value, json};

use crate::program::deskbell;
use crate::stage::Stage;

/// For what takes several tries.
const LONG: Duration = Duration::from_secs(120);

/// Asks `deskbell health` until it says this, and tells with which exit code.
pub(crate) async fn health_says(stage: &Stage, words: &str) -> Option<i32> {
    let mut last = String::new();
    let asking = async {
        loop {
            let (code, said) = stage.health().await;
            if said.contains(words) {
                return code;
            }
            last = said;
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    };
    let asked = tokio::time::timeout(LONG, asking).await;
    asked.unwrap_or_else(|_| panic!("health never said {words:?}, but {last:?}"))
}

fn log(stage: &Stage) -> String {
    fs::read_to_string(stage.folder.path().join("log")).expect("the log can be read")
}

fn take_discord_down(stage: &Stage) {
    let status = StatusCode::BAD_GATEWAY;
    stage.discord.set_outage(Outage::Rest { status, gateway: GatewayDuringOutage::Down });
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_start_that_waits_for_discord_says_so_at_once_in_the_log_and_in_health() {
    let mut stage = Stage::set().await;
    // The first question is answered with a failure, the others with nothing, so that the start goes on for a minute.
    let failing =
        CannedAnswer::new(StatusCode::BAD_GATEWAY, json!({"code": 0, "message": "502: Bad Gateway"}));
    let asked = |effect| Fault::new(effect).path_containing("/gateway");
    stage.discord.faults().add(asked(Effect::Status(failing)).once());
    stage.discord.faults().add(asked(Effect::Hang));
    stage.spawn();
    assert_eq!(health_says(&stage, "out of order (status 502)").await, Some(0));
    let (_, said) = stage.health().await;
    assert!(said.starts_with("ok: the bot is well, waiting for Discord since "), "{said}");
    let written = log(&stage);
    for words in ["Deskbell starts", "connecting to Discord", "Discord cannot be reached yet"] {
        assert!(written.contains(words), "{words}: {written}");
    }
    assert_eq!(stage.terminate().await, Some(0));
    let (code, said) = stage.health().await;
    assert!(
        code == Some(1) && said.contains("no bot runs. It was stopped"),
        "it does not seem to hang: {said}"
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn health_says_while_the_connection_to_discord_is_lost() {
    let mut stage = Stage::set().await;
    stage.start_process().await;
    assert_eq!(health_says(&stage, "ok: the bot is well.").await, Some(0));
    take_discord_down(&stage);
    assert_eq!(health_says(&stage, "waiting for Discord since ").await, Some(0));
    stage.discord.set_outage(Outage::None);
    assert_eq!(health_says(&stage, "ok: the bot is well.").await, Some(0));
    assert_eq!(stage.terminate().await, Some(0));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn health_says_that_a_bot_serves_nobody_and_why() {
    let mut stage = Stage::set().await;
    let listed = stage.variables.remove("DISCORD_GUILD_ID");
    let other = make_guild(&stage.discord, "Other HQ");
    stage.start_process().await;
    assert_eq!(health_says(&stage, "serves nobody. It is in several Discord servers").await, Some(0));
    assert_eq!(stage.terminate().await, Some(0));
    stage.set_variable("DISCORD_GUILD_ID", "123456789012345678");
    stage.start_process().await;
    assert_eq!(health_says(&stage, "serves nobody. It is in none of the servers").await, Some(0));
    assert_eq!(stage.terminate().await, Some(0));
    let both = format!("{},{}", listed.expect("it was set"), other.id);
    stage.set_variable("DISCORD_GUILD_ID", &both);
    stage.start_process().await;
    assert_eq!(health_says(&stage, "ok: the bot is well.").await, Some(0));
    assert_eq!(stage.terminate().await, Some(0));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn why_a_run_ends_is_said_once_whatever_the_log_leaves_out() {
    let mut stage = Stage::set().await;
    stage.set_variable("DISCORD_TOKEN", "another.discord.bot.token");
    for depth in ["info", "off"] {
        stage.set_variable("RUST_LOG", depth);
        let ran = deskbell(&["run"], &stage.variables, stage.folder.path()).await;
        assert_eq!(ran.code, Some(1));
        assert_eq!(ran.err.matches("Discord refuses the token").count(), 1, "{depth}: {}", ran.err);
    }
    let (_, said) = stage.health().await;
    assert!(said.contains("no bot runs. It was stopped, or ended by itself"), "{said}");
}

#[tokio::test]
async fn a_dotenv_that_cannot_be_read_is_told_with_what_to_do_by_every_command() {
    let folder = tempfile::tempdir().expect("a folder can be made");
    fs::create_dir(folder.path().join(".env")).expect("it can be made");
    let none = BTreeMap::new();
    let checked = deskbell(&["check", "--json"], &none, folder.path()).await;
    let told: Value = serde_json::from_str(&checked.out).expect("it is JSON");
    assert!(checked.code == Some(1) && told["findings"].to_string().contains(".env is a folder."), "{told}");
    for command in ["run", "health"] {
        let ran = deskbell(&[command], &none, folder.path()).await;
        let said = format!("{}{}", ran.out, ran.err);
        assert!(ran.code == Some(1) && said.contains(".env is a folder."), "{command}: {said}");
        assert!(!said.contains("is missing"), "{command}: it may stand in the file: {said}");
    }
}

#[tokio::test]
async fn one_slip_in_dotenv_is_one_line_of_what_run_says() {
    let cases = [
        (
            "DISCORD_TOKEN=\"abc.def\nINTERCOM_ACCESS_TOKEN=dG9rOjEyMzQ1Njc4X2E6MTow\n",
            "Line 1 of .env (DISCORD_TOKEN) begins a quote",
        ),
        (
            "DISCORD_TOKN=abc.def\nINTERCOM_ACCESS_TOKEN=dG9rOjEyMzQ1Njc4X2E6MTow\n",
            "DISCORD_TOKN is none of mine; DISCORD_TOKEN?",
        ),
        (
            "DISCORD_TOKEN=Bot MTIzNDU2.Gh1JkL.m-n_o\nDISCORD_TOKEN=Bot OTg3NjU0.Gh1JkL.m-n_o\nINTERCOM_ACCESS_TOKEN=dG9rOjEyMzQ1Njc4X2E6MTow\n",
            "Lines 1 and 2 of .env both set DISCORD_TOKEN",
        ),
    ];
    for (dotenv, words) in cases {
        let folder = tempfile::tempdir().expect("a folder can be made");
        fs::write(folder.path().join(".env"), dotenv).expect("it can be written");
        let ran = deskbell(&["run"], &BTreeMap::new(), folder.path()).await;
        assert!(ran.err.starts_with(words), "{words}: {}", ran.err);
        assert!(ran.err.contains("\n1 thing to mend. Nothing was started."), "{}", ran.err);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_token_pasted_with_its_word_works_and_what_counts_for_nothing_is_noted() {
    let mut stage = Stage::set().await;
    for name in ["DISCORD_TOKEN", "INTERCOM_ACCESS_TOKEN"] {
        stage.variables.remove(name);
    }
    let dotenv = format!(
        "DISCORD_TOKEN=Bot {}\nINTERCOM_ACCESS_TOKEN=Bearer sandbox-intercom-token\nINTERCOM_TOKEN=other\nCARD_FIELDS=\n",
        stage.discord.application().token()
    );
    fs::write(stage.folder.path().join(".env"), dotenv).expect("it can be written");
    let ran = deskbell(&["check"], &stage.variables, stage.folder.path()).await;
    assert_eq!(ran.code, Some(0), "{}", ran.out);
    for words in ["INTERCOM_TOKEN is none of mine and counts for nothing", "CARD_FIELDS is empty"] {
        assert!(ran.out.contains(words), "{words}: {}", ran.out);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn check_tells_whose_fault_it_is_and_sends_nobody_to_their_network_for_a_5xx() {
    let stage = Stage::set().await;
    let failing = CannedAnswer::new(
        StatusCode::BAD_GATEWAY,
        json!({"type": "error.list", "errors": [{"code": "server_error", "message": "Server error"}]}),
    );
    stage.intercom.faults().add(Fault::new(Effect::Status(failing)).path("/me"));
    let ran = deskbell(&["check"], &stage.variables, stage.folder.path()).await;
    assert!(
        ran.out.contains("The fault is Intercom's, or that of what answers at INTERCOM_API_URL"),
        "{}",
        ran.out
    );
    take_discord_down(&stage);
    let ran = deskbell(&["check"], &stage.variables, stage.folder.path()).await;
    assert!(ran.out.contains("The fault is Discord's"), "{}", ran.out);
    assert!(!ran.out.contains("Check the network"), "{}", ran.out);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn check_says_who_can_open_the_invite_and_what_a_public_bot_risks() {
    let mut stage = Stage::set().await;
    let application = stage.discord.application();
    application.set_invited_by(InvitedBy::ItsOwner);
    stage.set_variable("DISCORD_GUILD_ID", "123456789012345678");
    let ran = deskbell(&["check"], &stage.variables, stage.folder.path()).await;
    assert!(ran.out.contains("Public Bot is off, so only the application's owner can"), "{}", ran.out);
    stage.variables.remove("DISCORD_GUILD_ID");
    let ran = deskbell(&["check"], &stage.variables, stage.folder.path()).await;
    assert!(!ran.out.contains("Public Bot"), "{}", ran.out);
    assert!(ran.out.ends_with("deskbell run, or with Docker: docker compose up -d\n"), "{}", ran.out);
    stage.discord.application().set_invited_by(InvitedBy::Anybody);
    let ran = deskbell(&["check"], &stage.variables, stage.folder.path()).await;
    assert!(
        ran.code == Some(0) && ran.out.contains("Public Bot is on, so anybody can invite"),
        "{}",
        ran.out
    );
}
