//! What belongs to no workspace.

use deskbell_domain::ids::WorkspaceId;

/// Stands in place of a workspace where an operation is of none. No workspace is called so.
pub(crate) fn nobody() -> WorkspaceId {
    WorkspaceId::new("")
}
