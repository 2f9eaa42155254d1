//! Servers that connect a workspace of their own: with the token that somebody pastes, and for nobody else to see.

use deskbell_sandbox::discord::Message;
use deskbell_sandbox::discord::actors::Reply;
use deskbell_sandbox::fault::{CannedAnswer, Effect, Fault};
use deskbell_sandbox::intercom::{Access, Intercom, MeShape, NewContact, NewConversation, Permission};

use reqwest::StatusCode;
use serde_json::json;

use crate::stage::{Guild, PATIENCE, Stage, cards_in, make_guild, subscribe};

pub(crate) const ACME_TOKEN: &str = "dG9rOmFjbWUtMTIzNDU2Nzg5MDoxOjA=";
pub(crate) const SECOND_TOKEN: &str = "dG9rOmFjbWUtc2Vjb25kLTQ1NjoxOjA=";
pub(crate) const GLOBEX_TOKEN: &str = "dG9rOmdsb2JleC0xMjM0NTY3ODk6MTow";

/// Two servers and two workspaces, of which the bot knows nothing.
pub(crate) struct Scene {
    pub(crate) stage: Stage,
    pub(crate) acme: Guild,
    pub(crate) globex: Guild,
    pub(crate) globex_workspace: Intercom,
}

impl Scene {
    pub(crate) async fn set() -> Self {
        let mut stage = Stage::set().await;
        for name in ["INTERCOM_ACCESS_TOKEN", "DISCORD_GUILD_ID"] {
            stage.variables.remove(name);
        }
        stage.intercom.workspace().set_id("acme1");
        stage.intercom.access().add_token(ACME_TOKEN, &[]);
        let globex_workspace =
            Intercom::new(stage.intercom.clock().clone(), stage.intercom.recorder().clone(), 8);
        globex_workspace.workspace().set_id("globex1");
        globex_workspace.workspace().set_name("Globex");
        globex_workspace.access().add_token(GLOBEX_TOKEN, &[]);
        stage.intercom.add_neighbour(&globex_workspace);
        let globex = make_guild(&stage.discord, "Globex");
        Self { acme: stage.guild, globex, globex_workspace, stage }
    }

    pub(crate) async fn start() -> Self {
        let mut scene = Self::set().await;
        scene.stage.start_process().await;
        scene
    }

    pub(crate) fn types(&self, guild: Guild, command: &str) -> Reply {
        let mark = self.stage.discord.guild(guild.id).member("mark");
        mark.slash(guild.support, command).expect("the command is registered")
    }

    pub(crate) async fn read(&self, guild: Guild, command: &str) -> String {
        self.types(guild, command).text().await.expect("the bot answers")
    }

    pub(crate) async fn ask(&self, guild: Guild, command: &str) -> Message {
        self.types(guild, command).message().await.expect("the bot answers")
    }

    pub(crate) fn press(&self, guild: Guild, message: &Message, button: &str) -> Reply {
        let mark = self.stage.discord.guild(guild.id).member("mark");
        mark.press(message, button).unwrap_or_else(|failure| panic!("{failure}"))
    }

    /// Fills the form in that a button below `/connection` opens.
    pub(crate) async fn paste(&self, guild: Guild, button: &str, fields: &[(&str, &str)]) -> Message {
        let shown = self.ask(guild, "/connection").await;
        let form = self.press(guild, &shown, button);
        form.modal().await.expect("a form");
        let mark = self.stage.discord.guild(guild.id).member("mark");
        let sent = mark.submit_modal(&form, fields).await.expect("it can be sent");
        sent.message().await.expect("the bot answers")
    }

    pub(crate) async fn connect(&self, guild: Guild, token: &str) -> String {
        self.paste(guild, "Use an access token", &[("token", token)]).await.content
    }

    /// Asks again until the answer says this.
    pub(crate) async fn read_until(&self, guild: Guild, command: &str, says: &str) -> String {
        let asking = async {
            loop {
                let answer = self.read(guild, command).await;
                if answer.contains(says) {
                    return answer;
                }
            }
        };
        tokio::time::timeout(PATIENCE, asking).await.unwrap_or_else(|_| panic!("{command} never says {says}"))
    }
}

pub(crate) fn lead(intercom: &Intercom, name: &str) {
    intercom.contacts().create(NewContact::lead().name(name).email(&format!("{name}@example.com")));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn each_server_connects_its_own_workspace_and_none_sees_the_others() {
    let mut scene = Scene::start().await;
    let (acme, globex) = (scene.acme, scene.globex);
    let before = scene.read(acme, "/status").await;
    assert!(
        before.contains("not connected to an Intercom workspace yet") && before.contains("/connection"),
        "{before}"
    );
    let connected = scene.connect(acme, &format!("\"Bearer {ACME_TOKEN}\"")).await;
    assert!(connected.starts_with("✅ Connected with **Acme** (US), 1 teammate."), "{connected}");
    assert!(
        connected.contains(
            "I can read contacts, companies, conversations, tags and teammates, and write contacts, conversations and tags."
        ),
        "{connected}"
    );
    assert!(scene.connect(globex, GLOBEX_TOKEN).await.contains("**Globex**"));
    for guild in [acme, globex] {
        subscribe(&scene.stage.discord, guild, "New lead", "#sales").await;
    }
    scene.stage.next_second().await;
    lead(&scene.stage.intercom, "Ada");
    lead(&scene.globex_workspace, "Hank");
    let ada = format!("{:?}", scene.stage.cards(acme.sales, 1).await);
    let hank = format!("{:?}", scene.stage.cards(globex.sales, 1).await);
    assert!(ada.contains("Ada@example.com") && !ada.contains("Hank"), "{ada}");
    assert!(hank.contains("Hank@example.com") && !hank.contains("Ada"), "{hank}");
    assert!(scene.read(globex, "/lead get lead:Ada@example.com").await.contains("found no lead"));
    scene.stage.kill().await;
    scene.stage.start_process().await;
    lead(&scene.globex_workspace, "Frank");
    assert_eq!(scene.stage.cards(globex.sales, 2).await.len(), 2, "the connection is there after a death");
    let shown = scene.read(acme, "/connection").await;
    assert!(shown.contains("**Acme** (US) · connected by <@") && !shown.contains(ACME_TOKEN), "{shown}");
    scene.stage.terminate().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_no_good_is_told_and_nothing_is_connected() {
    let mut scene = Scene::start().await;
    let acme = scene.acme;
    let paste =
        async |fields: &[(&str, &str)]| scene.paste(acme, "Use an access token", fields).await.content;
    assert!(paste(&[("token", "your-intercom-token")]).await.contains("an example, not a token"));
    assert!(paste(&[("token", "two words")]).await.contains("not a token"));
    let unknown = "dG9rOm5vYm9keS0xMjM0NTY3ODk6MTow";
    assert!(paste(&[("token", unknown)]).await.contains("That token belongs to nobody"));
    assert!(paste(&[("token", ACME_TOKEN), ("region", "uk")]).await.contains("no such region"));
    assert!(paste(&[("token", ACME_TOKEN), ("client_secret", "x")]).await.contains("not a client secret"));
    scene.stage.intercom.api().set_me(MeShape::WithoutApp);
    assert!(paste(&[("token", ACME_TOKEN)]).await.contains("tells no workspace"));
    scene.stage.intercom.api().set_me(MeShape::Full);
    let errors = json!([{ "code": "server_error", "message": "Server Error" }]);
    let error = json!({ "type": "error.list", "request_id": "r1", "errors": errors });
    let failing = Effect::Status(CannedAnswer::new(StatusCode::INTERNAL_SERVER_ERROR, error));
    let fault = scene.stage.intercom.faults().add(Fault::new(failing).path("/tags"));
    let unclear = paste(&[("token", ACME_TOKEN)]).await;
    assert!(
        unclear.contains("I cannot ask Intercom about that token"),
        "what nobody knows is not allowed: {unclear}"
    );
    scene.stage.intercom.faults().turn_off(fault);
    let guest = scene.stage.discord.guild(acme.id).member("guest");
    let refused = guest.slash(acme.general, "/connection");
    if let Ok(reply) = refused {
        let told = reply.text().await.expect("the bot answers");
        assert!(told.contains("Manage Server"), "{told}");
    }
    assert!(scene.read(acme, "/connection").await.contains("not connected to an Intercom workspace yet"));
    assert_eq!(scene.stage.intercom.contacts().all().len(), 0, "probing writes nothing");
    scene.stage.terminate().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_servers_of_a_workspace_share_its_polls_and_see_what_their_own_token_may_read() {
    let mut scene = Scene::start().await;
    let (acme, second) = (scene.acme, scene.globex);
    scene
        .stage
        .intercom
        .access()
        .add_token(SECOND_TOKEN, &[Permission::ReadConversations, Permission::WriteContacts]);
    scene.connect(acme, ACME_TOKEN).await;
    let told = scene.connect(second, SECOND_TOKEN).await;
    assert!(
        told.contains(
            "I can read contacts, companies, tags and teammates, and write conversations and tags."
        ),
        "{told}"
    );
    assert!(told.contains("Not: read conversations: none is posted"), "{told}");
    for (guild, event, channel) in [
        (acme, "New conversation", "#support"),
        (second, "New conversation", "#support"),
        (acme, "New lead", "#sales"),
        (second, "New lead", "#sales"),
    ] {
        subscribe(&scene.stage.discord, guild, event, channel).await;
    }
    scene.read_until(second, "/notify list", "may not read that").await;
    scene.stage.next_second().await;
    let ada = NewContact::lead().name("Ada").email("ada@example.com");
    let ada = scene.stage.intercom.contacts().create(ada);
    scene
        .stage
        .intercom
        .conversations()
        .start(NewConversation::from_contact(&ada, "<p>Where is my invoice?</p>"));
    scene.stage.cards(acme.support, 1).await;
    scene.stage.cards(second.sales, 1).await;
    assert_eq!(
        cards_in(&scene.stage.discord, second.support).len(),
        0,
        "its token may not read conversations"
    );
    let refused = scene.read(second, "/lead create email:b@example.com").await;
    assert!(refused.contains("Write users and companies"), "{refused}");
    // The walk falls over to the other server's token.
    scene.stage.intercom.access().set_for(ACME_TOKEN, Access::Revoked);
    lead(&scene.stage.intercom, "Bea");
    assert_eq!(scene.stage.cards(second.sales, 2).await.len(), 2);
    scene.stage.terminate().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn another_workspace_behind_a_new_token_is_asked_about() {
    let mut scene = Scene::start().await;
    let acme = scene.acme;
    scene.connect(acme, ACME_TOKEN).await;
    subscribe(&scene.stage.discord, acme, "New lead", "#sales").await;
    let renewed = scene.paste(acme, "Renew the token", &[("token", ACME_TOKEN)]).await;
    assert!(renewed.content.starts_with("✅ Connected with **Acme**"), "{}", renewed.content);
    let asked = scene.paste(acme, "Renew the token", &[("token", GLOBEX_TOKEN)]).await;
    assert!(asked.content.contains("**Acme**") && asked.content.contains("**Globex**"), "{}", asked.content);
    assert!(
        scene.read(acme, "/connection").await.contains("**Acme**"),
        "nothing is done before somebody says so"
    );
    let done = scene.press(acme, &asked, "Connect").text().await.expect("the bot answers");
    assert!(done.starts_with("✅ Connected with **Globex**"), "{done}");
    scene.read_until(acme, "/notify list", "another workspace").await;
    scene.stage.next_second().await;
    lead(&scene.stage.intercom, "Ada");
    lead(&scene.globex_workspace, "Hank");
    let shown = scene.read(acme, "/lead get lead:Hank@example.com").await;
    assert!(!shown.contains("found no lead"), "{shown}");
    assert_eq!(cards_in(&scene.stage.discord, acme.sales).len(), 0, "neither workspace's lead rings");
    scene.stage.terminate().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_that_disconnects_is_served_no_more_and_what_was_kept_of_it_is_gone() {
    let mut scene = Scene::start().await;
    let acme = scene.acme;
    scene.connect(acme, ACME_TOKEN).await;
    subscribe(&scene.stage.discord, acme, "New lead", "#sales").await;
    scene.stage.next_second().await;
    lead(&scene.stage.intercom, "Ada");
    scene.stage.cards(acme.sales, 1).await;
    let shown = scene.ask(acme, "/connection").await;
    let asked = scene.press(acme, &shown, "Disconnect").message().await.expect("the bot answers");
    assert!(
        asked.content.contains("1 notification, 0 waiting events and all I stored go"),
        "{}",
        asked.content
    );
    let kept = scene.press(acme, &asked, "Cancel").text().await.expect("the bot answers");
    assert_eq!(kept, "Nothing was changed.");
    let done = scene.press(acme, &asked, "Disconnect, keep the cards").text().await.expect("the bot answers");
    assert!(done.starts_with("✅ Disconnected from **Acme**"), "{done}");
    lead(&scene.stage.intercom, "Bea");
    // What was just being answered is written down by then.
    scene.stage.next_second().await;
    let calls = scene.stage.intercom.recorder().count(|_| true);
    for _ in 0..2 {
        scene.stage.next_second().await;
    }
    assert_eq!(scene.stage.intercom.recorder().count(|_| true), calls, "Intercom is asked no more");
    assert!(scene.read(acme, "/lead list").await.contains("not connected"));
    scene.stage.kill().await;
    scene.stage.start_process().await;
    assert!(scene.read(acme, "/connection").await.contains("not connected"));
    scene.connect(acme, ACME_TOKEN).await;
    let list = scene.read(acme, "/notify list").await;
    assert!(list.contains("/notify add") || list.contains("/setup"), "no notification came back: {list}");
    scene.stage.terminate().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_of_the_operator_and_one_that_may_not_connect_hear_who_decides() {
    let mut scene = Scene::set().await;
    let (acme, other) = (scene.acme, scene.globex);
    scene.stage.set_variable("INTERCOM_ACCESS_TOKEN", ACME_TOKEN);
    scene.stage.set_variable("DISCORD_GUILD_ID", &acme.id.to_string());
    scene.stage.start_process().await;
    let linked = scene.read(acme, "/connection").await;
    assert!(
        linked.starts_with("**Acme** (US) · linked by whoever runs this bot, with a token of theirs"),
        "{linked}"
    );
    assert!(linked.contains("ask them: it stands in `INTERCOM_ACCESS_TOKEN`"), "{linked}");
    assert!(scene.read(other, "/connection").await.contains("Whoever runs this bot"));
    scene.stage.terminate().await;
    scene.stage.set_variable("CONNECT", "anyone");
    scene.stage.start_process().await;
    assert!(scene.connect(other, GLOBEX_TOKEN).await.contains("**Globex**"));
    for guild in [acme, other] {
        subscribe(&scene.stage.discord, guild, "New lead", "#sales").await;
    }
    scene.stage.next_second().await;
    lead(&scene.stage.intercom, "Ada");
    lead(&scene.globex_workspace, "Hank");
    scene.stage.cards(acme.sales, 1).await;
    let hank = format!("{:?}", scene.stage.cards(other.sales, 1).await);
    assert!(hank.contains("Hank") && !hank.contains("Ada"), "{hank}");
    scene.stage.terminate().await;
}
