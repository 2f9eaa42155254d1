//! One process has the place in a database, and another gets it only when the first is gone.

use std::sync::Arc;
use std::time::Duration;

use deskbell_domain::port::sealing::Sealing;
use deskbell_domain::port::store::{StoreError, StoreHealth as _};
use deskbell_domain::status::StoreState;
use deskbell_store::contract::{Chance, START, TestClock};
use deskbell_store_postgres::{Address, Beat, OpenError, Opened, PostgresStore, Settings, Who};

use tokio::task::JoinSet;

use crate::server::server;
use crate::store::{keys, settings};

fn who(process: u32) -> Who {
    Who { host: "here".to_owned(), process }
}

async fn open(address: &Address, sealing: &Arc<dyn Sealing>, process: u32) -> Result<Opened, OpenError> {
    let (clock, random) = (Arc::new(TestClock::at(START)), Arc::new(Chance::default()));
    let settings = settings(sealing.clone(), clock, random, None);
    PostgresStore::open(address, Settings { who: Some(who(process)), ..settings }).await
}

fn sealing() -> (tempfile::TempDir, Arc<dyn Sealing>) {
    let folder = tempfile::tempdir().unwrap();
    let keys = keys(folder.path(), Arc::new(Chance::default()));
    (folder, keys)
}

async fn silent_for(address: &Address, seconds: u32) {
    let back = format!("update member set at = at - interval '{seconds} seconds'");
    server().run(&address.database, &back).await;
}

#[tokio::test]
async fn a_second_process_is_refused_while_the_first_is_alive_and_gets_the_place_of_one_that_left() {
    let (address, (_folder, keys)) = (server().database().await, sealing());
    let Opened { store, membership } = open(&address, &keys, 1).await.unwrap();
    let mut running = JoinSet::new();
    running.spawn(membership.unwrap().run(|_| panic!("nobody takes it")));
    let refused = open(&address, &keys, 2).await.err();
    assert!(matches!(&refused, Some(OpenError::InUse(by)) if *by == who(1)), "{refused:?}");
    drop(store);
    running.join_all().await;
    assert!(!server().dump(&address.database).contains("process"), "it has left");
    assert!(open(&address, &keys, 2).await.is_ok());
}

#[tokio::test]
async fn one_that_was_silent_for_too_long_is_taken_out_and_writes_nothing_more() {
    let (address, (_folder, keys)) = (server().database().await, sealing());
    let first = open(&address, &keys, 1).await.unwrap();
    first.store.probe().await.unwrap();
    silent_for(&address, 21).await;
    let second = open(&address, &keys, 2).await.unwrap();
    second.store.probe().await.unwrap();

    let refused = first.store.probe().await;
    assert!(matches!(refused, Err(StoreError::Unwritable(_))), "{refused:?}");
    assert!(matches!(*first.store.state().borrow(), StoreState::Unwritable { .. }));
    let membership = first.membership.unwrap();
    assert_eq!(membership.tick().await, Beat::Taken(who(2)));
    let heir = second.membership.unwrap();
    assert_eq!(heir.tick().await, Beat::Kept);
}

#[tokio::test]
async fn one_whose_row_is_gone_begins_anew_where_nobody_else_is_there() {
    let (address, (_folder, keys)) = (server().database().await, sealing());
    let Opened { store, membership } = open(&address, &keys, 1).await.unwrap();
    server().run(&address.database, "delete from member").await;
    assert!(store.probe().await.is_err());
    assert_eq!(membership.unwrap().tick().await, Beat::Kept);
    store.probe().await.unwrap();
}

#[tokio::test]
async fn one_that_was_killed_is_waited_for() {
    let (address, (_folder, keys)) = (server().database().await, sealing());
    drop(open(&address, &keys, 1).await.unwrap());
    silent_for(&address, 18).await;
    let asked = tokio::time::Instant::now();
    assert!(open(&address, &keys, 2).await.is_ok());
    assert!(asked.elapsed() >= Duration::from_secs(1), "its place was free only then");
}

#[tokio::test]
async fn two_that_ask_at_once_do_not_both_get_it() {
    let (address, (_folder, keys)) = (server().database().await, sealing());
    let running = std::cell::RefCell::new(JoinSet::new());
    let ask = async |process| {
        let opened = open(&address, &keys, process).await?;
        running.borrow_mut().spawn(opened.membership.unwrap().run(|_| ()));
        Ok::<_, OpenError>(opened.store)
    };
    let (one, other) = tokio::join!(ask(1), ask(2));
    assert_eq!(usize::from(one.is_ok()) + usize::from(other.is_ok()), 1);
}
