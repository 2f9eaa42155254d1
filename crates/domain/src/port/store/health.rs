//! Whether the store can be written.

use async_trait::async_trait;
use tokio::sync::watch;

use super::error::Stored;
use crate::status::StoreState;

/// Whether the store can be written, and a way to find out. A read that fails tells nothing of it.
#[cfg_attr(any(test, feature = "mock"), mockall::automock)]
#[async_trait]
pub trait StoreHealth: Send + Sync {
    /// Whether the last write succeeded, and since when not: the only word on it.
    fn state(&self) -> watch::Receiver<StoreState>;

    /// Writes something small, to find out whether the store can be written where nothing else writes.
    async fn probe(&self) -> Stored<()>;
}
