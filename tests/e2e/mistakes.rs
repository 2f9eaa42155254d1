//! What an operator gets wrong, or finds broken, and the words that say which it is.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::Output;
use std::time::Duration;

use deskbell_sandbox::fault::{CannedAnswer, Effect, Fault};
use deskbell_sandbox::intercom::{Access, NewContact};
use deskbell_stage::make_guild;
use futures::future::join_all;
use reqwest::{Method, StatusCode};
use serde_json::json;
use tokio::process::Command;

use crate::stage::{PATIENCE, Stage};
use crate::talk::ask;

/// Runs the binary with these variables and no others, and waits for its end.
async fn deskbell(argument: &str, variables: &BTreeMap<String, String>, folder: &Path) -> Output {
    let running = Command::new(env!("CARGO_BIN_EXE_deskbell"))
        .arg(argument)
        .env_clear()
        .envs(variables)
        .current_dir(folder)
        .kill_on_drop(true)
        .output();
    tokio::time::timeout(Duration::from_secs(120), running)
        .await
        .expect("it ends")
        .expect("it can be started")
}

async fn check(stage: &Stage) -> String {
    said(&deskbell("check", &stage.variables, stage.folder.path()).await)
}

fn said(output: &Output) -> String {
    format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}

/// Waits until something holds, and says what did not.
async fn until(what: &str, holds: impl Fn() -> bool) {
    let waited = tokio::time::timeout(PATIENCE, async {
        while !holds() {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    });
    waited.await.unwrap_or_else(|_| panic!("{what} never came"));
}

/// What `check` says while `GET /me` fails in this way.
async fn check_while(effect: Effect) -> String {
    let stage = Stage::set().await;
    stage.intercom.faults().add(Fault::new(effect).path("/me"));
    check(&stage).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn check_tells_by_its_cause_why_intercom_gives_no_answer() {
    let not_allowed = json!({"type": "error.list", "errors": [{"code": "forbidden", "message": "no"}]});
    let canned = |status: StatusCode| Effect::Status(CannedAnswer::new(status, not_allowed.clone()));
    let cases = [
        (Effect::CutBeforeAnswer, "the connection breaks off"),
        (Effect::Html(StatusCode::OK), "a web page comes in place of Intercom's answer"),
        (Effect::Html(StatusCode::FORBIDDEN), "a web page comes in place of Intercom's answer"),
        (canned(StatusCode::SERVICE_UNAVAILABLE), "Intercom answers that it is out of order"),
        (Effect::CutBody, "the connection breaks off"),
        (canned(StatusCode::UNAUTHORIZED), "INTERCOM_ACCESS_TOKEN is refused."),
        (canned(StatusCode::FORBIDDEN), "INTERCOM_ACCESS_TOKEN is refused."),
    ];
    let told =
        join_all(cases.into_iter().map(async |(effect, words)| (check_while(effect).await, words))).await;
    for (said, words) in told {
        assert!(said.contains(words), "{words}: {said}");
        assert!(!said.contains("nothing was changed"), "{said}");
    }
}

/// What `check` says where Intercom is said to be at that address.
async fn check_at(address: &str) -> String {
    let mut stage = Stage::set().await;
    stage.set_variable("INTERCOM_API_URL", address);
    check(&stage).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn check_tells_a_refused_connection_a_wrong_name_and_no_tls_apart() {
    let other = Stage::set().await;
    let plain = other.variables["INTERCOM_API_URL"].replace("http://", "https://");
    // No name has a part of more than 63 letters, so that nobody is asked for it.
    let nowhere = format!("http://{}.invalid", "a".repeat(64));
    let cases = [
        ("http://127.0.0.1:1", "the connection is refused"),
        (&*nowhere, "cannot be looked up (DNS)"),
        (&*plain, "no secure connection comes about (TLS)"),
    ];
    let told = join_all(cases.map(async |(address, words)| (check_at(address).await, words))).await;
    for (said, words) in told {
        assert!(said.contains(words), "{words}: {said}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn slips_in_dotenv_are_named_at_once_with_what_was_meant() {
    let folder = tempfile::tempdir().expect("a folder can be made");
    let dotenv =
        "INTERCOM_TOKEN=abc\nDISCORD_TOKEN=your-bot-token\nPOLL_INTERVALL=15s\nSTORE_URL=sled:data\n";
    fs::write(folder.path().join(".env"), dotenv).expect("it can be written");
    fs::write(folder.path().join("data"), "").expect("it can be written");
    for command in ["check", "run"] {
        let output = deskbell(command, &BTreeMap::new(), folder.path()).await;
        let said = said(&output);
        assert_eq!(output.status.code(), Some(1), "{said}");
        for words in [
            "INTERCOM_TOKEN is none of mine; INTERCOM_ACCESS_TOKEN?",
            "POLL_INTERVALL is none of mine; POLL_INTERVAL?",
            "DISCORD_TOKEN is still the example.",
            "data is a file",
        ] {
            assert!(said.contains(words), "{command}, {words}: {said}");
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn with_a_slip_in_the_proxys_address_check_takes_the_token_nowhere_else() {
    let mut stage = Stage::set().await;
    stage.set_variable("DISCORD_PROXY_URL", "ftp://127.0.0.1:1");
    let said = check(&stage).await;
    assert!(said.contains("DISCORD_PROXY_URL is not an address."), "{said}");
    assert!(!said.contains("discord.com:") && !said.contains("Discord    "), "{said}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_folder_in_the_place_of_a_tokens_file_is_not_told_to_be_closed() {
    let mut stage = Stage::set().await;
    let folder = stage.folder.path().to_string_lossy().into_owned();
    stage.variables.remove("INTERCOM_ACCESS_TOKEN");
    stage.set_variable("INTERCOM_ACCESS_TOKEN_FILE", &folder);
    let said = check(&stage).await;
    assert!(!said.contains("others on this machine can read the tokens"), "{said}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn check_tells_which_of_several_servers_is_linked() {
    let stage = Stage::set().await;
    make_guild(&stage.discord, "Other HQ");
    let said = check(&stage).await;
    assert!(said.contains("in 2 servers") && said.contains("linked: Acme HQ\n"), "{said}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn check_tells_reading_and_writing_apart_and_writes_nothing() {
    let stage = Stage::set().await;
    let said = check(&stage).await;
    assert!(
        said.contains("write contacts, conversations, tags\n") && said.contains("All is well."),
        "{said}"
    );
    let lacks = json!({"type": "error.list", "errors": [{"code": "forbidden", "message": "no"}]});
    let lacks = Effect::Status(CannedAnswer::new(StatusCode::FORBIDDEN, lacks));
    stage.intercom.faults().add(Fault::new(lacks.clone()).method(Method::PUT));
    stage.intercom.faults().add(Fault::new(lacks).method(Method::DELETE).path_containing("/tags"));
    let said = check(&stage).await;
    assert!(said.contains("read contacts, companies, conversations, tags, admins"), "{said}");
    let where_to =
        r#"Developer Hub, your app, Configure, Authentication: allow "Write users and companies"."#;
    assert!(said.contains("the token may not write contacts.") && said.contains(where_to), "{said}");
    assert!(said.contains("the token may not write tags. Tag… below cards does not work."), "{said}");
    assert!(said.contains("write conversations\n"), "{said}");
    assert!(!said.contains("All is well."), "{said}");
    assert!(stage.intercom.contacts().all().is_empty());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn health_tells_a_bot_that_runs_from_one_that_was_killed_or_stopped() {
    let mut stage = Stage::set().await;
    assert!(stage.health().await.1.contains("no bot runs"));
    stage.start_process().await;
    let runs = async { while stage.health().await.0 != Some(0) {} };
    tokio::time::timeout(PATIENCE, runs).await.expect("it is well in the end");
    stage.kill().await;
    let (code, said) = stage.health().await;
    assert_eq!(code, Some(1), "{said}");
    assert!(said.contains("last sign") && said.contains("it hangs or was killed"), "{said}");
    stage.start_process().await;
    let runs = async { while stage.health().await.0 != Some(0) {} };
    tokio::time::timeout(PATIENCE, runs).await.expect("it is well again");
    assert_eq!(stage.terminate().await, Some(0));
    let (code, said) = stage.health().await;
    assert!(code == Some(1) && said.contains("no bot runs. It was stopped"), "{said}");
}

/// The scene without a list of servers.
async fn with_no_list() -> Stage {
    let mut stage = Stage::set().await;
    stage.variables.remove("DISCORD_GUILD_ID");
    stage
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_only_server_is_linked_by_itself_and_one_that_comes_later_is_not() {
    let mut stage = with_no_list().await;
    assert!(check(&stage).await.contains("linked: Acme HQ, the only one"));
    stage.start_process().await;
    let linked = async { while !ask(&stage, "/status").await.contains("Acme") {} };
    tokio::time::timeout(PATIENCE, linked).await.expect("the server is taken");
    stage.subscribe("New lead", "#sales").await;
    let set_up = ask(&stage, "/setup").await;
    assert!(set_up.contains("linked because I was in no other"), "{set_up}");
    assert_eq!(stage.terminate().await, Some(0));
    let other = make_guild(&stage.discord, "Other HQ");
    stage.next_second().await;
    stage.intercom.contacts().create(NewContact::lead().name("Ada Lovelace"));
    stage.start_process().await;
    assert_eq!(stage.cards(stage.guild.sales, 1).await.len(), 1);
    let mark = stage.discord.guild(other.id).member("mark");
    let reply = mark.slash(other.support, "/setup").expect("the command is registered");
    let text = reply.text().await.expect("the bot answers");
    assert!(text.contains("This server is not linked"), "{text}");
    assert!(check(&stage).await.contains("linked: Acme HQ, which was the only one at first"));
    stage.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_several_servers_none_is_taken_and_the_log_has_the_lines_to_paste() {
    let mut stage = with_no_list().await;
    let other = make_guild(&stage.discord, "Other HQ");
    let log = stage.folder.path().join("log");
    stage.start_process_logging("info", fs::File::create(&log).expect("it can be made").into()).await;
    let text = || fs::read_to_string(&log).expect("the log can be read");
    for guild in [stage.guild.id, other.id] {
        until("the line", || text().contains(&format!("DISCORD_GUILD_ID={guild}"))).await;
    }
    assert!(text().contains("Other HQ"), "{}", text());
    let said = ask(&stage, "/setup").await;
    assert!(said.contains("This server is not linked"), "{said}");
    let said = check(&stage).await;
    assert!(said.contains("I am in several servers") && said.contains("1 thing to mend"), "{said}");
    stage.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_notification_on_hold_stands_in_the_log_in_words_with_the_channels_name() {
    let mut stage = Stage::set().await;
    let log = stage.folder.path().join("log");
    stage.start_process_logging("info", fs::File::create(&log).expect("it can be made").into()).await;
    stage.subscribe("New lead", "#sales").await;
    let text = || fs::read_to_string(&log).expect("the log can be read");
    assert!(text().contains("linked") && text().contains("Acme HQ"), "{}", text());
    let missing = json!({"code": 50013, "message": "Missing Permissions"});
    let refused = Effect::Status(CannedAnswer::new(StatusCode::FORBIDDEN, missing));
    stage.discord.faults().add(Fault::new(refused).method(Method::POST).path_containing("/messages"));
    stage.next_second().await;
    stage.intercom.contacts().create(NewContact::lead().name("Ada Lovelace"));
    until("the line", || text().contains("a channel takes no messages")).await;
    let text = text();
    assert!(text.contains(r#"channel.name="sales""#) && text.contains("[Try now]"), "{text}");
    assert!(text.contains("Discord does not let me post there"), "{text}");
    assert!(!text.contains("MissingPermissions") && !text.contains("Suspended("), "{text}");
    stage.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_intercom_refuses_stands_in_the_log_in_words() {
    let mut stage = Stage::set().await;
    let log = stage.folder.path().join("log");
    stage.start_process_logging("info", fs::File::create(&log).expect("it can be made").into()).await;
    stage.subscribe("New lead", "#sales").await;
    stage.intercom.access().set(Access::Revoked);
    let text = || fs::read_to_string(&log).expect("the log can be read");
    until("the line", || text().contains("Intercom refuses the token")).await;
    assert!(!text().contains("TokenRefused"), "{}", text());
    stage.stop().await;
}

#[tokio::test]
async fn init_without_a_terminal_says_so_and_what_to_do_by_hand() {
    let folder = tempfile::tempdir().expect("a folder can be made");
    let output = deskbell("init", &BTreeMap::new(), folder.path()).await;
    let said = said(&output);
    assert!(output.status.code() == Some(1) && said.contains("this is no terminal"), "{said}");
    assert!(!folder.path().join(".env").exists());
}
