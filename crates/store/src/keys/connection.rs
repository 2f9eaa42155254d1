//! The keys of what is kept of connections.

use deskbell_domain::home::Home;
use deskbell_domain::ids::{GuildId, WorkspaceId};

use super::{Key, workspace};

/// The token with which a server reaches the workspace.
pub(crate) fn connection(home: &Home) -> Key {
    workspace(&home.workspace, b'c').number(home.guild.0)
}

/// The workspaces of all servers that are connected to one.
pub(crate) fn workspaces_of_servers() -> Key {
    Key::new(b'l')
}

/// The workspace that a server is connected to.
pub(crate) fn workspace_of_server(id: GuildId) -> Key {
    workspaces_of_servers().number(id.0)
}

/// The servers of which something is to be erased.
pub(crate) fn all_unerased() -> Key {
    Key::new(b'x')
}

/// What is kept for a server of a workspace is to be erased.
pub(crate) fn unerased(home: &Home) -> Key {
    all_unerased().number(home.guild.0).text(home.workspace.as_str())
}

/// The same, whatever the workspace.
pub(crate) fn unerased_of_server(id: GuildId) -> Key {
    all_unerased().number(id.0)
}

/// The servers that the bot was removed from.
pub(crate) fn departures() -> Key {
    Key::new(b'f')
}

/// Since when it is not in one.
pub(crate) fn departure(id: GuildId) -> Key {
    departures().number(id.0)
}

/// Everything of all servers, and of all workspaces.
pub(crate) fn of_all_servers() -> Key {
    Key::new(b'g')
}

/// The same of workspaces.
pub(crate) fn of_all_workspaces() -> Key {
    Key::new(b'w')
}

/// The server of a key of one.
pub(crate) fn server_of(key: &[u8]) -> Option<GuildId> {
    let number = key.strip_prefix(of_all_servers().as_bytes())?.first_chunk()?;
    Some(GuildId(u64::from_be_bytes(*number)))
}

/// Everything of a workspace.
pub(crate) fn all_of_workspace(id: &WorkspaceId) -> Key {
    Key::new(b'w').text(id.as_str())
}

/// Everything of a server.
pub(crate) fn all_of_server(id: GuildId) -> Key {
    Key::new(b'g').number(id.0)
}
