//! How often Intercom is asked where nothing happens, and what that costs.

use std::path::Path;
use std::time::Duration;

use anyhow::ensure;
use deskbell_sandbox::recorder::Service;
use deskbell_stage::{Stage, Table, start_timed, subscribe};
use tokio::time::sleep;

const SETTLE: Duration = Duration::from_secs(4);
const WATCH: Duration = Duration::from_secs(8);
/// Calls of one poll follow each other at once; polls are a second apart.
const BETWEEN_POLLS_MS: i64 = 300;

pub(crate) async fn measure(binary: &Path, table: &mut Table) -> anyhow::Result<()> {
    let mut stage = Stage::with_servers(binary, 2).await;
    stage.poll_every_second();
    start_timed(&mut stage).await;
    subscribe_all(&stage, ["New lead", "New conversation"]).await;
    let (fewest, most) = watch(&stage).await?;
    tell(table, "leads and conversations subscribed", "2", (fewest, most), most == 2);
    subscribe_all(&stage, ["New user", "User updated"]).await;
    let before = stage.process().cpu_seconds()?;
    let (fewest, most) = watch(&stage).await?;
    tell(table, "users too", "3", (fewest, most), most == 3);
    let cpu = (stage.process().cpu_seconds()? - before) / (SETTLE + WATCH).as_secs_f64();
    table.add(
        "processor with a poll every second (120 s is usual)",
        "–",
        &format!("{:.1} % of one core", cpu * 100.0),
    );
    stage.terminate_timed().await;
    Ok(())
}

async fn subscribe_all(stage: &Stage, events: [&str; 2]) {
    for guild in &stage.guilds {
        for event in events {
            subscribe(&stage.discord, *guild, event, "#sales").await;
        }
    }
}

/// The fewest and the most calls of a poll.
async fn watch(stage: &Stage) -> anyhow::Result<(usize, usize)> {
    sleep(SETTLE).await;
    stage.discord.recorder().forget();
    sleep(WATCH).await;
    let mut calls = stage.discord.recorder().exchanges();
    calls.retain(|exchange| exchange.service == Service::Intercom);
    calls.sort_by_key(|exchange| exchange.received_ms);
    let polls: Vec<usize> = calls
        .chunk_by(|one, next| next.received_ms - one.received_ms < BETWEEN_POLLS_MS)
        .map(<[_]>::len)
        .collect();
    // The first and the last may have been seen in part.
    let whole = polls.get(1..polls.len().saturating_sub(1)).unwrap_or_default();
    ensure!(whole.len() >= 3, "too few polls were seen: {polls:?}");
    Ok((whole.iter().copied().min().unwrap_or(0), whole.iter().copied().max().unwrap_or(0)))
}

fn tell(table: &mut Table, what: &str, goal: &str, (fewest, most): (usize, usize), reached: bool) {
    let measured = if fewest == most { most.to_string() } else { format!("{fewest} to {most}") };
    table.judge(&format!("Intercom calls of an idle poll, two servers, {what}"), goal, &measured, reached);
}
