//! One need of a customer rings once, whatever it makes in Intercom.

use deskbell_sandbox::intercom::{NewContact, NewConversation};

use crate::stage::Stage;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_leaves_an_address_and_writes_rings_once_for_the_conversation() {
    let mut stage = Stage::with_bot().await;
    stage.subscribe("New lead", "#sales").await;
    stage.subscribe("New conversation", "#support").await;
    stage.next_second().await;
    stage.stop().await;
    // Intercom makes both together.
    let ada = stage.intercom.contacts().create(NewContact::lead().name("Ada").email("ada@acme.io"));
    stage.intercom.conversations().start(NewConversation::from_contact(&ada, "It does not open."));
    stage.start().await;
    let conversations = stage.cards(stage.guild.support, 1).await;
    assert!(!conversations[0].is_silent(), "{}", conversations[0].render());
    let leads = stage.cards(stage.guild.sales, 1).await;
    assert!(leads[0].content == "🌱 New lead: Ada" && leads[0].is_silent(), "{}", leads[0].render());
    stage.next_second().await;
    stage.intercom.contacts().create(NewContact::lead().name("Bea").email("bea@acme.io"));
    let leads = stage.cards(stage.guild.sales, 2).await;
    assert!(!leads[1].is_silent(), "who only left an address rings: {}", leads[1].render());
    stage.stop().await;
}
