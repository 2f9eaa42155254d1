//! One process has the work in a database; the others stand by, and one of them has it when the first is gone.

use std::sync::Arc;
use std::time::Duration;

use deskbell_domain::port::sealing::Sealing;
use deskbell_domain::port::store::{StoreError, StoreHealth as _};
use deskbell_domain::status::StoreState;
use deskbell_store::contract::{Chance, START, TestClock};
use deskbell_store_postgres::{Address, Beat, Candidate, Holder, OpenError, Opened, Sign, Turn, Who};
use tokio::task::JoinSet;

use crate::server::server;
use crate::store::{keys, settings};

fn who(process: u32) -> Who {
    Who { host: "here".to_owned(), process }
}

async fn come(address: &Address, sealing: &Arc<dyn Sealing>, process: u32) -> Candidate {
    let (clock, random) = (Arc::new(TestClock::at(START)), Arc::new(Chance::default()));
    let settings = settings(sealing.clone(), clock, random, None);
    Candidate::come(address, settings, who(process)).await.expect("the database is there")
}

/// The one that has the work.
async fn first(address: &Address, sealing: &Arc<dyn Sealing>) -> Opened {
    ours(come(address, sealing, 1).await.ask().await).expect("nobody else is there")
}

fn ours(turn: Result<Turn, OpenError>) -> Option<Opened> {
    match turn {
        Ok(Turn::Ours(opened)) => Some(*opened),
        _ => None,
    }
}

/// Who has the work instead.
async fn theirs(candidate: &mut Candidate) -> Option<(u32, Sign)> {
    match candidate.ask().await {
        Ok(Turn::Theirs(Holder { who, sign })) => Some((who.process, sign)),
        _ => None,
    }
}

fn sealing() -> (tempfile::TempDir, Arc<dyn Sealing>) {
    let folder = tempfile::tempdir().expect("a folder can be made");
    let keys = keys(folder.path(), Arc::new(Chance::default()));
    (folder, keys)
}

/// So much time passes while nobody speaks with the database.
async fn later(seconds: u64) {
    tokio::time::pause();
    tokio::time::advance(Duration::from_secs(seconds)).await;
    tokio::time::resume();
}

/// How many stand in the database.
fn present(address: &Address) -> usize {
    server().dump(&address.database).matches("\"process\"").count()
}

#[tokio::test]
async fn a_second_process_stands_by_and_has_the_work_at_once_when_the_first_has_left() {
    let (address, (_folder, keys)) = (server().database().await, sealing());
    let Opened { store, membership } = first(&address, &keys).await;
    let mut running = JoinSet::new();
    running.spawn(membership.run(|_| panic!("nobody takes it")));
    let mut second = come(&address, &keys, 2).await;
    assert_eq!(theirs(&mut second).await, Some((1, Sign::None)));
    assert_eq!(present(&address), 2);
    store.probe().await.unwrap();
    drop(store);
    running.join_all().await;
    assert_eq!(present(&address), 1, "the first has left");
    assert!(ours(second.ask().await).is_some());
}

#[tokio::test]
async fn one_whose_work_was_taken_writes_nothing_more() {
    let (address, (_folder, keys)) = (server().database().await, sealing());
    let first = first(&address, &keys).await;
    first.store.probe().await.unwrap();
    server().run(&address.database, "delete from member").await;
    let second = ours(come(&address, &keys, 2).await.ask().await).unwrap();
    second.store.probe().await.unwrap();

    let refused = first.store.probe().await;
    assert!(matches!(refused, Err(StoreError::Unwritable(_))), "{refused:?}");
    assert!(matches!(*first.store.state().borrow(), StoreState::Unwritable { .. }));
    assert_eq!(first.membership.tick().await, Beat::Taken(Some(who(2))));
    assert_eq!(second.membership.tick().await, Beat::Kept);
    assert_eq!(present(&address), 1, "the first is none of them any more");
}

#[tokio::test]
async fn one_whose_row_is_gone_makes_it_anew_where_nobody_has_taken_the_work() {
    let (address, (_folder, keys)) = (server().database().await, sealing());
    let Opened { store, membership } = first(&address, &keys).await;
    server().run(&address.database, "delete from member").await;
    store.probe().await.unwrap();
    assert_eq!(membership.tick().await, Beat::Kept);
    assert_eq!(present(&address), 1);
}

#[tokio::test]
async fn one_that_shows_itself_no_more_is_gone_after_twenty_seconds_of_looks() {
    let (address, (_folder, keys)) = (server().database().await, sealing());
    let first = first(&address, &keys).await;
    let mut second = come(&address, &keys, 2).await;
    assert_eq!(theirs(&mut second).await, Some((1, Sign::None)));
    for _ in 0..7 {
        later(3).await;
        assert_eq!(first.membership.tick().await, Beat::Kept);
        assert_eq!(theirs(&mut second).await, Some((1, Sign::Seen)));
    }
    for _ in 0..6 {
        later(3).await;
        assert_eq!(theirs(&mut second).await, Some((1, Sign::Seen)));
    }
    later(3).await;
    let second = ours(second.ask().await).expect("the first is gone");
    assert_eq!(first.membership.tick().await, Beat::Taken(Some(who(2))));
    assert_eq!(second.membership.tick().await, Beat::Kept);
}

#[tokio::test]
async fn the_row_of_one_that_stood_by_and_was_killed_is_taken_away() {
    let (address, (_folder, keys)) = (server().database().await, sealing());
    let first = first(&address, &keys).await;
    theirs(&mut come(&address, &keys, 2).await).await;
    assert_eq!(present(&address), 2);
    for _ in 0..8 {
        assert_eq!(first.membership.tick().await, Beat::Kept);
        later(3).await;
    }
    assert_eq!(present(&address), 1);
}

#[tokio::test]
async fn one_that_stood_by_leaves_nothing_behind_and_one_with_other_keys_is_refused() {
    let (address, (_folder, keys), (_other, others)) = (server().database().await, sealing(), sealing());
    let _first = first(&address, &keys).await;
    let mut second = come(&address, &keys, 2).await;
    theirs(&mut second).await;
    second.leave().await;
    let refused = come(&address, &others, 3).await.ask().await;
    assert!(matches!(refused, Err(OpenError::OtherKeys)));
    assert_eq!(present(&address), 1);
}

#[tokio::test]
async fn of_several_that_ask_at_once_one_has_the_work() {
    let (address, (_folder, keys)) = (server().database().await, sealing());
    let ask = async |process| ours(come(&address, &keys, process).await.ask().await);
    let all = tokio::join!(ask(1), ask(2), ask(3));
    let having = [all.0, all.1, all.2].into_iter().flatten().count();
    assert_eq!(having, 1);
    assert_eq!(present(&address), 3);
}
