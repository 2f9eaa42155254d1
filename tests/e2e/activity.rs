//! What happens in conversations: told once for each need, whichever way it is heard of.

use deskbell_sandbox::discord::{Discord, Message};
use deskbell_sandbox::intercom::{Assignee, ContactId, ConversationId, NewContact, NewConversation};
use deskbell_stage::cards_in;

use crate::stage::{PATIENCE, Stage};

fn visitor(stage: &Stage, name: &str) -> ContactId {
    stage.intercom.contacts().create(NewContact::lead().name(name))
}

fn begin(stage: &Stage, who: &ContactId, text: &str) -> ConversationId {
    stage.intercom.conversations().start(NewConversation::from_contact(who, text))
}

/// The lines of the messages in the channel, once there are so many.
async fn lines(stage: &Stage, count: usize) -> Vec<String> {
    // What is said in a conversation that was just read is read half a minute later.
    let cards = stage.cards_within(stage.guild.support, count, PATIENCE * 3).await;
    cards.into_iter().map(|card| card.content).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whatever_a_customer_writes_is_told_once_in_the_order_in_which_it_was_written() {
    let mut stage = Stage::with_bot().await;
    stage.subscribe("New conversation", "#support").await;
    stage.subscribe("Customer replied", "#support").await;
    stage.next_second().await;
    let intercom = stage.intercom.clone();
    let talks = intercom.conversations();
    let (ada, grace) =
        (visitor(&stage, "Ada"), stage.intercom.workspace().add_admin("Grace", "grace@acme.test"));
    let talk = begin(&stage, &ada, "It does not open.");
    assert_eq!(lines(&stage, 1).await, ["💬 Ada: It does not open."]);
    stage.next_second().await;
    talks.teammate(grace).reply(&talk, "<p>Which door?</p>").expect("it is there");
    talks.customer(&ada).reply(&talk, "<p>The <b>red</b> one.</p>").expect("it is there");
    let told = lines(&stage, 2).await;
    assert_eq!(told[1], "↩️ Ada: The red one.");
    stage.next_second().await;
    talks.teammate(grace).close(&talk).expect("it is open");
    stage.next_second().await;
    talks.customer(&ada).reply(&talk, "<p>And the blue one!</p>").expect("it reopens it");
    let told = lines(&stage, 3).await;
    assert_eq!(told[2], "↩️ Ada: And the blue one!", "words that ride on a reopening are words");
    stage.stop().await;
    stage.start().await;
    stage.next_second().await;
    talks.customer(&ada).reply(&talk, "<p>Hello?</p>").expect("it is open");
    let told = lines(&stage, 4).await;
    assert_eq!(told[3], "↩️ Ada: Hello?");
    stage.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_person_is_called_for_when_the_bot_hands_over_and_not_again_by_the_next_assignment() {
    let mut stage = Stage::with_bot().await;
    stage.subscribe("Needs a person", "#support").await;
    stage.next_second().await;
    let intercom = stage.intercom.clone();
    let talks = intercom.conversations();
    let team = stage.intercom.workspace().add_team("Second level");
    let grace = stage.intercom.workspace().add_admin("Grace", "grace@acme.test");
    let ada = visitor(&stage, "Ada");
    let talk = begin(&stage, &ada, "My invoice is wrong.");
    talks.fin().say(&talk, "<p>Let me see.</p>").expect("it is there");
    talks.customer(&ada).reply(&talk, "<p>I want a person.</p>").expect("it is there");
    stage.next_second().await;
    talks.fin().hand_over(&talk, team).expect("it has it");
    assert_eq!(lines(&stage, 1).await, ["🙋 Ada needs a person: I want a person."]);
    stage.next_second().await;
    talks.teammate(grace).assign(&talk, Assignee::Admin(grace)).expect("it is there");
    stage.next_second().await;
    talks.teammate(grace).assign(&talk, Assignee::Bot).expect("it is there");
    talks.fin().say(&talk, "<p>Once more.</p>").expect("it has it");
    stage.next_second().await;
    talks.fin().hand_over(&talk, team).expect("it has it");
    let told = lines(&stage, 2).await;
    assert_eq!(told.len(), 2, "again because the bot had it again: {told:?}");
    stage.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_rating_is_told_and_what_is_remarked_later_comes_onto_its_card() {
    let mut stage = Stage::with_bot().await;
    stage.subscribe("Rated", "#support").await;
    stage.next_second().await;
    let intercom = stage.intercom.clone();
    let talks = intercom.conversations();
    let ada = visitor(&stage, "Ada");
    let talk = begin(&stage, &ada, "Thank you for nothing.");
    talks.customer(&ada).rate(&talk, 1).expect("it is there");
    assert_eq!(lines(&stage, 1).await, ["⭐ Ada: ★☆☆☆☆ 1 of 5"]);
    stage.next_second().await;
    talks.customer(&ada).remark(&talk, "Nobody answered.").expect("it is rated");
    let remarked = |card: &Message| card.embeds[0]["description"].to_string().contains("Nobody answered.");
    let stands = |discord: &Discord| cards_in(discord, stage.guild.support).iter().any(remarked);
    stage
        .discord
        .wait_for("the remark", PATIENCE * 3, stands)
        .await
        .unwrap_or_else(|waited| panic!("{waited}"));
    let card = stage.cards(stage.guild.support, 1).await.remove(0);
    assert_eq!(card.content, "⭐ Ada: ★☆☆☆☆ 1 of 5", "the line stays as it was pushed");
    stage.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_conversation_of_six_hundred_parts_tells_the_newest_and_holds_nobody_up() {
    let mut stage = Stage::with_bot().await;
    let intercom = stage.intercom.clone();
    let talks = intercom.conversations();
    let ada = visitor(&stage, "Ada");
    let talk = begin(&stage, &ada, "A long story.");
    talks.burst_of_parts(&talk, 600).expect("it is there");
    stage.next_second().await;
    stage.subscribe("Customer replied", "#support").await;
    stage.next_second().await;
    talks.customer(&ada).reply(&talk, "<p>And then?</p>").expect("it is there");
    assert_eq!(lines(&stage, 1).await, ["↩️ Ada: And then?"]);
    stage.stop().await;
}
