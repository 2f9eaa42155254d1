//! Five hundred leads at once at Discord's own pace, answers before and meanwhile, and an end in the middle of another
//! burst.

use std::path::Path;
use std::time::Duration;

use anyhow::Context as _;
use deskbell_sandbox::discord::Pace;
use deskbell_sandbox::intercom::{ContactId, NewContact};
use tokio::time::{Instant, sleep, timeout};

use crate::answers::Answers;
use deskbell_stage::{Account, Stage, Table, shown};

const LEADS: usize = 500;
const LEADS_BEFORE_THE_END: usize = 200;
const IDLE_ROUNDS: usize = 50;
const LOOK_EVERY: Duration = Duration::from_millis(200);
const PATIENCE: Duration = Duration::from_secs(100);
/// Long enough for another poll, and for whatever might be posted twice.
const AFTERWARDS: Duration = Duration::from_secs(2);
const FAST: Pace = Pace { requests: 100, window: Duration::from_secs(5) };

pub(crate) async fn measure(binary: &Path, table: &mut Table) -> anyhow::Result<()> {
    let mut stage = Stage::with_servers(binary, 1).await?;
    stage.poll_every_second();
    stage.start().await?;
    let known = stage.intercom.create(NewContact::lead().name("Ada Lovelace").email("ada@acme.io"));
    stage.next_second().await;
    stage.subscribe(stage.guilds[0], "New lead", "#sales").await?;
    stage.next_second().await;

    let mut idle = Answers::default();
    for _ in 0..IDLE_ROUNDS {
        idle.ask(&stage, &known, Duration::from_millis(2)).await?;
    }
    burst(table, &stage, &known, idle).await?;
    end_under_load(table, &mut stage).await
}

async fn burst(table: &mut Table, stage: &Stage, known: &ContactId, idle: Answers) -> anyhow::Result<()> {
    let mut busy = Answers::default();
    let began = Instant::now();
    let leads = stage.intercom.burst_of_leads(LEADS);
    tokio::select! {
        posted = posted(stage, LEADS) => posted?,
        failed = ask_on(&mut busy, stage, known) => failed?,
    }
    let seconds = began.elapsed().as_secs_f64();
    sleep(AFTERWARDS).await;
    let cards = stage.cards(stage.guilds[0].sales);
    let refused = stage.discord.rate_limited_count();
    let account = Account::of(&leads, &shown(&cards));
    let figure = format!("{LEADS} leads at once, 5 messages / 5 s");
    let measured = format!("{} messages, {seconds:.0} s, {refused} × 429, {account}", cards.len());
    let reached = cards.len() <= 60 && seconds <= 65.0 && refused == 0 && account.is_clean();
    table.judge(&figure, "≤ 60 messages, ≤ 65 s, no 429, none lost or doubled", &measured, reached);
    idle.tell(table, "idle");
    busy.tell(table, "while these leads are posted");
    Ok(())
}

/// SIGTERM while messages leave and commands come; what is left comes after the next start.
async fn end_under_load(table: &mut Table, stage: &mut Stage) -> anyhow::Result<()> {
    let before = shown(&stage.cards(stage.guilds[0].sales)).len();
    let leads = stage.intercom.burst_of_leads(LEADS_BEFORE_THE_END);
    posted(stage, before + 30).await?;
    let guild = stage.guilds[0];
    for _ in 0..5 {
        stage.mark(guild).slash(guild.support, "/lead list")?;
    }
    let (took, code) = stage.terminate().await?;
    stage.discord.set_channel_pace(Some(FAST));
    stage.start().await?;
    posted(stage, before + LEADS_BEFORE_THE_END).await?;
    sleep(AFTERWARDS).await;
    let account = Account::of(&leads, &shown(&stage.cards(guild.sales))[before..]);
    stage.terminate().await?;
    let code_text = code.map_or_else(|| "none".to_owned(), |code| code.to_string());
    let measured = format!("{:.2} s, code {code_text}, {account} after the next start", took.as_secs_f64());
    let reached = took < Duration::from_secs(10) && code == Some(0) && account.is_clean();
    table.judge("SIGTERM under load", "< 10 s, code 0", &measured, reached);
    Ok(())
}

/// Never ends by itself unless something fails.
async fn ask_on(answers: &mut Answers, stage: &Stage, known: &ContactId) -> anyhow::Result<()> {
    loop {
        answers.ask(stage, known, Duration::from_millis(40)).await?;
    }
}

/// Waits until the channel shows so many records.
async fn posted(stage: &Stage, count: usize) -> anyhow::Result<()> {
    let channel = stage.guilds[0].sales;
    let waiting = timeout(PATIENCE, async {
        while shown(&stage.cards(channel)).len() < count {
            sleep(LOOK_EVERY).await;
        }
    });
    waiting.await.with_context(|| format!("only {} of {count} came", shown(&stage.cards(channel)).len()))
}
