//! The one harness that puts the bot between the stand-ins for Intercom and Discord: for the stories of `tests/e2e`, and
//! for the programs of `benches`, which also count what became of the records that were made and show their figures in
//! a table.
//!
//! The bot runs in this process, with a clock that can be moved, or as the real binary, which can be killed. Whoever
//! waits here in vain is told what for, by a panic.
#![expect(clippy::print_stderr, reason = "the programs say how far they are")]

mod account;
mod binary;
mod bot;
mod guild;
mod process;
mod stage;
mod stand_ins;
mod table;
mod timed;
mod webhook;

pub use self::account::{Account, shown};
pub use self::binary::{built, released};
pub use self::bot::MovedClock;
pub use self::guild::{Guild, cards_in, ids, make_guild, subscribe};
pub use self::process::{Memory, Process};
pub use self::stage::{PATIENCE, Stage};
pub use self::stand_ins::StandIns;
pub use self::table::{Table, Times};
pub use self::timed::start_timed;
pub use self::webhook::{Webhook, free_address};
