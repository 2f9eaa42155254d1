//! What happens to channels, and what people are told of it: long waits, lost permissions, pictures that Discord does not
//! take, and notifications that come and go.

use std::time::Duration;

use deskbell_sandbox::discord::ids::ChannelId;
use deskbell_sandbox::discord::permissions::Permissions;
use deskbell_sandbox::discord::{ChannelKind, Discord, Message, Pace};
use deskbell_sandbox::fault::{CannedAnswer, Effect, Fault};
use deskbell_sandbox::intercom::NewContact;
use reqwest::{Method, StatusCode};
use serde_json::json;

use crate::notifications::shown_ids;
use crate::stage::{PATIENCE, Stage};
use crate::talk::ask;

/// Suppresses the ring on a phone.
const SILENT: u64 = 1 << 12;

fn of_posts(effect: Effect) -> Fault {
    Fault::new(effect).method(Method::POST).path_containing("/messages")
}

/// Asks until the answer says this.
async fn asked_until(stage: &Stage, command: &str, says: &str) -> String {
    let asking = async {
        loop {
            let answer = ask(stage, command).await;
            if answer.contains(says) {
                return answer;
            }
        }
    };
    tokio::time::timeout(PATIENCE, asking).await.unwrap_or_else(|_| panic!("{command} never says {says}"))
}

async fn first(stage: &Stage, channel: ChannelId, says: &str) -> Message {
    let find = |discord: &Discord| {
        discord.messages(channel).posted().into_iter().find(|message| message.content.contains(says))
    };
    let waited = stage.discord.wait_for(says, PATIENCE, |discord| find(discord).is_some()).await;
    waited.unwrap_or_else(|waited| panic!("{waited}: {}", stage.discord.messages(channel).history()));
    find(&stage.discord).expect("it was waited for")
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_channel_that_must_wait_for_a_day_is_told_wherever_people_look() {
    let mut stage = Stage::with_bot().await;
    stage.subscribe("New lead", "#sales").await;
    stage.next_second().await;
    let body =
        json!({"message": "You are being rate limited.", "code": 0, "retry_after": 86400.0, "global": false});
    let day = CannedAnswer::new(StatusCode::TOO_MANY_REQUESTS, body).with_header("retry-after", "86400");
    stage.discord.faults().add(of_posts(Effect::Status(day)));
    stage.intercom.contacts().create(NewContact::lead().name("Ada Lovelace"));
    let status = asked_until(&stage, "/status", "Discord takes no message in").await;
    assert!(status.contains("I try again") && !status.contains("**Trouble** None"), "{status}");
    let list = ask(&stage, "/notify list").await;
    assert!(list.contains("Discord takes no message there since"), "{list}");
    stage.stop().await;
}

/// The moment that a sentence names right after these words.
fn moment_after(text: &str, words: &str) -> i64 {
    let time = text.split_once(words).and_then(|(_, rest)| rest.strip_prefix(" <t:"));
    let time = time.and_then(|rest| rest.split(':').next()?.parse().ok());
    time.unwrap_or_else(|| panic!("no moment after {words}: {text}"))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_channel_that_takes_one_more_message_and_then_none_for_a_day_is_told_and_tried_within_minutes() {
    let mut stage = Stage::set().await;
    let a_day = Duration::from_hours(24);
    // The word of the new notification is one, and the first lead the other.
    stage.discord.rate_limits().set_channel_pace(Some(Pace { requests: 2, window: a_day }));
    stage.start().await;
    stage.subscribe("New lead", "#sales").await;
    stage.next_second().await;
    let taken = stage.intercom.contacts().create(NewContact::lead().name("Ada Lovelace")).to_string();
    assert_eq!(shown_ids(&stage.cards(stage.guild.sales, 1).await), [taken]);
    let status = asked_until(&stage, "/status", "Discord takes no message in").await;
    let now = stage.discord.clock().unix_millis() / 1000;
    let next_try = moment_after(&status, "I try again") - now;
    assert!((0..=600).contains(&next_try), "{next_try}: {status}");
    stage.intercom.contacts().create(NewContact::lead().name("Alan Turing"));
    let list = asked_until(&stage, "/notify list", "1 waiting").await;
    assert!(list.contains("Discord takes no message there since"), "{list}");
    assert_eq!(stage.discord.rate_limits().refused(), 0, "nobody asks while Discord said to wait");
    stage.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_channels_that_lose_their_permission_at_once_are_told_in_one_notice() {
    let mut stage = Stage::with_bot().await;
    let guild = stage.discord.guild(stage.guild.id);
    let crm = guild.create_channel("crm", ChannelKind::Text);
    stage.subscribe("New lead", "#sales").await;
    stage.subscribe("New user", "#support").await;
    ask(&stage, "/notify add event:User updated channel:#crm detail:Private").await;
    stage.next_second().await;
    for channel in [stage.guild.sales, stage.guild.support] {
        stage.discord.permissions(channel).deny_bot(Permissions::SEND_MESSAGES);
    }
    stage.intercom.contacts().create(NewContact::lead().name("Ada Lovelace"));
    stage.intercom.contacts().create(NewContact::user().name("Alan Turing"));
    let told = first(&stage, crm, "on hold").await.content;
    assert!(told.contains("New leads are on hold") && told.contains("New users are on hold"), "{told}");
    stage.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_picture_that_discord_does_not_take_costs_the_picture_and_nothing_else() {
    let mut stage = Stage::with_bot().await;
    stage.subscribe("New lead", "#sales").await;
    stage.next_second().await;
    // Discord writes a word where its own description has a number.
    let error = json!({"code": 50035, "message": "Scheme must be one of http, https."});
    let errors = json!({"embeds": {"0": {"thumbnail": {"url": {"_errors": [error]}}}}});
    let body = json!({"code": 50035, "message": "Invalid Form Body", "errors": errors});
    let refusal = Effect::Status(CannedAnswer::new(StatusCode::BAD_REQUEST, body));
    let of_pictures =
        of_posts(refusal).when(|asked| String::from_utf8_lossy(asked.body).contains("\"thumbnail\""));
    stage.discord.faults().add(of_pictures);
    let picture = "https://img.acme.io/ada.png";
    let ada = NewContact::lead().name("Ada Lovelace").email("ada@acme.io").avatar(picture);
    let ada = stage.intercom.contacts().create(ada).to_string();
    let cards = stage.cards(stage.guild.sales, 1).await;
    assert_eq!(shown_ids(&cards), [ada], "{}", stage.discord.messages(stage.guild.sales).history());
    assert!(!ask(&stage, "/notify failed").await.contains("could not be posted"));
    stage.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_several_pictures_only_the_one_that_discord_does_not_take_is_left_out() {
    let mut stage = Stage::with_bot().await;
    stage.subscribe("New lead", "#sales").await;
    ask(&stage, "/notify pause").await;
    let error = json!({"code": 50035, "message": "Scheme must be one of http, https."});
    let errors = json!({"embeds": {"1": {"thumbnail": {"url": {"_errors": [error]}}}}});
    let body = json!({"code": 50035, "message": "Invalid Form Body", "errors": errors});
    let refusal = Effect::Status(CannedAnswer::new(StatusCode::BAD_REQUEST, body));
    let of_bad = of_posts(refusal).when(|asked| String::from_utf8_lossy(asked.body).contains("bad.png"));
    stage.discord.faults().add(of_bad);
    for (name, picture) in [("Ada", "good"), ("Eve", "bad"), ("Grace", "fine")] {
        stage.next_second().await;
        let picture = format!("https://img.acme.io/{picture}.png");
        stage.intercom.contacts().create(NewContact::lead().name(name).avatar(&picture));
    }
    asked_until(&stage, "/notify list", "3 waiting").await;
    ask(&stage, "/notify resume").await;
    let shown = stage.cards(stage.guild.sales, 1).await.remove(0);
    let pictures: Vec<_> = shown.embeds.iter().map(|embed| embed["thumbnail"]["url"].as_str()).collect();
    assert_eq!(pictures, [Some("https://img.acme.io/good.png"), None, Some("https://img.acme.io/fine.png")]);
    stage.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn words_that_a_rule_of_the_server_blocks_come_as_a_plain_card() {
    let mut stage = Stage::with_bot().await;
    stage.subscribe("New lead", "#sales").await;
    stage.next_second().await;
    let blocked = json!({"code": 200_000, "message": "Message was blocked by automatic moderation"});
    let refusal = Effect::Status(CannedAnswer::new(StatusCode::BAD_REQUEST, blocked));
    stage
        .discord
        .faults()
        .add(of_posts(refusal).when(|asked| String::from_utf8_lossy(asked.body).contains("Mallory")));
    stage.intercom.contacts().create(NewContact::lead().name("Mallory"));
    let card = stage.cards(stage.guild.sales, 1).await.pop().expect("it was waited for");
    assert_eq!(card.content, "🌱 New lead");
    stage.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_not_even_a_plain_card_can_show_is_named_with_a_button_and_told_in_the_channel() {
    let mut stage = Stage::with_bot().await;
    stage.subscribe("New lead", "#sales").await;
    stage.next_second().await;
    let refused = json!({"code": 50_035, "message": "Invalid Form Body", "errors": {}});
    let refusal = Effect::Status(CannedAnswer::new(StatusCode::BAD_REQUEST, refused));
    stage
        .discord
        .faults()
        .add(of_posts(refusal).when(|asked| String::from_utf8_lossy(asked.body).contains("\"footer\"")));
    stage.intercom.contacts().create(NewContact::lead().name("Ada Lovelace").email("ada@acme.io"));
    let line = first(&stage, stage.guild.sales, "could not be posted here").await;
    assert_eq!(line.flags & SILENT, SILENT, "it rings nobody");
    let mark = stage.discord.guild(stage.guild.id).member("mark");
    let failed = mark.slash(stage.guild.support, "/notify failed").expect("the command is registered");
    let failed = failed.message().await.expect("the bot answers");
    assert!(failed.content.contains("New lead: Ada Lovelace"), "{}", failed.content);
    let shown = mark.press(&failed, "Show").expect("the button is there");
    let shown = shown
        .message_where("the card", |message| {
            message.embeds.iter().any(|embed| embed.to_string().contains("ada@acme.io"))
        })
        .await;
    shown.unwrap_or_else(|failure| panic!("{failure}"));
    stage.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_channel_that_was_tapped_away_and_back_is_as_it_was() {
    let mut stage = Stage::with_bot().await;
    ask(&stage, "/access add role:@Sales export:True").await;
    let added = ask(&stage, "/notify add event:New lead channel:#sales detail:Private alert:Silent").await;
    assert!(added.starts_with('✅'), "{added}");
    let mark = stage.discord.guild(stage.guild.id).member("mark");
    let reply = mark.slash(stage.guild.support, "/setup").expect("the command is registered");
    let shown = reply.message_where("set-up", |message| message.content.contains("(Private, Silent)")).await;
    let shown = shown.expect("what is not as by default is shown");
    let off = mark.select(&shown, "New leads go to …", &[]).expect("a select for leads");
    let off = off.message_where("none", |message| message.content.contains("New leads: –")).await;
    let on = mark.select(&off.expect("it is gone"), "New leads go to …", &["#sales"]).expect("a select");
    let said = on.followup(0).await.expect("it is said");
    assert!(said.content.contains("as they were before: Private, Silent"), "{}", said.content);
    let on = on.message_where("sales", |message| message.content.contains("(Private, Silent)")).await;
    let shown = on.expect("it is as it was");

    let off = mark.select(&shown, "Who may see customers", &[]).expect("a select of roles");
    let off = off.message_where("nobody", |message| message.content.contains("Only people with")).await;
    let on = mark.select(&off.expect("it is taken"), "Who may see customers", &["@Sales"]).expect("a select");
    let said = on.followup(0).await.expect("it is said");
    assert!(said.content.contains("export all leads, as before"), "{}", said.content);
    stage.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_sample_rings_as_the_notification_would_and_testing_all_rings_once() {
    let mut stage = Stage::with_bot().await;
    stage.subscribe("New lead", "#sales").await;
    stage.subscribe("New conversation", "#support").await;
    let tested = ask(&stage, "/notify test").await;
    assert!(tested.starts_with("✅ 2 samples are posted"), "{tested}");
    let lead = first(&stage, stage.guild.sales, "Sample: new lead").await;
    let conversation = first(&stage, stage.guild.support, "Sample: new conversation").await;
    assert_eq!((lead.flags & SILENT, conversation.flags & SILENT), (0, SILENT));
    let buttons = serde_json::to_string(&lead.components).expect("it is JSON");
    assert!(buttons.contains("Show") && buttons.matches("\"disabled\":true").count() == 5, "{buttons}");
    ask(&stage, "/notify pause").await;
    let list = ask(&stage, "/notify list").await;
    assert!(list.contains("\n-# paused by"), "{list}");
    stage.stop().await;
}
