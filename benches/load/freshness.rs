//! How soon a single event is posted once Intercom has told of it.

use std::fs::File;
use std::io::Write as _;
use std::path::Path;
use std::time::Duration;

use anyhow::{Context as _, ensure};
use deskbell_sandbox::discord::Pace;
use deskbell_sandbox::intercom::{NewContact, NewConversation};
use deskbell_sandbox::recorder::{Exchange, Service};
use deskbell_stage::{Stage, Table, Times, start_timed, subscribe};
use tokio::time::{Instant, sleep};

/// A lead and a conversation in each.
const ROUNDS: usize = 30;
const LAST_ONES: Duration = Duration::from_secs(3);
/// Fast enough that nothing waits.
const PACE: Pace = Pace { requests: 1000, window: Duration::from_secs(5) };
const SYNCS: usize = 200;
const A_PAGE: usize = 4096;

pub(crate) async fn measure(binary: &Path, table: &mut Table) -> anyhow::Result<()> {
    let mut stage = Stage::with_servers(binary, 1).await;
    stage.poll_every_second();
    stage.discord.rate_limits().set_channel_pace(Some(PACE));
    start_timed(&mut stage).await;
    subscribe(&stage.discord, stage.guilds[0], "New lead", "#sales").await;
    subscribe(&stage.discord, stage.guilds[0], "New conversation", "#support").await;
    let ids = act(&stage).await;
    let exchanges = stage.discord.recorder().exchanges();
    let times = ids.iter().map(|id| told_to_posted(&exchanges, id)).collect::<anyhow::Result<Vec<_>>>()?;
    stage.terminate_timed().await;
    let times = Times::new(times);
    let reached = times.percentile(50) < Duration::from_millis(20);
    table.judge(
        "from Intercom's answer to the post at Discord, single events",
        "p50 < 20 ms",
        &times.to_string(),
        reached,
    );
    table.add("fdatasync of 4 kB on that disk", "–", &syncs()?.to_string());
    Ok(())
}

/// Lets something happen every second, and tells the ids of what did.
async fn act(stage: &Stage) -> Vec<String> {
    let mut ids = Vec::new();
    for round in 0..ROUNDS {
        stage.next_second().await;
        let lead = stage.intercom.contacts().create(NewContact::lead().name(&format!("Lead {round}")));
        let words = NewConversation::from_contact(&lead, "<p>Where is my invoice?</p>");
        let conversation = stage.intercom.conversations().start(words);
        ids.extend([lead.to_string(), conversation.to_string()]);
    }
    sleep(LAST_ONES).await;
    ids
}

/// From the first answer of Intercom that shows the record to the arrival of its post.
fn told_to_posted(exchanges: &[Exchange], id: &str) -> anyhow::Result<Duration> {
    let address = format!("/{id}\"");
    let mut posts = exchanges.iter().filter(|exchange| {
        exchange.service == Service::Discord
            && exchange.method == "POST"
            && exchange.path.ends_with("/messages")
            && exchange.body.to_string().contains(&address)
    });
    let post = posts.next().with_context(|| format!("{id} was never posted"))?;
    ensure!(posts.next().is_none(), "{id} was posted twice");
    let quoted = format!("\"id\":\"{id}\"");
    let told = exchanges.iter().filter(|exchange| {
        exchange.service == Service::Intercom
            && exchange.response.as_ref().is_some_and(|response| response.to_string().contains(&quoted))
    });
    let told_ms = told.map(|exchange| exchange.answered_ms).min().context("Intercom never told of it")?;
    Ok(Duration::from_millis(u64::try_from((post.received_ms - told_ms).max(0))?))
}

/// How long the disk takes to make a small write safe.
fn syncs() -> anyhow::Result<Times> {
    let folder = tempfile::tempdir()?;
    let mut file = File::create(folder.path().join("page"))?;
    let mut sync = || -> anyhow::Result<Duration> {
        let began = Instant::now();
        file.write_all(&[7; A_PAGE])?;
        file.sync_data()?;
        Ok(began.elapsed())
    };
    Ok(Times::new((0..SYNCS).map(|_| sync()).collect::<anyhow::Result<Vec<_>>>()?))
}
