//! A backup: one file that holds what a store was at one moment.
//!
//! ```text
//! "deskbell backup 1\n"
//! for each row          P, length of the key, length of the value, key, value
//! for each row removed  R, length of the key, key
//! E, the file `keys` of the store's folder, its length
//! the SHA-256 of all of that
//! ```
//!
//! Lengths are four bytes, the highest first. A row that changed while the copy was taken comes again, and what comes
//! last counts. Values are sealed as they were in the store, and their keys, sealed too, are with them; the master key
//! is not.

mod reading;
mod writing;

pub use self::reading::{BackupError, BackupFile};
pub(crate) use self::writing::BackupWriter;

const MAGIC: &[u8] = b"deskbell backup 1\n";
/// What backups of every form begin with.
const ANY_MAGIC: &[u8] = b"deskbell backup ";
const PUT: u8 = b'P';
const REMOVED: u8 = b'R';
const END: u8 = b'E';
const LENGTH_BYTES: usize = 4;
const DIGEST_BYTES: usize = 32;

#[cfg(test)]
mod tests;
