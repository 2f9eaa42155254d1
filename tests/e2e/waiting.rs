//! Customers who wait: told once for each wait when its time is over, and no more once a person answered.

use deskbell_sandbox::discord::{Discord, Message};
use deskbell_sandbox::intercom::{Assignee, ContactId, ConversationId, NewContact, NewConversation};
use deskbell_stage::cards_in;

use crate::stage::{PATIENCE, Stage};

fn begin(stage: &Stage, name: &str, text: &str) -> (ContactId, ConversationId) {
    let who = stage.intercom.contacts().create(NewContact::lead().name(name));
    let talk = stage.intercom.conversations().start(NewConversation::from_contact(&who, text));
    (who, talk)
}

async fn answered(stage: &Stage, who: &str) -> Message {
    let is_answered = |card: &&Message| {
        card.content.contains(who) && card.embeds[0]["description"].to_string().contains("✅ Answered after")
    };
    let stands =
        |discord: &Discord| cards_in(discord, stage.guild.support).iter().any(|card| is_answered(&card));
    let waited = stage.discord.wait_for("that it is answered", PATIENCE * 8, stands).await;
    waited.unwrap_or_else(|waited| panic!("{waited}"));
    let cards = cards_in(&stage.discord, stage.guild.support);
    cards.iter().find(is_answered).expect("it stands there").clone()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_waits_is_told_once_whatever_a_bot_says_and_the_card_says_who_answered() {
    let mut stage = Stage::with_bot().await;
    stage.subscribe("Unanswered", "#support after:1m").await;
    stage.next_second().await;
    let intercom = stage.intercom.clone();
    let talks = intercom.conversations();
    let grace = stage.intercom.workspace().add_admin("Grace", "grace@acme.test");
    let (ada, waits) = begin(&stage, "Ada", "How do I reset my password?");
    talks.customer(&ada).reply(&waits, "<p>Anybody?</p>").expect("it is there");
    let (_, of_bot) = begin(&stage, "Bob", "A bot has this.");
    talks.fin().say(&of_bot, "<p>Let me see.</p>").expect("it is there");
    let (_, of_people) = begin(&stage, "Cleo", "A bot says something here.");
    talks.teammate(grace).assign(&of_people, Assignee::Admin(grace)).expect("it is there");
    talks.fin().say(&of_people, "<p>A person will be with you.</p>").expect("it is there");
    let (_, in_time) = begin(&stage, "Dora", "This is answered in time.");
    talks.teammate(grace).reply(&in_time, "<p>At once.</p>").expect("it is there");

    let told = stage.cards_within(stage.guild.support, 2, PATIENCE * 8).await;
    let mut lines: Vec<_> = told.into_iter().map(|card| card.content).collect();
    lines.sort();
    assert_eq!(
        lines,
        [
            "⏳ Ada waits for 1 min: How do I reset my password?",
            "⏳ Cleo waits for 1 min: A bot says something here.",
        ]
    );
    talks.teammate(grace).reply(&waits, "<p>Here is how.</p>").expect("it is there");
    let card = answered(&stage, "Ada").await;
    let said = card.embeds[0]["description"].to_string();
    assert!(said.contains("by Grace") && said.contains("How do I reset my password?"), "{said}");
    assert_eq!(card.content, "⏳ Ada waits for 1 min: How do I reset my password?", "the line stays");
    assert_eq!(cards_in(&stage.discord, stage.guild.support).len(), 2, "nothing else was told");
    stage.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn after_how_long_is_for_waits_alone_and_must_be_possible() {
    let mut stage = Stage::with_bot().await;
    let mark = stage.discord.guild(stage.guild.id).member("mark");
    for (command, said) in [
        ("event:New lead channel:#support after:5m", "**after** is for Unanswered alone"),
        ("event:Unanswered channel:#support after:soon", "I do not understand **after** soon."),
        ("event:Unanswered channel:#support after:31d", "Write a duration from 1m to 30d"),
    ] {
        let reply = mark.slash(stage.guild.support, &format!("/notify add {command}")).expect("registered");
        let text = reply.text().await.expect("the bot answers");
        assert!(text.contains(said), "{command}: {text}");
    }
    stage.subscribe("Unanswered", "#support").await;
    stage.subscribe("Unanswered", "#support after:4h").await;
    let reply = mark.slash(stage.guild.support, "/notify list").expect("registered");
    let text = reply.text().await.expect("the bot answers");
    assert!(text.contains("⏳ Unanswered → ") && text.contains("· after 15 min"), "{text}");
    assert!(text.contains("· after 4 h"), "{text}");
    let again = "/notify add event:Unanswered channel:#support after:15m";
    let reply = mark.slash(stage.guild.support, again).expect("registered");
    let text = reply.text().await.expect("the bot answers");
    assert!(text.contains("already go to"), "{text}");
    stage.stop().await;
}
