//! What only a disk can show: a process that is killed, and sled's own content under our settings.

use std::io::{BufRead as _, BufReader, Write as _};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;

use deskbell_domain::delivery::Verdict;
use deskbell_domain::event::EventKind;
use deskbell_domain::ids::{AmendmentNumber, JournalNumber};
use deskbell_domain::port::store::{Deliveries as _, DeliveryOutcome, Journal as _, Subscriptions as _};
use deskbell_domain::subscription::Subscription;

use super::*;
use crate::contract::{KvFixture, START, batch, lead, run, settlement};

/// The variable that makes [`work_until_killed`] work, and says in which folder.
const FOLDER: &str = "DESKBELL_STORE_TEST_FOLDER";

/// How many events one append has, so that a half-written one can be told.
const TOGETHER: u64 = 3;

/// What the store has acknowledged to a process: how far its journal and its cursor had come.
#[derive(Clone, Copy)]
struct Acknowledged {
    head: u64,
    cursor: u64,
}

impl Acknowledged {
    /// Reads it from a line of the worker's output, which may begin with words of the test harness.
    fn from_line(line: &str) -> Option<Self> {
        let (head, cursor) = line.rsplit_once("acknowledged ")?.1.split_once(' ')?;
        Some(Self { head: head.parse().ok()?, cursor: cursor.parse().ok()? })
    }
}

/// Runs this very test binary again, as a process that can be killed.
fn start_worker(folder: &Path) -> Child {
    Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "engine::sled::tests::work_until_killed", "--nocapture"])
        .env(FOLDER, folder)
        .stdout(Stdio::piped())
        .spawn()
        .unwrap()
}

/// The body of the process that is killed; without its variable it is an empty test.
#[tokio::test]
#[expect(
    clippy::disallowed_methods,
    reason = "a process that is started by a test is told by its environment"
)]
async fn work_until_killed() {
    let Ok(folder) = std::env::var(FOLDER) else { return };
    let engine = SledEngine::open(Path::new(&folder), START).unwrap();
    run(engine, async |fixture| {
        let subscription = match fixture.store.guild_subscriptions(&fixture.home).await.unwrap().pop() {
            Some(known) => known,
            None => fixture.subscribe_to_leads().await,
        };
        loop {
            let Acknowledged { head, cursor } = one_round(&fixture, &subscription).await;
            writeln!(std::io::stdout(), "acknowledged {head} {cursor}").unwrap();
        }
    })
    .await;
}

/// Appends three events and posts the next one that was not posted yet.
async fn one_round(fixture: &KvFixture, subscription: &Subscription) -> Acknowledged {
    let head = fixture.store.head(&fixture.workspace).await.unwrap().0;
    let events = (head..head + TOGETHER).map(|id| lead(&id.to_string(), 10)).collect();
    fixture.journal(events).await;
    let progress = fixture.store.progress(&fixture.home, subscription.id).await.unwrap().unwrap();
    let in_flight = match progress.in_flight {
        Some(known) => known,
        None => batch(subscription, &[progress.cursor.0 + 1], 0),
    };
    let cursor = in_flight.cursor_after.0;
    let begun = fixture.store.begin(&fixture.home, in_flight.clone(), None).await.unwrap();
    assert_eq!(begun, DeliveryOutcome::Done);
    let settled =
        fixture.store.settle(settlement(subscription, in_flight, Verdict::Posted(None))).await.unwrap();
    assert_eq!(settled, DeliveryOutcome::Done);
    Acknowledged { head: head + TOGETHER, cursor }
}

/// Lets the worker acknowledge so many rounds, kills it, and answers what it acknowledged last.
fn kill_after(rounds: usize, folder: &Path) -> Acknowledged {
    let mut worker = start_worker(folder);
    let lines = BufReader::new(worker.stdout.take().unwrap()).lines().map(Result::unwrap);
    let rounds = lines.filter_map(|line| Acknowledged::from_line(&line)).take(rounds);
    let acknowledged = rounds.last().unwrap();
    worker.kill().unwrap();
    worker.wait().unwrap();
    acknowledged
}

#[tokio::test]
async fn what_a_killed_process_acknowledged_is_there_and_nothing_is_half_written() {
    let folder = tempfile::tempdir().unwrap();
    for rounds in [1, 7, 20, 3, 40] {
        let acknowledged = kill_after(rounds, folder.path());
        let engine = SledEngine::open(folder.path(), START).unwrap();
        run(engine, async |fixture| check(&fixture, acknowledged).await).await;
    }
}

/// The cursor has no fixed place in the journal: a process that is killed after an append and before the settlement of
/// the same round leaves it one further behind. What was promised is what was acknowledged, so that is compared.
async fn check(fixture: &KvFixture, acknowledged: Acknowledged) {
    let head = fixture.store.head(&fixture.workspace).await.unwrap().0;
    assert!(head >= acknowledged.head, "{} was acknowledged, {head} is there", acknowledged.head);
    assert_eq!(head % TOGETHER, 0);
    let numbers: Vec<_> = (1..=head).map(JournalNumber).collect();
    let entries = fixture.store.entries(&fixture.workspace, &numbers, AmendmentNumber::LATEST).await.unwrap();
    assert_eq!(entries.len() as u64, head);
    let ids: Vec<_> = entries.iter().map(|entry| entry.event.id.clone()).collect();
    assert!(fixture.store.seen(&fixture.workspace, &ids).await.unwrap().iter().all(|seen| *seen));
    let all = fixture.store.guild_subscriptions(&fixture.home).await.unwrap();
    let leads: Vec<_> = all.iter().filter(|known| known.kind == EventKind::NewLead).collect();
    assert_eq!(leads.len(), 1);
    let progress = fixture.store.progress(&fixture.home, leads[0].id).await.unwrap().unwrap();
    let cursor = progress.cursor.0;
    assert!(cursor >= acknowledged.cursor, "{} was acknowledged, {cursor} is there", acknowledged.cursor);
    let posted = fixture.store.posted_on(&fixture.home, "2026-11-23").await.unwrap();
    assert_eq!(
        posted.of(EventKind::NewLead),
        cursor,
        "the cursor and the count of what was posted move in one write"
    );
}

#[test]
fn a_commit_that_the_disk_has_no_room_for_is_not_begun() {
    let folder = tempfile::tempdir().unwrap();
    let room = space::Room { free: 5 << 20 };
    let batch = |bytes| Batch { writes: vec![(b"k".to_vec(), Some(vec![0; bytes]))] };
    assert!(room.has_place_for(&batch(1_000)).is_ok());
    let error = room.has_place_for(&batch(1 << 20)).unwrap_err();
    assert_eq!(error.kind(), io::ErrorKind::StorageFull);
    insta::assert_snapshot!(error, @"the disk is full: 5242880 bytes are free, 8388612 are needed");
    assert!(space::Room::of(folder.path()).is_some_and(|room| room.free > 0));
}

/// As after a failed write: readers and writers find the same content, and the lock is not in the way.
#[test]
fn a_database_that_is_opened_again_has_what_was_synced_and_can_be_written() {
    let folder = tempfile::tempdir().unwrap();
    let engine = Arc::new(SledEngine::open(folder.path(), START).unwrap());
    let write = |key: &[u8]| {
        engine
            .commit(Batch { writes: vec![(key.to_vec(), Some(b"v".to_vec()))] })
            .and_then(|()| engine.sync())
    };
    write(b"one").unwrap();
    engine.reopen().unwrap();
    assert_eq!(engine.get(b"one").unwrap(), Some(b"v".to_vec()));
    write(b"two").unwrap();
    let rows = engine.range(&KeyRange { start: vec![0], end: vec![255] }, 9, Direction::Descending).unwrap();
    let keys: Vec<_> = rows.into_iter().map(|(key, _)| key).collect();
    assert_eq!(keys, [b"two".to_vec(), b"one".to_vec()]);
}

/// As when the disk was so full that the database could not be opened again: the next write opens it.
#[tokio::test]
async fn a_database_that_stayed_closed_is_opened_by_the_next_write() {
    let folder = tempfile::tempdir().unwrap();
    let engine = Arc::new(SledEngine::open(folder.path(), START).unwrap());
    run(Arc::clone(&engine), async |fixture| {
        fixture.journal(vec![lead("a", 10)]).await;
        drop(engine.lock_exclusively().take());
        assert!(fixture.store.head(&fixture.workspace).await.is_err());
        assert_eq!(fixture.journal(vec![lead("a", 10), lead("b", 11)]).await, [2]);
    })
    .await;
}
