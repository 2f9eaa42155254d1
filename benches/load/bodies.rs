//! What answers take that no memory should hold: many conversations of megabytes on one page, and one very large mail.

use std::path::Path;
use std::time::Duration;

use anyhow::ensure;
use deskbell_sandbox::discord::Pace;
use deskbell_sandbox::fault::{Effect, Fault};
use deskbell_sandbox::intercom::{ContactId, NewContact, NewConversation};
use deskbell_sandbox::splice::{Raw, Splice};
use deskbell_stage::{Stage, Table, cards_in, shown, start_timed, subscribe};
use tokio::time::{Instant, sleep};

const LARGE: usize = 40;
const LARGE_BYTES: usize = 1_500_000;
const HUGE_BYTES: usize = 30_000_000;
const MOST_GROWTH: f64 = 20.0;
const PATIENCE: Duration = Duration::from_mins(2);
const LOOK_EVERY: Duration = Duration::from_millis(20);
const PACE: Pace = Pace { requests: 1000, window: Duration::from_secs(5) };

pub(crate) async fn measure(binary: &Path, table: &mut Table) -> anyhow::Result<()> {
    let mut stage = Stage::with_servers(binary, 1).await;
    stage.poll_every_second();
    stage.discord.rate_limits().set_channel_pace(Some(PACE));
    start_timed(&mut stage).await;
    subscribe(&stage.discord, stage.guilds[0], "New conversation", "#sales").await;
    stage.next_second().await;
    let ada = stage.intercom.contacts().create(NewContact::lead().name("Ada"));
    start(&stage, &ada, 1, "hello");
    arrive(&stage, 1).await?;
    let filler = |bytes: usize| Raw::repeated("lorem ipsum ", bytes / 12);
    let splices = vec![Splice::new("LARGE", filler(LARGE_BYTES)), Splice::new("HUGE", filler(HUGE_BYTES))];
    stage.intercom.faults().add(Fault::new(Effect::Splice(splices)));
    judge(&stage, &ada, table, "40 conversations of 1.5 MB on one page", (LARGE, "LARGE")).await?;
    judge(&stage, &ada, table, "a conversation of 30 MB beside them", (1, "HUGE")).await?;
    stage.terminate_timed().await;
    Ok(())
}

async fn judge(
    stage: &Stage,
    ada: &ContactId,
    table: &mut Table,
    what: &str,
    (count, body): (usize, &str),
) -> anyhow::Result<()> {
    let before = stage.process().memory()?;
    let posted = posted(stage);
    let began = Instant::now();
    start(stage, ada, count, body);
    arrive(stage, posted + count).await?;
    let took = began.elapsed().as_secs_f64();
    let after = stage.process().memory()?;
    let grown = after.peak - before.resident;
    let measured = format!("at most {grown:.1} MB more (peak {:.1}), posted within {took:.1} s", after.peak);
    table.judge(&format!("memory (RSS), {what}"), "< 20 MB more", &measured, grown < MOST_GROWTH);
    Ok(())
}

fn start(stage: &Stage, ada: &ContactId, count: usize, body: &str) {
    for _ in 0..count {
        let body = format!("<p>{body}</p>");
        stage.intercom.conversations().start(NewConversation::from_contact(ada, &body));
    }
}

/// Waits until so many conversations stand in the channel, each in an embed or a line of its own.
async fn arrive(stage: &Stage, count: usize) -> anyhow::Result<()> {
    let began = Instant::now();
    while posted(stage) < count {
        ensure!(began.elapsed() < PATIENCE, "{} of {count} came", posted(stage));
        sleep(LOOK_EVERY).await;
    }
    Ok(())
}

fn posted(stage: &Stage) -> usize {
    shown(&cards_in(&stage.discord, stage.guilds[0].sales)).len()
}
