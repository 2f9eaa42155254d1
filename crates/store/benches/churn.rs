//! How large the store is after a million events with retention at work, against the bytes that live in it.
//!
//! `cargo bench -p deskbell-store --bench churn`; a number after `--` makes it that many events. Every simulated
//! day has 10,000 events; ten days are kept. It writes to a temporary folder on the disk of `TMPDIR`.
#![expect(clippy::print_stdout, reason = "the figures are what the program is for")]
#![expect(clippy::disallowed_methods, reason = "it measures, and so reads the clock")]

mod load;

use std::time::Instant;

use deskbell_desk::event::EventKind;
use deskbell_desk::ids::{ChannelId, GuildId, JournalNumber, MemberId, SubscriptionId};
use deskbell_desk::port::store::{
    DeliveryStore as _, JournalStore as _, NewSubscription, SettingsStore as _, Stream, StreamMove,
    StreamState,
};
use deskbell_desk::subscription::{Alert, Detail, PublicChoice, Subscription, SubscriptionState};
use deskbell_desk::time::{Timestamp, UnixMillis};
use deskbell_store::DeskStore;
use deskbell_store::engine::sled::SledEngine;
use deskbell_store::engine::{Direction, Engine as _, KeyRange};
use load::START;

const BATCH: u64 = 250;
const A_DAY: u64 = 10_000;
const DAY_SECONDS: i64 = 86_400;
const KEPT_DAYS: i64 = 10;

fn main() {
    let events = std::env::args().find_map(|argument| argument.parse().ok()).unwrap_or(1_000_000_u64);
    let folder = tempfile::tempdir().expect("a temporary folder can be made");
    let began = Instant::now();
    load::run(folder.path(), async |store, engine| {
        subscribe(&store).await;
        for day in 0..events / A_DAY {
            one_day(&store, day).await;
            if day % 10 == 9 {
                report(&engine, (day + 1) * A_DAY, began);
            }
        }
    });
    load::run(folder.path(), async |_store, engine| {
        println!("opened again:");
        report(&engine, events, began);
    });
}

async fn subscribe(store: &DeskStore) {
    let subscription = Subscription {
        id: SubscriptionId(0),
        guild: GuildId(1),
        workspace: load::workspace(),
        channel: ChannelId(1),
        kind: EventKind::UserUpdated,
        detail: Detail::Full,
        alert: Alert::Silent,
        floor: Timestamp(0),
        after: JournalNumber(0),
        made_by: MemberId(1),
        public: PublicChoice::default(),
        state: SubscriptionState::Active,
        version: 0,
    };
    store.add_subscription(NewSubscription { subscription, head: None }).await.expect("the disk has room");
}

async fn one_day(store: &DeskStore, day: u64) {
    let at = START.plus(DAY_SECONDS * day.cast_signed());
    for batch in 0..A_DAY / BATCH {
        let first = day * A_DAY + batch * BATCH;
        let change = if batch == 0 { Some(mark(store, at).await) } else { None };
        let append = load::append(first..first + BATCH, at, change);
        store.append(append).await.expect("the disk has room");
    }
    let head = JournalNumber((day + 1) * A_DAY);
    let _ = store.advance(GuildId(1), SubscriptionId(1), head).await.expect("the disk has room");
    let keep_from = UnixMillis(at.minus(KEPT_DAYS * DAY_SECONDS).0 * 1000);
    while store.prune(&load::workspace(), keep_from).await.expect("the disk has room").more {}
}

async fn mark(store: &DeskStore, at: Timestamp) -> StreamMove {
    let stream = Stream::UserUpdates;
    let expected = store.stream(&load::workspace(), stream).await.expect("the store can be read");
    StreamMove { stream, expected, next: Some(StreamState { mark: at, hourly_at: at, deep_at: at }) }
}

#[expect(clippy::cast_precision_loss, reason = "a ratio needs no more")]
fn report(engine: &SledEngine, events: u64, began: Instant) {
    let (live, disk) = (live_bytes(engine), engine.size_on_disk().unwrap_or(0));
    println!(
        "{events:>9} events, {:>4.0} s: {:>5} MB on disk, {:>4} MB live, {:.1} times",
        began.elapsed().as_secs_f64(),
        disk >> 20,
        live >> 20,
        disk as f64 / live as f64,
    );
}

fn live_bytes(engine: &SledEngine) -> u64 {
    let mut range = KeyRange { start: vec![0], end: vec![255] };
    let mut bytes = 0;
    loop {
        let rows = engine.range(&range, 1000, Direction::Ascending).expect("the store can be read");
        let Some((last, _)) = rows.last() else { return bytes };
        range = range.after(last);
        bytes += rows.iter().map(|(key, value)| (key.len() + value.len()) as u64).sum::<u64>();
    }
}
