//! Which commands Discord was told.

use async_trait::async_trait;

use super::error::Stored;
use crate::ids::ApplicationId;

/// What was last registered for each application: the one thing that belongs to no workspace, but to the bot itself.
#[cfg_attr(any(test, feature = "mock"), mockall::automock)]
#[async_trait]
pub trait RegisteredCommands: Send + Sync {
    /// The hash of the commands that were last registered for an application.
    async fn registered_commands(&self, application: ApplicationId) -> Stored<Option<String>>;

    /// Remembers that hash.
    async fn remember_registered_commands(&self, application: ApplicationId, hash: &str) -> Stored<()>;
}
