//! What the bot writes down names nobody, and nobody reads it without the key.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Stdio;

use deskbell_sandbox::fault::{CannedAnswer, Effect, Fault};
use deskbell_sandbox::intercom::{NewCompany, NewContact, NewConversation};
use reqwest::{Method, StatusCode};
use serde_json::json;

use crate::operators::below;
use crate::stage::{PATIENCE, Stage};

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
