//! The workspaces of a run: the operator's, and those that servers connect with tokens of their own.

use deskbell_domain::ids::{GuildId, WorkspaceId};
use deskbell_domain::workspace::{Region, Workspace};

/// The mark of everything personal: no other text of ours contains it.
pub(crate) const PERSONAL: &str = "Zq";

/// The servers that the operator may link.
pub(crate) const OPERATORS: [GuildId; 3] = [GuildId(1), GuildId(2), GuildId(3)];

/// One of the workspaces.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Tenant {
    /// The operator's.
    Acme,
    /// That of two servers, whose tokens may do different things.
    Beta,
    /// That of one server.
    Gamma,
}

impl Tenant {
    /// All of them.
    pub(crate) const ALL: [Self; 3] = [Self::Acme, Self::Beta, Self::Gamma];
    /// Those that servers connect.
    pub(crate) const OWN: [Self; 2] = [Self::Beta, Self::Gamma];

    /// The one of this id.
    pub(crate) fn of(workspace: &WorkspaceId) -> Option<Self> {
        Self::ALL.into_iter().find(|one| one.name() == workspace.as_str())
    }

    /// What it is called, and its id.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Acme => "acme",
            Self::Beta => "beta",
            Self::Gamma => "gamma",
        }
    }

    /// As Intercom tells it.
    pub(crate) fn workspace(self) -> Workspace {
        Workspace {
            id: WorkspaceId::new(self.name()),
            name: self.name().to_owned(),
            region: Some(Region::Us),
            time_zone: None,
        }
    }

    /// What stands in everything personal of it, and of no other.
    pub(crate) fn mark(self) -> String {
        format!("{PERSONAL}{}", &self.name()[..1])
    }

    /// The servers that connect it in the end.
    pub(crate) fn guilds(self) -> &'static [GuildId] {
        match self {
            Self::Acme => &OPERATORS,
            Self::Beta => &[GuildId(4), GuildId(5)],
            Self::Gamma => &[GuildId(6)],
        }
    }

    /// That of a server.
    pub(crate) fn of_guild(guild: GuildId) -> Self {
        Self::ALL.into_iter().find(|one| one.guilds().contains(&guild)).unwrap_or(Self::Acme)
    }
}
