//! Answers of Intercom that nobody would write by hand: they cost what they break, and nothing beside it.

use std::time::Duration;

use deskbell_sandbox::fault::{Effect, Fault};
use deskbell_sandbox::intercom::{Malformed, NewContact, NewConversation};
use deskbell_sandbox::splice::{Raw, Splice};

use crate::notifications::shown_ids;
use crate::stage::{self, PATIENCE, Stage};

/// The contacts whose cards stand in #sales, sorted.
fn shown(stage: &Stage) -> Vec<String> {
    let mut ids = shown_ids(&stage::cards_in(&stage.discord, stage.guild.sales));
    ids.sort();
    ids
}

/// Waits until each of these contacts was shown once.
async fn each_is_shown(stage: &Stage, ids: &[String], at_most: Duration) {
    let enough = |discord: &deskbell_sandbox::discord::Discord| {
        shown_ids(&stage::cards_in(discord, stage.guild.sales)).len() >= ids.len()
    };
    let _in_time = stage.discord.wait_for("every card", at_most, enough).await;
    let mut ids = ids.to_vec();
    ids.sort();
    assert_eq!(shown(stage), ids);
}

async fn read(stage: &Stage, command: &str) -> String {
    let mark = stage.discord.guild(stage.guild.id).member("mark");
    let reply = mark.slash(stage.guild.support, command).expect("the command is registered");
    reply.text().await.expect("the bot answers")
}

/// What a record may hold in the place of its name.
fn odd_values() -> Vec<(&'static str, Raw)> {
    let nested = |levels: usize| Raw::new(format!("{}1{}", "[".repeat(levels), "]".repeat(levels)));
    vec![
        ("an endless exponent", Raw::new("1e400")),
        ("an endless number", Raw::repeated("7", 400)),
        ("200 levels", nested(200)),
        ("100,000 levels", nested(100_000)),
        ("bytes that are no text", Raw::new(b"\"x\xff\xfe\"")),
        ("half a pair", Raw::new(r#""Ada \ud83d""#)),
        ("an object", Raw::new(r#"{"first":"Ada","last":null}"#)),
        ("the key twice", Raw::new(r#""Ada","name":"Bea""#)),
        ("a word", Raw::new("NaN")),
    ]
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_odd_value_in_one_record_costs_neither_it_nor_its_neighbours() {
    let mut stage = Stage::with_bot().await;
    stage.subscribe("New lead", "#sales").await;
    stage.next_second().await;
    let (mut ids, mut splices) = (Vec::new(), Vec::new());
    for (what, raw) in odd_values() {
        splices.push(Splice::new(format!("\"{what}\""), raw));
        ids.push(stage.intercom.contacts().create(NewContact::lead().name(what)).to_string());
    }
    ids.push(stage.intercom.contacts().create(NewContact::lead().name("A good one")).to_string());
    stage.intercom.faults().add(Fault::new(Effect::Splice(splices)));
    each_is_shown(&stage, &ids, PATIENCE).await;
    let list = read(&stage, "/lead list").await;
    assert!(list.contains("A good one"), "{list}");
    let one = read(&stage, &format!("/lead get lead:{}", ids[0])).await;
    assert!(one.contains("Empty: Email"), "{one}");
    let status = read(&stage, "/status").await;
    assert!(!status.contains("could not be read"), "{status}");
    stage.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_record_of_which_nothing_can_be_read_is_counted_once_and_costs_no_other() {
    let mut stage = Stage::with_bot().await;
    stage.subscribe("New lead", "#sales").await;
    stage.next_second().await;
    let odd = stage.intercom.contacts().create(NewContact::lead());
    stage.intercom.api().malform(&odd, Malformed::WithoutId);
    let good = stage.intercom.contacts().create(NewContact::lead().name("A good one")).to_string();
    each_is_shown(&stage, &[good], PATIENCE).await;
    let later = stage.intercom.contacts().create(NewContact::lead().name("A later one")).to_string();
    stage.cards(stage.guild.sales, 2).await;
    assert!(shown(&stage).contains(&later));
    let status = read(&stage, "/status").await;
    assert!(status.contains("1 record could not be read in Intercom"), "{status}");
    stage.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_empty_page_with_a_cursor_is_neither_a_loop_nor_the_end() {
    let mut stage = Stage::with_bot().await;
    stage.subscribe("New lead", "#sales").await;
    stage.next_second().await;
    stage.intercom.faults().add(Fault::new(Effect::EmptyPages).path_containing("/search"));
    let ids: Vec<_> = (0..4).map(|number| lead(&stage, number)).collect();
    each_is_shown(&stage, &ids, PATIENCE).await;
    let list = read(&stage, "/lead list").await;
    assert!((0..4).all(|number| list.contains(&format!("Lead {number}"))), "{list}");
    stage.stop().await;
}

fn lead(stage: &Stage, number: usize) -> String {
    stage.intercom.contacts().create(NewContact::lead().name(&format!("Lead {number}"))).to_string()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn bodies_of_megabytes_arrive_and_take_no_room() {
    const GROWTH: f64 = 20.0;
    let mut stage = Stage::set().await;
    stage.start_process().await;
    stage.subscribe("New conversation", "#sales").await;
    stage.next_second().await;
    let ada = stage.intercom.contacts().create(NewContact::lead().name("Ada Lovelace"));
    stage.intercom.conversations().start(NewConversation::from_contact(&ada, "<p>Hello</p>"));
    stage.cards(stage.guild.sales, 1).await;
    let before = stage.process().memory().unwrap().peak;
    let large = Splice::new("LARGE", Raw::repeated("lorem ipsum ", 125_000));
    let huge = Splice::new("HUGE", Raw::repeated("<p>dolor</p>", 2_500_000));
    stage.intercom.faults().add(Fault::new(Effect::Splice(vec![large, huge])));
    for number in 0..10 {
        let body = format!("<p>Number {number} LARGE</p>");
        stage.intercom.conversations().start(NewConversation::from_contact(&ada, &body));
    }
    stage.intercom.conversations().start(NewConversation::from_contact(&ada, "<p>The largest HUGE</p>"));
    let shown = |discord: &deskbell_sandbox::discord::Discord| {
        let posted = discord.messages(stage.guild.sales).posted();
        let texts = posted.iter().flat_map(|one| [format!("{:?}", one.embeds), one.content.clone()]);
        let text: String = texts.collect();
        (0..10).all(|number| text.contains(&format!("Number {number} "))) && text.contains("The largest")
    };
    stage.discord.wait_for("every conversation", 6 * PATIENCE, shown).await.expect("all of them arrive");
    let grown = stage.process().memory().unwrap().peak - before;
    assert!(grown < GROWTH, "memory grew by {grown} MB");
    stage.stop().await;
}
