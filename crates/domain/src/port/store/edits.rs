//! Posted messages that live on: in which shape each was posted, and which no longer show what is true.

use async_trait::async_trait;

use super::error::Stored;
use crate::delivery::MessageShape;
use crate::home::Home;
use crate::ids::{AmendmentNumber, ChannelId, MessageId, WorkspaceId};

/// A message that no longer shows what is true.
#[derive(Debug, Clone, PartialEq)]
pub struct WantedEdit {
    /// Its server, and the workspace of what it shows.
    pub home: Home,
    /// Its channel.
    pub channel: ChannelId,
    /// The message.
    pub message: MessageId,
    /// What shaped it, and up to which amendment it shows what was learnt.
    pub shape: MessageShape,
    /// Up to which it is to show that.
    pub wanted: AmendmentNumber,
}

/// What became of a wanted edit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EditEnd {
    /// The message shows what is true up to the wanted amendment, or is left as it is up to there.
    Done,
    /// It can never be edited again: it is gone, or what it shows is.
    Gone,
}

/// The messages that live on, as long as [`CARDS_LIVE`](crate::bounds::CARDS_LIVE) and `RETENTION` allow. Amending an
/// entry ([`Journal`](super::Journal)) wants an edit of each message that shows it, in the same write.
#[cfg_attr(any(test, feature = "mock"), mockall::automock)]
#[async_trait]
pub trait Edits: Send + Sync {
    /// The messages of a channel that are to be edited, the latest state of each; at most `limit`, oldest first.
    async fn wanted_edits(
        &self,
        workspace: &WorkspaceId,
        channel: ChannelId,
        limit: usize,
    ) -> Stored<Vec<WantedEdit>>;

    /// Ends a wanted edit. One that was wanted anew meanwhile stays wanted.
    async fn end_edit(&self, edit: &WantedEdit, end: EditEnd) -> Stored<()>;
}
