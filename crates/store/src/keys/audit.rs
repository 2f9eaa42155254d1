//! The keys of what is kept of audits. They belong to a server and not to its workspace: a disconnection takes nothing but
//! whom an entry is about.

use std::ops::Range;

use deskbell_domain::ids::{GuildId, WorkspaceId};

use super::{Key, workspace};
use crate::engine::KeyRange;

/// Under this name the keys of all audits are sealed: no workspace is called so, since it has a space in it, and nothing
/// ever throws its key away.
const SEALED_FOR: &str = "deskbell audit";

fn server(id: GuildId, tag: u8) -> Key {
    all_audits().number(id.0).tag(tag)
}

/// Everything of all audits but their keys.
pub(crate) fn all_audits() -> Key {
    Key::new(b'u')
}

/// The server of a key below [`all_audits`].
pub(crate) fn server_of(key: &[u8]) -> Option<GuildId> {
    Some(GuildId(u64::from_be_bytes(*key.get(1..)?.first_chunk()?)))
}

/// The audits of the servers above this one.
pub(crate) fn audits_above(id: GuildId) -> KeyRange {
    let all = all_audits();
    let end = all.below().end;
    let start = id.0.checked_add(1).map_or_else(|| end.clone(), |next| all.number(next).into_bytes());
    KeyRange { start, end }
}

/// The head, the checkpoint and the settings of an audit.
pub(crate) fn book(id: GuildId) -> Key {
    server(id, b'b')
}

fn entries(id: GuildId) -> Key {
    server(id, b'e')
}

/// An entry.
pub(crate) fn entry(id: GuildId, seq: u64) -> Key {
    entries(id).number(seq)
}

/// Those with these numbers.
pub(crate) fn entries_between(id: GuildId, numbers: &Range<u64>) -> KeyRange {
    KeyRange { start: entry(id, numbers.start).into_bytes(), end: entry(id, numbers.end).into_bytes() }
}

/// All of them.
pub(crate) fn all_entries(id: GuildId) -> KeyRange {
    entries(id).below()
}

/// The marks of what is begun.
pub(crate) fn all_begun(id: GuildId) -> Key {
    server(id, b'o')
}

/// The mark of what is begun.
pub(crate) fn begun(id: GuildId, seq: u64) -> Key {
    all_begun(id).number(seq)
}

/// Whom the entries of all servers of a workspace are about.
pub(crate) fn all_targets(id: &WorkspaceId) -> Key {
    workspace(id, b'y')
}

/// Whom a server's entries are about, while it is connected to the workspace.
pub(crate) fn targets(id: &WorkspaceId, server: GuildId) -> Key {
    all_targets(id).number(server.0)
}

/// Whom an entry is about.
pub(crate) fn target(id: &WorkspaceId, server: GuildId, seq: u64) -> Key {
    targets(id, server).number(seq)
}

/// The secret of an audit's chain.
pub(crate) fn secret(id: GuildId) -> Key {
    workspace(&WorkspaceId::new(SEALED_FOR), b'z').number(id.0)
}
