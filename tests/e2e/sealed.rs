//! What the bot writes down and tells names nobody, and nobody reads it without the key: neither customers, nor what
//! servers connect with.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Stdio;

use deskbell_sandbox::discord::Message;
use deskbell_sandbox::fault::{CannedAnswer, Effect, Fault};
use deskbell_sandbox::intercom::{NewCompany, NewContact, NewConversation};
use reqwest::{Method, StatusCode};
use serde_json::json;

use crate::browser::{Browsing, SECRET};
use crate::connections::{ACME_TOKEN, GLOBEX_TOKEN};
use crate::operators::below;
use crate::program::deskbell;
use crate::stage::{PATIENCE, Stage, subscribe};

/// Texts by which somebody could be known, in what the story makes and types.
const SECRETS: [&str; 6] = [
    "Lovelace",
    "ada@secret.test",
    "+15551234567",
    "Analytical Engines",
    "my invoice is wrong",
    "grace hopper",
];

/// In which files a text stands.
fn standing_in(folder: &Path, text: &str) -> Vec<PathBuf> {
    let holds = |path: &PathBuf| {
        fs::read(path).expect("it can be read").windows(text.len()).any(|part| part == text.as_bytes())
    };
    below(folder).into_iter().filter(|path| path.is_file()).filter(holds).collect()
}

/// Leads, a user who changes, a conversation, an event that cannot be posted, a list that was looked for.
async fn use_everything(stage: &Stage) {
    for (event, channel) in [
        ("New lead", "#sales"),
        ("New user", "#sales"),
        ("User updated", "#sales"),
        ("New conversation", "#support"),
    ] {
        stage.subscribe(event, channel).await;
    }
    stage.next_second().await;
    let company = stage.intercom.companies().create(NewCompany::named("Analytical Engines"));
    let ada = NewContact::user().name("Ada Lovelace").email("ada@secret.test").phone("+15551234567");
    let ada = stage.intercom.contacts().create(ada.company(&company));
    stage.cards(stage.guild.sales, 1).await;
    stage.next_second().await;
    stage
        .intercom
        .contacts()
        .update(&ada, |one| one.name = Some("Countess Lovelace".to_owned()))
        .expect("she exists");
    stage.cards(stage.guild.sales, 2).await;
    stage.intercom.conversations().start(NewConversation::from_contact(&ada, "<p>my invoice is wrong</p>"));
    stage.cards(stage.guild.support, 1).await;
    let fault = stage.discord.faults().add(every_post_is_refused());
    stage.intercom.contacts().create(NewContact::lead().name("Byron Lovelace").email("ada@secret.test"));
    until_answered(stage, "/notify failed", "could not be posted").await;
    stage.discord.faults().turn_off(fault);
    until_answered(stage, "/lead list search:grace hopper", "grace hopper").await;
}

fn every_post_is_refused() -> Fault {
    let refused = json!({ "code": 200_000, "message": "blocked" });
    let posts = Fault::new(Effect::Status(CannedAnswer::new(StatusCode::BAD_REQUEST, refused)));
    posts.method(Method::POST).path_containing("/messages")
}

/// Types a command until its answer says something.
async fn until_answered(stage: &Stage, command: &str, says: &str) {
    let mark = stage.discord.guild(stage.guild.id).member("mark");
    let asking = async {
        loop {
            let reply = mark.slash(stage.guild.support, command).expect("the command is registered");
            if reply.render().await.expect("the bot answers").contains(says) {
                return;
            }
            stage.next_second().await;
        }
    };
    tokio::time::timeout(PATIENCE, asking).await.unwrap_or_else(|_| panic!("{command} never says {says}"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_file_of_the_bot_and_no_line_of_its_log_tells_of_anybody() {
    let mut stage = Stage::set().await;
    stage.intercom.workspace().set_id("acme1");
    let log = stage.folder.path().join("log");
    let writes = fs::File::create(&log).expect("it can be made");
    stage.start_process_logging("debug", Stdio::from(writes)).await;
    use_everything(&stage).await;
    stage.terminate().await;
    for secret in SECRETS {
        assert_eq!(standing_in(stage.folder.path(), secret), [] as [PathBuf; 0], "{secret} can be read");
    }
    for variable in ["DISCORD_TOKEN", "INTERCOM_ACCESS_TOKEN"] {
        let token = stage.variables[variable].clone();
        assert_eq!(standing_in(stage.folder.path(), &token), [] as [PathBuf; 0], "{variable} can be read");
    }
}

const OWN_SECRET: &str = "77f0a1de-6f0e-4d6f-8f43-0d2c3f1b9a55";

/// The last of these parts of an address.
fn parameter(address: &str, name: &str) -> String {
    let url = url::Url::parse(address).expect("it is an address");
    let found = url.query_pairs().filter(|(key, _)| key == name).map(|(_, value)| value.into_owned()).last();
    found.unwrap_or_else(|| panic!("{address} has no {name}"))
}

/// The first server connects in a browser, the second with a token and an app of its own; and somebody comes back from
/// Intercom and never says yes. What all of that was done with.
async fn connect(browsing: &Browsing) -> Vec<String> {
    let scene = &browsing.scene;
    let mut used = [ACME_TOKEN, GLOBEX_TOKEN, OWN_SECRET, SECRET].map(str::to_owned).to_vec();
    for answers in ["Connect", "nothing"] {
        let (link, answer) = browsing.link().await;
        let (cookie, back) = browsing.to_intercom_and_back(&link).await;
        browsing.get(&back, Some(&cookie)).await;
        let (_, cookie) = cookie.split_once('=').expect("it is a pair");
        used.extend([parameter(&back, "state"), parameter(&back, "code"), cookie.to_owned()]);
        if answers == "Connect" {
            let question = browsing.question(&answer).await;
            let told = scene.press(scene.acme, &question, answers).text().await.expect("the bot answers");
            assert!(told.starts_with("✅ Connected"), "{told}");
            scene.stage.intercom.oauth().allow(GLOBEX_TOKEN);
        } else {
            let asks = |message: &Message| message.content.contains("**Globex**");
            answer.message_where("the question", asks).await.expect("it becomes the question");
        }
    }
    let fields = [("token", GLOBEX_TOKEN), ("client_secret", OWN_SECRET)];
    let told = scene.paste(scene.globex, "Use an access token", &fields).await.content;
    assert!(told.starts_with("✅ Connected with **Globex**"), "{told}");
    used
}

/// With these the bot's answers are edited.
fn interaction_tokens(stage: &Stage) -> BTreeSet<String> {
    let edited = stage.discord.recorder().exchanges().into_iter().filter_map(|exchange| {
        let (_, rest) = exchange.path.split_once("/webhooks/")?;
        rest.split('/').nth(1).map(str::to_owned)
    });
    let tokens: BTreeSet<String> = edited.collect();
    assert!(!tokens.is_empty(), "answers were edited");
    tokens
}

/// What a bot tells whoever runs it.
async fn told_to_the_operator(browsing: &Browsing) -> String {
    let (variables, folder) = (&browsing.scene.stage.variables, browsing.scene.stage.folder.path());
    let page = reqwest::get(format!("http://{}/metrics", browsing.address)).await.expect("the door answers");
    let mut told = page.text().await.expect("it is text");
    for arguments in [&["ps"][..], &["ps", "--json"], &["check"], &["check", "--json"], &["health"]] {
        let ran = deskbell(arguments, variables, folder).await;
        assert_eq!(ran.code, Some(0), "{arguments:?}: {}{}", ran.out, ran.err);
        told += &ran.out;
        told += &ran.err;
    }
    told
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_that_a_server_connects_with_stands_in_a_file_a_log_a_metric_or_an_answer_to_the_operator() {
    let mut browsing = Browsing::set().await;
    let log = browsing.scene.stage.folder.path().join("log");
    let writes = fs::File::create(&log).expect("it can be made");
    browsing.scene.stage.start_process_logging("debug", Stdio::from(writes)).await;
    let mut used = connect(&browsing).await;
    let scene = &browsing.scene;
    for guild in [scene.acme, scene.globex] {
        subscribe(&scene.stage.discord, guild, "New lead", "#sales").await;
    }
    scene.stage.next_second().await;
    for intercom in [&scene.stage.intercom, &scene.globex_workspace] {
        intercom.contacts().create(NewContact::lead().name("Byron Lovelace").email("ada@secret.test"));
    }
    for guild in [scene.acme, scene.globex] {
        scene.stage.cards(guild.sales, 1).await;
    }
    used.extend(["Lovelace", "ada@secret.test"].map(str::to_owned));
    used.extend(interaction_tokens(&scene.stage));
    let told = told_to_the_operator(&browsing).await;
    let copied = deskbell(&["backup", "copy"], &scene.stage.variables, scene.stage.folder.path()).await;
    assert_eq!(copied.code, Some(0), "{}", copied.err);
    browsing.scene.stage.kill().await;
    for secret in used {
        let files = standing_in(browsing.scene.stage.folder.path(), &secret);
        assert_eq!(files, [] as [PathBuf; 0], "{secret} can be read");
        assert!(!told.contains(&secret), "{secret} is told: {told}");
    }
}
