//! Stories of delivery, over the real store in memory and a Discord made for the test.

mod crowd_end;
mod crowds;
mod discord;
mod edits;
pub(super) mod events;
mod fate;
mod faults;
mod holds;
mod late_names;
mod mentions;
mod model;
mod order;
mod people;
mod plug;
mod refusals;
mod stuck;
mod troubles;
mod work;
mod world;

use std::time::Duration;

/// So many seconds.
const fn seconds(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}
