//! Deletes messages of ours, or leaves somebody out of them.

use std::collections::BTreeSet;
use std::time::Duration;

use async_trait::async_trait;

use crate::delivery::Reference;
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

/// Whether somebody was left out of a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Leaving {
    /// It shows only the others now.
    Done,
    /// It stands as it did: whose part of it is whose cannot be told, or Discord did not take the edit.
    NotDone,
}

/// Who is to be left out of a message that shows others, too.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct LeftOut {
    /// The references that their cards may bear.
    pub references: BTreeSet<Reference>,
    /// The ids that controls carry for them: their own, and those of their conversations.
    pub records: BTreeSet<String>,
}

/// Deletes messages of ours.
#[cfg_attr(any(test, feature = "mock"), mockall::automock)]
#[async_trait]
pub trait Remover: Send + Sync {
    /// Deletes a message. May be repeated. Ends within 15 s.
    async fn remove(&self, channel: ChannelId, message: MessageId) -> Removal;

    /// Edits a message so that it shows only the others, with a note as its last line. Ends within 30 s.
    async fn leave_out(&self, channel: ChannelId, message: MessageId, who: &LeftOut, note: &str) -> Leaving;
}
