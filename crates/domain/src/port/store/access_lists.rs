//! Who may see customers. The port is not named `Access`: that is what it keeps, one for each server.

use async_trait::async_trait;

use super::change::ChangeOutcome;
use super::error::Stored;
use crate::access::Access;
use crate::audit::Deed;
use crate::home::Home;

/// The access list of each server.
#[cfg_attr(any(test, feature = "mock"), mockall::automock)]
#[async_trait]
pub trait AccessLists: Send + Sync {
    /// Who may see customers; nobody where nobody was given access.
    async fn access(&self, home: &Home) -> Stored<Access>;

    /// Replaces the access list if its version is still the given record's, and writes down who did it.
    async fn change_access(&self, home: &Home, access: Access, by: Option<Deed>) -> Stored<ChangeOutcome>;
}
