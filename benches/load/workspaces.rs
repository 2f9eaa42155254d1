//! Many workspaces in one process: whether every poll begins on time, and what that costs.
//!
//! The released binary serves one workspace, so the process is this program again: the bot's own runtime of a workspace
//! as many times, each with a throttle of its own, over one HTTP client, one store on disk and for one bot. In this
//! process are the stand-ins. One Intercom stands for all workspaces: it answers each with the same 150 contacts, and
//! what happens in it happens in each of them and is posted in a channel of each.

mod door;
mod plan;
mod process;
mod scene;
mod told;
mod watch;

use std::path::Path;
use std::time::Duration;

use anyhow::{Context as _, ensure};
use deskbell_stage::{Process, Table, Times};
use tokio::io::{AsyncBufReadExt as _, BufReader, Lines};
use tokio::process::ChildStdout;
use tokio::time::{Instant, timeout};

use self::plan::{Outcome, READY};
use self::scene::Scene;
pub(crate) use self::told::measure_told;

/// As many contacts as a page of a search shows; half of them are users.
const CONTACTS: usize = 150;
/// The first takes the first snapshots, the others are measured; nothing new happens in the last.
const ROUNDS: u32 = 3;
const GOAL: Duration = Duration::from_secs(2);
const MOST_CORES: f64 = 0.2;
/// Megabytes.
const MOST_MEMORY: f64 = 100.0;
/// How long the process may take to be ready, and to end.
const PATIENCE: Duration = Duration::from_mins(5);

/// The process that is measured.
pub(crate) async fn be(plan: &Path) -> anyhow::Result<()> {
    process::run(plan).await
}

pub(crate) async fn measure(count: usize, interval: Duration, table: &mut Table) -> anyhow::Result<()> {
    let scene = Scene::new(count, CONTACTS).await?;
    let mut child = scene.spawn(interval, ROUNDS, None)?;
    let process = Process(child.id().context("it has ended")?);
    let mut lines = BufReader::new(child.stdout.take().context("it has no output")?).lines();
    ensure!(next_line(&mut lines).await? == READY, "it says something else than that it is ready");
    scene.open().await;

    let began = Instant::now();
    scene.live_until(began + interval, Some("first")).await;
    let first_round = (process.cpu_seconds()?, Instant::now());
    scene.live_until(began + interval * 2, Some("second")).await;
    scene.live_until(began + interval * ROUNDS, None).await;
    let cpu = (process.cpu_seconds()? - first_round.0) / first_round.1.elapsed().as_secs_f64();
    let memory = process.memory()?;
    let outcome: Outcome = serde_json::from_str(&next_line(&mut lines).await?)?;
    timeout(PATIENCE, child.wait()).await.context("it does not end")??;

    let name = format!("{count} workspaces in one process, polled every {} s", interval.as_secs());
    tell_lateness(table, &name, outcome, count);
    table.judge(&format!("processor, {name}"), "< 0.2 cores", &format!("{cpu:.2} cores"), cpu < MOST_CORES);
    let measured = format!("{:.0} MB (peak {:.0})", memory.resident, memory.peak);
    table.judge(&format!("memory (RSS), {name}"), "< 100 MB", &measured, memory.resident < MOST_MEMORY);
    let (measured, clean) = scene.account();
    table.judge(&format!("messages, {name}"), "none lost or doubled", &measured, clean);
    Ok(())
}

async fn next_line(lines: &mut Lines<BufReader<ChildStdout>>) -> anyhow::Result<String> {
    timeout(PATIENCE, lines.next_line()).await.context("it says nothing")??.context("it has ended")
}

fn tell_lateness(table: &mut Table, name: &str, outcome: Outcome, count: usize) {
    let after_the_first = count * (ROUNDS as usize - 1);
    let all_seen = outcome.late_us.len() >= after_the_first;
    let late = Times::new(outcome.late_us.into_iter().map(Duration::from_micros).collect());
    let measured = format!(
        "{late}, the latest {:.1} ms; {} workspaces not well",
        late.percentile(100).as_secs_f64() * 1000.0,
        outcome.unwell
    );
    let reached = all_seen && late.percentile(99) < GOAL && outcome.unwell == 0;
    table.judge(&format!("polls too late by, {name}"), "p99 < 2 s", &measured, reached);
}
