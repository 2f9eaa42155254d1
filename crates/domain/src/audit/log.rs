//! What is done, as a line of the log says it: ids and counts, and no text.

use super::{Action, Deed};
use crate::access::{Export, Grant, Level};
use crate::crowd::Everybody;
use crate::ids::GuildId;
use crate::port::store::Extent;

impl Action {
    fn record(&self) -> String {
        match self {
            Self::Exported { role, count } => format!("{count} {}s", role.word()),
            Self::Shared { channel } | Self::AnchorsGoTo { channel } => format!("channel {channel}"),
            Self::AccessGiven { role, grant } => format!("role {role}{}", beyond_default(*grant)),
            Self::AccessTaken { role } => format!("role {role}"),
            Self::Opened(one)
            | Self::Added(one)
            | Self::AddedOpen(one)
            | Self::Changed(one)
            | Self::Paused(one)
            | Self::Resumed(one)
            | Self::Removed { notification: one, events: 0 } => format!("notification {}", one.id),
            Self::Skipped { notification: one, events } | Self::Removed { notification: one, events } => {
                format!("notification {}, {events} events", one.id)
            }
            Self::EverybodyIs { everybody } => team(*everybody).to_owned(),
            Self::Connected { workspace } | Self::Disconnected { workspace } => {
                format!("workspace {workspace}")
            }
            Self::TriedAgain { letter } | Self::Dropped { letter } => format!("failed event {}", letter.0),
            Self::ActsAs { admin, .. } => format!("teammate {admin}"),
            Self::ActsAsNobody { of: member } | Self::Linked { to: member } => format!("member {member}"),
            Self::Took { conversation }
            | Self::TookOver { conversation }
            | Self::Closed { conversation }
            | Self::Reopened { conversation }
            | Self::Snoozed { conversation }
            | Self::Tagged { conversation }
            | Self::Untagged { conversation }
            | Self::Replied { conversation }
            | Self::Noted { conversation } => format!("conversation {conversation}"),
            Self::Gave { conversation, admin } => format!("conversation {conversation}, teammate {admin}"),
            Self::GaveToTeam { conversation, team } => format!("conversation {conversation}, team {team}"),
            Self::Erased { extent } => erased(*extent).to_owned(),
            Self::ErasureTakenBack | Self::ExportedOne => "a contact".to_owned(),
            Self::Created
            | Self::Updated
            | Self::MadeUser
            | Self::Merged
            | Self::TookPerson
            | Self::TookPersonOver
            | Self::NotedPerson
            | Self::TaggedPerson
            | Self::UntaggedPerson
            | Self::AuditRead
            | Self::AuditExported
            | Self::AnchorsEnd
            | Self::Unknown => String::new(),
        }
    }
}

fn team(everybody: Everybody) -> &'static str {
    match everybody {
        Everybody::IsTheTeam => "the team",
        Everybody::IsNotTheTeam | Everybody::Outgrown => "more than the team",
    }
}

fn erased(extent: Extent) -> &'static str {
    match extent {
        Extent::Server => "what the server has of a contact",
        Extent::Workspace => "a contact",
    }
}

fn beyond_default(grant: Grant) -> &'static str {
    match (grant.level, grant.export) {
        (Level::Act, Export::Forbidden) => "",
        (Level::Act, Export::Allowed) => " with export",
        (Level::Look, Export::Forbidden) => " to look",
        (Level::Look, Export::Allowed) => " to look, with export",
    }
}

impl Deed {
    fn record(&self) -> String {
        let record = self.action.record();
        match &self.contact {
            Some(contact) if record.is_empty() => format!("contact {contact}"),
            Some(contact) => format!("contact {contact} in {record}"),
            None => record,
        }
    }
}

/// Writes the line into the log, once the action is done.
pub fn log(guild: GuildId, deed: &Deed) {
    tracing::info!(
        guild.id = guild.0,
        member.id = deed.member.0,
        action = <&'static str>::from(&deed.action),
        record = deed.record(),
        "a member of a server did something with customers or the set-up"
    );
}
