//! The Store of Deskbell: the ports of `domain`, written once over a small ordered key-value [`engine`].
//!
//! There are two engines: sled on a disk, and a map in memory that can lose what was not synced, for tests and
//! simulations. Every write goes through one [`Writer`], a task that commits what stands in its queue as one batch
//! and answers when the batch survives a power cut. Every operation may be repeated.
//!
//! Start with [`KvStore::open`]; give the [`Writer`] to a task and the [`KvStore`] to everybody else.

mod access_lists;
mod audit;
mod backup;
mod closed;
mod codec;
mod connections;
#[cfg(any(test, feature = "contract"))]
pub mod contract;
mod copier;
mod deletions;
mod delivery;
pub mod engine;
mod erasure;
mod exported;
mod former;
mod hidden;
mod inbox;
mod journal;
mod keys;
mod leaving;
mod migration;
mod move_marks;
mod move_note;
mod open;
mod open_error;
mod pruned_to;
mod reader;
mod records;
mod registered_commands;
mod remains;
pub mod rules;
mod sealed;
mod short_lived;
mod store;
mod subscriptions;
mod write_batch;
mod writer;
mod written;

pub use backup::{BackupError, BackupFile};
pub use closed::back_up_closed;
pub use copier::{Copier, CopyError};
pub use exported::{Exported, OfServer, OfWorkspace, Pass};
pub use leaving::{Gone, Leaving};
pub use migration::{Migrated, MigrationError, MigrationKeys, MoveFrom, Opener, migrate};
pub use move_marks::Counts;
pub use open::{Keys, Settings, look_at};
pub use open_error::{NoKeys, OpenError};
pub use sealed::SealedEngine;
pub use store::KvStore;
pub use writer::Writer;
