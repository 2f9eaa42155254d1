//! What concerns whoever runs the bot: files, the log, forged presses, clocks.

use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::time::Duration;

use deskbell_sandbox::fault::{CannedAnswer, Effect, Fault};
use deskbell_sandbox::intercom::NewContact;
use serde_json::json;
use tokio::process::Command;

use crate::notifications::shown_ids;
use crate::stage::{PATIENCE, Stage};

/// Waits until something holds, and says what did not.
pub(crate) async fn until(what: &str, holds: impl Fn() -> bool) {
    let waited = tokio::time::timeout(PATIENCE, async {
        while !holds() {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    });
    waited.await.unwrap_or_else(|_| panic!("{what} never came"));
}

fn mode(path: &Path) -> u32 {
    fs::metadata(path).expect("it is there").permissions().mode() & 0o777
}

fn set_mode(path: &Path, mode: u32) {
    fs::set_permissions(path, Permissions::from_mode(mode)).expect("the mode can be set");
}

/// Everything below a folder.
pub(crate) fn below(folder: &Path) -> Vec<PathBuf> {
    let items =
        fs::read_dir(folder).expect("it can be read").map(|item| item.expect("it can be read").path());
    items
        .flat_map(|path| if path.is_dir() { [vec![path.clone()], below(&path)].concat() } else { vec![path] })
        .collect()
}

async fn check(stage: &Stage) -> String {
    asked(stage, "check").await
}

/// What a command says that is typed beside the bot.
async fn asked(stage: &Stage, command: &str) -> String {
    let running = Command::new(env!("CARGO_BIN_EXE_deskbell"))
        .arg(command)
        .env_clear()
        .envs(&stage.variables)
        .current_dir(stage.folder.path())
        .kill_on_drop(true)
        .output();
    let output =
        tokio::time::timeout(PATIENCE * 3, running).await.expect("it ends").expect("it can be started");
    String::from_utf8(output.stdout).expect("text")
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whatever_the_umask_the_store_is_its_owners_alone() {
    let mut stage = Stage::set().await;
    stage.start_process().await;
    let folder = stage.folder.path().join("data");
    until("the heartbeat", || folder.join("heartbeat.json").exists()).await;
    assert_eq!(stage.terminate().await, Some(0));
    let made = below(&folder);
    assert!(made.contains(&folder.join("store/db")), "{made:?}");
    for path in [vec![folder], made].concat() {
        assert_eq!(mode(&path), if path.is_dir() { 0o700 } else { 0o600 }, "{}", path.display());
    }
    assert!(!check(&stage).await.contains("others on this machine"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn links_in_the_stores_folder_are_not_followed() {
    let mut stage = Stage::set().await;
    let (folder, precious) = (stage.folder.path().join("data"), stage.folder.path().join("precious"));
    fs::create_dir(&folder).expect("it can be made");
    fs::write(&precious, "precious").expect("it can be written");
    for name in ["heartbeat.new", "heartbeat.json", "heartbeat.lock"] {
        std::os::unix::fs::symlink(&precious, folder.join(name)).expect("a link can be made");
    }
    stage.start_process().await;
    let beat = || fs::symlink_metadata(folder.join("heartbeat.json")).is_ok_and(|written| written.is_file());
    until("the heartbeat", beat).await;
    assert_eq!(stage.terminate().await, Some(0));
    assert!(beat(), "the last word is a file too");
    assert_eq!(fs::read_to_string(&precious).expect("it is there"), "precious");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_heartbeat_is_where_it_was_asked_for_and_health_and_check_look_there() {
    let mut stage = Stage::set().await;
    let file = stage.folder.path().join("run/deskbell/beat.json");
    stage.set_variable("HEARTBEAT_FILE", &file.display().to_string());
    stage.start_process().await;
    until("the heartbeat", || file.exists()).await;
    assert!(!stage.folder.path().join("data/heartbeat.json").exists());
    assert!(asked(&stage, "health").await.starts_with("ok: "));
    let said = check(&stage).await;
    assert!(said.contains("; a bot runs with it, and no second one can"), "{said}");
    assert_eq!(stage.terminate().await, Some(0));
    let said = asked(&stage, "health").await;
    assert!(said.starts_with("not ok: no bot runs. It was stopped"), "{said}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn check_names_an_open_store_and_open_secrets_with_the_line_that_closes_them() {
    let mut stage = Stage::set().await;
    let (folder, dotenv) = (stage.folder.path().join("data"), stage.folder.path().join(".env"));
    let token = stage.folder.path().join("token");
    fs::create_dir(&folder).expect("it can be made");
    fs::write(&dotenv, "POLL_INTERVAL=1s\n").expect("it can be written");
    fs::write(&token, "sandbox-intercom-token").expect("it can be written");
    stage.variables.remove("INTERCOM_ACCESS_TOKEN");
    stage.set_variable("INTERCOM_ACCESS_TOKEN_FILE", &token.display().to_string());
    set_mode(&folder, 0o755);
    set_mode(&dotenv, 0o622);
    set_mode(&token, 0o640);
    let said = check(&stage).await;
    let lines =
        [format!("chmod -R go-rwx {}", folder.display()), format!("chmod go-rwx {}", token.display())];
    for line in lines.iter().map(String::as_str).chain(["chmod go-rwx ./.env"]) {
        assert!(said.contains(line), "{line}: {said}");
    }
    assert!(said.contains("All is well."), "an older store still works: {said}");
    set_mode(&folder, 0o700);
    set_mode(&dotenv, 0o600);
    set_mode(&token, 0o400);
    assert!(!check(&stage).await.contains("others on this machine"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_did_it_stands_in_the_log_with_ids_and_no_names() {
    let mut stage = Stage::set().await;
    let log = stage.folder.path().join("log");
    stage.start_process_logging("info", fs::File::create(&log).expect("it can be made").into()).await;
    let ada =
        stage.intercom.contacts().create(NewContact::lead().name("Ada Lovelace").email("ada@acme.example"));
    let mark = stage.discord.guild(stage.guild.id).member("mark");
    let commands = [
        "/access add role:@Sales".to_owned(),
        "/notify add event:New lead channel:#sales".to_owned(),
        "/notify pause".to_owned(),
        "/notify resume".to_owned(),
        "/user create email:grace@acme.example name:Grace Hopper".to_owned(),
        "/user create email:grace@acme.example name:Amazing Grace".to_owned(),
        "/lead create email:bob@acme.example".to_owned(),
        "/lead export".to_owned(),
    ];
    for command in &commands {
        let reply = mark.slash(stage.guild.support, command).expect("the command is registered");
        let done = |message: &deskbell_sandbox::discord::Message| !message.content.starts_with("Collecting");
        reply.message_where("its end", done).await.expect("the bot answers");
    }
    let card = mark.slash(stage.guild.support, &format!("/lead get lead:{ada}")).expect("it is registered");
    let card = card.message().await.expect("the bot answers");
    mark.press(&card, "Share here").expect("the button is there").message().await.expect("the bot answers");
    let who = format!("guild.id={} member.id={}", stage.guild.id, mark.id());
    let shared = format!(r#"action="share" record="contact {ada} in channel {}""#, stage.guild.support);
    let text = || fs::read_to_string(&log).expect("the log can be read");
    until("the last line", || text().contains(&shared)).await;
    let text = text();
    let role = format!(r#"action="give access" record="role {}""#, stage.guild.team);
    let [added, paused, resumed] = of_one_notification(&text);
    let actions = [
        &*role,
        &*added,
        &*paused,
        &*resumed,
        r#"action="create" record="contact "#,
        r#"action="update" record="contact "#,
        r#"action="export" record=""#,
    ];
    for action in actions {
        let often = if action.contains("create") { 2 } else { 1 };
        assert_eq!(text.matches(&format!("{who} {action}")).count(), often, "{action}: {text}");
    }
    for personal in ["Ada", "acme.example", "Grace", "Hopper"] {
        assert!(!text.contains(personal), "{personal}: {text}");
    }
    stage.stop().await;
}

/// What is written when one notification is made, paused and taken up again.
fn of_one_notification(log: &str) -> [String; 3] {
    let (_, made) = log.split_once(r#"action="add notification" record=""#).expect("one was made");
    let (made, _) = made.split_once('"').expect("it has an id");
    ["add", "pause", "resume"].map(|what| format!(r#"action="{what} notification" record="{made}""#))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_forged_press_with_the_id_zero_is_refused_and_breaks_nothing() {
    let mut stage = Stage::with_bot().await;
    let mark = stage.discord.guild(stage.guild.id).member("mark");
    let set_up = mark.slash(stage.guild.support, "/setup").expect("the command is registered");
    let message = set_up.message().await.expect("the bot answers");
    for custom_id in
        ["v1:allow:0:look", "v1:add:everything:0:lead:-:-", "v1:pause:0", "v1:skip:0", "v1:failed:0"]
    {
        let reply = mark.press_forged(&message, custom_id).expect("the message is there");
        let answer = reply.render().await.unwrap_or_else(|failure| panic!("{custom_id}: {failure}"));
        assert!(!answer.contains('✅'), "{custom_id}: {answer}");
    }
    let again = mark.slash(stage.guild.support, "/setup").expect("the command is registered");
    let again = again.message().await.expect("the bot answers");
    assert_eq!(again.content, message.content, "the set-up is as it was");
    let list = mark.slash(stage.guild.support, "/access list").expect("the command is registered");
    let text = list.text().await.expect("the bot answers");
    assert!(text.starts_with("Only people with **Manage Server** may see customers"), "{text}");
    stage.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_intercom_whose_clock_is_an_hour_ahead_for_a_while_loses_no_lead() {
    let mut stage = Stage::with_bot().await;
    stage.subscribe("New user", "#support").await;
    let nobody = json!({
        "type": "list", "data": [], "total_count": 0,
        "pages": {"type": "pages", "page": 1, "per_page": 150, "total_pages": 1},
    });
    let ahead = CannedAnswer::new(reqwest::StatusCode::OK, nobody).with_header("date", &in_an_hour());
    let ahead =
        stage.intercom.faults().add(Fault::new(Effect::Status(ahead)).path_containing("/contacts/search"));
    until("two polls with the wrong time", || stage.intercom.faults().hits(ahead) >= 2).await;
    stage.subscribe("New lead", "#sales").await;
    stage.next_second().await;
    stage.next_second().await;
    stage.next_second().await;
    let made = stage.intercom.contacts().create(NewContact::lead().name("Ada")).to_string();
    stage.intercom.faults().turn_off(ahead);
    let cards = stage.cards(stage.guild.sales, 1).await;
    assert_eq!(shown_ids(&cards), [made]);
    stage.stop().await;
}

fn in_an_hour() -> String {
    let clock = deskbell_sandbox::clock::Clock::system();
    clock.advance(Duration::from_secs(3600));
    clock.http_date()
}
