//! Connecting in a browser: from the link in Discord over Intercom back to the question in Discord, and every way in which
//! somebody else could get between.

use std::net::SocketAddr;

use deskbell_sandbox::discord::Message;
use deskbell_sandbox::discord::actors::Reply;
use deskbell_sandbox::discord::permissions::Permissions;
use reqwest::header::{COOKIE, LOCATION, SET_COOKIE};
use reqwest::redirect::Policy;
use reqwest::{Client, StatusCode};

use crate::connections::{ACME_TOKEN, GLOBEX_TOKEN, Scene};
use crate::door::free_address;

pub(crate) const CLIENT_ID: &str = "8e1d3a51-2f6f-4c6b-9a11-0c5d1e7f2b90";
pub(crate) const SECRET: &str = "5bfe5f1e-1d75-4f0c-9d5e-3c1b3d8a7c10";

/// Browsers look it up by themselves, as this machine.
const HOST: &str = "deskbell.localhost";

/// A bot whose operator has an app, and somebody with a browser.
pub(crate) struct Browsing {
    pub(crate) scene: Scene,
    pub(crate) address: String,
    browser: Client,
}

/// What a browser was answered.
pub(crate) struct Shown {
    status: StatusCode,
    pub(crate) html: String,
}

impl Browsing {
    pub(crate) async fn start() -> Self {
        let mut browsing = Self::set().await;
        browsing.scene.stage.start_process().await;
        browsing
    }

    /// No bot runs yet.
    pub(crate) async fn set() -> Self {
        let mut scene = Scene::set().await;
        let address = free_address();
        scene.stage.set_variable("HTTP_LISTEN", &address);
        let listener: SocketAddr = address.parse().expect("it is an address");
        scene.stage.set_variable("PUBLIC_URL", &format!("http://{HOST}:{}", listener.port()));
        scene.stage.set_variable("INTERCOM_CLIENT_ID", CLIENT_ID);
        scene.stage.set_variable("INTERCOM_CLIENT_SECRET", SECRET);
        scene.stage.intercom.oauth().register(CLIENT_ID, SECRET);
        scene.stage.intercom.oauth().allow(ACME_TOKEN);
        let browser = Client::builder().redirect(Policy::none()).resolve(HOST, listener);
        let browser = browser.build().expect("a browser");
        Self { scene, address, browser }
    }

    /// The link that `/connection` gives the manager, and the message that it stands in.
    pub(crate) async fn link(&self) -> (String, Reply) {
        let answer = self.scene.types(self.scene.acme, "/connection");
        let shown = answer.message().await.expect("the bot answers");
        let mut buttons =
            shown.components.iter().flat_map(|row| row["components"].as_array().cloned().unwrap_or_default());
        let link = buttons.find_map(|button| button["url"].as_str().map(str::to_owned));
        (link.expect("there is a link"), answer)
    }

    pub(crate) async fn get(&self, url: &str, cookie: Option<&str>) -> Shown {
        let mut asked = self.browser.get(url);
        if let Some(cookie) = cookie {
            asked = asked.header(COOKIE, cookie);
        }
        let answer = asked.send().await.expect("it answers");
        Shown { status: answer.status(), html: answer.text().await.expect("it is text") }
    }

    /// Presses the button of the page: the cookie that the browser holds then, and where Intercom sends it back to.
    pub(crate) async fn to_intercom_and_back(&self, link: &str) -> (String, String) {
        let state = link.split_once("state=").expect("there is a state").1;
        let page = format!("http://{}/intercom/connect", self.address);
        let sent = self.browser.post(page).body(format!("state={state}")).send().await.expect("it answers");
        assert_eq!(sent.status(), StatusCode::SEE_OTHER);
        let cookie = sent.headers()[SET_COOKIE].to_str().expect("text").to_owned();
        assert!(cookie.contains("HttpOnly; SameSite=Lax") && !cookie.contains("Secure"), "{cookie}");
        let to = sent.headers()[LOCATION].to_str().expect("text").to_owned();
        let allowed = self.browser.get(to).send().await.expect("Intercom answers");
        let back = allowed.headers()[LOCATION].to_str().expect("text").to_owned();
        (cookie.split(';').next().expect("a pair").to_owned(), back)
    }

    /// What an answer has become.
    pub(crate) async fn question(&self, answer: &Reply) -> Message {
        let is_question = |message: &Message| message.content.contains("Connect this server");
        answer.message_where("the question", is_question).await.expect("it becomes the question")
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_link_leads_over_intercom_back_to_the_question_in_discord() {
    let mut browsing = Browsing::start().await;
    let acme = browsing.scene.acme;
    let (link, shown) = browsing.link().await;
    assert!(link.starts_with("http://deskbell.localhost:"), "{link}");
    let page = browsing.get(&link, None).await;
    assert_eq!(page.status, StatusCode::OK);
    for text in [
        "mark",
        "Acme HQ",
        "leads, users, companies and conversations",
        "Go on to Intercom",
        "width=device-width",
    ] {
        assert!(page.html.contains(text), "{text}: {}", page.html);
    }
    assert!(!page.html.contains("<script"), "{}", page.html);
    let (cookie, back) = browsing.to_intercom_and_back(&link).await;
    let done = browsing.get(&back, Some(&cookie)).await;
    assert!(done.html.contains("Go back to Discord and confirm there"), "{}", done.html);
    let question = browsing.question(&shown).await;
    assert!(
        question.content.contains("**Acme HQ**, with the workspace **Acme** (US, 1 teammate)?"),
        "{}",
        question.content
    );
    assert!(
        browsing.scene.read(acme, "/lead list").await.contains("not connected"),
        "nothing happens before somebody says so"
    );
    let boss =
        browsing.scene.stage.discord.guild(acme.id).create_role("Second boss", Permissions::MANAGE_GUILD);
    browsing.scene.stage.discord.guild(acme.id).create_member("eve", &[boss]);
    let told = browsing.scene.press(acme, &question, "Connect").text().await.expect("the bot answers");
    assert!(told.starts_with("✅ Connected with **Acme** (US)"), "{told}");
    let again = browsing.get(&back, Some(&cookie)).await;
    assert!(again.html.contains("This link was used already"), "{}", again.html);
    let shown = browsing.scene.ask(acme, "/connection").await;
    let asked = browsing.scene.press(acme, &shown, "Disconnect").message().await.expect("the bot answers");
    browsing.scene.press(acme, &asked, "Disconnect").text().await.expect("the bot answers");
    assert_eq!(browsing.scene.stage.intercom.oauth().given_back(), [ACME_TOKEN]);
    browsing.scene.stage.terminate().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn another_browser_a_forged_state_and_a_refusal_connect_nothing() {
    let mut browsing = Browsing::start().await;
    let (link, shown) = browsing.link().await;
    let (cookie, back) = browsing.to_intercom_and_back(&link).await;
    for held in [None, Some("deskbell=00"), Some("other=1")] {
        let answer = browsing.get(&back, held).await;
        assert_eq!(answer.status, StatusCode::FORBIDDEN);
        assert!(answer.html.contains("opened in another browser"), "{}", answer.html);
    }
    let base = format!("http://{}/intercom", browsing.address);
    for forged in ["connect", "connect?state=", "connect?state=%3Cb%3E", "oauth", "oauth?code=x&state=0123"] {
        let answer = browsing.get(&format!("{base}/{forged}"), Some(&cookie)).await;
        assert_eq!(answer.status, StatusCode::GONE, "{forged}");
    }
    assert_eq!(browsing.get(&format!("{base}/else"), None).await.status, StatusCode::NOT_FOUND);
    let page = format!("{base}/connect");
    let state = link.split_once("state=").expect("there is a state").1;
    for (name, elsewhere) in [("Sec-Fetch-Site", "cross-site"), ("Origin", "https://elsewhere.example")] {
        let pressed = browsing.browser.post(&page).header(name, elsewhere).body(format!("state={state}"));
        let refused = pressed.send().await.expect("it answers").status();
        assert_eq!(refused, StatusCode::FORBIDDEN, "another page presses the button");
    }
    // The right browser still gets through.
    assert!(browsing.get(&back, Some(&cookie)).await.html.contains("Almost done"));
    let question = browsing.question(&shown).await;
    let cancelled =
        browsing.scene.press(browsing.scene.acme, &question, "Cancel").text().await.expect("an answer");
    assert_eq!(cancelled, "Nothing was changed.");
    let gone =
        browsing.scene.press(browsing.scene.acme, &question, "Connect").text().await.expect("an answer");
    assert!(gone.contains("token is thrown away"), "{gone}");
    browsing.scene.stage.intercom.oauth().refuse("access_denied<script>");
    let (link, _) = browsing.link().await;
    let (cookie, back) = browsing.to_intercom_and_back(&link).await;
    let refused = browsing.get(&back, Some(&cookie)).await;
    assert!(refused.html.contains("Intercom says no: access_deniedscript."), "{}", refused.html);
    browsing.scene.stage.terminate().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn somebody_else_cannot_say_yes_and_a_teammate_needs_no_discord() {
    let mut browsing = Browsing::start().await;
    let acme = browsing.scene.acme;
    let shown = browsing.scene.ask(acme, "/connection").await;
    let answer = browsing.scene.press(acme, &shown, "Let a teammate do it");
    let sent = answer.message().await.expect("an answer");
    let link =
        sent.content.split('<').nth(1).and_then(|rest| rest.split('>').next()).expect("a link").to_owned();
    browsing.scene.stage.intercom.oauth().allow(GLOBEX_TOKEN);
    let (cookie, back) = browsing.to_intercom_and_back(&link).await;
    browsing.get(&back, Some(&cookie)).await;
    let question = browsing.question(&answer).await;
    assert!(question.content.contains("**Globex**"), "{}", question.content);
    let boss =
        browsing.scene.stage.discord.guild(acme.id).create_role("Second boss", Permissions::MANAGE_GUILD);
    browsing.scene.stage.discord.guild(acme.id).create_member("eve", &[boss]);
    let eve = browsing.scene.stage.discord.guild(acme.id).member("eve");
    let theirs = eve.slash(acme.general, "/connection").expect("the command is registered");
    let theirs = theirs.message().await.expect("an answer");
    let wanted = question.components[0]["components"][0]["custom_id"].as_str().expect("a button").to_owned();
    let refused =
        eve.press_forged(&theirs, &wanted).expect("Discord sends it on").text().await.expect("an answer");
    assert!(refused.contains("This link was made for <@"), "{refused}");
    let told = browsing.scene.press(acme, &question, "Connect").text().await.expect("an answer");
    assert!(told.starts_with("✅ Connected with **Globex**"), "{told}");
    browsing.scene.stage.terminate().await;
}
