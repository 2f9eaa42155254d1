//! What both go through: the same acts at the same moments, and what is measured meanwhile.

use std::time::Duration;

use anyhow::Context as _;
use deskbell_sandbox::discord::Pace;
use deskbell_sandbox::fault::{Effect, Fault};
use deskbell_sandbox::intercom::{Intercom, NewContact, NewConversation};
use deskbell_sandbox::recorder::Service;
use deskbell_stage::Account;
use reqwest::Method;
use tokio::time::{Instant, sleep, timeout};

use crate::contestant::Contestant;
use crate::report::{Figure, Figures};
use crate::world::{PATIENCE, World};

const SETTLE: Duration = Duration::from_secs(3);
const WATCH: Duration = Duration::from_secs(8);
const WEIGHED_LEADS: u16 = 500;
/// As much as Discord takes of a bot in all: a channel takes a tenth of it.
const FAST: Pace = Pace { requests: 50, window: Duration::from_secs(1) };
/// For what the bot keeps for a moment only.
const REST: Duration = Duration::from_secs(2);

const BURST_LEADS: usize = 20;
const BURST_USERS: usize = 5;
const BURST_CONVERSATIONS: usize = 5;

const LEADS_BEFORE_THE_KILLS: usize = 8;
const LEADS_DURING_THE_KILLS: usize = 14;
const BETWEEN_LEADS: Duration = Duration::from_millis(800);
/// How long after the last start, and how.
const KILLS: [(Duration, Kill); 4] = [
    (Duration::from_millis(1200), Kill::AtOnce),
    (Duration::from_millis(1600), Kill::BeforeTheAnswer),
    (Duration::from_millis(2200), Kill::AtOnce),
    (Duration::from_millis(1800), Kill::BeforeTheAnswer),
];

const STEADY_LEADS: usize = 12;
/// Which messages' answers are lost, counted from 0.
const LOST_ANSWERS: [u64; 3] = [1, 4, 7];
/// Which leads the search shows late, counted from 0, and how much.
const LATE_LEADS: [usize; 3] = [2, 5, 8];
const LATE_BY: Duration = Duration::from_secs(3);

const TOLD_LEADS: usize = 200;
const BETWEEN_TOLD_LEADS: Duration = Duration::from_millis(50);

/// When exactly the bot is killed.
#[derive(Clone, Copy)]
enum Kill {
    /// At that moment.
    AtOnce,
    /// When Discord has taken the next message and the answer is on its way.
    BeforeTheAnswer,
}

/// Idle first; then many leads at a pace at which the bot's own work shows, not Discord's.
pub(crate) async fn weigh(contestant: &Contestant) -> anyhow::Result<Figures> {
    let world = World::with(contestant).await?;
    world.discord.rate_limits().set_channel_pace(Some(FAST));
    sleep(SETTLE).await;
    let process = world.process()?;
    let (calls, cpu) = (world.calls(Service::Intercom), process.cpu_seconds()?);
    sleep(WATCH).await;
    let idle_calls = whole(world.calls(Service::Intercom) - calls) / WATCH.as_secs_f64() * 60.0;
    let idle_cpu = (process.cpu_seconds()? - cpu) / WATCH.as_secs_f64() * 100.0;
    let idle = process.memory()?.resident;
    let cpu = process.cpu_seconds()?;
    let leads = world.intercom.contacts().burst_of_leads(WEIGHED_LEADS.into());
    let made: Vec<String> = leads.iter().map(ToString::to_string).collect();
    world.until_shown(&made).await?;
    let cpu = (process.cpu_seconds()? - cpu) / f64::from(WEIGHED_LEADS) * 1000.0;
    sleep(REST).await;
    let memory = process.memory()?;
    Ok(vec![
        (Figure::IdleMemory, idle),
        (Figure::IdleCpu, idle_cpu),
        (Figure::IdleCalls, idle_calls),
        (Figure::MemoryAfter, memory.resident),
        (Figure::PeakMemory, memory.peak),
        (Figure::Cpu, cpu),
    ])
}

/// Events of all kinds within a second, at Discord's own pace.
pub(crate) async fn burst(contestant: &Contestant) -> anyhow::Result<Figures> {
    let world = World::with(contestant).await?;
    let began = Instant::now();
    let made = make_burst(&world.intercom);
    world.until_shown(&made).await?;
    let took = began.elapsed().as_secs_f64();
    let (intercom, discord) = (world.calls(Service::Intercom), world.calls(Service::Discord));
    let account = world.until_quiet(&made).await?;
    Ok(vec![
        (Figure::BurstTime, took),
        (Figure::BurstMessages, whole(world.messages_since())),
        (Figure::BurstDiscordCalls, whole(discord)),
        (Figure::BurstIntercomCalls, whole(intercom)),
        (Figure::BurstRefused, whole(world.discord.rate_limits().refused())),
        (Figure::BurstWrong, whole(account.lost + account.doubled)),
    ])
}

fn make_burst(intercom: &Intercom) -> Vec<String> {
    let leads = intercom.contacts().burst_of_leads(BURST_LEADS);
    let user = |number| NewContact::user().name("Ada").email(&format!("ada{number}@burst.example"));
    let users = (0..BURST_USERS).map(|number| intercom.contacts().create(user(number)).to_string());
    let mut made: Vec<String> = users.collect();
    let question = |lead| NewConversation::from_contact(lead, "<p>Do you deliver on Sundays?</p>");
    let asking = leads.iter().take(BURST_CONVERSATIONS);
    made.extend(asking.map(|lead| intercom.conversations().start(question(lead)).to_string()));
    made.extend(leads.iter().map(ToString::to_string));
    made
}

/// SIGKILL and start anew, four times while leads come.
pub(crate) async fn kills(contestant: &Contestant) -> anyhow::Result<Figures> {
    let mut world = World::with(contestant).await?;
    let intercom = world.intercom.clone();
    let leads = async {
        let leads = intercom.contacts().burst_of_leads(LEADS_BEFORE_THE_KILLS);
        let mut made: Vec<String> = leads.iter().map(ToString::to_string).collect();
        made.extend(steady_leads(&intercom, LEADS_DURING_THE_KILLS, BETWEEN_LEADS, &[]).await);
        Ok(made)
    };
    let kills = async {
        for (after, kill) in KILLS {
            sleep(after).await;
            if matches!(kill, Kill::BeforeTheAnswer) {
                timeout(PATIENCE, until_taken_and_unanswered(&world)).await.context("it posts nothing")?;
            }
            world.kill_and_start().await?;
        }
        anyhow::Ok(())
    };
    let (made, ()) = tokio::try_join!(leads, kills)?;
    let account = world.until_quiet(&made).await?;
    Ok(lost_and_doubled(account, Figure::KillsLost, Figure::KillsDoubled))
}

async fn until_taken_and_unanswered(world: &World) {
    let faults = world.discord.faults();
    // With room in the channel the next message is taken, not refused.
    while !world.discord.rate_limits().has_room(world.guild.sales) {
        sleep(Duration::from_millis(1)).await;
    }
    let silent = faults.add(posting(Effect::ProcessThenHang).once());
    while faults.hits(silent) == 0 {
        sleep(Duration::from_millis(1)).await;
    }
    // The fault is counted before the message is taken.
    sleep(Duration::from_millis(50)).await;
}

/// A lead every second; of some messages that were taken the connection breaks before the answer.
pub(crate) async fn lost_answers(contestant: &Contestant) -> anyhow::Result<Figures> {
    let world = World::with(contestant).await?;
    for passed in LOST_ANSWERS {
        world.discord.faults().add(posting(Effect::LoseAnswer).after(passed).once());
    }
    let made = steady_leads(&world.intercom, STEADY_LEADS, Duration::from_secs(1), &[]).await;
    let account = world.until_quiet(&made).await?;
    Ok(lost_and_doubled(account, Figure::AnswersLost, Figure::AnswersDoubled))
}

/// A lead every 700 ms; Intercom's search shows some later than newer ones.
pub(crate) async fn late_search(contestant: &Contestant) -> anyhow::Result<Figures> {
    let world = World::with(contestant).await?;
    let every = Duration::from_millis(700);
    let made = steady_leads(&world.intercom, STEADY_LEADS, every, &LATE_LEADS).await;
    let account = world.until_quiet(&made).await?;
    Ok(lost_and_doubled(account, Figure::LateLost, Figure::LateDoubled))
}

/// 200 leads at 20 a second, told by webhook.
pub(crate) async fn webhooks(contestant: &Contestant) -> anyhow::Result<Figures> {
    let world = World::with_webhooks(contestant).await?;
    let began = Instant::now();
    let made = steady_leads(&world.intercom, TOLD_LEADS, BETWEEN_TOLD_LEADS, &[]).await;
    world.until_shown(&made).await?;
    let took = began.elapsed().as_secs_f64();
    let account = world.until_quiet(&made).await?;
    Ok(vec![
        (Figure::ToldTime, took),
        (Figure::ToldMessages, whole(world.messages_since())),
        (Figure::ToldRefused, whole(world.discord.rate_limits().refused())),
        (Figure::ToldWrong, whole(account.lost + account.doubled)),
    ])
}

async fn steady_leads(intercom: &Intercom, count: usize, every: Duration, late: &[usize]) -> Vec<String> {
    let mut made = Vec::new();
    for number in 0..count {
        sleep(every).await;
        let lag = if late.contains(&number) { LATE_BY } else { Duration::ZERO };
        let lead = NewContact::lead().name(&format!("Lead {number}")).indexed_after(lag);
        made.push(intercom.contacts().create(lead).to_string());
    }
    made
}

fn posting(effect: Effect) -> Fault {
    Fault::new(effect).method(Method::POST).path_containing("/messages")
}

fn lost_and_doubled(account: Account, lost: Figure, doubled: Figure) -> Figures {
    vec![(lost, whole(account.lost)), (doubled, whole(account.doubled))]
}

fn whole(count: usize) -> f64 {
    f64::from(u32::try_from(count).unwrap_or(u32::MAX))
}
