//! A member of one server who types without end, and the leads of another server meanwhile.

use std::path::Path;
use std::time::Duration;

use anyhow::{Context as _, ensure};
use deskbell_sandbox::intercom::{ContactId, NewContact};
use deskbell_sandbox::recorder::{Exchange, Service};
use deskbell_stage::{Guild, Stage, Table, Times, start_timed, subscribe};
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep};

/// How long it is flooded.
const FLOOD: Duration = Duration::from_secs(100);
/// Three keystrokes a second, each another text.
const BETWEEN_KEYS: Duration = Duration::from_millis(333);
const BETWEEN_LEADS: Duration = Duration::from_secs(4);
/// After the last lead, until it must stand there.
const LAST_ONES: Duration = Duration::from_secs(20);
/// How much later a lead may be posted because somebody floods.
const LATER: Duration = Duration::from_secs(5);

pub(crate) async fn measure(binary: &Path, interval: Duration, table: &mut Table) -> anyhow::Result<()> {
    let quiet = run(binary, interval, Typing::No).await?;
    let flooded = run(binary, interval, Typing::Yes).await?;
    let every = format!("POLL_INTERVAL={}s", interval.as_secs());
    let measured = format!(
        "the latest {:.1} s after it was made, without the flood {:.1} s; {} and {} leads, none lost",
        flooded.latest.as_secs_f64(),
        quiet.latest.as_secs_f64(),
        flooded.leads,
        quiet.leads,
    );
    let figure = format!("another server's leads while a member types 3 texts a second for 100 s, {every}");
    let reached = flooded.latest <= quiet.latest + LATER;
    table.judge(&figure, "at most 5 s later than without", &measured, reached);
    table.add("calls of that member's pickers in 100 s", "–", &flooded.searches.to_string());
    let reached = flooded.answers.percentile(99) < Duration::from_millis(50);
    let figure = format!("first answer to another member's command meanwhile, {every}");
    let measured = format!("{}; without the flood {}", flooded.answers, quiet.answers);
    table.judge(&figure, "p99 < 50 ms", &measured, reached);
    Ok(())
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Typing {
    Yes,
    No,
}

/// What was seen in a run.
struct Seen {
    latest: Duration,
    leads: usize,
    searches: usize,
    answers: Times,
}

async fn run(binary: &Path, interval: Duration, typing: Typing) -> anyhow::Result<Seen> {
    let mut stage = Stage::with_servers(binary, 2).await;
    // With the throttle that everybody has.
    stage.set_variable("POLL_INTERVAL", &format!("{}s", interval.as_secs()));
    start_timed(&mut stage).await;
    let (watched, other) = (stage.guilds[0], stage.guilds[1]);
    subscribe(&stage.discord, watched, "New lead", "#sales").await;
    stage.next_second().await;
    let (leads, answers, ()) =
        tokio::try_join!(leads(&stage), answers(&stage, watched), flood(&stage, other, typing))?;
    sleep(LAST_ONES).await;
    let exchanges = stage.discord.recorder().exchanges();
    let mut latest = Duration::ZERO;
    for (lead, made_ms) in &leads {
        latest = latest.max(made_to_posted(&exchanges, lead, *made_ms)?);
    }
    let searches = exchanges
        .iter()
        .filter(|one| one.service == Service::Intercom && one.body.to_string().contains("typed"));
    let seen = Seen { latest, leads: leads.len(), searches: searches.count(), answers: Times::new(answers) };
    stage.terminate_timed().await;
    Ok(seen)
}

/// Leads at an even pace, with the moment at which each was made.
async fn leads(stage: &Stage) -> anyhow::Result<Vec<(ContactId, i64)>> {
    let (begun, mut made) = (Instant::now(), Vec::new());
    while begun.elapsed() < FLOOD {
        let made_ms = stage.intercom.clock().unix_millis();
        let name = format!("Lead {}", made.len());
        made.push((stage.intercom.contacts().create(NewContact::lead().name(&name)), made_ms));
        sleep(BETWEEN_LEADS).await;
    }
    Ok(made)
}

/// First answers to somebody who does nothing wrong.
async fn answers(stage: &Stage, guild: Guild) -> anyhow::Result<Vec<Duration>> {
    let (begun, mut answers) = (Instant::now(), Vec::new());
    while begun.elapsed() < FLOOD {
        for command in ["/status", "/notify list", "/lead list"] {
            let reply = stage.discord.guild(guild.id).member("mark").slash(guild.support, command)?;
            answers.push(reply.acknowledged().await?.latency);
            sleep(Duration::from_secs(1)).await;
        }
    }
    Ok(answers)
}

async fn flood(stage: &Stage, guild: Guild, typing: Typing) -> anyhow::Result<()> {
    if typing == Typing::No {
        return Ok(());
    }
    let (begun, mut typed) = (Instant::now(), JoinSet::new());
    while begun.elapsed() < FLOOD {
        let mark = stage.discord.guild(guild.id).member("mark");
        let command = format!("/lead get lead:typed{}", typed.len());
        typed.spawn(async move { mark.autocomplete(guild.support, &command, "lead").await });
        sleep(BETWEEN_KEYS).await;
    }
    for answered in typed.join_all().await {
        ensure!(answered.is_ok(), "a keystroke was not answered: {:?}", answered.err());
    }
    Ok(())
}

/// From the making of a lead to the arrival of its one post.
pub(crate) fn made_to_posted(
    exchanges: &[Exchange],
    id: &ContactId,
    made_ms: i64,
) -> anyhow::Result<Duration> {
    let address = format!("/{id}\"");
    let mut posts = exchanges.iter().filter(|exchange| {
        exchange.service == Service::Discord
            && exchange.method == "POST"
            && exchange.path.ends_with("/messages")
            && exchange.body.to_string().contains(&address)
    });
    let post = posts.next().with_context(|| format!("{id} was never posted"))?;
    ensure!(posts.next().is_none(), "{id} was posted twice");
    Ok(Duration::from_millis(u64::try_from((post.received_ms - made_ms).max(0))?))
}
