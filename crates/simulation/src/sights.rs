//! What servers brought to be connected to a workspace, and what they see of it.

use std::collections::BTreeMap;

use deskbell_domain::connection::Sight;
use deskbell_domain::ids::GuildId;
use deskbell_domain::time::UnixMillis;

/// The connections of a workspace.
#[derive(Debug, Default)]
pub(crate) struct Links {
    /// What each server brought, and what it has seen of the workspace since when.
    pub(crate) of_guilds: BTreeMap<GuildId, Link>,
}

/// A connection.
#[derive(Debug)]
pub(crate) struct Link {
    pub(crate) token: String,
    pub(crate) sight: Sight,
    pub(crate) since: UnixMillis,
}
