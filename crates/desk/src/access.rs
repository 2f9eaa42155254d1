//! Who may see customers in a server.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::ids::{GuildId, RoleId};

/// The roles that `/access add` gave a server. Manage Server always may, and is not listed.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Access {
    /// Each role with what it may do.
    pub roles: BTreeMap<RoleId, Grant>,
    /// Counts the changes of this record: a change names the version it was made from.
    #[serde(default)]
    pub version: u64,
}

/// What a role may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Grant {
    /// Use `/lead` and `/user`.
    Look,
    /// That, and `/lead export`.
    LookAndExport,
}

/// Whether a member holds Manage Server (or Administrator) in the server.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ManageServer {
    /// They do.
    Holds,
    /// They do not.
    Lacks,
}

impl Access {
    /// Whether a member with these roles may do what `needed` asks. @everyone never counts, whatever is stored.
    pub fn allows(&self, guild: GuildId, roles: &[RoleId], manage: ManageServer, needed: Grant) -> bool {
        manage == ManageServer::Holds
            || roles
                .iter()
                .filter(|role| **role != guild.everyone())
                .any(|role| self.roles.get(role).is_some_and(|grant| *grant >= needed))
    }
}
