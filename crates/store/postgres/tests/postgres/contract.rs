//! What every store must promise, over PostgreSQL: as it is, and with something done to every commit.

use std::collections::BTreeMap;
use std::pin::pin;

use deskbell_store::contract::{CASES, check};
use futures::StreamExt as _;
use futures::future::{Either, select};
use tokio::task::JoinSet;

use crate::proxy::{Fault, Proxy};
use crate::server::server;
use crate::store::open;

/// How many cases go at once.
const AT_ONCE: usize = 8;

/// Answers to how many commits something was done.
async fn run(case: &'static str, fault: Option<(Fault, usize)>) -> usize {
    let address = server().database().await;
    let folder = tempfile::tempdir().expect("there is room for a folder");
    let Some((fault, first)) = fault else {
        check(case, open(&address, folder.path()).await).await;
        return 0;
    };
    let proxy = Proxy::before(server().port, fault, first).await;
    let through = proxy.address(&address);
    let checked = pin!(async { check(case, open(&through, folder.path()).await).await });
    match select(checked, pin!(proxy.serve())).await {
        Either::Left(_) => proxy.faults(),
        Either::Right(_) => unreachable!("it serves for ever"),
    }
}

/// A case in a task of its own: where it fails the others go on.
async fn run_alone(case: &'static str, fault: Option<(Fault, usize)>) -> Result<usize, String> {
    let mut alone = JoinSet::new();
    alone.spawn(run(case, fault));
    let ended = alone.join_next().await.expect("there is a task");
    ended.map_err(|error| error.to_string())
}

/// Answers to how many commits something was done in all.
async fn run_all(fault: Option<(Fault, usize)>) -> usize {
    let runs = CASES.iter().map(|case| async move { (*case, run_alone(case, fault).await) });
    let ended: Vec<_> = futures::stream::iter(runs).buffer_unordered(AT_ONCE).collect().await;
    let faults = ended.iter().filter_map(|(_, ended)| ended.as_ref().ok()).sum();
    let failed: BTreeMap<_, _> =
        ended.into_iter().filter_map(|(case, ended)| Some((case, ended.err()?))).collect();
    assert!(failed.is_empty(), "{} of {} are not kept: {failed:#?}", failed.len(), CASES.len());
    faults
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_promise_is_kept() {
    run_all(None).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_promise_is_kept_where_two_writers_meet_at_every_commit() {
    assert!(run_all(Some((Fault::Refused, 0))).await > 1_000);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_promise_is_kept_where_nobody_hears_of_a_commit() {
    let faults = [run_all(Some((Fault::Unheard, 0))).await, run_all(Some((Fault::Unheard, 1))).await];
    assert!(faults.iter().sum::<usize>() > 1_000, "{faults:?}");
}
