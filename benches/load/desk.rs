//! The desk under load: cards whose conversations close all at once, customers who wait by the thousand, and how soon a
//! card is true while conversations move all the time.

use std::collections::BTreeMap;
use std::path::Path;
use std::time::Duration;

use anyhow::ensure;
use deskbell_sandbox::discord::{Discord, Message, Pace};
use deskbell_sandbox::intercom::{AdminId, Assignee, ContactId, ConversationId, NewContact, NewConversation};
use deskbell_sandbox::recorder::{Exchange, Service};
use deskbell_stage::{Stage, Table, Times, cards_in, shown, start_timed, subscribe};
use tokio::time::{Instant, interval, sleep};

use crate::flood::made_to_posted;

/// As Discord's own channels.
const USUAL: Pace = Pace { requests: 5, window: Duration::from_secs(5) };
/// Fast enough that nothing waits while the scene is set.
const FAST: Pace = Pace { requests: 1000, window: Duration::from_secs(5) };
/// So many conversations a message each: more at once are a crowd.
const AT_ONCE: usize = 15;
/// Each goes within this time.
const MINUTE: Duration = Duration::from_secs(60);
const BETWEEN_LEADS: Duration = Duration::from_secs(2);
const QUIET_LEADS: usize = 10;
const LAST_ONES: Duration = Duration::from_secs(20);
/// How much later a post may be because cards are edited.
const LATER: Duration = Duration::from_secs(2);

/// One server whose #support takes new conversations, and a teammate.
async fn stage(binary: &Path) -> (Stage, AdminId) {
    let mut stage = Stage::with_servers(binary, 1).await;
    stage.poll_every_second();
    stage.discord.rate_limits().set_channel_pace(Some(FAST));
    let grace = stage.intercom.workspace().add_admin("Grace Hopper", "grace@acme.io");
    start_timed(&mut stage).await;
    subscribe(&stage.discord, stage.guilds[0], "New conversation", "#support").await;
    stage.next_second().await;
    (stage, grace)
}

/// Starts so many conversations, and waits until each has its card.
async fn talks(stage: &Stage, count: usize) -> anyhow::Result<Vec<ConversationId>> {
    let mut talks = Vec::new();
    while talks.len() < count {
        let ada = stage.intercom.contacts().create(NewContact::lead().name("Ada Lovelace"));
        for _ in talks.len()..count.min(talks.len() + AT_ONCE) {
            let asks = NewConversation::from_contact(&ada, "<p>Where is my invoice?</p>");
            talks.push(stage.intercom.conversations().start(asks));
        }
        stage.cards_within(stage.guilds[0].support, talks.len(), MINUTE).await;
    }
    Ok(talks)
}

/// Cards whose conversations close within a minute, and leads that are posted in the same channel meanwhile.
pub(crate) async fn close(binary: &Path, cards: usize, table: &mut Table) -> anyhow::Result<()> {
    let (mut stage, grace) = stage(binary).await;
    let talks = talks(&stage, cards).await?;
    subscribe(&stage.discord, stage.guilds[0], "New lead", "#support").await;
    stage.next_second().await;
    stage.discord.rate_limits().set_channel_pace(Some(USUAL));
    stage.discord.rate_limits().set_edit_pace(Some(USUAL));
    let quiet = leads(&stage, QUIET_LEADS).await;
    sleep(LAST_ONES).await;
    let every = MINUTE / u32::try_from(cards.max(1))?;
    let closing = async {
        let mut ticks = interval(every);
        for talk in &talks {
            ticks.tick().await;
            stage.intercom.conversations().close(talk, grace)?;
        }
        anyhow::Ok(())
    };
    let count = usize::try_from(MINUTE.as_secs() / BETWEEN_LEADS.as_secs())?;
    let (closed, busy) = tokio::join!(closing, leads(&stage, count));
    closed?;
    sleep(LAST_ONES).await;
    let exchanges = stage.discord.recorder().exchanges();
    let (without, with) = (latest(&exchanges, &quiet)?, latest(&exchanges, &busy)?);
    let measured = format!(
        "the latest post {:.1} s after its lead was made, without them {:.1} s; {} edits in that time, {} × 429",
        with.as_secs_f64(),
        without.as_secs_f64(),
        edits(&exchanges).count(),
        stage.discord.rate_limits().refused(),
    );
    let figure =
        format!("posts into a channel in which {cards} cards close within a minute, 5 messages / 5 s");
    table.judge(&figure, "at most 2 s later than without", &measured, with <= without + LATER);
    stage.terminate_timed().await;
    Ok(())
}

/// Leads at an even pace, each with the moment at which it was made.
async fn leads(stage: &Stage, count: usize) -> Vec<(ContactId, i64)> {
    let (mut ticks, mut made) = (interval(BETWEEN_LEADS), Vec::new());
    for number in 0..count {
        ticks.tick().await;
        let made_ms = stage.intercom.clock().unix_millis();
        let new = NewContact::lead().name(&format!("Lead {number}"));
        made.push((stage.intercom.contacts().create(new), made_ms));
    }
    made
}

fn latest(exchanges: &[Exchange], leads: &[(ContactId, i64)]) -> anyhow::Result<Duration> {
    let passed = leads.iter().map(|(lead, made_ms)| made_to_posted(exchanges, lead, *made_ms));
    Ok(passed.collect::<anyhow::Result<Vec<_>>>()?.into_iter().max().unwrap_or_default())
}

/// Edits that Discord took.
fn edits(exchanges: &[Exchange]) -> impl Iterator<Item = &Exchange> {
    exchanges.iter().filter(|one| {
        let is_edit =
            one.service == Service::Discord && one.method == "PATCH" && one.path.contains("/messages/");
        is_edit && one.status == Some(200)
    })
}

const TOO_LONG: i64 = 15 * 60;
/// How long ago those began to wait whose time was over before anybody asked, in seconds.
const OVER: i64 = 2 * 3600;
/// So many are told, one every two seconds, the first so many seconds after all of them began.
const TOLD: i64 = 20;
const FIRST_AFTER: i64 = 60;
/// Longer than it is waited for the last one.
const IN_VAIN: Duration = Duration::from_mins(15);

/// Many customers wait since before anybody asked, and some become too long now.
pub(crate) async fn waits(binary: &Path, open: usize, table: &mut Table) -> anyhow::Result<()> {
    let mut stage = Stage::with_servers(binary, 1).await;
    stage.poll_every_second();
    stage.discord.rate_limits().set_channel_pace(Some(FAST));
    let ada = stage.intercom.contacts().create(NewContact::lead().name("Ada Lovelace"));
    let began = |at: i64| {
        let asks = NewConversation::from_contact(&ada, "<p>Anybody?</p>").created_at(at);
        stage.intercom.conversations().start(asks)
    };
    let now = stage.intercom.clock().unix_seconds();
    for number in 0..i64::try_from(open)? {
        began(now - OVER - number);
    }
    let due = |number: i64| now + FIRST_AFTER + 2 * number;
    let told: BTreeMap<String, i64> =
        (0..TOLD).map(|number| (began(due(number) - TOO_LONG).to_string(), due(number))).collect();
    start_timed(&mut stage).await;
    subscribe(&stage.discord, stage.guilds[0], "Unanswered", "#support").await;
    let support = stage.guilds[0].support;
    let all = |discord: &Discord| {
        let shown = shown(&cards_in(discord, support));
        told.keys().all(|talk| shown.contains(talk))
    };
    let done = stage.discord.wait_for("every wait that is too long", IN_VAIN, all).await;
    done.map_err(|_| anyhow::anyhow!("not every wait was told"))?;
    sleep(LAST_ONES).await;
    tell_waits(&stage, open, &told, table)?;
    stage.terminate_timed().await;
    Ok(())
}

fn tell_waits(
    stage: &Stage,
    open: usize,
    told: &BTreeMap<String, i64>,
    table: &mut Table,
) -> anyhow::Result<()> {
    let cards = cards_in(&stage.discord, stage.guilds[0].support);
    let of = |card: &Message| {
        shown(std::slice::from_ref(card)).into_iter().map(|id| (id, card.sent)).collect::<Vec<_>>()
    };
    let all: Vec<_> = cards.iter().flat_map(of).collect();
    let late = all.iter().filter_map(|(id, sent)| told.get(id).map(|due| sent.as_millisecond() - due * 1000));
    let late = Times::new(late.map(|ms| Duration::from_millis(u64::try_from(ms).unwrap_or(0))).collect());
    let is_read = |one: &&Exchange| {
        one.service == Service::Intercom && one.method == "GET" && one.path.starts_with("/conversations/")
    };
    let exchanges = stage.discord.recorder().exchanges();
    let (read, memory) = (exchanges.iter().filter(is_read).count(), stage.process().memory()?);
    let measured = format!(
        "{} cards for {} waits, late by {late}; {read} conversations read, RSS {:.1} MB (peak {:.1})",
        all.len(),
        told.len(),
        memory.resident,
        memory.peak
    );
    let figure = format!("waits that become too long beside {open} that were so before");
    table.judge(&figure, "each told once, no other", &measured, all.len() == told.len());
    Ok(())
}

/// So many changes a second.
const CHANGES: u32 = 10;
/// How far Discord takes edits here: a channel's own pace is one a second.
const PACE: Pace = Pace { requests: 100, window: Duration::from_secs(5) };
/// Within this a card is to be true.
const TRUE_WITHIN_MS: i64 = 60_000;

/// Conversations change all the time, each once.
pub(crate) async fn changes(binary: &Path, seconds: u32, table: &mut Table) -> anyhow::Result<()> {
    let (mut stage, grace) = stage(binary).await;
    let talks = talks(&stage, usize::try_from(CHANGES * seconds)?).await?;
    stage.discord.rate_limits().set_edit_pace(Some(PACE));
    let (mut ticks, mut changed) = (interval(Duration::from_secs(1) / CHANGES), Vec::new());
    let began = Instant::now();
    for talk in &talks {
        ticks.tick().await;
        changed.push((talk.to_string(), stage.discord.clock().unix_millis()));
        stage.intercom.conversations().teammate(grace).assign(talk, Assignee::Admin(grace))?;
    }
    let took = began.elapsed().as_secs_f64();
    sleep(MINUTE).await;
    let exchanges = stage.discord.recorder().exchanges();
    let edited = edited(&exchanges);
    let within = changed.iter().filter(|(talk, at_ms)| {
        edited.get(talk).is_some_and(|edited_ms| edited_ms - at_ms <= TRUE_WITHIN_MS)
    });
    let (within, all) = (within.count(), changed.len());
    let times =
        changed.iter().filter_map(|(talk, at_ms)| edited.get(talk).map(|edited_ms| edited_ms - at_ms));
    let times = Times::new(times.map(|ms| Duration::from_millis(u64::try_from(ms).unwrap_or(0))).collect());
    ensure!(all > 0, "nothing was changed");
    let measured = format!(
        "{within} of {all} in {took:.0} s, after {times}, {} × 429",
        stage.discord.rate_limits().refused()
    );
    let figure = "cards that are true within 60 s under 10 changes a second, Discord taking 100 edits / 5 s";
    table.judge(figure, "99 %", &measured, within * 100 >= all * 99);
    stage.terminate_timed().await;
    Ok(())
}

/// When the card of each conversation first said who has it, by conversation.
fn edited(exchanges: &[Exchange]) -> BTreeMap<String, i64> {
    let mut edited = BTreeMap::new();
    for edit in edits(exchanges).filter(|edit| edit.body.to_string().contains("has it")) {
        let address = edit.body["embeds"][0]["url"].as_str().and_then(|url| url.rsplit('/').next());
        if let Some(talk) = address {
            edited.entry(talk.to_owned()).or_insert(edit.received_ms);
        }
    }
    edited
}
