//! Webhooks, as Intercom sends them, to the released binary: how soon each is answered, how soon its lead is posted where
//! nothing waits, and 200 of them at 20 a second into one channel at Discord's own pace.

use std::net::SocketAddr;
use std::path::Path;
use std::time::Duration;

use anyhow::ensure;
use deskbell_sandbox::discord::Pace;
use deskbell_sandbox::intercom::NewContact;
use deskbell_stage::{
    Account, Stage, Table, Times, Webhook, cards_in, free_address, shown, start_timed, subscribe,
};
use futures::future::try_join_all;
use reqwest::{Client, StatusCode};
use tokio::time::{Instant, interval, sleep};
use tokio_util::task::TaskTracker;

use crate::burst::posted;

const WORKSPACE: &str = "acme1";
const SECRET: &str = "5bfe5f1e-1d75-4f0c-9d5e-3c1b3d8a7c10";
const SINGLE: usize = 100;
const BURST: usize = 200;
/// Fast enough that nothing waits.
const PACE: Pace = Pace { requests: 1000, window: Duration::from_secs(5) };
const DONE_WITHIN: f64 = 40.0;

pub(crate) async fn measure(binary: &Path, table: &mut Table) -> anyhow::Result<()> {
    single(binary, table).await?;
    burst(binary, table).await
}

/// One server with a notification, and a door; no poll but the first comes while it is measured.
async fn stage(binary: &Path) -> (Stage, SocketAddr) {
    let mut stage = Stage::with_servers(binary, 1).await;
    let door = free_address();
    stage.intercom.workspace().set_id(WORKSPACE);
    for (name, value) in
        [("POLL_INTERVAL", "1d"), ("HTTP_LISTEN", &door.to_string()), ("INTERCOM_CLIENT_SECRET", SECRET)]
    {
        stage.set_variable(name, value);
    }
    stage.set_variable("INTERCOM_CALLS_PER_MINUTE", "6000");
    start_timed(&mut stage).await;
    subscribe(&stage.discord, stage.guilds[0], "New lead", "#sales").await;
    stage.next_second().await;
    (stage, door)
}

async fn single(binary: &Path, table: &mut Table) -> anyhow::Result<()> {
    let (mut stage, door) = stage(binary).await;
    stage.discord.rate_limits().set_channel_pace(Some(PACE));
    let sent = tell(&stage, door, SINGLE, Duration::from_millis(250)).await?;
    posted(&stage, SINGLE).await?;
    let cards = cards_in(&stage.discord, stage.guilds[0].sales);
    let until_posted = |one: &Sent| {
        let card = cards.iter().find(|card| shown(std::slice::from_ref(*card)).contains(&one.lead));
        let passed = card.map_or(i64::MAX, |card| card.sent.as_millisecond() - one.at_ms);
        Duration::from_millis(u64::try_from(passed).unwrap_or(0))
    };
    let times = Times::new(sent.iter().map(until_posted).collect());
    let reached =
        times.percentile(50) < Duration::from_millis(50) && times.percentile(95) < Duration::from_millis(300);
    table.judge(
        "from a webhook's arrival to the post at Discord, single events, with Intercom's own time",
        "p50 < 50 ms, p95 < 300 ms",
        &times.with_p95(),
        reached,
    );
    tell_answers(&sent, "one every 250 ms", table);
    stage.terminate_timed().await;
    Ok(())
}

async fn burst(binary: &Path, table: &mut Table) -> anyhow::Result<()> {
    let (mut stage, door) = stage(binary).await;
    let sent = tell(&stage, door, BURST, Duration::from_millis(50)).await?;
    posted(&stage, BURST).await?;
    // What would come twice comes by then.
    sleep(Duration::from_secs(3)).await;
    let cards = cards_in(&stage.discord, stage.guilds[0].sales);
    let leads: Vec<_> = sent.iter().map(|one| one.lead.clone()).collect();
    let account = Account::of(&leads, &shown(&cards));
    let first_ms = sent.iter().map(|one| one.at_ms).min().unwrap_or(0);
    let last_ms = cards.iter().map(|card| card.sent.as_millisecond()).max().unwrap_or(0);
    let took = Duration::from_millis(u64::try_from(last_ms - first_ms)?).as_secs_f64();
    let refused = stage.discord.rate_limits().refused();
    let measured = format!("{} messages, done in {took:.1} s, {refused} × 429, {account}", cards.len());
    table.judge(
        "200 webhooks at 20/s into one channel, 5 messages / 5 s",
        "done in 40 s, none lost or doubled",
        &measured,
        took <= DONE_WITHIN && account.is_clean(),
    );
    tell_answers(&sent, "20 a second", table);
    stage.terminate_timed().await;
    Ok(())
}

fn tell_answers(sent: &[Sent], pace: &str, table: &mut Table) {
    let acks = Times::new(sent.iter().map(|one| one.answered_after).collect());
    let reached = acks.percentile(95) < Duration::from_millis(50);
    table.judge(&format!("answer to a webhook, {pace}"), "p95 < 50 ms", &acks.with_p95(), reached);
}

/// A webhook that was sent.
struct Sent {
    lead: String,
    at_ms: i64,
    answered_after: Duration,
}

/// Lets so many leads come at that pace, and tells of each.
async fn tell(stage: &Stage, door: SocketAddr, count: usize, every: Duration) -> anyhow::Result<Vec<Sent>> {
    let (client, tasks) = (Client::new(), TaskTracker::new());
    let (mut ticks, mut sending) = (interval(every), Vec::new());
    for number in 0..count {
        ticks.tick().await;
        let lead = stage.intercom.contacts().create(NewContact::lead().name(&format!("Lead {number}")));
        let (client, clock) = (client.clone(), stage.discord.clock().clone());
        sending.push(tasks.spawn(async move {
            let webhook = Webhook::new(WORKSPACE, "contact.lead.created", lead.as_str());
            let (at_ms, began) = (clock.unix_millis(), Instant::now());
            let status = webhook.send(&client, door, SECRET).await?;
            ensure!(status == StatusCode::OK, "a webhook is answered with {status}");
            Ok(Sent { lead: lead.to_string(), at_ms, answered_after: began.elapsed() })
        }));
    }
    let sent: Vec<anyhow::Result<Sent>> = try_join_all(sending).await?;
    sent.into_iter().collect()
}
