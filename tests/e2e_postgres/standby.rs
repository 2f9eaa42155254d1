//! Several processes of one bot on one database: one serves, the others stand by, and one of them takes over.

use std::time::Duration;

use deskbell_sandbox::discord::Discord;
use deskbell_sandbox::discord::ids::ChannelId;
use deskbell_sandbox::intercom::NewContact;
use deskbell_stage::{PATIENCE, Stage, cards_in};
use deskbell_store_postgres::Address;
use tokio::net::TcpListener;
use tokio::time::Instant;

use crate::beside::Beside;
use crate::server::server;
use crate::world::{PLACE_IS_FREE, set};

/// One that is gone is followed by another within that.
const AFTER_A_KILL: Duration = Duration::from_secs(25);
/// One that ends is.
const AFTER_AN_END: Duration = Duration::from_secs(5);

/// The leads from one number to another come.
async fn come(stage: &Stage, numbers: std::ops::Range<u32>) {
    stage.next_second().await;
    for number in numbers {
        stage.intercom.contacts().create(NewContact::lead().name(&name(number)).email("ada@secret.test"));
    }
}

fn name(number: u32) -> String {
    format!("Lead {number:02}")
}

/// Waits until so many leads stand in the channel, and looks whether each does so once.
async fn each_stands_once(stage: &Stage, count: u32) {
    let sales = stage.guild.sales;
    let is_there = |discord: &Discord| shown(discord, sales, count).iter().all(|times| *times > 0);
    let waited = stage.discord.wait_for("every lead", PLACE_IS_FREE, is_there).await;
    let times = shown(&stage.discord, sales, count);
    waited.unwrap_or_else(|waited| panic!("{waited}: {times:?}"));
    assert!(times.iter().all(|times| *times == 1), "{times:?}");
}

/// How often each of so many leads has a card in a channel.
fn shown(discord: &Discord, channel: ChannelId, count: u32) -> Vec<usize> {
    let messages = cards_in(discord, channel);
    let cards: Vec<_> =
        messages.iter().flat_map(|message| &message.embeds).map(ToString::to_string).collect();
    (0..count).map(|number| cards.iter().filter(|card| card.contains(&name(number))).count()).collect()
}

/// Waits until the first leads stand in the channel while others are under way.
async fn some_stand(stage: &Stage) {
    stage.cards_within(stage.guild.sales, 1, PATIENCE).await;
}

/// How many processes stand in the database.
fn members(address: &Address) -> usize {
    server().dump(&address.database).matches("\"process\"").count()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_that_stands_by_takes_over_from_one_that_is_killed_while_it_posts() {
    let (stage, _address) = set().await;
    let mut first = Beside::serving(&stage).await;
    stage.subscribe("New lead", "#sales").await;
    let second = Beside::standing_by(&stage).await;
    let health = second.health().await;
    assert_eq!(health.code, Some(0), "{}", health.out);
    assert!(health.out.starts_with("ok: the bot stands by since "), "{}", health.out);
    assert!(health.out.contains("another Deskbell (on "), "{}", health.out);
    assert_eq!(stage.discord.gateway().connected_sessions(), 1, "the second opens no gateway");

    come(&stage, 0..30).await;
    some_stand(&stage).await;
    let killed = Instant::now();
    first.signal("-KILL").await;
    first.ended().await;
    second.says("this Deskbell takes over", PLACE_IS_FREE).await;
    second.serves(&stage).await;
    let took = killed.elapsed();
    assert!(took < AFTER_A_KILL, "it took {took:?}");
    come(&stage, 30..32).await;
    each_stands_once(&stage, 32).await;
    let health = second.health().await;
    assert_eq!(health.out.trim(), "ok: the bot is well.");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_that_is_stopped_past_its_time_and_goes_on_sends_nothing_more_and_ends() {
    let (stage, address) = set().await;
    let mut first = Beside::serving(&stage).await;
    stage.subscribe("New lead", "#sales").await;
    let second = Beside::standing_by(&stage).await;
    come(&stage, 0..30).await;
    some_stand(&stage).await;
    first.signal("-STOP").await;
    second.says("this Deskbell takes over", PLACE_IS_FREE).await;
    come(&stage, 30..32).await;
    each_stands_once(&stage, 32).await;
    first.signal("-CONT").await;
    assert_eq!(first.ended().await, Some(1), "{}", first.log());
    assert!(first.log().contains("has taken over"), "{}", first.log());
    come(&stage, 32..34).await;
    each_stands_once(&stage, 34).await;
    assert_eq!(members(&address), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_that_is_asked_to_end_is_followed_within_seconds() {
    let (stage, address) = set().await;
    let mut first = Beside::serving(&stage).await;
    stage.subscribe("New lead", "#sales").await;
    let second = Beside::standing_by(&stage).await;
    come(&stage, 0..10).await;
    some_stand(&stage).await;
    let asked = Instant::now();
    first.signal("-TERM").await;
    assert_eq!(first.ended().await, Some(0), "{}", first.log());
    second.serves(&stage).await;
    let took = asked.elapsed();
    assert!(took < AFTER_AN_END, "it took {took:?}");
    come(&stage, 10..12).await;
    each_stands_once(&stage, 12).await;
    assert_eq!(members(&address), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn another_bot_or_another_key_does_not_stand_by_and_is_refused() {
    let (stage, address) = set().await;
    let _first = Beside::serving(&stage).await;
    let key = crate::world::typed(&stage, &["key", "new"]).await.out;
    // The token of the stand-in names no application, so the database does not know its bot.
    let bot = "insert into meta (key, value) values ('application', '841200000000000001')";
    server().run(&address.database, bot).await;
    for (name, value, says) in [
        ("DESKBELL_KEY", key.trim(), "the database is sealed under another key"),
        (
            "DISCORD_TOKEN",
            "ODQxMjAwMDAwMDAwMDAwOTk5.made.up",
            "the database belongs to the bot with the application id ",
        ),
    ] {
        let mut variables = stage.variables.clone();
        variables.insert(name.to_owned(), value.to_owned());
        let mut refused = Beside::start_with(&variables);
        assert_eq!(refused.ended().await, Some(1), "{}", refused.log());
        assert!(refused.log().contains(says), "{}", refused.log());
    }
    assert_eq!(members(&address), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_that_is_asked_to_end_before_it_serves_leaves_nothing_behind() {
    let (stage, address) = set().await;
    // Intercom takes the call, and does not answer.
    let silent = TcpListener::bind("127.0.0.1:0").await.expect("loopback has free ports");
    let mut variables = stage.variables.clone();
    let url = format!("http://{}", silent.local_addr().expect("it is bound"));
    variables.insert("INTERCOM_API_URL".to_owned(), url);
    let mut starting = Beside::start_with(&variables);
    starting.says("asking Intercom", PATIENCE).await;
    let mut second = Beside::standing_by(&stage).await;
    assert_eq!(members(&address), 2);
    for process in [&mut second, &mut starting] {
        process.signal("-TERM").await;
        assert_eq!(process.ended().await, Some(0), "{}", process.log());
        let health = process.health().await;
        assert!(health.out.contains("It was stopped, or ended by itself"), "{}", health.out);
    }
    assert_eq!(members(&address), 0);
}
