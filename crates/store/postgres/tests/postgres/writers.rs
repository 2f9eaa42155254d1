//! Several processes that write the same, and one that reads beside them.

use deskbell_domain::ids::JournalNumber;
use deskbell_domain::port::store::{
    AppendOutcome, Deliveries as _, Journal as _, SubscriptionAdded, Subscriptions as _,
};
use deskbell_domain::subscription::Subscription;
use deskbell_store::contract::START;
use deskbell_store_postgres::PostgresStore;
use tokio::task::JoinSet;

use crate::leads::{append_of, lead, leads_to, workspace};
use crate::server::server;
use crate::store::store;

const EVENTS: usize = 120;
const WRITERS: usize = 4;
/// How many events an append has.
const TOGETHER: usize = 8;

/// Appends all events, from another one on than the other writers; answers which numbers were its own.
async fn write(store: PostgresStore, writer: usize) -> Vec<u64> {
    let mut all: Vec<_> = (0..EVENTS).map(|number| lead(&number.to_string())).collect();
    all.rotate_left(writer * EVENTS / WRITERS);
    let mut given = Vec::new();
    for events in all.chunks(TOGETHER) {
        match store.append(append_of(events.to_vec(), START)).await.expect("the database is there") {
            AppendOutcome::Appended { numbers } => given.extend(numbers.into_iter().map(|number| number.0)),
            AppendOutcome::Conflict => panic!("no stream is moved"),
        }
    }
    given
}

/// Looks until everything was seen; moves on to the head wherever nothing waits, as a channel's worker does.
async fn read(store: &PostgresStore, subscription: &Subscription) -> Vec<u64> {
    let (mut cursor, mut seen) = (JournalNumber(0), Vec::new());
    while seen.len() < EVENTS {
        let look = store.look(subscription, cursor, 5).await.expect("the database is there");
        cursor = look.waiting.last().map_or(look.head, |last| last.number);
        seen.extend(look.waiting.iter().map(|waiting| waiting.number.0));
        tokio::task::yield_now().await;
    }
    seen
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn writers_of_the_same_events_number_them_once_without_gaps_and_a_reader_passes_none_over() {
    let (address, folder) = (server().database().await, tempfile::tempdir().unwrap());
    let reader = store(&address, folder.path()).await;
    let SubscriptionAdded::Added(subscription) = reader.add_subscription(leads_to(100)).await.unwrap() else {
        panic!("there is none yet");
    };
    let mut writers = JoinSet::new();
    for writer in 0..WRITERS {
        writers.spawn(write(store(&address, folder.path()).await, writer));
    }
    let seen = read(&reader, &subscription).await;
    let mut given: Vec<u64> = writers.join_all().await.concat();
    given.sort_unstable();
    let expected: Vec<u64> = (1..=EVENTS as u64).collect();
    assert_eq!(given, expected, "each number was given once");
    assert_eq!(seen, expected, "none was passed over, and none came twice");
    assert_eq!(reader.head(&workspace()).await.unwrap(), JournalNumber(EVENTS as u64));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_several_that_make_the_same_subscription_one_makes_it() {
    let (address, folder) = (server().database().await, tempfile::tempdir().unwrap());
    let mut all = JoinSet::new();
    for _ in 0..WRITERS {
        let store = store(&address, folder.path()).await;
        all.spawn(async move { store.add_subscription(leads_to(100)).await.unwrap() });
    }
    let added = all.join_all().await;
    let made = added.iter().filter(|added| matches!(added, SubscriptionAdded::Added(_)));
    assert_eq!(made.count(), 1, "{added:?}");
}
