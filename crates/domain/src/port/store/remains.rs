//! What is left of servers that the bot is not in any more, and of workspaces that nobody is connected to.

use async_trait::async_trait;

use super::error::Stored;
use crate::home::Home;
use crate::ids::{GuildId, WorkspaceId};
use crate::time::UnixMillis;

/// A server that the bot was removed from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Departure {
    /// Which.
    pub guild: GuildId,
    /// When that was first seen.
    pub since: UnixMillis,
}

/// What is kept, by whose it is.
#[cfg_attr(any(test, feature = "mock"), mockall::automock)]
#[async_trait]
pub trait Remains: Send + Sync {
    /// The servers for which something is kept, each with the workspaces that it is or was connected to.
    async fn homes(&self) -> Stored<Vec<Home>>;

    /// The workspaces of which something is kept.
    async fn workspaces(&self) -> Stored<Vec<WorkspaceId>>;

    /// The servers that the bot was removed from.
    async fn departures(&self) -> Stored<Vec<Departure>>;

    /// The bot was removed from a server. What was seen first counts.
    async fn note_departure(&self, departure: Departure) -> Stored<()>;

    /// It is back there, or nothing is left of it.
    async fn forget_departure(&self, guild: GuildId) -> Stored<()>;

    /// Erases all of a workspace that no server is connected to: its key first, then what was sealed with it. May be
    /// repeated. What servers have of their own stays.
    async fn erase_workspace(&self, workspace: &WorkspaceId) -> Stored<()>;
}
