//! Deletes messages of ours.

use std::time::Duration;

use async_trait::async_trait;

use crate::ids::{ChannelId, MessageId};

/// What became of a message that was to be deleted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Removal {
    /// It is gone, now or before.
    Gone,
    /// Discord does not let us, and will not unless somebody changes something: we cannot see the channel any more, or are not
    /// in the server.
    Impossible,
    /// Not now; to be tried again, after this long where Discord says so.
    Later(Option<Duration>),
}

/// Deletes messages of ours.
#[cfg_attr(any(test, feature = "mock"), mockall::automock)]
#[async_trait]
pub trait Remover: Send + Sync {
    /// Deletes a message. May be repeated. Ends within 15 s.
    async fn remove(&self, channel: ChannelId, message: MessageId) -> Removal;
}
