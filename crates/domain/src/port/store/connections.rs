//! Which server is connected to which workspace, and with which token.

use async_trait::async_trait;
use serde::{Deserialize, Serialize};

use super::change::ChangeOutcome;
use super::error::Stored;
use crate::audit::Deed;
use crate::connection::Connection;
use crate::home::Home;
use crate::ids::GuildId;

/// What else goes with a server's connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Erasing {
    /// What is kept for the server: another one is served with the workspace.
    Server,
    /// All that is kept of the workspace, too, and the notifications that servers which had it before have on hold. Its key
    /// goes first, so that from then on nobody can read it.
    Workspace,
}

/// What becomes of the cards of a server that is disconnected.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Cards {
    /// They stay in their channels.
    #[default]
    Stay,
    /// They are deleted, as far as it is still known where they stand.
    Go,
}

/// How disconnecting a server ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Disconnected {
    /// It is disconnected.
    Now,
    /// It was not connected to that workspace any more.
    Before,
}

/// The connections that servers made themselves.
#[cfg_attr(any(test, feature = "mock"), mockall::automock)]
#[async_trait]
pub trait Connections: Send + Sync {
    /// All of them, by server. One that cannot be read is left out and logged.
    async fn connections(&self) -> Stored<Vec<Connection>>;

    /// That of a server.
    async fn connection(&self, guild: GuildId) -> Stored<Option<Connection>>;

    /// Makes or replaces a server's connection if the stored version is still the given record's; it is one higher
    /// afterwards. A conflict, too, where a former connection of the server is not erased to its end. In the same write it
    /// is written down who did it, if somebody did.
    async fn change_connection(&self, connection: Connection, by: Option<Deed>) -> Stored<ChangeOutcome>;

    /// Takes a server's connection to this workspace away. What was kept for it is to be erased from then on, and its cards
    /// are to be deleted if that is wished: [`Connections::erase`].
    async fn disconnect(&self, home: &Home, cards: Cards, by: Option<Deed>) -> Stored<Disconnected>;

    /// Of which servers something is left to be erased.
    async fn unerased(&self) -> Stored<Vec<Home>>;

    /// Erases what was kept for a server that was disconnected, to its end, also of workspaces that it had before. May be
    /// repeated. Cards that are to go are to be deleted from then on ([`Deletions`](super::Deletions)).
    async fn erase(&self, home: &Home, what: Erasing) -> Stored<()>;
}
