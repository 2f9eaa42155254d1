//! Many leads at once, at Discord's own pace: how many messages, how soon, at what cost, and how soon commands are
//! answered meanwhile.

use std::path::Path;
use std::time::Duration;

use anyhow::Context as _;
use deskbell_sandbox::discord::Message;
use deskbell_sandbox::intercom::{ContactId, NewContact};
use deskbell_stage::{Account, Stage, Table, cards_in, shown, start_timed, subscribe};
use tokio::time::{Instant, sleep, timeout};

use crate::answers::Answers;

/// Up to as many a poll every second does no harm; more are polled as usual, every 120 s, since each poll reads for
/// five minutes what is new.
const FEW: usize = 1000;
/// What a burst of so many leads may take: messages and seconds (`docs/design.md`).
const DESIGN: (usize, usize, f64) = (500, 12, 20.0);
/// A poll, and whatever else comes before the first message.
const BEFORE_THE_FIRST: Duration = Duration::from_mins(3);
/// Long enough for another poll, and for whatever might be posted twice.
const AFTERWARDS: Duration = Duration::from_secs(2);

pub(crate) async fn measure(binary: &Path, leads: usize, table: &mut Table) -> anyhow::Result<()> {
    let mut stage = Stage::with_servers(binary, 1).await;
    if leads <= FEW {
        stage.poll_every_second();
    }
    start_timed(&mut stage).await;
    let known =
        stage.intercom.contacts().create(NewContact::lead().name("Ada Lovelace").email("ada@acme.io"));
    stage.next_second().await;
    subscribe(&stage.discord, stage.guilds[0], "New lead", "#sales").await;
    stage.next_second().await;
    let before = stage.process().cpu_seconds()?;
    let began = Instant::now();
    let burst = Burst {
        made_ms: stage.discord.clock().unix_millis(),
        leads: stage.intercom.contacts().burst_of_leads(leads),
    };
    let mut answers = Answers::default();
    tokio::select! {
        posted = posted(&stage, leads) => posted?,
        failed = ask_on(&mut answers, &stage, &known, if leads <= FEW { 40 } else { 1000 }) => failed?,
    }
    sleep(AFTERWARDS).await;
    burst.tell(
        table,
        &cards_in(&stage.discord, stage.guilds[0].sales),
        stage.discord.rate_limits().refused(),
    );
    let (cpu, memory) = (stage.process().cpu_seconds()? - before, stage.process().memory()?);
    let measured = format!(
        "{cpu:.1} s in {:.0} s, RSS {:.1} MB (peak {:.1})",
        began.elapsed().as_secs_f64(),
        memory.resident,
        memory.peak
    );
    table.add(&format!("processor and memory, {leads} leads with commands meanwhile"), "–", &measured);
    answers.tell(table, &format!("while {leads} leads are posted"));
    stage.terminate_timed().await;
    Ok(())
}

struct Burst {
    made_ms: i64,
    leads: Vec<ContactId>,
}

impl Burst {
    fn tell(&self, table: &mut Table, cards: &[Message], refused: usize) {
        let sent: Vec<f64> = cards.iter().map(|card| self.seconds_after(card)).collect();
        let (first, last) = (sent.first().copied().unwrap_or(0.0), sent.last().copied().unwrap_or(0.0));
        let account = Account::of(&self.leads, &shown(cards));
        let leads = self.leads.len();
        let measured = format!(
            "{} messages, the first after {first:.1} s, the last {:.0} s later (Discord's pace alone: {} s), \
             {refused} × 429, {account}",
            cards.len(),
            last - first,
            cards.len().saturating_sub(1) / 5 * 5,
        );
        let (of, messages, seconds) = DESIGN;
        #[expect(clippy::cast_precision_loss, reason = "a share needs no more")]
        let share = leads.max(50) as f64 / of as f64;
        let messages = (leads * messages).div_ceil(of);
        let seconds = seconds * share;
        let reached = cards.len() <= messages && last <= seconds && refused == 0 && account.is_clean();
        let goal = format!("≤ {messages} messages, ≤ {seconds:.0} s, no 429, none lost or doubled");
        table.judge(&format!("{leads} leads at once, 5 messages / 5 s"), &goal, &measured, reached);
    }

    fn seconds_after(&self, card: &Message) -> f64 {
        let passed_ms = card.sent.as_millisecond() - self.made_ms;
        Duration::from_millis(u64::try_from(passed_ms).unwrap_or(0)).as_secs_f64()
    }
}

/// Never ends by itself unless something fails.
async fn ask_on(
    answers: &mut Answers,
    stage: &Stage,
    known: &ContactId,
    pause_ms: u64,
) -> anyhow::Result<()> {
    loop {
        answers.ask(stage, known, Duration::from_millis(pause_ms)).await?;
    }
}

/// Waits until the channel shows so many records, at most three times as long as they should take.
pub(crate) async fn posted(stage: &Stage, count: usize) -> anyhow::Result<()> {
    let channel = stage.guilds[0].sales;
    let look_every = if count <= FEW { Duration::from_millis(200) } else { Duration::from_secs(1) };
    let patience = BEFORE_THE_FIRST + Duration::from_millis(300) * u32::try_from(count)?;
    let waiting = timeout(patience, async {
        while shown(&cards_in(&stage.discord, channel)).len() < count {
            sleep(look_every).await;
            // Pages of contacts are large.
            stage.discord.recorder().forget();
        }
    });
    waiting
        .await
        .with_context(|| format!("only {} of {count} came", shown(&cards_in(&stage.discord, channel)).len()))
}
