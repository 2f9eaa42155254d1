//! Sealing what is stored: nobody reads it without the key of its workspace, and nobody puts it in another place.

use std::io;

use crate::ids::WorkspaceId;

/// Where a value stands, whatever store it is in. A value that was sealed for one place opens in no other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place<'a> {
    /// Whose it is: each workspace has a key of its own.
    pub workspace: &'a WorkspaceId,
    /// What it is, in the words of the store.
    pub record: &'static str,
    /// Which of these it is.
    pub id: &'a [u8],
}

/// A value that does not open: the key of its workspace is gone, it was sealed for another place, or it was changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a sealed value cannot be opened")]
pub struct Unopened;

/// Whoever holds the keys.
pub trait Sealing: Send + Sync {
    /// Seals bytes for a place. The key of a workspace that has none is made first, and is durable before this returns.
    ///
    /// # Errors
    /// Where that key could not be kept: nothing may be stored that it would have to open.
    fn seal(&self, place: &Place<'_>, plain: &[u8]) -> io::Result<Vec<u8>>;

    /// Opens what was sealed for a place.
    fn open(&self, place: &Place<'_>, sealed: &[u8]) -> Result<Vec<u8>, Unopened>;

    /// Throws the key of a workspace away, durably: what was sealed with it opens never again, here and in copies of the
    /// store. A workspace without one is no error.
    ///
    /// # Errors
    /// Where the keys could not be written; the key is still there then.
    fn shred(&self, workspace: &WorkspaceId) -> io::Result<()>;
}
