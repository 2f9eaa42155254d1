//! Tokens of servers that Intercom takes no more, or that may do less than before.

use std::time::Duration;

use deskbell_sandbox::intercom::{Access, Permission};

use crate::connections::{ACME_TOKEN, SECOND_TOKEN, Scene, lead};
use crate::stage::{Guild, PATIENCE, cards_in, subscribe};

/// Waits until a notice stands in the channel that says this.
async fn told(scene: &Scene, guild: Guild, says: &str) {
    let stands = |discord: &deskbell_sandbox::discord::Discord| {
        discord.messages(guild.sales).posted().iter().any(|message| message.content.contains(says))
    };
    let waited = scene.stage.discord.wait_for(says, PATIENCE, stands).await;
    waited.unwrap_or_else(|waited| panic!("{waited}"));
}

/// Two servers of one workspace, each with a token of its own and a notification.
async fn connect_both(scene: &Scene) {
    scene.stage.intercom.access().add_token(SECOND_TOKEN, &[]);
    for (guild, token) in [(scene.acme, ACME_TOKEN), (scene.globex, SECOND_TOKEN)] {
        scene.connect(guild, token).await;
        subscribe(&scene.stage.discord, guild, "New lead", "#sales").await;
    }
    scene.stage.next_second().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_whose_token_was_revoked_hears_it_with_the_next_poll_while_another_goes_on() {
    let mut scene = Scene::start().await;
    let (acme, second) = (scene.acme, scene.globex);
    connect_both(&scene).await;
    lead(&scene.stage.intercom, "Ada");
    scene.stage.cards(acme.sales, 1).await;
    scene.stage.cards(second.sales, 1).await;
    scene.stage.intercom.access().set_for(ACME_TOKEN, Access::Revoked);
    told(&scene, acme, "Intercom refuses the token of this server").await;
    scene.read_until(acme, "/notify list", "refuses the token").await;
    assert!(scene.read(acme, "/connection").await.contains("Intercom refuses the token"));
    scene.stage.next_second().await;
    lead(&scene.stage.intercom, "Bea");
    scene.stage.cards(second.sales, 2).await;
    assert_eq!(cards_in(&scene.stage.discord, acme.sales).len(), 1, "its notifications are on hold");
    assert!(!scene.read(second, "/notify list").await.contains("on hold"));
    scene.stage.intercom.access().set_for(ACME_TOKEN, Access::Granted);
    // The first call that succeeds, a command's, ends it.
    scene.read(acme, "/lead list").await;
    told(&scene, acme, "takes the token of this server again").await;
    let bea = format!("{:?}", scene.stage.cards(acme.sales, 2).await);
    assert!(bea.contains("Bea@example.com"), "what waited is posted: {bea}");
    scene.stage.terminate().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_only_server_of_a_workspace_hears_it_too_and_a_command_finds_it_as_a_poll_does() {
    let mut scene = Scene::set().await;
    scene.stage.set_variable("POLL_INTERVAL", "1h");
    scene.stage.start_process().await;
    let acme = scene.acme;
    scene.connect(acme, ACME_TOKEN).await;
    subscribe(&scene.stage.discord, acme, "New lead", "#sales").await;
    scene.stage.intercom.access().set_for(ACME_TOKEN, Access::Revoked);
    let refused = scene.read(acme, "/lead list").await;
    assert!(refused.contains("refuses"), "{refused}");
    told(&scene, acme, "Intercom refuses the token of this server").await;
    scene.stage.terminate().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_a_token_may_is_looked_at_every_day_and_the_server_hears_what_it_may_no_more() {
    let mut scene = Scene::set().await;
    scene.stage.start().await;
    connect_both(&scene).await;
    let acme = scene.acme;
    scene.stage.intercom.access().add_token(ACME_TOKEN, &[Permission::ReadConversations]);
    scene.stage.stop().await;
    scene.stage.clock.advance(Duration::from_hours(25));
    scene.stage.start().await;
    told(&scene, acme, "may not do all that I need it for").await;
    assert!(scene.read(acme, "/connection").await.contains("Not: read conversations"));
    scene.stage.stop().await;
}
