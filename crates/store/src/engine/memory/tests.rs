use deskbell_domain::port::random::Random;
use proptest::prelude::*;

use super::*;
use crate::contract::{Step, perform, run_with, steps};

fn batch(key: u8) -> Batch {
    Batch { writes: vec![(vec![key], Some(vec![key])), (vec![key, 0], Some(vec![key]))] }
}

fn keys(engine: &MemoryEngine) -> Vec<Vec<u8>> {
    engine.rows().into_iter().map(|(key, _)| key).collect()
}

#[test]
fn a_crash_keeps_what_was_synced_and_whole_batches_of_the_rest() {
    for (crash, expected) in [(Crash::Lose, 1), (Crash::KeepFirst(1), 2), (Crash::Keep, 3)] {
        let engine = MemoryEngine::new();
        engine.commit(batch(0)).unwrap();
        engine.sync().unwrap();
        engine.commit(batch(1)).unwrap();
        engine.commit(batch(2)).unwrap();
        engine.crash(crash);
        let whole: Vec<_> = (0..expected).flat_map(|key| [vec![key], vec![key, 0]]).collect();
        assert_eq!(keys(&engine), whole);
    }
}

#[test]
fn a_machine_that_is_off_neither_reads_nor_writes() {
    let engine = MemoryEngine::new();
    engine.switch_off_after(1);
    engine.commit(batch(0)).unwrap();
    assert!(engine.is_off());
    assert!(engine.sync().is_err());
    assert!(engine.get(&[0]).is_err());
    engine.crash(Crash::KeepFirst(9));
    assert_eq!(engine.get(&[0]).unwrap(), Some(vec![0]));
}

fn any_crash() -> impl Strategy<Value = Crash> {
    prop::sample::select(vec![Crash::Lose, Crash::Keep, Crash::KeepFirst(1)])
}

fn any_fault() -> impl Strategy<Value = Fault> {
    prop::sample::select(vec![Fault::Commit, Fault::SyncLost, Fault::SyncKept])
}

/// Always the same number, so that the same work gives the same rows however often it was begun.
struct Always;

impl Random for Always {
    fn number(&self) -> u64 {
        0
    }
}

async fn perform_all(engine: &MemoryEngine, steps: &[Step]) {
    run_with(engine.clone(), Always, async |fixture| {
        for step in steps {
            perform(&fixture, step).await.unwrap();
        }
    })
    .await;
}

fn block_on<T>(future: impl Future<Output = T>) -> T {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build();
    runtime.unwrap().block_on(future)
}

proptest! {
    /// What was acknowledged survives; what was not is there whole or not at all, and repeating it gives the same
    /// store as if nothing had happened.
    #[test]
    fn a_power_cut_at_any_commit_loses_nothing_acknowledged(
        steps in steps(),
        commits in 1..12_u64,
        crash in any_crash(),
    ) {
        let (undisturbed, engine) = (MemoryEngine::new(), MemoryEngine::new());
        block_on(async {
            perform_all(&undisturbed, &steps).await;
            engine.switch_off_after(commits);
            let done = run_with(engine.clone(), Always, async |fixture| {
                let mut done = 0;
                for step in &steps {
                    if perform(&fixture, step).await.is_err() {
                        break;
                    }
                    done += 1;
                }
                done
            })
            .await;
            let acknowledged = MemoryEngine::new();
            perform_all(&acknowledged, &steps[..done]).await;
            engine.crash(crash);
            if crash == Crash::Lose {
                prop_assert_eq!(engine.rows(), acknowledged.rows());
            }
            perform_all(&engine, &steps[done..]).await;
            prop_assert_eq!(engine.rows(), undisturbed.rows());
            Ok(())
        })?;
    }

    /// A full disk: whoever repeats what failed ends with the same store as if there had been room.
    #[test]
    fn repeating_what_failed_gives_the_same_store(
        steps in steps(),
        faults in prop::collection::vec(prop::option::of(any_fault()), 20),
    ) {
        let (undisturbed, engine) = (MemoryEngine::new(), MemoryEngine::new());
        block_on(async {
            perform_all(&undisturbed, &steps).await;
            run_with(engine.clone(), Always, async |fixture| {
                for (step, fault) in steps.iter().zip(faults) {
                    engine.fail(fault);
                    let first = perform(&fixture, step).await;
                    engine.fail(None);
                    if first.is_err() {
                        perform(&fixture, step).await.unwrap();
                    }
                }
            })
            .await;
            prop_assert_eq!(engine.rows(), undisturbed.rows());
            Ok(())
        })?;
    }
}
