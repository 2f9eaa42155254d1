//! One message that does not get through while others do, and a Discord that takes none.

use std::time::Duration;

use deskbell_sandbox::discord::Discord;
use deskbell_sandbox::fault::{CannedAnswer, Effect, Fault};
use deskbell_sandbox::intercom::NewContact;
use reqwest::{Method, StatusCode};
use serde_json::json;

use crate::notifications::shown_ids;
use crate::stage::{Stage, cards_in};
use crate::talk::ask;

/// Three tries, ever further apart, and what follows them.
const LONG: Duration = Duration::from_mins(4);

fn lead(stage: &Stage, name: &str) -> String {
    stage.intercom.contacts().create(NewContact::lead().name(name)).to_string()
}

fn holds(body: &[u8], text: &str) -> bool {
    String::from_utf8_lossy(body).contains(text)
}

/// Posts that hold a text do not get through.
fn of_posts_with(text: &str, effect: Effect) -> Fault {
    let text = text.to_owned();
    let fault = Fault::new(effect).method(Method::POST).path_containing("/messages");
    fault.when(move |asked| holds(asked.body, &text))
}

/// Leads go to #sales, users to #support, where one comes every second until the probe holds.
async fn busily_until(stage: &Stage, what: &str, probe: impl Fn(&Discord) -> bool) {
    let busily = async {
        while !probe(&stage.discord) {
            stage.intercom.contacts().create(NewContact::user().name("Somebody"));
            stage.next_second().await;
        }
    };
    tokio::time::timeout(LONG, busily).await.unwrap_or_else(|_| panic!("{what}"));
}

async fn stage_with_two_channels() -> Stage {
    let mut stage = Stage::set().await;
    stage.start_process().await;
    stage.subscribe("New lead", "#sales").await;
    stage.subscribe("New user", "#support").await;
    stage.next_second().await;
    stage
}

async fn a_text_that_does_not_get_through(effect: Effect) {
    let mut stage = stage_with_two_channels().await;
    stage.discord.faults().add(of_posts_with("Mallory", effect));
    lead(&stage, "Mallory");
    let fine = lead(&stage, "Ada Lovelace");
    let channel = stage.guild.sales;
    busily_until(&stage, "both leads", |discord| cards_in(discord, channel).len() >= 2).await;
    let cards = cards_in(&stage.discord, channel);
    assert_eq!(shown_ids(&cards), [fine], "a plain card says nothing of whom it shows");
    assert_eq!(cards.iter().filter(|message| message.content.ends_with("New lead")).count(), 1);
    let failed = ask(&stage, "/notify failed").await;
    assert!(!failed.contains("could not be posted"), "{failed}");
    stage.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_lead_whose_text_a_firewall_turns_away_comes_as_a_plain_card_and_holds_up_nobody() {
    a_text_that_does_not_get_through(Effect::Html(StatusCode::FORBIDDEN)).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_lead_on_whose_text_discord_fails_comes_as_a_plain_card_and_holds_up_nobody() {
    a_text_that_does_not_get_through(Effect::Html(StatusCode::INTERNAL_SERVER_ERROR)).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_channel_that_refuses_for_a_reason_that_nobody_knows_sets_nothing_aside_and_loses_nothing() {
    let mut stage = stage_with_two_channels().await;
    let unknown = json!({"code": 99_999, "message": "This channel is closed for the night"});
    let refusal = Effect::Status(CannedAnswer::new(StatusCode::BAD_REQUEST, unknown));
    let fault = stage.discord.faults().add(of_posts_with("New lead", refusal));
    let ada = lead(&stage, "Ada Lovelace");
    let refused = |discord: &Discord| discord.faults().hits(fault) > 1;
    busily_until(&stage, "a second try", refused).await;
    assert!(!ask(&stage, "/notify failed").await.contains("could not be posted"));
    stage.discord.faults().turn_off(fault);
    let channel = stage.guild.sales;
    busily_until(&stage, "the lead", |discord| !cards_in(discord, channel).is_empty()).await;
    assert_eq!(shown_ids(&cards_in(&stage.discord, channel)), [ada], "with its whole card");
    stage.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_lead_that_never_gets_through_is_set_aside_while_the_rest_comes() {
    let mut stage = stage_with_two_channels().await;
    // Its card, and the plain card that says nothing of it.
    for text in ["Mallory", "🌱 New lead\""] {
        stage.discord.faults().add(of_posts_with(text, Effect::Html(StatusCode::FORBIDDEN)));
    }
    lead(&stage, "Mallory");
    let fine = lead(&stage, "Ada Lovelace");
    let channel = stage.guild.sales;
    let lines = |discord: &Discord| {
        let posted = discord.messages(channel).posted();
        posted.iter().filter(|message| message.content.contains("could not be posted here")).count()
    };
    let enough = |discord: &Discord| lines(discord) > 0 && !cards_in(discord, channel).is_empty();
    busily_until(&stage, "the other lead, and a line for this one", enough).await;
    assert_eq!(shown_ids(&cards_in(&stage.discord, channel)), [fine]);
    assert_eq!(lines(&stage.discord), 1);
    let failed = ask(&stage, "/notify failed").await;
    assert!(failed.contains("1 event could not be posted"), "{failed}");
    stage.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_discord_that_is_out_of_order_is_told_wherever_people_look_and_loses_nothing() {
    let mut stage = Stage::with_bot().await;
    stage.subscribe("New lead", "#sales").await;
    stage.next_second().await;
    let failing = Effect::Html(StatusCode::BAD_GATEWAY);
    let asks = Fault::new(failing.clone()).method(Method::GET).path_containing("/channels/");
    stage.discord.faults().add(asks);
    let outage = stage.discord.faults().add(of_posts_with("", failing));
    let made = lead(&stage, "Ada Lovelace");
    let told = async {
        while stage.discord.faults().hits(outage) == 0 {
            tokio::task::yield_now().await;
        }
        stage.clock.advance(Duration::from_secs(90));
        while !ask(&stage, "/status").await.contains("Discord does not answer me; that began") {}
        let list = ask(&stage, "/notify list").await;
        assert!(list.contains("Discord does not answer me") && !list.contains("on hold"), "{list}");
        loop {
            let (code, said) = stage.health().await;
            if said.contains("waits for Discord") {
                return code;
            }
        }
    };
    assert_eq!(tokio::time::timeout(LONG, told).await.expect("it is told"), Some(0));
    stage.discord.faults().turn_all_off();
    let cards = stage.cards_within(stage.guild.sales, 1, LONG).await;
    assert_eq!(shown_ids(&cards), [made]);
    // The card is there a moment before the bot reads that it is.
    let over = async {
        loop {
            let status = ask(&stage, "/status").await;
            if !status.contains("does not answer") {
                return status;
            }
        }
    };
    let status = tokio::time::timeout(LONG, over).await.expect("it is over");
    assert!(!status.contains("could not be posted."), "{status}");
    stage.stop().await;
}
