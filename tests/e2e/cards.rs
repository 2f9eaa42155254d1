//! What cards show of people and conversations, and what counts as a change of somebody.

use std::collections::BTreeSet;

use deskbell_sandbox::discord::Message;
use deskbell_sandbox::discord::ids::ChannelId;
use deskbell_sandbox::intercom::{ContactId, NewContact, NewConversation};

use crate::stage::{PATIENCE, Stage};

/// A user with a picture at this address.
fn pictured(stage: &Stage, name: &str, address: &str) -> ContactId {
    let ada = stage.intercom.contacts().create(NewContact::user().name(name));
    stage
        .intercom
        .contacts()
        .update(&ada, |user| user.avatar = Some(address.to_owned()))
        .expect("she exists");
    ada
}

/// All that can be read of a message: its line, its cards and its controls.
fn read(message: &Message) -> String {
    format!(
        "{}\n{}\n{}",
        message.content,
        serde_json::to_string(&message.embeds).expect("it is JSON"),
        serde_json::to_string(&message.components).expect("it is JSON")
    )
}

/// The texts of the cards of a message: everything but the addresses that only Discord and a tap follow.
fn texts(message: &Message) -> String {
    let embeds = message.embeds.iter().map(|embed| {
        let fields = embed["fields"].to_string();
        format!("{} {} {} {}", embed["title"], embed["description"], fields, embed["footer"]["text"])
    });
    embeds.collect::<Vec<_>>().join("\n")
}

async fn shown(stage: &Stage, who: &str, command: &str, says: &str) -> Message {
    let person = stage.discord.guild(stage.guild.id).member(who);
    let reply = person.slash(stage.guild.general, command).expect("the command is registered");
    let said = reply.message_where(says, |message| read(message).contains(says)).await;
    said.unwrap_or_else(|failure| panic!("{failure}"))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_picture_that_was_signed_anew_is_no_change_and_another_picture_is_one() {
    let mut stage = Stage::with_bot().await;
    stage.subscribe("New user", "#sales").await;
    stage.subscribe("User updated", "#sales").await;
    stage.next_second().await;
    let ada = pictured(&stage, "Ada", "https://f.test/ada.png?X-Amz-Date=1&X-Amz-Signature=a");
    stage.cards(stage.guild.sales, 1).await;
    let give = |address: &str| {
        let address = address.to_owned();
        stage.intercom.contacts().update(&ada, |user| user.avatar = Some(address)).expect("she exists");
    };
    stage.next_second().await;
    give("https://f.test/ada.png?X-Amz-Date=2&X-Amz-Signature=b");
    stage.next_second().await;
    give("https://f.test/eve.png?X-Amz-Date=3&X-Amz-Signature=c");
    let cards = stage.cards(stage.guild.sales, 2).await;
    assert_eq!(cards[1].content, "✏️ User updated: Ada: Image URL");
    stage.next_second().await;
    give("https://ui-avatars.test/api/?name=A+B");
    stage.cards(stage.guild.sales, 3).await;
    stage.next_second().await;
    give("https://ui-avatars.test/api/?name=C+D");
    let cards = stage.cards(stage.guild.sales, 4).await;
    assert_eq!(cards.len(), 4, "the new signature was silent");
    let picture = cards[3].embeds[0]["thumbnail"]["url"].as_str();
    assert_eq!(picture, Some("https://ui-avatars.test/api/?name=C+D"), "the address is whole");
    assert!(!texts(&cards[3]).contains("name=C"), "{}", texts(&cards[3]));
    stage.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_attribute_whose_address_leads_elsewhere_is_a_change_that_shows_no_query() {
    let mut stage = Stage::set().await;
    stage.set_variable("UPDATE_FIELDS", "custom:link");
    stage.start().await;
    stage.subscribe("New user", "#sales").await;
    stage.subscribe("User updated", "#sales").await;
    stage.next_second().await;
    let user = NewContact::user().name("Ada").custom("link", "https://shop.test/o?id=1&token=s3");
    let ada = stage.intercom.contacts().create(user);
    stage.cards(stage.guild.sales, 1).await;
    for link in ["https://shop.test/o?id=1&token=s4", "https://shop.test/o?id=2&token=s4"] {
        stage.next_second().await;
        let changed = stage.intercom.contacts().update(&ada, |user| {
            user.custom_attributes.insert("link".to_owned(), link.into());
        });
        changed.expect("she exists");
    }
    let card = texts(&stage.cards(stage.guild.sales, 2).await[1]);
    assert!(card.contains("**link** changed") && !card.contains("id="), "{card}");
    stage.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn cards_show_the_chosen_attribute_and_whoever_asks_sees_all_of_them() {
    let mut stage = Stage::set().await;
    stage.set_variable("CARD_FIELDS", "custom:plan,tags");
    stage.intercom.workspace().declare_date("renewal");
    stage.start().await;
    stage.subscribe("New lead", "#sales").await;
    let mark = stage.discord.guild(stage.guild.id).member("mark");
    let tried = mark.slash(stage.guild.general, "/notify test").expect("the command is registered");
    tried.message().await.expect("the bot answers");
    let sample = texts(&stage.cards(stage.guild.sales, 1).await[0]);
    assert!(
        sample.contains("plan") && !sample.contains("\"City Name\""),
        "a sample is as a card will be: {sample}"
    );
    stage.next_second().await;
    let lead = NewContact::lead().name("Ada Lovelace").custom("plan", "pro").custom("utm_source", "ads");
    let lead = lead.custom("trial_ends_at", 1_764_547_200).custom("renewal", 1_767_225_600);
    let ada = stage.intercom.contacts().create(lead);
    let cards = stage.cards(stage.guild.sales, 2).await;
    let card = texts(&cards[1]);
    assert!(card.contains("plan") && card.contains("pro") && !card.contains("utm"), "{card}");
    let reply = shown(&stage, "mark", &format!("/lead get lead:{ada}"), "Custom attributes").await;
    let reply = texts(&reply);
    for line in ["**plan** pro", "ads", "<t:1764547200:f>", "**renewal** <t:1767225600:f>"] {
        assert!(reply.contains(line), "{line}: {reply}");
    }
    let pressed = mark.press(&cards[1], "Show").expect("the button is there");
    let all = pressed.message_where("all attributes", |message| texts(message).contains("utm")).await;
    all.unwrap_or_else(|failure| panic!("{failure}"));
    stage.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_trial_that_was_prolonged_is_told_in_dates() {
    let mut stage = Stage::set().await;
    stage.set_variable("UPDATE_FIELDS", "custom:trial_ends_at,custom:renewal");
    stage.intercom.workspace().declare_date("renewal");
    stage.start().await;
    stage.subscribe("New user", "#sales").await;
    stage.subscribe("User updated", "#sales").await;
    stage.next_second().await;
    let user = NewContact::user().name("Ada").custom("trial_ends_at", 1_764_547_200);
    let ada = stage.intercom.contacts().create(user.custom("renewal", 1_764_547_200_000_i64));
    stage.cards(stage.guild.sales, 1).await;
    stage.next_second().await;
    let changed = stage.intercom.contacts().update(&ada, |user| {
        user.custom_attributes.insert("trial_ends_at".to_owned(), 1_767_225_600.into());
        user.custom_attributes.insert("renewal".to_owned(), 1_767_225_600_000_i64.into());
    });
    changed.expect("she exists");
    let cards = stage.cards(stage.guild.sales, 2).await;
    let told = cards[1].embeds[0]["description"].as_str().unwrap_or_default();
    for line in
        ["ends\\_at** <t:1764547200:f> → <t:1767225600:f>", "**renewal** <t:1764547200:f> → <t:1767225600:f>"]
    {
        assert!(told.contains(line), "{line}: {told}");
    }
    stage.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_push_of_a_conversation_says_what_is_wanted_and_the_card_says_nothing_twice() {
    let mut stage = Stage::with_bot().await;
    stage.subscribe("New conversation", "#support").await;
    stage.next_second().await;
    let ada = stage.intercom.contacts().create(NewContact::user().name("Ada Lovelace").email("ada@acme.io"));
    stage
        .intercom
        .conversations()
        .start(NewConversation::from_contact(&ada, "<p>How do I reset my password?</p>"));
    let cards = stage.cards(stage.guild.support, 1).await;
    assert_eq!(cards[0].content, "💬 Ada Lovelace: How do I reset my password?");
    assert_eq!(cards[0].embeds[0]["title"], "Ada Lovelace");
    let card = texts(&cards[0]);
    for once in [ada.as_str(), "How do I reset my password?", "Ada Lovelace"] {
        assert_eq!(card.matches(once).count(), 1, "{once}: {card}");
    }
    assert!(!card.contains("Updated Date Time"), "{card}");
    stage.stop().await;
}

/// What a channel shows of records that came while the bot was away, once it shows this many cards.
async fn came_meanwhile(
    stage: &mut Stage,
    channel: ChannelId,
    cards: usize,
    came: impl FnOnce(&Stage),
) -> Vec<Message> {
    stage.next_second().await;
    stage.stop().await;
    came(stage);
    stage.start().await;
    let seen = stage.discord.wait_for("the crowd", PATIENCE, |discord| {
        let all = crate::stage::cards_in(discord, channel);
        all.iter().map(|message| message.embeds.len()).sum::<usize>() >= cards
    });
    seen.await.unwrap_or_else(|waited| panic!("{waited}: {}", stage.discord.messages(channel).history()));
    crate::stage::cards_in(&stage.discord, channel)
}

/// The options of the select below a message: label and description.
fn options(message: &Message) -> Vec<(String, String)> {
    let options = message.components[0]["components"][0]["options"].as_array().cloned().unwrap_or_default();
    let text = |value: &serde_json::Value| value.as_str().unwrap_or_default().to_owned();
    options.iter().map(|option| (text(&option["label"]), text(&option["description"]))).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn twenty_five_conversations_stay_a_crowd_and_each_can_be_opened() {
    let mut stage = Stage::with_bot().await;
    stage.subscribe("New conversation", "#support").await;
    let channel = stage.guild.support;
    let cards = came_meanwhile(&mut stage, channel, 25, |stage| {
        for number in 0..25 {
            let person = NewContact::user().name(&format!("User {number}"));
            let person = stage.intercom.contacts().create(person);
            let words = format!("<p>Question number {number}</p>");
            stage.intercom.conversations().start(NewConversation::from_contact(&person, &words));
        }
    });
    let cards = cards.await;
    let counts: Vec<_> = cards.iter().map(|message| message.embeds.len()).collect();
    assert_eq!(counts, [10, 10, 5]);
    let options = options(&cards[0]);
    assert_eq!(options.len(), 10);
    let (label, description) = &options[3];
    assert!(label.starts_with("Question number ") && description.starts_with("User "), "{options:?}");
    let mark = stage.discord.guild(stage.guild.id).member("mark");
    let opened = mark.select(&cards[0], "Show one in full…", &[label]).expect("the select is there");
    let opened = opened.message_where("the conversation", |message| !message.embeds.is_empty()).await;
    let opened = texts(&opened.unwrap_or_else(|failure| panic!("{failure}")));
    assert!(opened.contains(&format!("> {label}")), "{opened}");
    stage.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn ten_leads_at_once_are_one_box_where_nothing_personal_may_be_shown() {
    let mut stage = Stage::with_bot().await;
    let mark = stage.discord.guild(stage.guild.id).member("mark");
    let command = "/notify add event:New lead channel:#sales detail:Private";
    let added = mark.slash(stage.guild.general, command).expect("the command is registered");
    added.message_where("✅", |message| message.content.contains('✅')).await.expect("it is kept");
    let channel = stage.guild.sales;
    let cards = came_meanwhile(&mut stage, channel, 1, |stage| {
        for number in 0..10 {
            stage.intercom.contacts().create(NewContact::lead().name(&format!("Lead {number}")));
        }
    });
    let cards = cards.await;
    assert_eq!((cards.len(), cards[0].embeds.len()), (1, 1));
    assert_eq!(cards[0].content, "🌱 10 new leads");
    let said = cards[0].embeds[0]["description"].as_str().unwrap_or_default();
    assert!(said.starts_with("10 new leads came in ") && said.ends_with(":t>."), "{said}");
    assert!(!read(&cards[0]).contains("Lead 1"), "{}", read(&cards[0]));
    stage.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn ten_leads_of_one_name_do_not_look_the_same_in_a_select() {
    let mut stage = Stage::with_bot().await;
    stage.subscribe("New lead", "#sales").await;
    let channel = stage.guild.sales;
    let name = "Ada ".repeat(40);
    let cards = came_meanwhile(&mut stage, channel, 10, |stage| {
        for number in 0..10 {
            let lead = NewContact::lead().name(&name).email(&format!("ada{number}@acme.io"));
            stage.intercom.contacts().create(lead);
        }
    });
    let cards = cards.await;
    let in_channel: BTreeSet<_> = options(&cards[0]).into_iter().collect();
    assert_eq!(in_channel.len(), 10, "{in_channel:?}");
    let list = shown(&stage, "mark", "/lead list", "10 leads").await;
    let rows = list.components.iter().filter(|row| row["components"][0]["options"].is_array());
    let listed: BTreeSet<_> = rows.map(|row| row["components"][0]["options"].to_string()).collect();
    assert!(listed.iter().all(|row| row.matches("\"description\"").count() == 10), "{listed:?}");
    stage.stop().await;
}

/// So many messages that the bot posted in a channel, byte for byte. An exchange is kept once it was answered, a moment
/// after the message stands there.
async fn sent_to(stage: &Stage, channel: ChannelId, count: usize) -> Vec<String> {
    let path = format!("/channels/{channel}/messages");
    let all = || {
        let exchanges = stage.discord.recorder().exchanges().into_iter();
        let posts = exchanges.filter(|one| one.method == "POST" && one.path.contains(&path));
        posts.map(|one| one.body.to_string()).collect::<Vec<_>>()
    };
    let kept = tokio::time::timeout(PATIENCE, async {
        while all().len() < count {
            tokio::task::yield_now().await;
        }
    });
    kept.await.expect("the exchanges are kept");
    all()
}

async fn subscribe_without_personal_data(stage: &Stage, event: &str) {
    let mark = stage.discord.guild(stage.guild.id).member("mark");
    let command = format!("/notify add event:{event} channel:#sales detail:Private");
    let added = mark.slash(stage.guild.general, &command).expect("the command is registered");
    added.message_where("✅", |message| message.content.contains('✅')).await.expect("it is kept");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_message_without_personal_data_carries_no_id_and_still_shows_whom_it_means_to_the_team() {
    let mut stage = Stage::with_bot().await;
    for event in ["New lead", "New conversation"] {
        subscribe_without_personal_data(&stage, event).await;
    }
    stage.next_second().await;
    let ada = stage.intercom.contacts().create(NewContact::lead().name("Ada Lovelace"));
    stage.cards(stage.guild.sales, 1).await;
    let question = NewConversation::from_contact(&ada, "<p>How do I reset my password?</p>");
    let conversation = stage.intercom.conversations().start(question);
    let cards = stage.cards(stage.guild.sales, 2).await;
    // Two notices and two cards.
    let sent = sent_to(&stage, stage.guild.sales, 4).await;
    for id in [ada.to_string(), conversation.to_string()] {
        assert!(sent.iter().all(|body| !body.contains(&id)), "{id}: {sent:?}");
    }
    let mark = stage.discord.guild(stage.guild.id).member("mark");
    // Earlier versions carried the ids in the buttons, which still stand there.
    let former = [format!("v1:show:{ada}"), format!("v1:show-conversation:{conversation}")];
    let says = ["Ada Lovelace", "How do I reset my password?"];
    for ((card, former), says) in cards.iter().zip(&former).zip(says) {
        let presses = [mark.press(card, "Show"), mark.press_forged(card, former)];
        for pressed in presses {
            let opened = pressed.expect("the button is there");
            let opened = opened.message_where("the card", |message| texts(message).contains(says)).await;
            opened.unwrap_or_else(|failure| panic!("{failure}"));
        }
    }
    stage.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_box_for_many_without_personal_data_carries_no_id_and_each_can_be_opened() {
    let mut stage = Stage::with_bot().await;
    subscribe_without_personal_data(&stage, "New lead").await;
    let channel = stage.guild.sales;
    let mut ids = Vec::new();
    let cards = came_meanwhile(&mut stage, channel, 1, |stage| {
        let names = (0..4).map(|number| format!("Lead {number}"));
        ids.extend(names.map(|name| stage.intercom.contacts().create(NewContact::lead().name(&name))));
    });
    let cards = cards.await;
    let sent = sent_to(&stage, channel, 2).await;
    assert!(ids.iter().all(|id| sent.iter().all(|body| !body.contains(id.as_str()))), "{sent:?}");
    let (label, _) = &options(&cards[0])[2];
    let mark = stage.discord.guild(stage.guild.id).member("mark");
    let opened = mark.select(&cards[0], "Show one in full…", &[label]).expect("the select is there");
    let opened = opened.message_where("the lead", |message| texts(message).contains("Lead 2")).await;
    opened.unwrap_or_else(|failure| panic!("{failure}"));
    stage.stop().await;
}

/// What the card of a conversation says of how it stands.
fn now(message: &Message) -> String {
    let fields = message.embeds.iter().filter_map(|embed| embed["fields"].as_array()).flatten();
    let now = fields.filter(|field| field["name"] == "Now").filter_map(|field| field["value"].as_str());
    now.collect::<Vec<_>>().join(" | ")
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_posted_conversation_says_who_has_it_by_now_and_is_grey_once_it_is_closed() {
    let mut stage = Stage::with_bot().await;
    stage.subscribe("New conversation", "#support").await;
    stage.next_second().await;
    let grace = stage.intercom.workspace().add_admin("Grace Hopper", "grace@example.com");
    let ada = stage.intercom.contacts().create(NewContact::user().name("Ada Lovelace"));
    let talks = stage.intercom.conversations();
    let talk = talks.start(NewConversation::from_contact(&ada, "How do I reset my password?"));
    let posted = stage.cards(stage.guild.support, 1).await.remove(0);
    assert!(now(&posted).starts_with("waits since <t:"), "{}", now(&posted));
    let shown = async |says: &str| {
        let stands = |discord: &deskbell_sandbox::discord::Discord| {
            let cards = deskbell_stage::cards_in(discord, stage.guild.support);
            cards.iter().any(|card| now(card).contains(says))
        };
        // A message is edited twice a minute at most.
        let waited = stage.discord.wait_for(says, PATIENCE * 3, stands).await;
        waited.unwrap_or_else(|waited| panic!("{waited}"));
        stage.cards(stage.guild.support, 1).await.remove(0)
    };
    stage.next_second().await;
    talks.assign(&talk, grace).expect("it is there");
    let held = shown("Grace Hopper has it").await;
    assert_eq!((held.id, &held.content), (posted.id, &posted.content), "nobody is rung again");
    stage.next_second().await;
    talks.close(&talk, grace).expect("it is there");
    let closed = shown("closed <t:").await;
    assert!(now(&closed).ends_with("by Grace Hopper"), "{}", now(&closed));
    assert_ne!(closed.embeds[0]["color"], posted.embeds[0]["color"]);
    assert_eq!(stage.cards(stage.guild.support, 1).await.len(), 1);
    stage.stop().await;
}
