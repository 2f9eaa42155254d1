//! Many runs, one on each core at a time. The runs know nothing of each other.

use std::num::NonZero;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};
use std::thread;

use crate::report::Tally;
use crate::run::run;
use crate::trace::Detail;

/// What many runs came to.
#[derive(Debug, Default)]
pub struct Outcome {
    /// The sums.
    pub tally: Tally,
    /// What went wrong, by seed, and the story of it.
    pub failures: Vec<(u64, String)>,
}

/// Runs these seeds, each for so many simulated days.
pub fn run_many(first: u64, count: u64, days: u32) -> Outcome {
    let next = AtomicU64::new(first);
    let outcome = Mutex::new(Outcome::default());
    let cores = thread::available_parallelism().map_or(1, NonZero::get);
    thread::scope(|scope| {
        for _ in 0..cores {
            scope.spawn(|| {
                loop {
                    let seed = next.fetch_add(1, Ordering::Relaxed);
                    if seed >= first + count {
                        break;
                    }
                    let report = run(seed, days, Detail::Story);
                    let mut outcome = outcome.lock().unwrap_or_else(PoisonError::into_inner);
                    outcome.tally.add(&report);
                    outcome.failures.extend(report.failure().map(|failure| (seed, failure)));
                }
            });
        }
    });
    let mut outcome = outcome.into_inner().unwrap_or_else(PoisonError::into_inner);
    outcome.failures.sort();
    outcome
}
