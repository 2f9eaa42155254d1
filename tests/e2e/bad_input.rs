//! What comes in wrong from outside, and in what words it is refused: links that are too old, webhooks of what is gone,
//! senders that never end, keys that are not the store's, addresses that cannot be.

use std::fs;
use std::io::Write as _;
use std::net::TcpStream;
use std::time::Duration;

use deskbell_sandbox::intercom::{Access, NewContact};
use deskbell_stage::Webhook;
use reqwest::{Client, StatusCode};

use crate::apps::connected_in_a_browser;
use crate::browser::Browsing;
use crate::connections::{ACME_TOKEN, Scene};
use crate::door::free_address;
use crate::program::{Ran, deskbell};
use crate::stage::Stage;

const SECRET: &str = "5bfe5f1e-1d75-4f0c-9d5e-3c1b3d8a7c10";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_link_that_is_older_than_ten_minutes_leads_nowhere_and_says_how_to_get_a_new_one() {
    let mut browsing = Browsing::set().await;
    browsing.scene.stage.start().await;
    let (link, _) = browsing.link().await;
    let (cookie, back) = browsing.to_intercom_and_back(&link).await;
    let (second, _) = browsing.link().await;
    browsing.scene.stage.clock.advance(Duration::from_mins(11));
    for (address, held) in [(&back, Some(cookie.as_str())), (&second, None)] {
        let shown = browsing.get(address, held).await;
        assert!(
            shown.html.contains("is older than ten minutes. Type /connection in Discord"),
            "{}",
            shown.html
        );
    }
    let acme = browsing.scene.acme;
    assert!(browsing.scene.read(acme, "/lead list").await.contains("not connected"));
    browsing.scene.stage.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_revoked_token_connects_nothing_and_is_told_as_one_that_belongs_to_nobody() {
    let mut scene = Scene::start().await;
    scene.stage.intercom.access().set_for(ACME_TOKEN, Access::Revoked);
    let told = scene.connect(scene.acme, ACME_TOKEN).await;
    assert!(told.contains("That token belongs to nobody"), "{told}");
    assert!(scene.read(scene.acme, "/connection").await.contains("not connected"));
    scene.stage.terminate().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_webhook_of_what_is_gone_or_that_names_its_workspace_twice_is_taken_and_left() {
    let mut stage = Stage::set().await;
    stage.intercom.workspace().set_id("acme1");
    let address = free_address();
    for (name, value) in
        [("POLL_INTERVAL", "1d"), ("HTTP_LISTEN", &address), ("INTERCOM_CLIENT_SECRET", SECRET)]
    {
        stage.set_variable(name, value);
    }
    stage.start_process().await;
    stage.subscribe("New lead", "#sales").await;
    stage.next_second().await;
    let (client, door) = (Client::new(), address.parse().expect("it is an address"));
    let mallory = stage.intercom.contacts().create(NewContact::lead().name("Mallory"));
    let twice = Webhook::of_body(format!(
        r#"{{"app_id":"stranger","app_id":"acme1","topic":"contact.lead.created","data":{{"item":{{"id":"{mallory}"}}}}}}"#
    ));
    let gone = Webhook::new("acme1", "contact.lead.created", "5f3b2a1c9d8e7f6a5b4c3d2e");
    for webhook in [twice, gone] {
        assert_eq!(webhook.send(&client, door, SECRET).await.expect("it answers"), StatusCode::OK);
    }
    let ada = stage.intercom.contacts().create(NewContact::lead().name("Ada"));
    let webhook = Webhook::new("acme1", "contact.lead.created", ada.as_str());
    assert_eq!(webhook.send(&client, door, SECRET).await.expect("it answers"), StatusCode::OK);
    let cards = format!("{:?}", stage.cards(stage.guild.sales, 1).await);
    assert!(cards.contains("Ada") && !cards.contains("Mallory"), "{cards}");
    stage.terminate().await;
}

/// More connections than the door serves at once, which begin a request and never end it.
fn never_ending(address: &str) -> Vec<TcpStream> {
    let begin = |_| {
        let mut stream = TcpStream::connect(address).expect("the system takes the connection");
        stream
            .write_all(b"POST /intercom/webhooks HTTP/1.1\r\nHost: deskbell\r\n")
            .expect("it can be written");
        stream
    };
    (0..300).map(begin).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn senders_that_never_end_hold_up_the_door_for_seconds_and_nothing_else() {
    let mut stage = Stage::set().await;
    stage.intercom.workspace().set_id("acme1");
    let address = free_address();
    stage.set_variable("HTTP_LISTEN", &address);
    stage.set_variable("INTERCOM_CLIENT_SECRET", SECRET);
    stage.start_process().await;
    stage.subscribe("New lead", "#sales").await;
    stage.next_second().await;
    let senders = never_ending(&address);
    let ada = stage.intercom.contacts().create(NewContact::lead().name("Ada"));
    stage.cards(stage.guild.sales, 1).await;
    let webhook = Webhook::new("acme1", "contact.lead.created", ada.as_str());
    let (client, door) = (Client::new(), address.parse().expect("it is an address"));
    let answered = tokio::time::timeout(Duration::from_secs(60), webhook.send(&client, door, SECRET));
    assert_eq!(answered.await.expect("in time").expect("it answers"), StatusCode::OK);
    drop(senders);
    stage.terminate().await;
}

async fn run(stage: &Stage) -> Ran {
    deskbell(&["run"], &stage.variables, stage.folder.path()).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_key_that_is_none_another_one_and_a_lost_one_are_told_with_what_is_lost() {
    let mut stage = Stage::set().await;
    stage.set_variable("DESKBELL_KEY", "dG9vIHNob3J0");
    let short = run(&stage).await;
    assert_eq!(short.code, Some(1));
    assert!(short.err.contains("DESKBELL_KEY") && short.err.contains("32 bytes"), "{}", short.err);
    assert!(!short.err.contains("dG9vIHNob3J0"), "the value is not told: {}", short.err);
    stage.variables.remove("DESKBELL_KEY");
    stage.start_process().await;
    stage.terminate().await;
    let key = stage.folder.path().join("data/key");
    let right = fs::read_to_string(&key).expect("the bot made one");
    let other = deskbell(&["key", "new"], &stage.variables, stage.folder.path()).await.out;
    fs::write(&key, &other).expect("it can be written");
    let wrong = run(&stage).await;
    assert_eq!(wrong.code, Some(1));
    assert!(wrong.err.contains("is sealed under the key with the fingerprint"), "{}", wrong.err);
    fs::remove_file(&key).expect("it is there");
    let lost = run(&stage).await;
    assert_eq!(lost.code, Some(1));
    for words in ["the key of the store", "Without it nothing that is sealed in the store can be read again"]
    {
        assert!(lost.err.contains(words), "{words}: {}", lost.err);
    }
    assert!(lost.err.contains("What is at Intercom and in Discord is not touched"), "{}", lost.err);
    assert!(![&short, &wrong, &lost].iter().any(|ran| ran.err.contains(right.trim())), "no key is told");
    fs::write(&key, &right).expect("it can be written");
    stage.start_process().await;
    stage.terminate().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_public_address_without_tls_and_half_an_app_are_told_with_what_to_set() {
    let mut stage = Stage::set().await;
    let address = free_address();
    stage.set_variable("HTTP_LISTEN", &address);
    stage.set_variable("PUBLIC_URL", "http://deskbell.example.com");
    stage.set_variable("INTERCOM_CLIENT_SECRET", SECRET);
    let open = run(&stage).await;
    assert_eq!(open.code, Some(1));
    assert!(
        open.err.contains("PUBLIC_URL begins with http://") && open.err.contains("Write https://"),
        "{}",
        open.err
    );
    stage.variables.remove("PUBLIC_URL");
    stage.set_variable("INTERCOM_CLIENT_ID", "8e1d3a51-2f6f-4c6b-9a11-0c5d1e7f2b90");
    let half = run(&stage).await;
    assert!(half.err.contains("INTERCOM_CLIENT_ID is set, and without PUBLIC_URL"), "{}", half.err);
    let checked = deskbell(&["check"], &stage.variables, stage.folder.path()).await;
    assert_eq!(checked.code, Some(1), "{}", checked.out);
    assert!(checked.out.contains("without PUBLIC_URL no browser finds the way back"), "{}", checked.out);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn check_tells_of_the_door_beside_the_bot_that_runs() {
    let mut browsing = connected_in_a_browser().await;
    let address = browsing.address.clone();
    let variables = browsing.scene.stage.variables.clone();
    let folder = browsing.scene.stage.folder.path().to_owned();
    let checked = deskbell(&["check"], &variables, &folder).await;
    assert_eq!(checked.code, Some(0), "{}", checked.out);
    for words in [
        format!("the bot that runs listens on {address}"),
        "the redirect URL of the app is http://deskbell.localhost:".to_owned(),
        "some were not heard since the bot was started".to_owned(),
    ] {
        assert!(checked.out.contains(&words), "{words}: {}", checked.out);
    }
    let (client, door) = (Client::new(), address.parse().expect("it is an address"));
    let webhook = Webhook::new("acme1", "contact.lead.created", "5f3b2a1c9d8e7f6a5b4c3d2e");
    webhook.send(&client, door, crate::browser::SECRET).await.expect("it answers");
    webhook.send(&client, door, "another secret").await.expect("it answers");
    let told = deskbell(&["check", "--json"], &variables, &folder).await.out;
    for words in [
        "heard since the bot was started, contact.lead.created",
        "1 came that INTERCOM_CLIENT_SECRET did not sign",
    ] {
        assert!(told.contains(words), "{words}: {told}");
    }
    browsing.scene.stage.terminate().await;
    let taken = std::net::TcpListener::bind(&address).expect("the bot has ended");
    let checked = deskbell(&["check"], &variables, &folder).await;
    assert_eq!(checked.code, Some(1), "{}", checked.out);
    assert!(checked.out.contains("is in use by another program. End it (ss -ltnp"), "{}", checked.out);
    drop(taken);
}
