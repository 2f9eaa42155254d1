//! One need of a customer rings once, whatever it makes in Intercom.

use deskbell_sandbox::discord::{Discord, Message};
use deskbell_sandbox::intercom::{NewContact, NewConversation};
use deskbell_stage::cards_in;

use crate::desk_scene::{Scene, a_team, says};
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

/// A visitor of whom nobody knows anything has written, and a bot has answered.
async fn with_a_bot() -> Scene {
    let mut stage = Stage::with_bot().await;
    let (grace, alan) = a_team(&stage).await;
    stage.subscribe("New lead", "#sales").await;
    for event in ["New conversation", "Needs a person", "Rated"] {
        stage.subscribe(event, "#support").await;
    }
    stage.next_second().await;
    stage.stop().await;
    let ada = stage.intercom.contacts().create(NewContact::lead());
    let talks = stage.intercom.conversations();
    let talk = talks.start(NewConversation::from_contact(&ada, "My invoice is wrong."));
    talks.fin().say(&talk, "<p>Let me see.</p>").expect("it is there");
    stage.start().await;
    Scene { stage, grace, alan, ada, talk }
}

/// The line of a message, and whether it rang.
fn line(message: &Message) -> (&str, bool) {
    (&message.content, !message.is_silent())
}

/// Both press at once; answers who has it now, by their names here and in Intercom.
async fn both_take_it(scene: &Scene, card: &Message) -> (&'static str, &'static str) {
    let presses = ["ana", "ben"].map(|who| scene.person(who).press(card, "I take it").expect("it is there"));
    let mut said = Vec::new();
    for answer in presses {
        said.push(says(answer, "it").await.content);
    }
    let (who, name) =
        if scene.holder() == Some(scene.grace) { ("ana", "Grace Hopper") } else { ("ben", "Alan Turing") };
    said.sort_by_key(|said| !said.starts_with('✅'));
    assert_eq!(said[0], format!("✅ You have it, as **{name}**."));
    assert!(said[1].starts_with(&format!("**{name}** has it since <t:")), "{said:?}");
    (who, name)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_visitor_is_handed_over_taken_answered_and_rates_and_each_need_rings_once() {
    let mut scene = with_a_bot().await;
    let intercom = scene.stage.intercom.clone();
    let (talks, support) = (intercom.conversations(), scene.stage.guild.support);
    assert_eq!(line(&scene.card().await), ("💬 A visitor: My invoice is wrong.", false));
    let lead = scene.stage.cards(scene.stage.guild.sales, 1).await.remove(0);
    assert!(lead.content.starts_with("🌱 New lead: Lead …") && lead.is_silent(), "{}", lead.render());

    scene.stage.next_second().await;
    talks.customer(&scene.ada).reply(&scene.talk, "<p>I want a person.</p>").expect("it is there");
    let team = intercom.workspace().add_team("Second level");
    talks.fin().hand_over(&scene.talk, team).expect("it has it");
    let called = scene.stage.cards_within(support, 2, PATIENCE * 3).await.remove(1);
    assert_eq!(line(&called), ("🙋 A visitor needs a person: I want a person.", true));
    scene.card_says("Second level has it").await;

    scene.ana_is_grace().await;
    let asked = scene.press("ben", "Reply").await;
    scene.says_who("ben", asked, "Alan Turing", "From now on I answer for you as **Alan Turing**.").await;
    let (who, name) = both_take_it(&scene, &called).await;
    scene.card_says(if who == "ana" { "Grace Hopper has it" } else { "Alan Turing has it" }).await;

    let preview = says(scene.writes(who, "Reply", "It is mended.").await, &format!("as **{name}**:")).await;
    says(scene.person(who).press(&preview, "Send").expect("it is offered"), "✅ Sent.").await;
    assert_eq!(scene.got(), ["<p>Let me see.</p>", "<p>It is mended.</p>"]);
    scene.card_says("answered after").await;

    says(scene.press(who, "Close").await, "✅ Closed, as").await;
    scene.card_says("closed <t:").await;
    scene.stage.next_second().await;
    talks.customer(&scene.ada).rate(&scene.talk, 1).expect("it is there");
    let cards = scene.stage.cards_within(support, 3, PATIENCE * 3).await;
    assert_eq!(line(&cards[2]), ("⭐ A visitor: ★☆☆☆☆ 1 of 5", true));
    scene.card_says("★☆☆☆☆").await;
    assert_eq!(cards_in(&scene.stage.discord, support).len(), 3, "nothing else was told");
    assert_eq!(cards_in(&scene.stage.discord, scene.stage.guild.sales).len(), 1);
    scene.stage.stop().await;
}
