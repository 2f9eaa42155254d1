//! The Store of Deskbell in tables: the ports of `domain` over PostgreSQL's wire.
//!
//! A write is one transaction of plain statements: it locks the row of its workspace and looks, and then writes and commits.
//! What is judged in between is judged by the same functions as in the embedded store. What tells of people is sealed before
//! it leaves the process. Every operation may be repeated.
//!
//! Start with [`PostgresStore::open`].

mod access_lists;
mod address;
mod arriving;
mod attempts;
mod audit;
mod bodies;
mod candidate;
mod cells;
mod cluster;
mod connections;
mod deletions;
mod delivery;
mod edits;
mod erasure;
mod examine;
mod failure;
mod health;
mod inbox;
mod journal;
mod kept_keys;
mod member;
mod membership;
mod migration;
mod of_nobody;
mod open;
mod open_error;
mod peers;
mod pool;
#[cfg(test)]
mod portability;
mod progress_rows;
mod pruned_to;
mod reach;
mod registered_commands;
mod remains;
mod roll;
mod short_lived;
mod sql;
mod store;
mod subscription_rows;
mod subscriptions;
mod text;
mod tls;
mod transaction;
mod value;
mod whole_workspace;
mod word;
mod workspace;

pub use address::{Address, AddressError, Host, Tls};
pub use arriving::{Arrival, Arriving, Filled};
pub use candidate::{ASK_EVERY, Candidate, Holder, Opened, Turn};
pub use examine::{Contents, Examined, examine};
pub use kept_keys::Keep;
pub use member::Who;
pub use membership::{Beat, Membership};
pub use open::{Keys, Purpose, Settings};

pub use open_error::{NoKeys, OpenError, Refusal, Unreached};
pub use peers::Sign;
pub use store::PostgresStore;
