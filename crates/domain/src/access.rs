//! Who may see customers in a server.

use std::collections::BTreeMap;

use serde::{Deserialize, Deserializer, Serialize};

use crate::crowd::TeamAnswer;
use crate::ids::{AdminId, GuildId, MemberId, RoleId, WorkspaceId};

/// The roles that `/access add` gave a server. Manage Server always may, and is not listed.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Access {
    /// Each role with what it may do.
    #[serde(deserialize_with = "readable_roles")]
    pub roles: BTreeMap<RoleId, Grant>,
    /// Whether everybody in the server belongs to the team, if somebody said so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub team: Option<TeamAnswer>,
    /// As whom in Intercom each member acts who said so.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub teammates: BTreeMap<MemberId, ActsAs>,
    /// Counts the changes of this record: a change names the version it was made from.
    #[serde(default)]
    pub version: u64,
}

/// The teammate in whose name a member acts. Ids of teammates are unique only within a workspace, and a server may be
/// connected to another one later.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ActsAs {
    /// Of which workspace.
    pub workspace: WorkspaceId,
    /// Who.
    pub admin: AdminId,
}

/// A role that cannot be, as a forged press once left it, and a grant that a later version wrote must not make the whole
/// list unreadable: they are left out.
fn readable_roles<'de, D: Deserializer<'de>>(stored: D) -> Result<BTreeMap<RoleId, Grant>, D::Error> {
    let roles = BTreeMap::<u64, serde_json::Value>::deserialize(stored)?;
    let readable = roles.into_iter().filter_map(|(role, grant)| {
        Some((RoleId::try_from(role).ok()?, serde_json::from_value(grant).ok()?))
    });
    Ok(readable.collect())
}

/// What a role may do. Who is given nothing in particular may act, and not export.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "StoredGrant")]
pub struct Grant {
    /// How far it goes with single customers.
    pub level: Level,
    /// Whether it may take all of them away as a file.
    pub export: Export,
}

/// How far somebody may go with leads and users.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Level {
    /// See them: get, list, and what buttons below cards show.
    Look,
    /// That, and create and update them in Intercom.
    #[default]
    Act,
}

/// Whether somebody may export customers.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Export {
    /// They may not.
    #[default]
    Forbidden,
    /// They may.
    Allowed,
}

/// A grant as it may be stored. Before there were levels it was one word, and every role could create and update.
#[derive(Deserialize)]
#[serde(untagged)]
enum StoredGrant {
    Levelled { level: Level, export: Export },
    Before(GrantBeforeLevels),
}

#[derive(Deserialize)]
#[serde(rename_all = "lowercase")]
enum GrantBeforeLevels {
    Look,
    LookAndExport,
}

impl From<StoredGrant> for Grant {
    fn from(stored: StoredGrant) -> Self {
        match stored {
            StoredGrant::Levelled { level, export } => Self { level, export },
            StoredGrant::Before(GrantBeforeLevels::Look) => Self::default(),
            StoredGrant::Before(GrantBeforeLevels::LookAndExport) => {
                Self { level: Level::Act, export: Export::Allowed }
            }
        }
    }
}

/// What somebody needs to be allowed for what they ask.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Needed {
    /// To see customers.
    Look,
    /// To create or update them.
    Act,
    /// To export them.
    Export,
}

impl Grant {
    /// Whether it is enough.
    pub fn allows(self, needed: Needed) -> bool {
        match needed {
            Needed::Look => true,
            Needed::Act => self.level == Level::Act,
            Needed::Export => self.export == Export::Allowed,
        }
    }
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
    /// In whose name a member acts in a workspace; none where they have not said so.
    pub fn teammate(&self, member: MemberId, workspace: &WorkspaceId) -> Option<&AdminId> {
        let acts_as = self.teammates.get(&member).filter(|acts_as| acts_as.workspace == *workspace)?;
        Some(&acts_as.admin)
    }

    /// The member who acts as a teammate of a workspace. Of several it is always the same one.
    pub fn acting_as(&self, admin: &AdminId, workspace: &WorkspaceId) -> Option<MemberId> {
        let mut acting = self.teammates.iter();
        let found = acting.find(|(_, acts_as)| acts_as.workspace == *workspace && acts_as.admin == *admin)?;
        Some(*found.0)
    }

    /// Whether a member with these roles may do what `needed` asks. @everyone never counts, whatever is stored.
    pub fn allows(&self, guild: GuildId, roles: &[RoleId], manage: ManageServer, needed: Needed) -> bool {
        manage == ManageServer::Holds
            || roles
                .iter()
                .filter(|role| **role != guild.everyone())
                .any(|role| self.roles.get(role).is_some_and(|grant| grant.allows(needed)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_role_that_cannot_be_read_costs_no_other_its_access() {
        let stored = r#"{"roles":{"0":"look","7":"rule","30":"lookandexport"},"version":3}"#;
        let access: Access = serde_json::from_str(stored).expect("it can be read");
        assert_eq!(access.roles, [(RoleId(30), grant(Level::Act, Export::Allowed))].into());
        assert_eq!(access.version, 3);
    }

    #[test]
    fn a_role_that_was_given_access_before_there_were_levels_can_still_create_and_update() {
        let read = |stored: &str| serde_json::from_str::<Grant>(stored).expect("it can be read");
        assert_eq!(read(r#""look""#), grant(Level::Act, Export::Forbidden));
        assert_eq!(read(r#""lookandexport""#), grant(Level::Act, Export::Allowed));
    }

    #[test]
    fn a_grant_is_read_as_it_was_written() {
        for level in [Level::Look, Level::Act] {
            for export in [Export::Forbidden, Export::Allowed] {
                let written = serde_json::to_string(&grant(level, export)).expect("it can be written");
                assert_eq!(serde_json::from_str::<Grant>(&written).ok(), Some(grant(level, export)));
            }
        }
    }

    #[test]
    fn who_only_looks_may_not_create_and_who_exports_need_not_act() {
        let (sales, auditors) = (RoleId(30), RoleId(31));
        let roles =
            [(sales, grant(Level::Act, Export::Forbidden)), (auditors, grant(Level::Look, Export::Allowed))];
        let access = Access { roles: roles.into(), ..Access::default() };
        let may = |roles: &[RoleId]| {
            [Needed::Look, Needed::Act, Needed::Export]
                .map(|needed| access.allows(GuildId(1), roles, ManageServer::Lacks, needed))
        };
        assert_eq!(may(&[sales]), [true, true, false]);
        assert_eq!(may(&[auditors]), [true, false, true]);
        assert_eq!(may(&[sales, auditors]), [true, true, true]);
        assert_eq!(may(&[]), [false, false, false]);
    }

    fn grant(level: Level, export: Export) -> Grant {
        Grant { level, export }
    }
}
