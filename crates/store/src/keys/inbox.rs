//! The keys of the inbox.

use deskbell_domain::ids::WorkspaceId;

use super::{Key, workspace};

pub(crate) fn hints(id: &WorkspaceId) -> Key {
    workspace(id, b'j')
}

/// That a record of a kind is worth a look.
pub(crate) fn hint(id: &WorkspaceId, kind: u8, record: &str) -> Key {
    hints(id).tag(kind).text(record)
}
