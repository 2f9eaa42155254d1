//! Who did what, in the log: one line for each action that showed customers to more people, wrote to Intercom, or changed
//! the set-up. It has ids only, so that an operator can ask Discord or Intercom who and what they are.

use crate::access::{Export, Grant, Level};
use crate::contact::Role;
use crate::crowd::Everybody;
use crate::delivery::DeadLetterId;
use crate::ids::{ChannelId, ContactId, GuildId, MemberId, RoleId, SubscriptionId, WorkspaceId};

/// What was done, on which record.
#[derive(Debug, Clone, Copy)]
pub enum Action<'a> {
    /// Contacts of a role were written to a file for the asker.
    Exported(Role, u64),
    /// A contact's card was posted in a channel.
    Shared(&'a ContactId, ChannelId),
    /// A notification was allowed to show everything although many can read its channel.
    Opened(SubscriptionId),
    /// Whether everybody in the server is the team was answered.
    EverybodyIs(Everybody),
    /// A role may use `/lead` and `/user`.
    AccessGiven(RoleId, Grant),
    /// It may no longer.
    AccessTaken(RoleId),
    /// A contact was made in Intercom.
    Created(&'a ContactId),
    /// A user was changed in Intercom.
    Updated(&'a ContactId),
    /// A notification was made.
    Added(SubscriptionId),
    /// A notification was made that shows everything although many can read its channel.
    AddedOpen(SubscriptionId),
    /// How a notification shows and rings was changed.
    Changed(SubscriptionId),
    /// A notification was paused.
    Paused(SubscriptionId),
    /// It was taken up again.
    Resumed(SubscriptionId),
    /// It was removed, and so many events with it that waited or could not be posted.
    Removed(SubscriptionId, u64),
    /// So many events that waited for it were thrown away.
    Skipped(SubscriptionId, u64),
    /// An event that Discord refused is posted again.
    TriedAgain(DeadLetterId),
    /// An event that Discord refused was thrown away.
    Dropped(DeadLetterId),
    /// The server was connected to a workspace, or its token was renewed.
    Connected(&'a WorkspaceId),
    /// It was disconnected.
    Disconnected(&'a WorkspaceId),
}

impl Action<'_> {
    fn word(self) -> &'static str {
        match self {
            Self::Exported(..) => "export",
            Self::Shared(..) => "share",
            Self::Opened(_) => "open to many",
            Self::EverybodyIs(_) => "say who everybody is",
            Self::AccessGiven(..) => "give access",
            Self::AccessTaken(_) => "take access",
            Self::Created(_) => "create",
            Self::Updated(_) => "update",
            Self::Added(_) => "add notification",
            Self::AddedOpen(_) => "add notification open to many",
            Self::Changed(_) => "change notification",
            Self::Paused(_) => "pause notification",
            Self::Resumed(_) => "resume notification",
            Self::Removed(..) => "remove notification",
            Self::Skipped(..) => "skip events",
            Self::TriedAgain(_) => "try failed event again",
            Self::Dropped(_) => "drop failed event",
            Self::Connected(_) => "connect",
            Self::Disconnected(_) => "disconnect",
        }
    }

    fn record(self) -> String {
        match self {
            Self::Exported(role, count) => format!("{count} {}s", role.word()),
            Self::Shared(contact, channel) => format!("contact {contact} in channel {channel}"),
            Self::AccessGiven(role, grant) => format!("role {role}{}", beyond_default(grant)),
            Self::AccessTaken(role) => format!("role {role}"),
            Self::Created(contact) | Self::Updated(contact) => format!("contact {contact}"),
            Self::Opened(id)
            | Self::Added(id)
            | Self::AddedOpen(id)
            | Self::Changed(id)
            | Self::Paused(id)
            | Self::Resumed(id)
            | Self::Removed(id, 0) => format!("notification {id}"),
            Self::Skipped(id, count) | Self::Removed(id, count) => {
                format!("notification {id}, {count} events")
            }
            Self::EverybodyIs(Everybody::IsTheTeam) => "the team".to_owned(),
            Self::EverybodyIs(Everybody::IsNotTheTeam | Everybody::Outgrown) => {
                "more than the team".to_owned()
            }
            Self::Connected(workspace) | Self::Disconnected(workspace) => format!("workspace {workspace}"),
            Self::TriedAgain(id) | Self::Dropped(id) => format!("failed event {}", id.0),
        }
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

/// Writes the line, once the action is done.
pub fn log(guild: GuildId, member: MemberId, action: Action<'_>) {
    tracing::info!(
        guild.id = guild.0,
        member.id = member.0,
        action = action.word(),
        record = action.record(),
        "a member of a server did something with customers or the set-up"
    );
}
