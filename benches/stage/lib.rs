//! What every program that measures the bot shares: the real binary as a process of its own between the stand-ins for
//! Intercom and Discord, what became of the records that were made, and the table in which the figures stand.
//!
//! It measures nothing itself, and nothing but the programs in `benches` uses it.
#![expect(clippy::print_stderr, reason = "the programs say how far they are")]

mod account;
mod binary;
mod process;
mod stage;
mod table;

pub use self::account::{Account, shown};
pub use self::binary::released;
pub use self::process::{Memory, Process};
pub use self::stage::{Guild, Stage};
pub use self::table::{Table, Times};
