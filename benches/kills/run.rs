//! The run: traffic on the one hand, kills on the other, and then the wait until everything is posted.

use std::cell::Cell;
use std::path::Path;
use std::time::Duration;

use anyhow::{Context as _, ensure};
use deskbell_sandbox::discord::Pace;
use deskbell_stage::{Stage, cards_in, start_timed, subscribe};
use tokio::time::{Instant, sleep};

use crate::outcome::{Channel, Outcome};
use crate::traffic::{Kind, Traffic};

/// Wide, so that what waits is soon posted.
const PACE: Pace = Pace { requests: 50, window: Duration::from_secs(5) };
const PATIENCE: Duration = Duration::from_secs(60);
const UP_MS: std::ops::Range<u64> = 0..4_000;
const STARTING_MS: std::ops::Range<u64> = 0..500;
const DOWN_MS: std::ops::Range<u64> = 0..3_000;
/// Every so many kills one comes while the bot still starts.
const STARTING_EVERY: u32 = 4;
/// How long nothing may come any more before it counts as the end.
const QUIET: Duration = Duration::from_secs(6);

pub(crate) async fn run(binary: &Path, kills: u32, seed: u64) -> anyhow::Result<Outcome> {
    let mut random = fastrand::Rng::with_seed(seed);
    let mut stage = Stage::with_servers(binary, 2).await;
    stage.poll_every_second();
    stage.discord.rate_limits().set_channel_pace(Some(PACE));
    let mut traffic = Traffic::begin(stage.intercom.clone(), random.fork());
    // A floor is a whole second: who was there before must have been made in an earlier one.
    stage.next_second().await;
    start_timed(&mut stage).await;
    set_up(&stage).await;
    first_snapshots(&stage, &mut traffic).await?;
    let stop = Cell::new(false);
    let killing = async {
        let done = kill_often(&mut stage, kills, &mut random).await;
        stop.set(true);
        done
    };
    let (done, ()) = tokio::join!(killing, traffic.flow(&stop));
    done?;
    let outcome = settle(&stage, kills, &traffic).await;
    stage.terminate_timed().await;
    Ok(outcome)
}

async fn set_up(stage: &Stage) {
    let (first, second) = (stage.guilds[0], stage.guilds[1]);
    subscribe(&stage.discord, first, "New lead", "#sales").await;
    subscribe(&stage.discord, first, "New user", "#support").await;
    subscribe(&stage.discord, second, "New lead", "#sales").await;
    subscribe(&stage.discord, second, "New conversation", "#sales").await;
    subscribe(&stage.discord, second, "User updated", "#support").await;
    stage.next_second().await;
}

fn channels(stage: &Stage) -> [Channel; 4] {
    let (first, second) = (stage.guilds[0], stage.guilds[1]);
    let channel = |id, kinds: &[Kind]| Channel { kinds: kinds.to_vec(), cards: cards_in(&stage.discord, id) };
    [
        channel(first.sales, &[Kind::Lead]),
        channel(first.support, &[Kind::User]),
        channel(second.sales, &[Kind::Lead, Kind::Conversation]),
        channel(second.support, &[Kind::Update]),
    ]
}

/// Waits until the bot has looked at every user: what changed before is, as promised, nothing to compare with.
async fn first_snapshots(stage: &Stage, traffic: &mut Traffic) -> anyhow::Result<()> {
    let until = Instant::now() + PATIENCE;
    let support = stage.guilds[1].support;
    sleep(QUIET).await;
    traffic.make(Kind::Update);
    while cards_in(&stage.discord, support).is_empty() {
        ensure!(Instant::now() < until, "no change of a user is posted");
        sleep(Duration::from_millis(50)).await;
    }
    Ok(())
}

async fn kill_often(stage: &mut Stage, kills: u32, random: &mut fastrand::Rng) -> anyhow::Result<()> {
    for kill in 1..=kills {
        let up = if kill.is_multiple_of(STARTING_EVERY) {
            random.u64(STARTING_MS)
        } else {
            stage.discord.gateway().wait_connected(PATIENCE).await.context("it does not come back")?;
            random.u64(UP_MS)
        };
        sleep(Duration::from_millis(up)).await;
        stage.kill().await;
        stage.discord.recorder().forget();
        let down = random.u64(DOWN_MS);
        eprintln!("kill {kill}: {up} ms up, {down} ms down");
        sleep(Duration::from_millis(down)).await;
        stage.spawn();
    }
    Ok(())
}

/// Waits until nothing is lost any more and nothing more comes, or nothing came for long.
async fn settle(stage: &Stage, kills: u32, traffic: &Traffic) -> Outcome {
    let (mut last, mut since) = (0, Instant::now());
    loop {
        sleep(Duration::from_secs(1)).await;
        let outcome = Outcome::of(kills, traffic.made(), &channels(stage));
        if outcome.posted != last {
            (last, since) = (outcome.posted, Instant::now());
        }
        let enough = if outcome.lost == 0 { QUIET } else { PATIENCE };
        if since.elapsed() > enough {
            return outcome;
        }
    }
}
