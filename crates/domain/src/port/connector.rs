//! What serves a workspace while the process runs: whoever connects a server goes through it.

use async_trait::async_trait;

use crate::audit::Deed;
use crate::connection::{Connection, Rights, Secret};
use crate::home::Home;
use crate::ids::GuildId;
use crate::port::store::{Cards, ChangeOutcome, Disconnected, Stored};
use crate::trouble::Cause;
use crate::workspace::{Region, Workspace};

/// What Intercom told of a token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Examined {
    /// Whose it is.
    pub workspace: Workspace,
    /// Where the API answers for it.
    pub region: Region,
    /// What it may do.
    pub rights: Rights,
    /// How many teammates there are, where it may tell.
    pub teammates: Option<usize>,
}

/// Why a token is of no use.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TokenFault {
    /// Intercom refuses it wherever it was tried.
    Refused,
    /// It tells no workspace.
    NoWorkspace,
    /// Intercom could not be asked.
    Unanswered(Cause),
}

/// How a server is linked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Linkage {
    /// By whoever runs the bot: nobody in the server changes that.
    ByOperator,
    /// Not, or by itself; and it may connect itself.
    OwnAllowed,
    /// Not, or by itself; and whoever runs the bot lets it connect to nothing.
    OwnForbidden,
}

/// Asks with tokens, and serves servers.
#[cfg_attr(any(test, feature = "mock"), mockall::automock)]
#[async_trait]
pub trait Connector: Send + Sync {
    /// How a server is linked, or may be.
    fn linkage(&self, guild: GuildId) -> Linkage;

    /// Asks Intercom, without changing anything there, whose token it is and what it may do: in this region, or in all.
    async fn examine(&self, token: &Secret, region: Option<Region>) -> Result<Examined, TokenFault>;

    /// Where somebody allows the operator's app to read a workspace, once they have this state; none where the operator has
    /// set up no such app.
    fn page(&self, state: &str) -> Option<String>;

    /// What a server is called.
    async fn server_name(&self, guild: GuildId) -> Option<String>;

    /// Has Intercom give a token for the code that a browser brought back; a code is good once.
    async fn exchange(&self, code: &str) -> Result<Secret, TokenFault>;

    /// Gives back a token that Intercom gave to the operator's app, unless another server still uses one of that workspace.
    async fn give_back(&self, connection: &Connection);

    /// Keeps a connection, and serves its server with it from now on and no longer with the one before. A conflict where
    /// somebody else changed it meanwhile.
    async fn connect(&self, connection: &Connection, by: Deed) -> Stored<ChangeOutcome>;

    /// Disconnects a server from a workspace, serves it no more, and erases what was kept for it: all of the workspace where
    /// no other server has it. No server is connected meanwhile.
    async fn disconnect(&self, home: &Home, cards: Cards, by: Option<Deed>) -> Stored<Disconnected>;
}
