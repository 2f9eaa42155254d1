//! Whose erasure it is.

use deskbell_domain::ids::{ContactId, WorkspaceId};
use deskbell_store::rules::erasure::UnfinishedErasure;

/// A contact of which an erasure was begun.
pub(super) struct Trace {
    pub(super) workspace: WorkspaceId,
    pub(super) contact: ContactId,
    pub(super) begun: UnfinishedErasure,
}
