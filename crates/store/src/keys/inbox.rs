//! The keys of the inbox.

use deskbell_domain::ids::{ConversationId, WorkspaceId};

use super::{Key, workspace};

pub(crate) fn hints(id: &WorkspaceId) -> Key {
    workspace(id, b'j')
}

/// Those at records of a kind.
pub(crate) fn hints_of(id: &WorkspaceId, kind: u8) -> Key {
    hints(id).tag(kind)
}

/// That a record of a kind is worth a look.
pub(crate) fn hint(id: &WorkspaceId, kind: u8, record: &str) -> Key {
    hints_of(id, kind).text(record)
}

pub(crate) fn readings(id: &WorkspaceId) -> Key {
    workspace(id, b'C')
}

/// Up to where a conversation was read by itself.
pub(crate) fn reading(id: &WorkspaceId, conversation: &ConversationId) -> Key {
    readings(id).text(conversation.as_str())
}
