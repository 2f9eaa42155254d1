//! Many workspaces of which webhooks tell, in one process: how soon a lead is posted, and what that costs while all of
//! them are polled at the pace of a workspace with webhooks.
//!
//! Each webhook names a lead of one workspace, which no search shows, so that nothing but its webhook brings it. The
//! first polls of all workspaces, with the walk over all users, are spread over one interval; the webhooks come in its
//! last quarter.

use std::net::SocketAddr;
use std::time::Duration;

use anyhow::{Context as _, ensure};
use deskbell_sandbox::discord::Message;
use deskbell_stage::{Account, Process, Table, Times, Webhook, free_address, shown};
use futures::future::try_join_all;
use reqwest::{Client, StatusCode};
use tokio::io::{AsyncBufReadExt as _, BufReader};
use tokio::time::{Instant, interval, sleep, timeout};
use tokio_util::task::TaskTracker;

use super::plan::{READY, SECRET, workspace};
use super::scene::Scene;
use super::{PATIENCE, next_line};

/// Few, so that the stand-ins leave the cores to the process.
const CONTACTS: usize = 20;
const A_SECOND: u32 = 30;
const GOAL: Duration = Duration::from_secs(1);
const MOST_MEMORY: f64 = 800.0;
/// How long is left for what is on its way when the last webhook was sent.
const REST: Duration = Duration::from_secs(30);
const LOOK_EVERY: Duration = Duration::from_millis(200);
/// A prime, so that the webhooks go through all workspaces in an order that is not theirs.
const STEP: usize = 7_919;

pub(crate) async fn measure_told(count: usize, every: Duration, table: &mut Table) -> anyhow::Result<()> {
    let scene = Scene::new(count, CONTACTS).await?;
    let door = free_address();
    let mut child = scene.spawn(every, 1, Some(door))?;
    let process = Process(child.id().context("it has ended")?);
    let mut lines = BufReader::new(child.stdout.take().context("it has no output")?).lines();
    ensure!(next_line(&mut lines).await? == READY, "it says something else than that it is ready");
    let began = Instant::now();
    scene.open().await;
    let told_for = every / 4;
    scene.live_until(began + every - told_for - REST, None).await;
    let cpu = (process.cpu_seconds()?, Instant::now());
    let told = tokio::select! {
        told = tell(&scene, count, door, told_for) => told?,
        () = scene.live_until(began + every * 2, None) => anyhow::bail!("it comes to no end"),
    };
    let cpu = (process.cpu_seconds()? - cpu.0) / cpu.1.elapsed().as_secs_f64();
    let memory = process.memory()?;
    let scrape = scrape(door).await?;
    // What has not come by then counts as lost.
    let _in_time = timeout(REST / 2, told.until_posted(&scene)).await;
    told.report(&scene, &format!("{count} workspaces, {A_SECOND} webhooks/s"), table);
    let name = format!("{count} workspaces, {A_SECOND} webhooks/s, polled every {} s", every.as_secs());
    table.judge(&format!("processor, {name}"), "< 1 core", &format!("{cpu:.2} cores"), cpu < 1.0);
    let measured = format!("{:.0} MB (peak {:.0})", memory.resident, memory.peak);
    table.judge(&format!("memory (RSS), {name}"), "< 800 MB", &measured, memory.resident < MOST_MEMORY);
    table.add(&format!("a page of /metrics, {count} workspaces"), "–", &scrape);
    timeout(PATIENCE, child.wait()).await.context("it does not end")??;
    Ok(())
}

/// A webhook that was sent.
struct Sent {
    workspace: usize,
    lead: String,
    at_ms: i64,
    answered_after: Duration,
}

struct Told(Vec<Sent>);

/// Tells of a lead of one workspace after another.
async fn tell(scene: &Scene, count: usize, door: SocketAddr, for_so_long: Duration) -> anyhow::Result<Told> {
    let (client, tasks) = (Client::new(), TaskTracker::new());
    let mut ticks = interval(Duration::from_secs(1) / A_SECOND);
    let webhooks = usize::try_from(for_so_long.as_secs())? * A_SECOND as usize;
    let mut sending = Vec::new();
    for number in 0..webhooks {
        ticks.tick().await;
        let place = number * STEP % count;
        let lead = scene.untold_lead(number);
        let client = client.clone();
        sending.push(tasks.spawn(async move {
            let webhook = Webhook::new(&workspace(place), "contact.lead.created", &lead);
            let (at_ms, began) = (jiff::Timestamp::now().as_millisecond(), Instant::now());
            let status = webhook.send(&client, door, SECRET).await?;
            ensure!(status == StatusCode::OK, "a webhook is answered with {status}");
            Ok(Sent { workspace: place, lead, at_ms, answered_after: began.elapsed() })
        }));
    }
    let sent: Vec<anyhow::Result<Sent>> = try_join_all(sending).await?;
    Ok(Told(sent.into_iter().collect::<anyhow::Result<_>>()?))
}

impl Told {
    async fn until_posted(&self, scene: &Scene) {
        let stands = |sent: &Sent| {
            let messages = scene.messages(sent.workspace);
            shown(&messages).contains(&sent.lead) || messages.iter().any(is_bare)
        };
        while !self.0.iter().all(stands) {
            sleep(LOOK_EVERY).await;
        }
    }

    fn report(&self, scene: &Scene, name: &str, table: &mut Table) {
        let acks = Times::new(self.0.iter().map(|sent| sent.answered_after).collect());
        let reached = acks.percentile(95) < Duration::from_millis(50);
        table.judge(&format!("answer to a webhook, {name}"), "p95 < 50 ms", &acks.with_p95(), reached);
        let (mut account, mut bare, mut times) = (Account::default(), 0, Vec::new());
        for sent in &self.0 {
            let messages = scene.messages(sent.workspace);
            let shows = |message: &&Message| shown(std::slice::from_ref(*message)).contains(&sent.lead);
            let theirs: Vec<_> = messages.iter().filter(shows).collect();
            let is_bare = theirs.is_empty() && messages.iter().any(is_bare);
            bare += usize::from(is_bare);
            let lost = usize::from(theirs.is_empty() && !is_bare);
            account += Account { lost, doubled: theirs.len().saturating_sub(1) };
            if let Some(first) = theirs.first() {
                let passed = first.sent.as_millisecond() - sent.at_ms;
                times.push(Duration::from_millis(u64::try_from(passed).unwrap_or(0)));
            }
        }
        let (times, refused) = (Times::new(times), scene.refused());
        let reached = times.percentile(95) < GOAL && account.is_clean() && bare + refused == 0;
        let measured =
            format!("{}, {refused} × 429, {account}, {bare} without personal data", times.with_p95());
        table.judge(
            &format!("webhook to post, {name}"),
            "p95 < 1 s, none lost or doubled",
            &measured,
            reached,
        );
    }
}

/// Whether a card tells nobody's name, since it was not known in time who reads along.
fn is_bare(message: &Message) -> bool {
    !message.embeds.is_empty() && shown(std::slice::from_ref(message)).is_empty()
}

/// How long a page of metrics takes, and how long it is.
async fn scrape(door: SocketAddr) -> anyhow::Result<String> {
    let began = Instant::now();
    let page = reqwest::get(format!("http://{door}/metrics")).await?.text().await?;
    let took = began.elapsed().as_secs_f64() * 1000.0;
    Ok(format!("{took:.0} ms, {:.1} kB", f64::from(u32::try_from(page.len())?) / 1000.0))
}
