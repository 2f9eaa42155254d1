//! Where bodies stand that are of no entry.

use deskbell_domain::ids::WorkspaceId;

use crate::bodies::Spot;

/// Where it stands who made a record.
pub(crate) fn actor<'a>(workspace: &'a WorkspaceId, contact: &str) -> Spot<'a> {
    Spot::new(workspace, "actor").text(contact)
}

/// Where a snapshot stands.
pub(crate) fn snapshot<'a>(workspace: &'a WorkspaceId, epoch: u32, contact: &str) -> Spot<'a> {
    Spot::new(workspace, "snapshot").number(u64::from(epoch)).text(contact)
}
