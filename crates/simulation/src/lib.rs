//! The bot on simulated time, against an Intercom and a Discord drawn from a seed.
//!
//! The poll loop, the delivery and the store are the real ones; time is tokio's paused clock on one thread, and the
//! ports end in a world that is drawn from the seed: late indexing, shared seconds, merges, conversions, changes there
//! and back, deletions between pages, faults of both services, channels that close, notifications that come and go,
//! and deaths of the process before and after every operation. A judge knows what is true and says what was lost,
//! doubled, out of order, in the wrong place or leaked; the exceptions that ARCHITECTURE.md lists are counted.
//!
//! The same seed is the same run, to the byte. Presses and forms come as the gateway brings them; HTTP and the gateway
//! itself are not here.

mod acknowledged;
mod actions;
mod aftermath;
mod amended;
mod chance;
mod content;
mod discord;
mod intercom;
mod judge;
mod keys;
mod ledger;
mod links;
mod many;
mod notice;
mod people;
mod personal;
mod ports;
mod power;
mod process;
mod report;
mod rings;
mod run;
mod script;
mod sights;
mod tenant;
mod time;
mod trace;
mod witness;
mod world;

pub use discord::Mischief;
pub use judge::{Exceptions, Verdict};
pub use ledger::{Breach, Promise};
pub use many::{Outcome, run_many};
pub use power::{Moment, Operation, Site};
pub use report::{LEAST_DEATHS, Report, Tally};
pub use run::{run, run_with};
pub use trace::Detail;
