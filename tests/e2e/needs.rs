//! One need of a customer rings once, whatever it makes in Intercom.

use deskbell_sandbox::discord::{Discord, Message};
use deskbell_sandbox::intercom::{NewContact, NewConversation};
use deskbell_stage::cards_in;

use crate::stage::{PATIENCE, Stage};

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

/// Waits until a message of #sales shows this.
async fn shows(stage: &Stage, posted: &Message, text: &str) {
    let is_so = |card: &Message| card.id == posted.id && card.embeds[0].to_string().contains(text);
    let stands = |discord: &Discord| cards_in(discord, stage.guild.sales).iter().any(is_so);
    let waited = stage.discord.wait_for(text, PATIENCE * 3, stands).await;
    waited.unwrap_or_else(|waited| panic!("{waited}"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_anonymous_lead_whose_card_fills_itself_in_rings_once() {
    let mut stage = Stage::with_bot().await;
    stage.subscribe("New lead", "#sales").await;
    stage.next_second().await;
    let ada = stage.intercom.contacts().create(NewContact::lead());
    let posted = stage.cards(stage.guild.sales, 1).await.remove(0);
    assert!(posted.content.starts_with("🌱 New lead: Lead …"), "{}", posted.content);
    assert!(posted.is_silent(), "nobody can answer it yet");
    stage.next_second().await;
    let told = stage.intercom.contacts().update(&ada, |lead| {
        lead.name = Some("Ada Lovelace".to_owned());
        lead.email = Some("ada@acme.io".to_owned());
    });
    told.expect("she is there");
    let cards = stage.cards(stage.guild.sales, 2).await;
    assert_eq!(cards[1].content, "🌱 Ada Lovelace left an address: ada@acme.io");
    assert!(!cards[1].is_silent(), "it rings");
    shows(&stage, &posted, "ada@acme.io").await;
    stage.next_second().await;
    let told = stage.intercom.contacts().update(&ada, |lead| lead.phone = Some("+4930901820".to_owned()));
    told.expect("she is there");
    for card in [&posted, &cards[1]] {
        shows(&stage, card, "+4930901820").await;
    }
    assert_eq!(cards_in(&stage.discord, stage.guild.sales).len(), 2, "and rings once");
    stage.stop().await;
}
