//! The store survives a power cut at every point: a run on sled is recorded, and then for every call between which
//! the power could have gone the store is opened on what could be left of the disk.
#![cfg(target_os = "linux")]
#![expect(clippy::unwrap_used, reason = "all of it is a test")]

mod perform;
mod picture;
mod plan;
mod replay;
mod run;

use deskbell_powercut::{Event, Flush};

use self::replay::{Until, replay};
use self::run::run;

#[test]
fn whatever_a_power_cut_leaves_opens_and_lacks_nothing_acknowledged() {
    let report = replay(&run(), Until::End);
    println!("{report}");
    assert!(report.images > 400, "{report}");
    assert!(report.segments_used_again > 5, "{report}");
    assert!(report.failures.is_empty(), "{report}");
}

/// The replay can fail: without any sync of `db` there is a cut that loses what was acknowledged.
#[test]
fn without_the_stores_own_sync_the_replay_finds_losses() {
    let mut run = run();
    run.events
        .retain(|event| !matches!(event, Event::Synced { path, by: Flush::Data } if path.ends_with("db")));
    let report = replay(&run, Until::Failure);
    println!("{report}");
    assert!(!report.failures.is_empty(), "{report}");
}
