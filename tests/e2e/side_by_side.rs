//! Servers that come, go and share a workspace, beside each other.

use std::time::Duration;

use deskbell_sandbox::fault::{Effect, Fault};
use deskbell_sandbox::intercom::{NewContact, NewConversation, Permission};
use reqwest::Method;
use tokio::time::Instant;

use crate::connections::{ACME_TOKEN, GLOBEX_TOKEN, SECOND_TOKEN, Scene, lead};
use crate::stage::{Guild, PATIENCE, subscribe};

async fn disconnect(scene: &Scene, guild: Guild) -> String {
    let shown = scene.ask(guild, "/connection").await;
    let asked = scene.press(guild, &shown, "Disconnect").message().await.expect("the bot answers");
    scene.press(guild, &asked, "Disconnect").text().await.expect("the bot answers")
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nobody_waits_for_a_server_that_disconnects_while_its_message_is_on_its_way() {
    let mut scene = Scene::start().await;
    let (acme, globex) = (scene.acme, scene.globex);
    scene.connect(acme, ACME_TOKEN).await;
    subscribe(&scene.stage.discord, acme, "New lead", "#sales").await;
    scene.stage.next_second().await;
    let path = format!("/channels/{}/messages", acme.sales);
    let hangs = Fault::new(Effect::Hang).method(Method::POST).path_containing(&path);
    let hangs = scene.stage.discord.faults().add(hangs);
    lead(&scene.stage.intercom, "Ada");
    let is_on_its_way = async {
        while scene.stage.discord.faults().hits(hangs) == 0 {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    };
    tokio::time::timeout(PATIENCE, is_on_its_way).await.expect("the lead is posted");
    let (gone, connected) = tokio::join!(
        async {
            let told = disconnect(&scene, acme).await;
            assert!(told.starts_with("✅ Disconnected from **Acme**"), "{told}");
            Instant::now()
        },
        async {
            let told = scene.connect(globex, GLOBEX_TOKEN).await;
            assert!(told.contains("**Globex**"), "{told}");
            Instant::now()
        },
    );
    assert!(connected < gone, "it was connected {:?} later", connected - gone);
    scene.stage.terminate().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_who_connect_and_disconnect_the_same_server_at_once_leave_it_either_or() {
    let mut scene = Scene::start().await;
    let acme = scene.acme;
    scene.connect(acme, ACME_TOKEN).await;
    for _ in 0..5 {
        let shown = scene.ask(acme, "/connection").await;
        let form = scene.press(acme, &shown, "Renew the token");
        form.modal().await.expect("a form");
        let asked = scene.press(acme, &shown, "Disconnect").message().await.expect("the bot answers");
        let mark = scene.stage.discord.guild(acme.id).member("mark");
        let renewing = mark.submit_modal(&form, &[("token", ACME_TOKEN)]).await.expect("it can be sent");
        let disconnecting = scene.press(acme, &asked, "Disconnect");
        let (gone, renewed) = tokio::join!(disconnecting.text(), renewing.text());
        let (gone, renewed) = (gone.expect("the bot answers"), renewed.expect("the bot answers"));
        let now = scene.read(acme, "/connection").await;
        if now.contains("**Acme**") {
            assert!(!scene.read(acme, "/lead list").await.contains("not connected"), "{gone}, {renewed}");
        } else {
            assert!(scene.read(acme, "/lead list").await.contains("not connected"), "{gone}, {renewed}");
            scene.connect(acme, ACME_TOKEN).await;
        }
    }
    subscribe(&scene.stage.discord, acme, "New lead", "#sales").await;
    scene.stage.next_second().await;
    lead(&scene.stage.intercom, "Ada");
    assert_eq!(scene.stage.cards(acme.sales, 1).await.len(), 1);
    scene.stage.terminate().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_is_shown_the_names_that_its_own_token_may_read_on_cards_and_in_replies() {
    let mut scene = Scene::start().await;
    let (acme, second) = (scene.acme, scene.globex);
    let intercom = &scene.stage.intercom;
    intercom.access().add_token(SECOND_TOKEN, &[Permission::ReadTags, Permission::ReadAdmins]);
    let grace = intercom.workspace().add_admin("Grace Hopper", "grace@example.com");
    for (guild, token) in [(acme, ACME_TOKEN), (second, SECOND_TOKEN)] {
        scene.connect(guild, token).await;
        subscribe(&scene.stage.discord, guild, "New lead", "#sales").await;
        subscribe(&scene.stage.discord, guild, "New conversation", "#support").await;
    }
    scene.stage.next_second().await;
    let tag = intercom.tags().create("Big spender");
    let ada = intercom.contacts().create(NewContact::lead().name("Ada").email("ada@example.com").tag(&tag));
    let question = NewConversation::from_contact(&ada, "<p>Hello</p>").assigned_to(grace);
    intercom.conversations().start(question);
    for (guild, sees) in [(acme, true), (second, false)] {
        let cards = format!("{:?}", scene.stage.cards(guild.sales, 1).await);
        let conversations = format!("{:?}", scene.stage.cards(guild.support, 1).await);
        let reply = format!("{:?}", scene.ask(guild, "/lead get lead:ada@example.com").await);
        assert_eq!(cards.contains("Big spender"), sees, "{cards}");
        assert_eq!(conversations.contains("Grace Hopper"), sees, "{conversations}");
        assert_eq!(reply.contains("Big spender"), sees, "{reply}");
        assert!(reply.contains("ada@example.com"), "{reply}");
    }
    let shown = scene.read(acme, "/connection").await;
    assert!(shown.contains("calls in the last minute · 2 teammates · API 2.16"), "{shown}");
    scene.stage.terminate().await;
}
