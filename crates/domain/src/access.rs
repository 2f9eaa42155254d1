//! Who may see customers in a server.

use std::collections::BTreeMap;

use serde::{Deserialize, Deserializer, Serialize};

use crate::crowd::TeamAnswer;
use crate::ids::{GuildId, RoleId};

/// The roles that `/access add` gave a server. Manage Server always may, and is not listed.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Access {
    /// Each role with what it may do.
    #[serde(deserialize_with = "roles_that_can_be")]
    pub roles: BTreeMap<RoleId, Grant>,
    /// Whether everybody in the server belongs to the team, if somebody said so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub team: Option<TeamAnswer>,
    /// Counts the changes of this record: a change names the version it was made from.
    #[serde(default)]
    pub version: u64,
}

/// A role that cannot be, as a forged press once left it, must not make the whole list unreadable: it is left out.
fn roles_that_can_be<'de, D: Deserializer<'de>>(stored: D) -> Result<BTreeMap<RoleId, Grant>, D::Error> {
    let roles = BTreeMap::<u64, Grant>::deserialize(stored)?;
    Ok(roles.into_iter().filter_map(|(role, grant)| Some((RoleId::try_from(role).ok()?, grant))).collect())
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_role_that_cannot_be_costs_no_other_its_access() {
        let stored = r#"{"roles":{"0":"look","30":"lookandexport"},"version":3}"#;
        let access: Access = serde_json::from_str(stored).expect("it can be read");
        assert_eq!(access.roles, [(RoleId(30), Grant::LookAndExport)].into());
        assert_eq!(access.version, 3);
    }
}
