//! What people are told is true: how much goes, what was done before something failed, and who gets a turn.

use std::time::Duration;

use deskbell_sandbox::discord::Pace;
use deskbell_sandbox::discord::permissions::Permissions;
use deskbell_sandbox::fault::{CannedAnswer, Effect, Fault};
use deskbell_sandbox::intercom::NewContact;
use reqwest::{Method, StatusCode};
use serde_json::json;

use crate::stage::{PATIENCE, Stage, cards_in};

async fn ask(stage: &Stage, who: &str, command: &str) -> String {
    let person = stage.discord.guild(stage.guild.id).member(who);
    let reply = person.slash(stage.guild.general, command).expect("the command is registered");
    reply.render().await.expect("the bot answers")
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn four_members_who_flood_leave_calls_to_a_fifth() {
    let mut stage = Stage::set().await;
    stage.set_variable("INTERCOM_CALLS_PER_MINUTE", "50");
    stage.set_variable("POLL_INTERVAL", "30s");
    let boss = stage.discord.guild(stage.guild.id).create_role("Second boss", Permissions::MANAGE_GUILD);
    let flooding = ["eve", "mallory", "trudy", "oscar"];
    for name in flooding.into_iter().chain(["grace"]) {
        stage.discord.guild(stage.guild.id).create_member(name, &[boss]);
    }
    let lead = stage.intercom.contacts().create(NewContact::lead().name("Ada Lovelace"));
    stage.start_process().await;
    stage.subscribe("New lead", "#sales").await;
    let get = format!("/lead get lead:{lead}");
    for _ in 0..10 {
        for name in flooding {
            ask(&stage, name, &get).await;
        }
    }
    let refused = ask(&stage, "eve", &get).await;
    assert!(refused.contains("as much as one person may"), "{refused}");
    let served = ask(&stage, "grace", &get).await;
    assert!(served.contains("Ada Lovelace"), "{served}");
    stage.kill().await;
}

/// A lead that Discord refuses as a card and as a plain message, shown in `/notify failed`.
async fn refused_lead(stage: &Stage) {
    let refused = CannedAnswer::new(StatusCode::BAD_REQUEST, json!({"code": 200_000, "message": "refused"}));
    let posts = Fault::new(Effect::Status(refused)).method(Method::POST).path_containing("/messages");
    let fault = stage.discord.faults().add(posts);
    stage.next_second().await;
    stage.intercom.contacts().create(NewContact::lead().name("Ada Lovelace"));
    let set_aside = tokio::time::timeout(PATIENCE, async {
        while !ask(stage, "mark", "/notify failed").await.contains("could not be posted") {}
    });
    set_aside.await.expect("it is set aside");
    stage.discord.faults().turn_off(fault);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whoever_removes_a_notification_is_told_how_many_events_go_with_it() {
    let mut stage = Stage::set().await;
    stage.start_process().await;
    stage.subscribe("New lead", "#sales").await;
    refused_lead(&stage).await;
    ask(&stage, "mark", "/notify pause").await;
    for name in ["Grace Hopper", "Alan Turing"] {
        stage.intercom.contacts().create(NewContact::lead().name(name));
    }
    let both_wait = tokio::time::timeout(PATIENCE, async {
        while !ask(&stage, "mark", "/notify list").await.contains("2 waiting") {}
    });
    both_wait.await.expect("both are found");
    let mark = stage.discord.guild(stage.guild.id).member("mark");
    let (general, only) = (stage.guild.general, "/notify remove notification:");
    let offered = mark.autocomplete(general, &format!("{only}lead"), "notification").await;
    let offered = offered.expect("the picker answers");
    let picked = offered[0].value.as_str().expect("ids are text");
    let asked = mark.slash(general, &format!("{only}{picked}")).expect("it is registered");
    let question = asked.message().await.expect("the bot answers");
    let count = "2 waiting and 1 that could not be posted";
    assert!(question.content.contains(&format!("{count} will be dropped.")), "{}", question.content);
    let removed = mark.press(&question, "Remove").expect("the button is there");
    let removed = removed.text().await.expect("the bot answers");
    assert!(removed.contains(&format!("{count} were dropped.")), "{removed}");
    stage.kill().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_restored_user_is_told_of_though_intercom_then_does_no_more() {
    let mut stage = Stage::set().await;
    let ada = stage.intercom.contacts().create(NewContact::user().name("Ada").email("ada@acme.io"));
    stage.intercom.contacts().archive(&ada).expect("she is there");
    stage.start_process().await;
    let failed = CannedAnswer::new(
        StatusCode::BAD_REQUEST,
        json!({"type": "error.list", "errors": [
            {"code": "parameter_invalid", "message": "name is invalid"},
        ]}),
    );
    stage.intercom.faults().add(Fault::new(Effect::Status(failed)).method(Method::PUT));
    let told = ask(&stage, "mark", "/user create email:ada@acme.io name:Ada Lovelace").await;
    assert!(told.contains("I restored it and changed nothing else: Intercom did not accept this"), "{told}");
    stage.kill().await;
}

/// The number before these words.
fn count_before(text: &str, words: &str) -> Option<usize> {
    let before = text.split_once(words)?.0;
    before.rsplit(|sign: char| !sign.is_ascii_digit()).next()?.parse().ok()
}

/// Waits until each lead is either in #sales or waits, so that none is on its way; answers how many wait.
async fn settled(stage: &Stage, made: usize) -> usize {
    let settled = tokio::time::timeout(PATIENCE, async {
        loop {
            let waiting = count_before(&ask(stage, "mark", "/notify list").await, " waiting").unwrap_or(0);
            let cards = cards_in(&stage.discord, stage.guild.sales);
            let shown = deskbell_stage::shown(&cards).len();
            if waiting + shown == made {
                return waiting;
            }
        }
    });
    settled.await.expect("nothing is on its way")
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn skipping_asks_and_names_the_number_and_nothing_is_gone_before_the_answer() {
    const MADE: usize = 230;
    let mut stage = Stage::with_bot().await;
    // The line that tells of the notification and one card: then nothing is on its way.
    let pace = Pace { requests: 2, window: Duration::from_hours(1) };
    stage.discord.rate_limits().set_channel_pace(Some(pace));
    stage.subscribe("New lead", "#sales").await;
    ask(&stage, "mark", "/notify pause").await;
    stage.next_second().await;
    for number in 0..MADE {
        stage.intercom.contacts().create(NewContact::lead().name(&format!("Lead {number}")));
    }
    assert_eq!(settled(&stage, MADE).await, MADE);
    let mark = stage.discord.guild(stage.guild.id).member("mark");
    let resumed = mark.slash(stage.guild.general, "/notify resume").expect("it is registered");
    let resumed = resumed.message().await.expect("the bot asks what becomes of them");
    mark.press(&resumed, "Post them").expect("the button is there").text().await.expect("the bot answers");
    let first = stage.cards(stage.guild.sales, 1).await.remove(0);
    let waiting = settled(&stage, MADE).await;
    assert!(waiting > 100, "a few of {MADE} are posted: {waiting}");

    let skips = async || {
        let question = mark.press(&first, "Skip to now").expect("the button is there");
        let question = question.message().await.expect("the bot asks");
        let asks = format!("Skip the {waiting} leads that wait for <#{}>?", stage.guild.sales);
        assert!(question.content.starts_with(&asks), "{}", question.content);
        question
    };
    let kept = mark.press(&skips().await, "Keep").expect("the button is there");
    kept.text().await.expect("the bot answers");
    assert_eq!(settled(&stage, MADE).await, waiting, "nothing is gone");
    let skipped = mark.press(&skips().await, &format!("Skip the {waiting}")).expect("the button is there");
    let skipped = skipped.text().await.expect("the bot answers");
    assert!(skipped.contains(&format!("{waiting} waiting events are skipped")), "{skipped}");
    let list = ask(&stage, "mark", "/notify list").await;
    assert!(!list.contains("waiting"), "{list}");
    stage.stop().await;
}
