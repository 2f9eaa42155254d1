//! Whether this process still has the work, where several share a store.

use async_trait::async_trait;

use super::error::Stored;

/// Whether this process still has the work. One that shares its store with nobody always has.
///
/// Before the first byte of a message leaves, two things are to be true: something was written that only whoever has the
/// work can write, and it was confirmed so lately that nobody else can have taken the work meanwhile.
#[async_trait]
pub trait Cluster: Send + Sync {
    /// Whether a message may leave now. It costs nothing, and is asked at the last moment.
    ///
    /// # Errors
    /// Where it was not confirmed for too long that this process has the work: it may be another's by now.
    fn may_send(&self) -> Stored<()> {
        Ok(())
    }

    /// Writes something that only whoever has the work can write: for a message that has no record of its own, whose writing
    /// would show it.
    ///
    /// # Errors
    /// Where another has the work, or the store takes no writes.
    async fn confirm(&self) -> Stored<()> {
        Ok(())
    }
}
