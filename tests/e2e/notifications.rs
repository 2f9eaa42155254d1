//! What happens in Intercom, and what the channels show of it.

use std::collections::BTreeSet;
use std::time::Duration;

use deskbell_sandbox::discord::{Message, Pace};
use deskbell_sandbox::fault::{Effect, Fault};
use deskbell_sandbox::intercom::{NewContact, NewConversation};

use reqwest::Method;

use crate::stage::{self, Stage};

/// The ids of contacts that cards of these messages show, in the order in which they are read.
pub(crate) fn shown_ids(messages: &[Message]) -> Vec<String> {
    deskbell_stage::shown(messages)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn all_four_kinds_are_posted_and_a_page_view_is_not() {
    let mut stage = Stage::with_bot().await;
    stage.subscribe("New lead", "#sales").await;
    stage.subscribe("New user", "#sales").await;
    stage.subscribe("User updated", "#sales").await;
    stage.subscribe("New conversation", "#support").await;
    stage.next_second().await;

    stage.intercom.contacts().create(NewContact::lead().name("Ada Lovelace").email("ada@acme.io"));
    let cards = stage.cards(stage.guild.sales, 1).await;
    assert_eq!(cards[0].content, "🌱 New lead: Ada Lovelace");

    let alan = stage.intercom.contacts().create(NewContact::user().name("Alan Turing").email("alan@acme.io"));
    let cards = stage.cards(stage.guild.sales, 2).await;
    assert_eq!(cards[1].content, "👤 New user: Alan Turing");

    stage.next_second().await;
    stage.intercom.contacts().page_visit(&alan).expect("he exists");
    stage.next_second().await;
    stage
        .intercom
        .contacts()
        .update(&alan, |user| user.email = Some("turing@acme.io".to_owned()))
        .expect("he exists");
    let cards = stage.cards(stage.guild.sales, 3).await;
    assert_eq!(cards[2].content, "✏️ User updated: Alan Turing: Email");
    assert_eq!(cards.len(), 3, "the page view was silent");

    stage
        .intercom
        .conversations()
        .start(NewConversation::from_contact(&alan, "<p>Where is my <b>invoice</b>?</p>"));
    let cards = stage.cards(stage.guild.support, 1).await;
    assert_eq!(cards[0].content, "💬 Alan Turing: Where is my invoice?");
    stage.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_lead_one_second_after_the_subscription_is_posted_although_the_poll_comes_much_later() {
    let mut stage = Stage::set().await;
    stage.set_variable("POLL_INTERVAL", "20s");
    stage.start().await;
    let early = stage.intercom.contacts().create(NewContact::lead().name("Too Early"));
    stage.next_second().await;
    stage.subscribe("New lead", "#sales").await;
    stage.next_second().await;
    let late = stage.intercom.contacts().create(NewContact::lead().name("Just After"));
    let cards = stage.cards_within(stage.guild.sales, 1, Duration::from_secs(40)).await;
    assert_eq!(cards[0].content, "🌱 New lead: Just After");
    assert_eq!(shown_ids(&cards), [late.to_string()], "{early} was made before");
    stage.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_later_subscription_does_not_get_older_events() {
    let mut stage = Stage::with_bot().await;
    stage.subscribe("New lead", "#sales").await;
    stage.next_second().await;
    stage.intercom.contacts().create(NewContact::lead().name("First"));
    stage.cards(stage.guild.sales, 1).await;
    stage.next_second().await;
    stage.subscribe("New lead", "#support").await;
    stage.next_second().await;
    stage.intercom.contacts().create(NewContact::lead().name("Second"));
    stage.cards(stage.guild.sales, 2).await;
    let cards = stage.cards(stage.guild.support, 1).await;
    assert_eq!(cards[0].content, "🌱 New lead: Second");
    assert_eq!(cards.len(), 1);
    stage.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_change_that_is_taken_back_later_is_two_changes() {
    let mut stage = Stage::with_bot().await;
    stage.subscribe("New user", "#sales").await;
    stage.subscribe("User updated", "#sales").await;
    stage.next_second().await;
    let ada = stage.intercom.contacts().create(NewContact::user().name("Ada").email("a@acme.io"));
    stage.cards(stage.guild.sales, 1).await;
    for (count, email) in [(2, "b@acme.io"), (3, "a@acme.io")] {
        stage.next_second().await;
        stage
            .intercom
            .contacts()
            .update(&ada, |user| user.email = Some(email.to_owned()))
            .expect("she exists");
        stage.cards(stage.guild.sales, count).await;
    }
    stage.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_lead_that_becomes_a_user_is_announced_as_one() {
    let mut stage = Stage::with_bot().await;
    stage.subscribe("New lead", "#sales").await;
    stage.subscribe("New user", "#support").await;
    stage.next_second().await;
    let ada = stage.intercom.contacts().create(NewContact::lead().name("Ada").email("a@acme.io"));
    stage.cards(stage.guild.sales, 1).await;
    stage.next_second().await;
    stage.intercom.contacts().convert_to_user(&ada).expect("she exists");
    let cards = stage.cards(stage.guild.support, 1).await;
    assert_eq!(cards[0].content, "👤 New user: Ada (was a lead)");
    stage.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_servers_on_one_workspace_are_served_by_one_walk_and_a_third_sees_nothing() {
    let mut stage = Stage::set().await;
    let (second, stranger) =
        (stage::make_guild(&stage.discord, "Acme Labs"), stage::make_guild(&stage.discord, "Somebody Else"));
    let both = format!("{},{}", stage.guild.id, second.id);
    stage.set_variable("DISCORD_GUILD_ID", &both);
    stage.start().await;
    stage.subscribe("New lead", "#sales").await;
    let mark = stage.discord.guild(second.id).member("mark");
    let reply =
        mark.slash(second.sales, "/notify add event:New lead channel:#sales").expect("it is registered");
    let text = reply.text().await.expect("it answers");
    assert!(text.starts_with("✅ New leads ring in"), "{text}");
    let mark = stage.discord.guild(stranger.id).member("mark");
    let reply =
        mark.slash(stranger.sales, "/notify add event:New lead channel:#sales").expect("it is registered");
    let text = reply.text().await.expect("it answers");
    assert!(text.contains("This server is not linked to an Intercom workspace."), "{text}");
    assert!(!text.contains("Acme"), "{text}");
    stage.next_second().await;
    stage.intercom.contacts().create(NewContact::lead().name("Ada"));
    stage.cards(stage.guild.sales, 1).await;
    let seen = stage.discord.wait_for("the second server's card", stage::PATIENCE, |discord| {
        stage::cards_in(discord, second.sales).len() == 1
    });
    seen.await.unwrap_or_else(|waited| panic!("{waited}"));
    assert!(stage::cards_in(&stage.discord, stranger.sales).is_empty());
    stage.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_channel_that_becomes_public_gets_cards_without_personal_data() {
    let mut stage = Stage::with_bot().await;
    stage.subscribe("New lead", "#sales").await;
    stage.next_second().await;
    stage.discord.permissions(stage.guild.sales).make_public();
    stage.intercom.contacts().create(NewContact::lead().name("Ada Lovelace").email("ada@acme.io"));
    let cards = stage.cards(stage.guild.sales, 1).await;
    assert_eq!(cards[0].content, "🌱 New lead");
    let everything = stage.discord.messages(stage.guild.sales).history();
    assert!(!everything.contains("Ada") && !everything.contains("ada@acme.io"), "{everything}");
    stage.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn five_hundred_leads_at_once_arrive_once_each_in_few_messages() {
    let mut stage = Stage::with_bot().await;
    // Ten times Discord's pace, so that the story is short; what the bot does is the same.
    stage.discord.rate_limits().set_channel_pace(Some(Pace { requests: 50, window: Duration::from_secs(5) }));
    stage.subscribe("New lead", "#sales").await;
    stage.next_second().await;
    let leads: BTreeSet<_> =
        stage.intercom.contacts().burst_of_leads(500).into_iter().map(|id| id.to_string()).collect();
    stage
        .discord
        .wait_for("500 leads", Duration::from_secs(60), |discord| {
            shown_ids(&stage::cards_in(discord, stage.guild.sales)).len() >= 500
        })
        .await
        .unwrap_or_else(|_| {
            panic!("only {} came", shown_ids(&stage::cards_in(&stage.discord, stage.guild.sales)).len())
        });
    let cards = stage::cards_in(&stage.discord, stage.guild.sales);
    let shown = shown_ids(&cards);
    assert_eq!(shown.len(), 500, "none twice");
    assert_eq!(shown.into_iter().collect::<BTreeSet<_>>(), leads, "none lost");
    assert!(cards.len() <= 12, "{} messages", cards.len());
    each_is_a_line_and_one_press_away(&stage, &cards[0]).await;
    assert_eq!(stage.discord.rate_limits().refused(), 0, "no 429");
    stage.stop().await;
}

/// Fifty lines of one embed, and below them two selects, each option of which opens its lead.
async fn each_is_a_line_and_one_press_away(stage: &Stage, crowd: &Message) {
    let lines = crowd.embeds[0]["description"].as_str().unwrap_or_default();
    let count = lines.lines().count();
    assert!(
        crowd.embeds.len() == 1 && (31..=50).contains(&count) && lines.chars().count() <= 4_096,
        "{lines}"
    );
    let last = shown_ids(std::slice::from_ref(crowd)).pop().expect("the selects name them");
    let option =
        crowd.components.iter().filter_map(|row| row["components"][0]["options"].as_array().cloned());
    let option = option.flatten().find(|option| option["value"] == last.as_str()).expect("it is there");
    let label = option["label"].as_str().unwrap_or_default();
    let mark = stage.discord.guild(stage.guild.id).member("mark");
    let opened =
        mark.select(crowd, "Show one of the others in full…", &[label]).expect("the select is there");
    let opened = opened.message_where("the lead", |message| !message.embeds.is_empty()).await;
    assert!(opened.expect("it opens").embeds[0].to_string().contains(&last));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_record_made_from_discord_says_who_made_it_however_late_intercom_answers() {
    let mut stage = Stage::with_bot().await;
    for event in ["New lead", "New user"] {
        stage.subscribe(event, "#sales").await;
    }
    stage.next_second().await;
    // A poll comes every second.
    let late = Fault::new(Effect::ProcessThenDelay(Duration::from_secs(4)));
    stage.intercom.faults().add(late.method(Method::POST).path("/contacts"));
    let mark = stage.discord.guild(stage.guild.id).member("mark");
    for (command, count) in [("/lead create", 1), ("/user create", 2)] {
        let typed = format!("{command} email:made-{count}@acme.io");
        let reply = mark.slash(stage.guild.support, &typed).expect("it is registered");
        reply.text().await.expect("it answers");
        let cards = stage.cards(stage.guild.sales, count).await;
        let said = format!("with {command}");
        assert!(cards.iter().any(|card| card.render().contains(&said)), "{command}: {cards:?}");
    }
    stage.stop().await;
}
