//! Where something belongs.

use crate::ids::{GuildId, WorkspaceId};

/// A server, and the workspace that it is connected to. Whatever is kept for a server is asked for by both, so that a
/// store of many processes can divide by workspace. The embedded store keeps by server alone: there, what was kept for
/// a former workspace is found again.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Home {
    /// The workspace.
    pub workspace: WorkspaceId,
    /// The server.
    pub guild: GuildId,
}

impl Home {
    /// A server of a workspace.
    pub fn new(workspace: &WorkspaceId, guild: GuildId) -> Self {
        Self { workspace: workspace.clone(), guild }
    }
}
