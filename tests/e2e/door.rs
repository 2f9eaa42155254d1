//! The HTTP door: what Intercom tells by itself rings at once, and nothing that somebody else sends does anything.

use std::time::Duration;

use data_encoding::HEXLOWER;
use deskbell_sandbox::discord::{Discord, Message};
use deskbell_sandbox::intercom::{ContactId, Mischief, NewContact, NewConversation, WebhookAddress};
use hmac::{Hmac, KeyInit as _, Mac as _};
use reqwest::{Client, StatusCode};
use serde_json::json;
use sha1::Sha1;

use crate::faults::each_once;
use crate::stage::{PATIENCE, Stage, cards_in};

const WORKSPACE: &str = "acme1";
const SECRET: &str = "5bfe5f1e-1d75-4f0c-9d5e-3c1b3d8a7c10";
/// No poll but the first one comes while a story lasts.
const POLL_INTERVAL: &str = "1d";

/// A bot with a door, and whoever knocks at it.
struct Door {
    stage: Stage,
    address: String,
    client: Client,
}

impl Door {
    async fn open() -> Self {
        Self::open_with(&[]).await
    }

    async fn open_with(variables: &[(&str, &str)]) -> Self {
        let mut stage = Stage::set().await;
        stage.intercom.workspace().set_id(WORKSPACE);
        let address = free_address();
        stage.set_variable("POLL_INTERVAL", POLL_INTERVAL);
        stage.set_variable("HTTP_LISTEN", &address);
        stage.set_variable("INTERCOM_CLIENT_SECRET", SECRET);
        for (name, value) in variables {
            stage.set_variable(name, value);
        }
        stage.start_process().await;
        Self { stage, address, client: Client::new() }
    }

    async fn tell(&self, topic: &str, id: &str) -> StatusCode {
        let body = notification(WORKSPACE, topic, id);
        self.post(&body, Some(&signature(SECRET, &body))).await
    }

    async fn post(&self, body: &str, signature: Option<&str>) -> StatusCode {
        let mut request =
            self.client.post(format!("http://{}/intercom/webhooks", self.address)).body(body.to_owned());
        if let Some(signature) = signature {
            request = request.header("X-Hub-Signature", signature);
        }
        request.send().await.expect("the door answers").status()
    }

    /// What stands on a page.
    async fn page(&self, path: &str) -> String {
        let asked = self.client.get(format!("http://{}{path}", self.address)).send();
        asked.await.expect("the door answers").text().await.expect("it is text")
    }

    /// The metrics, once all of these lines stand there.
    async fn page_with(&self, lines: &[&str]) -> String {
        loop {
            let page = self.page("/metrics").await;
            if lines.iter().all(|wanted| page.lines().any(|line| line == *wanted)) {
                return page;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    async fn get(&self, path: &str) -> StatusCode {
        let asked = self.client.get(format!("http://{}{path}", self.address)).send();
        asked.await.expect("the door answers").status()
    }

    async fn status(&self) -> String {
        let mark = self.stage.discord.guild(self.stage.guild.id).member("mark");
        let reply = mark.slash(self.stage.guild.sales, "/status").expect("the command is registered");
        reply.text().await.expect("the bot answers")
    }

    /// Intercom tells by itself from now on.
    fn is_told(&self, mischief: Mischief) {
        let listener = self.address.parse().expect("it is an address");
        let address = WebhookAddress::new(listener, SECRET);
        self.stage.intercom.webhooks().send_to(address, mischief);
    }

    fn make_lead(&self, name: &str) -> ContactId {
        self.stage
            .intercom
            .contacts()
            .create(NewContact::lead().name(name).email(&format!("{name}@example.com")))
    }
}

/// An address of this machine on which nobody listens.
pub(crate) fn free_address() -> String {
    deskbell_stage::free_address().to_string()
}

fn notification(workspace: &str, topic: &str, id: &str) -> String {
    let item = json!({ "type": topic.split('.').next(), "id": id });
    json!({
        "type": "notification_event",
        "app_id": workspace,
        "id": format!("notif_{topic}_{id}"),
        "topic": topic,
        "data": { "type": "notification_event_data", "item": item },
    })
    .to_string()
}

fn signature(secret: &str, body: &str) -> String {
    let mut code = Hmac::<Sha1>::new_from_slice(secret.as_bytes()).expect("any length is a key");
    code.update(body.as_bytes());
    format!("sha1={}", HEXLOWER.encode(&code.finalize().into_bytes()))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_intercom_tells_rings_at_once_and_once_although_no_poll_comes() {
    let mut door = Door::open().await;
    door.stage.subscribe("New lead", "#sales").await;
    door.stage.subscribe("New conversation", "#support").await;
    door.stage.next_second().await;
    let lead = door.make_lead("Ada");
    for _ in 0..3 {
        assert_eq!(door.tell("contact.lead.created", lead.as_str()).await, StatusCode::OK);
    }
    let cards = door.stage.cards(door.stage.guild.sales, 1).await;
    assert!(format!("{cards:?}").contains("Ada@example.com"), "{cards:?}");
    let question = NewConversation::from_contact(&lead, "<p>Where is my invoice?</p>");
    let question = door.stage.intercom.conversations().start(question);
    assert_eq!(door.tell("conversation.user.created", question.as_str()).await, StatusCode::OK);
    let cards = door.stage.cards(door.stage.guild.support, 1).await;
    assert!(format!("{cards:?}").contains("Where is my invoice?"), "{cards:?}");
    let other = door.make_lead("Bea");
    door.tell("contact.lead.created", other.as_str()).await;
    assert_eq!(door.stage.cards(door.stage.guild.sales, 2).await.len(), 2, "the first came once");
    door.stage.terminate().await;
}

/// Waits until a card of #sales that was posted says this, and answers with its message.
async fn card_says(stage: &Stage, posted: &Message, says: &str) -> Message {
    let found = |discord: &Discord| {
        let mut cards = cards_in(discord, stage.guild.sales).into_iter();
        cards.find(|card| card.id == posted.id && card.embeds[0].to_string().contains(says))
    };
    // A message is edited twice a minute at most.
    let waited = stage.discord.wait_for(says, PATIENCE * 3, |discord| found(discord).is_some()).await;
    waited.unwrap_or_else(|waited| panic!("{waited}: {:?}", cards_in(&stage.discord, stage.guild.sales)));
    found(&stage.discord).expect("it was just there")
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_card_of_a_lead_fills_itself_in_and_says_what_became_of_it() {
    let mut door = Door::open().await;
    door.stage.subscribe("New lead", "#sales").await;
    door.stage.next_second().await;
    door.is_told(Mischief::default());
    let stage = &door.stage;
    let people = || stage.intercom.contacts();
    let ada = people().create(NewContact::lead());
    // Of two that are told of at once either may be read first.
    stage.cards(stage.guild.sales, 1).await;
    let bea = people().create(NewContact::lead().name("Bea"));
    let before = stage.cards(stage.guild.sales, 2).await;
    assert!(before[0].content.starts_with("🌱 New lead: Lead …"), "{}", before[0].content);
    stage.next_second().await;
    let told = people().update(&ada, |lead| {
        lead.name = Some("Ada Lovelace".to_owned());
        lead.email = Some("ada@acme.io".to_owned());
    });
    told.expect("she is there");
    assert_eq!(door.tell("contact.lead.added_email", ada.as_str()).await, StatusCode::OK);
    people().delete(&bea).expect("she is there");
    let filled = card_says(stage, &before[0], "ada@acme.io").await;
    assert_eq!(filled.content, before[0].content, "the line stays as it was pushed");
    assert_eq!(filled.embeds[0]["title"], "Ada Lovelace");
    let identified = stage.cards(stage.guild.sales, 3).await.remove(2);
    assert_eq!(identified.content, "🌱 Ada Lovelace left an address: ada@acme.io");
    card_says(stage, &before[1], "-# Deleted in Intercom <t:").await;
    let user = people().create(NewContact::user().name("Ada King"));
    people().merge(&ada, &user).expect("both are there");
    for card in [&before[0], &identified] {
        card_says(stage, card, "-# Merged into [Ada King](https://").await;
    }
    assert_eq!(stage.cards(stage.guild.sales, 3).await.len(), 3, "what became of them is no message");
    door.stage.terminate().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_new_user_and_what_changes_of_them_is_told_at_once_too() {
    let mut door = Door::open().await;
    door.stage.subscribe("New user", "#sales").await;
    door.stage.subscribe("User updated", "#sales").await;
    door.stage.next_second().await;
    let user = NewContact::user().name("Ada").email("ada@example.com");
    let user = door.stage.intercom.contacts().create(user);
    // Users are left to the polls until the walk over all of them is done.
    let rings = async {
        while cards_in(&door.stage.discord, door.stage.guild.sales).is_empty() {
            assert_eq!(door.tell("contact.user.created", user.as_str()).await, StatusCode::OK);
            door.stage.next_second().await;
        }
    };
    tokio::time::timeout(PATIENCE, rings).await.expect("the walk over no users is done soon");
    door.stage.next_second().await;
    let renamed =
        door.stage.intercom.contacts().update(&user, |one| one.name = Some("Ada Lovelace".to_owned()));
    renamed.expect("the user is there");
    assert_eq!(door.tell("contact.user.updated", user.as_str()).await, StatusCode::OK);
    let cards = door.stage.cards(door.stage.guild.sales, 2).await;
    assert_eq!(cards[1].content, "✏️ User updated: Ada Lovelace: Name");
    door.stage.terminate().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_somebody_else_sends_is_refused_and_does_nothing() {
    let mut door = Door::open().await;
    door.stage.subscribe("New lead", "#sales").await;
    door.stage.next_second().await;
    let (lead, told) = (door.make_lead("Mallory"), door.make_lead("Ada"));
    let body = notification(WORKSPACE, "contact.lead.created", lead.as_str());
    let right = signature(SECRET, &body);
    for forged in
        [signature("another secret", &body), right.replace("sha1", "sha256"), right[..20].to_owned()]
    {
        assert_eq!(door.post(&body, Some(&forged)).await, StatusCode::UNAUTHORIZED, "{forged}");
    }
    assert_eq!(door.post(&body, None).await, StatusCode::UNAUTHORIZED);
    assert_eq!(door.post(&body.replace('}', " }"), Some(&right)).await, StatusCode::UNAUTHORIZED);
    let long = format!("{body}{}", " ".repeat(2 << 20));
    assert_eq!(door.post(&long, Some(&signature(SECRET, &long))).await, StatusCode::PAYLOAD_TOO_LARGE);
    for harmless in ["no json".to_owned(), notification("stranger", "contact.lead.created", lead.as_str())] {
        let signed = signature(SECRET, &harmless);
        assert_eq!(door.post(&harmless, Some(&signed)).await, StatusCode::OK, "{harmless}");
    }
    door.tell("contact.lead.created", told.as_str()).await;
    let cards = door.stage.cards(door.stage.guild.sales, 1).await;
    assert!(!format!("{cards:?}").contains("Mallory"), "{cards:?}");
    door.stage.terminate().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_acknowledged_is_posted_once_although_the_bot_is_killed_right_after() {
    let mut door = Door::open().await;
    door.stage.subscribe("New lead", "#sales").await;
    door.stage.next_second().await;
    let leads: Vec<_> = (0..5).map(|number| door.make_lead(&format!("lead{number}"))).collect();
    for lead in &leads {
        assert_eq!(door.tell("contact.lead.created", lead.as_str()).await, StatusCode::OK);
    }
    door.stage.kill().await;
    door.stage.start_process().await;
    let made = leads.iter().map(ToString::to_string).collect();
    each_once(&door.stage, &made, PATIENCE).await;
    door.stage.terminate().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_door_tells_whether_the_bot_is_well_and_a_taken_port_ends_the_start() {
    let mut door = Door::open().await;
    assert_eq!(door.get("/healthz").await, StatusCode::OK);
    let ready = tokio::time::timeout(PATIENCE, async {
        while door.get("/readyz").await != StatusCode::OK {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    });
    ready.await.expect("the bot connects");
    assert_eq!(door.get("/intercom/webhooks").await, StatusCode::OK, "whoever saves the address is answered");
    assert_eq!(door.get("/").await, StatusCode::NOT_FOUND);
    let second = tokio::process::Command::new(env!("CARGO_BIN_EXE_deskbell"))
        .arg("run")
        .env_clear()
        .envs(&door.stage.variables)
        .env("STORE_URL", "sled:other")
        .current_dir(door.stage.folder.path())
        .kill_on_drop(true)
        .output();
    let second =
        tokio::time::timeout(PATIENCE * 3, second).await.expect("it ends").expect("it can be started");
    let said = String::from_utf8(second.stderr).expect("text");
    assert_eq!(second.status.code(), Some(1));
    assert!(said.contains(&format!("HTTP_LISTEN={} cannot be used", door.address)), "{said}");
    door.stage.terminate().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_comes_twice_and_late_rings_once_and_is_counted_without_a_name() {
    let mut door = Door::open().await;
    door.stage.subscribe("New lead", "#sales").await;
    door.stage.next_second().await;
    door.is_told(Mischief { doubled: 50, late: (50, Duration::from_millis(500)), lost: 0 });
    let leads: Vec<_> = (0..20).map(|number| door.make_lead(&format!("lead{number}"))).collect();
    let made = leads.iter().map(ToString::to_string).collect();
    each_once(&door.stage, &made, PATIENCE).await;
    let status = door.status().await;
    assert!(status.contains("Told by webhook: 100 % · last <t:"), "{status}");
    // A message stands in the channel before it is written that it does.
    let page = door.page_with(&[
        "deskbell_events_total{kind=\"lead\"} 20",
        "deskbell_posts_total{kind=\"lead\",outcome=\"posted\"} 20",
        "deskbell_event_to_post_seconds_count{kind=\"lead\"} 20",
        "deskbell_waiting_events 0",
        "deskbell_discord_connected 1",
    ]);
    let page = tokio::time::timeout(PATIENCE, page).await.expect("every post is counted");
    for private in ["lead0", "example.com", leads[0].as_str(), WORKSPACE] {
        assert!(!page.contains(private), "{private}: {page}");
    }
    door.stage.terminate().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_no_webhook_told_is_found_by_the_next_poll_and_said_to_have_been() {
    let mut door = Door::open_with(&[("POLL_INTERVAL", "1s"), ("RECONCILE_INTERVAL", "1s")]).await;
    door.stage.subscribe("New lead", "#sales").await;
    door.stage.next_second().await;
    door.is_told(Mischief { lost: 100, ..Mischief::default() });
    door.make_lead("untold");
    door.stage.cards(door.stage.guild.sales, 1).await;
    let status = door.status().await;
    assert!(status.contains("Told by webhook: nothing since I was started"), "{status}");
    assert!(
        status.contains("Never heard: `contact.lead.created`. Without them I look every second."),
        "{status}"
    );
    door.stage.terminate().await;
}
