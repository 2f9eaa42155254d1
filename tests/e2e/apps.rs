//! Apps in Intercom's Developer Hub: the operator's, which a workspace takes away, and one of a server's own. And what
//! is left of a workspace that was disconnected.

use std::time::Duration;

use data_encoding::HEXLOWER;
use deskbell_sandbox::fault::{Effect, Fault};
use deskbell_sandbox::intercom::{Access, NewContact};
use deskbell_stage::Webhook;
use hmac::{Hmac, KeyInit as _, Mac as _};
use reqwest::{Client, Method, StatusCode};
use serde_json::{Value, json};
use sha2::Sha256;

use crate::browser::{Browsing, SECRET};
use crate::connections::{ACME_TOKEN, GLOBEX_TOKEN, Scene, lead};
use crate::door::free_address;
use crate::program::deskbell;
use crate::stage::{PATIENCE, cards_in, subscribe};

/// What a server's own app signs with.
const OWN_SECRET: &str = "77f0a1de-6f0e-4d6f-8f43-0d2c3f1b9a55";

/// Intercom says that a workspace has taken the app away, signed with a secret.
async fn uninstall(address: &str, workspace: &str, secret: &str) -> StatusCode {
    let body = json!({ "app_id": workspace }).to_string();
    let mut code = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).expect("any length is a key");
    code.update(body.as_bytes());
    let signature = HEXLOWER.encode(&code.finalize().into_bytes());
    let told = Client::new().post(format!("http://{address}/intercom/uninstall")).body(body);
    told.header("X-Body-Signature", signature).send().await.expect("the door answers").status()
}

/// The first server is connected in a browser, and hears of leads.
pub(crate) async fn connected_in_a_browser() -> Browsing {
    let browsing = Browsing::start().await;
    let acme = browsing.scene.acme;
    let (link, answer) = browsing.link().await;
    let (cookie, back) = browsing.to_intercom_and_back(&link).await;
    browsing.get(&back, Some(&cookie)).await;
    let question = browsing.question(&answer).await;
    let told = browsing.scene.press(acme, &question, "Connect").text().await.expect("the bot answers");
    assert!(told.starts_with("✅ Connected with **Acme**"), "{told}");
    subscribe(&browsing.scene.stage.discord, acme, "New lead", "#sales").await;
    browsing.scene.stage.next_second().await;
    browsing
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_app_that_was_taken_away_stops_its_connection_and_whoever_only_says_so_stops_nothing() {
    let mut browsing = connected_in_a_browser().await;
    let acme = browsing.scene.acme;
    assert_eq!(uninstall(&browsing.address, "acme1", "another secret").await, StatusCode::UNAUTHORIZED);
    assert_eq!(uninstall(&browsing.address, "stranger", SECRET).await, StatusCode::OK);
    // Intercom signed it, and still takes the token: so it is not true.
    assert_eq!(uninstall(&browsing.address, "acme1", SECRET).await, StatusCode::OK);
    lead(&browsing.scene.stage.intercom, "Ada");
    browsing.scene.stage.cards(acme.sales, 1).await;
    let shown = browsing.scene.read(acme, "/connection").await;
    assert!(!shown.contains("refuses the token"), "{shown}");
    browsing.scene.stage.intercom.access().set_for(ACME_TOKEN, Access::Revoked);
    assert_eq!(uninstall(&browsing.address, "acme1", SECRET).await, StatusCode::OK);
    browsing.scene.read_until(acme, "/connection", "⚠️ Intercom refuses the token").await;
    assert!(workspaces(&browsing.scene).await[0]["refused_since"].is_string());
    lead(&browsing.scene.stage.intercom, "Bea");
    for _ in 0..2 {
        browsing.scene.stage.next_second().await;
    }
    assert_eq!(cards_in(&browsing.scene.stage.discord, acme.sales).len(), 1, "nothing is read any more");
    browsing.scene.stage.terminate().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_servers_own_app_rings_at_once_and_is_believed_for_its_own_workspace_alone() {
    let mut scene = Scene::set().await;
    let (acme, globex, address) = (scene.acme, scene.globex, free_address());
    scene.stage.set_variable("HTTP_LISTEN", &address);
    scene.stage.set_variable("POLL_INTERVAL", "1d");
    scene.stage.start_process().await;
    let fields = [("token", ACME_TOKEN), ("client_secret", OWN_SECRET)];
    let told = scene.paste(acme, "Use an access token", &fields).await.content;
    assert!(told.starts_with("✅ Connected with **Acme**"), "{told}");
    scene.connect(globex, GLOBEX_TOKEN).await;
    for guild in [acme, globex] {
        subscribe(&scene.stage.discord, guild, "New lead", "#sales").await;
    }
    scene.stage.next_second().await;
    let ada = scene.stage.intercom.contacts().create(NewContact::lead().name("Ada").email("ada@example.com"));
    let hank = NewContact::lead().name("Hank").email("hank@example.com");
    let hank = scene.globex_workspace.contacts().create(hank);
    let (client, door) = (Client::new(), address.parse().expect("it is an address"));
    let topic = "contact.lead.created";
    for (workspace, lead, secret, status) in [
        ("globex1", &hank, OWN_SECRET, StatusCode::UNAUTHORIZED),
        ("acme1", &ada, SECRET, StatusCode::UNAUTHORIZED),
        ("acme1", &ada, OWN_SECRET, StatusCode::OK),
    ] {
        let answer = Webhook::new(workspace, topic, lead.as_str()).send(&client, door, secret).await;
        assert_eq!(answer.expect("the door answers"), status, "{workspace}, {secret}");
    }
    let cards = format!("{:?}", scene.stage.cards(acme.sales, 1).await);
    assert!(cards.contains("ada@example.com"), "{cards}");
    assert_eq!(cards_in(&scene.stage.discord, globex.sales).len(), 0, "nobody told of that one");
    scene.stage.terminate().await;
}

/// What the bot tells of its workspaces.
async fn workspaces(scene: &Scene) -> Value {
    let told = deskbell(&["ps", "--json"], &scene.stage.variables, scene.stage.folder.path()).await;
    serde_json::from_str::<Value>(&told.out).expect("it is JSON")["workspaces"].clone()
}

/// What the keys of the workspace's rows begin with. Its bare id stays where the audit says that it was disconnected.
const ITS_ROWS: &str = "wacme1";

/// Whether a copy of the whole store holds this.
async fn stands_in_a_copy(scene: &Scene, copy: &str, text: &str) -> bool {
    let path = scene.stage.folder.path().join(copy);
    let taken = deskbell(&["backup", copy], &scene.stage.variables, scene.stage.folder.path()).await;
    assert_eq!(taken.code, Some(0), "{}", taken.err);
    let bytes = std::fs::read(&path).expect("it is there");
    std::fs::remove_file(path).expect("it can be taken away");
    bytes.windows(text.len()).any(|part| part == text.as_bytes())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_left_when_the_bot_was_killed_while_it_erased_a_workspace_is_erased_at_the_next_start() {
    let mut scene = Scene::start().await;
    let acme = scene.acme;
    scene.connect(acme, ACME_TOKEN).await;
    subscribe(&scene.stage.discord, acme, "New lead", "#sales").await;
    scene.stage.next_second().await;
    lead(&scene.stage.intercom, "Ada");
    scene.stage.cards(acme.sales, 1).await;
    // A message that Discord does not answer is waited for before anything is erased.
    let hanging = Fault::new(Effect::Hang).method(Method::POST).path_containing("/messages");
    let hanging = scene.stage.discord.faults().add(hanging);
    lead(&scene.stage.intercom, "Bea");
    let sent = async {
        while scene.stage.discord.faults().hits(hanging) == 0 {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    tokio::time::timeout(PATIENCE, sent).await.expect("the message is sent");
    let shown = scene.ask(acme, "/connection").await;
    let asked = scene.press(acme, &shown, "Disconnect").message().await.expect("the bot answers");
    let _answered_later = scene.press(acme, &asked, "Disconnect, keep the cards");
    let disconnected = async { while workspaces(&scene).await != json!([]) {} };
    tokio::time::timeout(PATIENCE, disconnected).await.expect("it is disconnected");
    scene.stage.kill().await;
    assert!(stands_in_a_copy(&scene, "left", ITS_ROWS).await, "it was killed before it had erased all");
    scene.stage.discord.faults().turn_off(hanging);
    scene.stage.start_process().await;
    let erased = async { while stands_in_a_copy(&scene, "copy", ITS_ROWS).await {} };
    tokio::time::timeout(PATIENCE, erased).await.expect("the rest is erased");
    assert!(scene.read(acme, "/connection").await.contains("not connected"));
    let keys = std::fs::read_to_string(scene.stage.folder.path().join("data/keys")).expect("it is there");
    assert!(!keys.contains("acme1"), "its key is gone: {keys}");
    scene.stage.terminate().await;
}
