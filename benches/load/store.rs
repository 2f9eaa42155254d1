//! The store on a disk: how many events a second are journaled, power-cut safe, how fast delivery's small writes are,
//! and how large the store is after many events with retention at work, against the bytes that live in it.
//!
//! Every simulated day has 10,000 events; ten days are kept. It writes to a temporary folder on the disk of `TMPDIR`.

#[path = "../../crates/store/benches/events/mod.rs"]
mod events;

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use deskbell::system::SystemRandom;
use deskbell_domain::bounds::EVENTS_A_WRITE;
use deskbell_domain::home::Home;
use deskbell_domain::ids::{GuildId, JournalNumber};
use deskbell_domain::port::store::{
    Deliveries as _, Journal as _, NewSubscription, StoreHealth as _, Stream, StreamMove, StreamState,
    Subscriptions as _,
};
use deskbell_domain::time::{Clock as _, Timestamp, UnixMillis};
use deskbell_seal::GivenKeys;
use deskbell_stage::{Table, Times};
use deskbell_store::engine::sled::SledEngine;
use deskbell_store::engine::{Direction, Engine as _, KeyRange};
use deskbell_store::{KvStore, Settings};
use futures::stream::{self, StreamExt as _};
use tokio::time::Instant;

use self::events::{START, Still, append, subscription, workspace};

/// The largest append there is.
const BATCH: u64 = EVENTS_A_WRITE as u64;
const BATCHES: u64 = 300;
const GOAL: f64 = 20_000.0;
const SMALL_WRITES: u32 = 2_000;
const CHANNELS: usize = 64;
const A_DAY: u64 = 10_000;
const A_DAYS_BATCH: u64 = 250;
const DAY_SECONDS: i64 = 86_400;
const KEPT_DAYS: i64 = 10;

pub(crate) async fn measure(events: u64, table: &mut Table) -> anyhow::Result<()> {
    let folder = tempfile::tempdir()?;
    with_store(folder.path(), async |store, _| {
        appends(&store, Values::Open, table).await?;
        small_writes(&store, table).await
    })
    .await?;
    let folder = tempfile::tempdir()?;
    with_sealed_store(folder.path(), async |store| appends(&store, Values::Sealed, table).await).await?;
    let folder = tempfile::tempdir()?;
    let mut largest = 0;
    let began = Instant::now();
    with_store(folder.path(), async |store, engine| {
        store
            .add_subscription(NewSubscription { subscription: subscription(), head: None, by: None })
            .await?;
        for day in 0..events / A_DAY {
            one_day(&store, day).await?;
            largest = engine.size_on_disk()?.max(largest);
        }
        Ok(())
    })
    .await?;
    let took = began.elapsed();
    let opening = Instant::now();
    with_store(folder.path(), async |_, engine| {
        let opened = opening.elapsed();
        tell_size(table, events, largest, (took, opened), &engine)
    })
    .await
}

/// Runs something over the store in a folder, and ends the store.
async fn with_store(
    folder: &Path,
    program: impl AsyncFnOnce(KvStore, Arc<SledEngine>) -> anyhow::Result<()>,
) -> anyhow::Result<()> {
    let engine = Arc::new(SledEngine::open(folder, Still.now())?);
    let (store, writer) = KvStore::over(Arc::clone(&engine), Arc::new(Still), Arc::new(Still));
    let ((), done) = tokio::join!(writer.run(), program(store, engine));
    done
}

/// The same over the store as the bot opens it.
async fn with_sealed_store(
    folder: &Path,
    program: impl AsyncFnOnce(KvStore) -> anyhow::Result<()>,
) -> anyhow::Result<()> {
    let settings = Settings {
        folder: folder.to_owned(),
        clock: Arc::new(Still),
        random: Arc::new(SystemRandom),
        keys: deskbell::app::keys(folder, GivenKeys::default(), Arc::new(SystemRandom)),
    };
    let (store, writer) = tokio::task::spawn_blocking(|| KvStore::open(settings)).await??;
    let ((), done) = tokio::join!(writer.run(), program(store));
    done
}

/// How values stand on the disk.
#[derive(Clone, Copy)]
enum Values {
    Open,
    Sealed,
}

impl Values {
    fn word(self) -> &'static str {
        match self {
            Self::Open => "unsealed",
            Self::Sealed => "sealed",
        }
    }
}

#[expect(clippy::cast_precision_loss, reason = "a rate needs no more")]
async fn appends(store: &KvStore, values: Values, table: &mut Table) -> anyhow::Result<()> {
    let bytes = serde_json::to_vec(&append(0..1, START, None).events[0])?.len();
    let mut times = Vec::new();
    let began = Instant::now();
    for batch in 0..BATCHES {
        let append = append(batch * BATCH..(batch + 1) * BATCH, START, None);
        let write = Instant::now();
        store.append(append).await?;
        times.push(write.elapsed());
    }
    let rate = (BATCH * BATCHES) as f64 / began.elapsed().as_secs_f64();
    let slowest = Times::new(times).percentile(100).as_secs_f64() * 1000.0;
    table.judge(
        &format!(
            "journal appends, {}, events of {bytes} B with seen-key and snapshot, batches of {BATCH}",
            values.word()
        ),
        "> 20,000 events/s",
        &format!("{rate:.0} events/s; the slowest batch {slowest:.1} ms"),
        rate > GOAL,
    );
    Ok(())
}

async fn small_writes(store: &KvStore, table: &mut Table) -> anyhow::Result<()> {
    let began = Instant::now();
    for _ in 0..SMALL_WRITES {
        store.probe().await?;
    }
    let one_by_one = f64::from(SMALL_WRITES) / began.elapsed().as_secs_f64();
    let began = Instant::now();
    let mut writes = stream::iter(0..SMALL_WRITES).map(|_| store.probe()).buffer_unordered(CHANNELS);
    while let Some(written) = writes.next().await {
        written?;
    }
    let together = f64::from(SMALL_WRITES) / began.elapsed().as_secs_f64();
    table.add(
        "small writes, as delivery does two a message",
        "–",
        &format!("{one_by_one:.0}/s one by one, {together:.0}/s from {CHANNELS} channels"),
    );
    Ok(())
}

async fn one_day(store: &KvStore, day: u64) -> anyhow::Result<()> {
    let at = START.plus(DAY_SECONDS * day.cast_signed());
    for batch in 0..A_DAY / A_DAYS_BATCH {
        let first = day * A_DAY + batch * A_DAYS_BATCH;
        let change = if batch == 0 { Some(mark(store, at).await?) } else { None };
        store.append(append(first..first + A_DAYS_BATCH, at, change)).await?;
    }
    let head = JournalNumber((day + 1) * A_DAY);
    let home = Home::new(&workspace(), GuildId(1));
    for one in store.guild_subscriptions(&home).await? {
        let _moved = store.advance(&home, one.id, head).await?;
    }
    let keep_from = UnixMillis(at.minus(KEPT_DAYS * DAY_SECONDS).0 * 1000);
    while store.prune(&workspace(), keep_from).await?.more {}
    Ok(())
}

async fn mark(store: &KvStore, at: Timestamp) -> anyhow::Result<StreamMove> {
    let stream = Stream::UserUpdates;
    let expected = store.stream(&workspace(), stream).await?;
    Ok(StreamMove { stream, expected, next: Some(StreamState { mark: at, hourly_at: at, deep_at: at }) })
}

#[expect(clippy::cast_precision_loss, reason = "a ratio needs no more")]
fn tell_size(
    table: &mut Table,
    events: u64,
    largest: u64,
    (took, opened): (Duration, Duration),
    engine: &SledEngine,
) -> anyhow::Result<()> {
    let (disk, live) = (engine.size_on_disk()?, live_bytes(engine)?);
    let measured = format!(
        "{} MB on disk (at most {}), {} MB live, {:.1} times; written in {:.0} s, opened in {} ms",
        disk >> 20,
        largest >> 20,
        live >> 20,
        disk as f64 / live.max(1) as f64,
        took.as_secs_f64(),
        opened.as_millis(),
    );
    table.add(&format!("store after {events} events of 1 kB, the last 100,000 kept"), "–", &measured);
    Ok(())
}

fn live_bytes(engine: &SledEngine) -> anyhow::Result<u64> {
    let mut range = KeyRange { start: vec![0], end: vec![255] };
    let mut bytes = 0;
    loop {
        let rows = engine.range(&range, 1000, Direction::Ascending)?;
        let Some((last, _)) = rows.last() else { return Ok(bytes) };
        range = range.after(last);
        bytes += rows.iter().map(|(key, value)| (key.len() + value.len()) as u64).sum::<u64>();
    }
}
