//! Who did what: one entry for each action that showed customers to more people, wrote to Intercom, or changed the set-up.
//!
//! An entry has ids and counts and no text, so that an operator can ask Discord or Intercom who and what they are. It is
//! kept in the store, in the write of the action itself, as a link of a [`chain`]; and a line in the log says the same.

pub mod chain;
pub mod entry;
pub mod export;
pub mod subject;

use serde::{Deserialize, Serialize};

use crate::access::{Export, Grant, Level};
use crate::contact::Role;
use crate::crowd::Everybody;
use crate::delivery::DeadLetterId;
use crate::event::EventKind;
use crate::ids::{
    AdminId, ChannelId, ContactId, ConversationId, GuildId, MemberId, RoleId, SubscriptionId, WorkspaceId,
};
use crate::port::store::Extent;
use crate::subscription::Subscription;

/// A notification, as an entry names it: by what it shows where, which is still understood when it is gone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Notification {
    /// Its id; 0 where the store gives it one in the same write.
    pub id: SubscriptionId,
    /// What it shows.
    pub kind: EventKind,
    /// Where.
    pub channel: ChannelId,
}

impl From<&Subscription> for Notification {
    fn from(of: &Subscription) -> Self {
        Self { id: of.id, kind: of.kind, channel: of.channel }
    }
}

/// What was done. The names are stored, so that none may change.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "action", rename_all = "snake_case")]
pub enum Action {
    /// Contacts of a role were written to a file for the asker.
    Exported {
        /// Leads or users.
        role: Role,
        /// How many.
        count: u64,
    },
    /// A contact's card was posted in a channel.
    Shared {
        /// Where.
        channel: ChannelId,
    },
    /// A notification was allowed to show everything although many can read its channel.
    Opened(Notification),
    /// Whether everybody in the server is the team was answered.
    EverybodyIs {
        /// The answer.
        everybody: Everybody,
    },
    /// A role may do this.
    AccessGiven {
        /// Which.
        role: RoleId,
        /// What.
        grant: Grant,
    },
    /// It may no longer.
    AccessTaken {
        /// Which.
        role: RoleId,
    },
    /// A contact was made in Intercom.
    Created,
    /// A user was changed in Intercom.
    Updated,
    /// A notification was made.
    Added(Notification),
    /// A notification was made that shows everything although many can read its channel.
    AddedOpen(Notification),
    /// How a notification shows and rings was changed.
    Changed(Notification),
    /// A notification was paused.
    Paused(Notification),
    /// It was taken up again.
    Resumed(Notification),
    /// It was removed, and so many events with it that waited or could not be posted.
    Removed {
        /// Which.
        #[serde(flatten)]
        notification: Notification,
        /// How many.
        events: u64,
    },
    /// So many events that waited for it were thrown away.
    Skipped {
        /// Which.
        #[serde(flatten)]
        notification: Notification,
        /// How many.
        events: u64,
    },
    /// An event that Discord refused is posted again.
    TriedAgain {
        /// Which.
        letter: DeadLetterId,
    },
    /// An event that Discord refused was thrown away.
    Dropped {
        /// Which.
        letter: DeadLetterId,
    },
    /// The server was connected to a workspace, or its token was renewed.
    Connected {
        /// Which.
        workspace: WorkspaceId,
    },
    /// It was disconnected.
    Disconnected {
        /// Which.
        workspace: WorkspaceId,
    },
    /// Somebody was erased: so much, and not who it was.
    Erased {
        /// How much.
        extent: Extent,
    },
    /// An erasure was taken back.
    ErasureTakenBack,
    /// All that is kept of somebody was written to a file for the asker.
    ExportedOne,
    /// The audit was looked at.
    AuditRead,
    /// The audit was written to a file.
    AuditExported,
    /// The audit's heads are posted in this channel from then on.
    AnchorsGoTo {
        /// Which.
        channel: ChannelId,
    },
    /// The audit's heads are posted nowhere from then on.
    AnchorsEnd,
    /// A member acts in the name of this teammate from then on.
    ActsAs {
        /// Who.
        admin: AdminId,
    },
    /// A member acts in no teammate's name any more.
    ActsAsNobody {
        /// Which member.
        of: MemberId,
    },
    /// A contact is this member from then on.
    Linked {
        /// Who.
        to: MemberId,
    },
    /// A conversation was taken in a teammate's name.
    Took {
        /// Which.
        conversation: ConversationId,
    },
    /// It was taken over from another teammate.
    TookOver {
        /// Which.
        conversation: ConversationId,
    },
    /// It was closed.
    Closed {
        /// Which.
        conversation: ConversationId,
    },
    /// It was opened again.
    Reopened {
        /// Which.
        conversation: ConversationId,
    },
    /// A reply was sent to a customer.
    Replied {
        /// In which conversation.
        conversation: ConversationId,
    },
    /// A note was added for the team.
    Noted {
        /// In which conversation.
        conversation: ConversationId,
    },
    /// Something that this version does not know.
    #[serde(other)]
    Unknown,
}

impl Action {
    /// The same, of a notification that was given its id just now.
    #[must_use]
    pub fn made(self, id: SubscriptionId) -> Self {
        match self {
            Self::Added(made) => Self::Added(Notification { id, ..made }),
            Self::AddedOpen(made) => Self::AddedOpen(Notification { id, ..made }),
            other => other,
        }
    }

    /// The same, when it is known how many events or contacts it was about.
    #[must_use]
    pub fn counted(self, count: u64) -> Self {
        match self {
            Self::Removed { notification, .. } => Self::Removed { notification, events: count },
            Self::Skipped { notification, .. } => Self::Skipped { notification, events: count },
            Self::Exported { role, .. } => Self::Exported { role, count },
            other => other,
        }
    }

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
            Self::EverybodyIs { everybody: Everybody::IsTheTeam } => "the team".to_owned(),
            Self::EverybodyIs { everybody: Everybody::IsNotTheTeam | Everybody::Outgrown } => {
                "more than the team".to_owned()
            }
            Self::Connected { workspace } | Self::Disconnected { workspace } => {
                format!("workspace {workspace}")
            }
            Self::TriedAgain { letter } | Self::Dropped { letter } => format!("failed event {}", letter.0),
            Self::ActsAs { admin } => format!("teammate {admin}"),
            Self::ActsAsNobody { of: member } | Self::Linked { to: member } => format!("member {member}"),
            Self::Took { conversation }
            | Self::TookOver { conversation }
            | Self::Closed { conversation }
            | Self::Reopened { conversation }
            | Self::Replied { conversation }
            | Self::Noted { conversation } => format!("conversation {conversation}"),
            Self::Erased { extent: Extent::Server } => "what the server has of a contact".to_owned(),
            Self::Erased { extent: Extent::Workspace } | Self::ErasureTakenBack | Self::ExportedOne => {
                "a contact".to_owned()
            }
            Self::Created
            | Self::Updated
            | Self::AuditRead
            | Self::AuditExported
            | Self::AnchorsEnd
            | Self::Unknown => String::new(),
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

/// What a member does, to be written down.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Deed {
    /// Who.
    pub member: MemberId,
    /// What.
    #[serde(flatten)]
    pub action: Action,
    /// To which contact, where it is about one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub contact: Option<ContactId>,
}

impl Deed {
    /// One that is about no contact.
    pub fn of(member: MemberId, action: Action) -> Self {
        Self { member, action, contact: None }
    }

    /// One that is about a contact.
    pub fn about(member: MemberId, action: Action, contact: &ContactId) -> Self {
        Self { member, action, contact: Some(contact.clone()) }
    }

    /// The same with more known of what was done.
    #[must_use]
    pub fn with(self, know: impl FnOnce(Action) -> Action) -> Self {
        Self { action: know(self.action), ..self }
    }

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
        action = word(&deed.action),
        record = deed.record(),
        "a member of a server did something with customers or the set-up"
    );
}

fn word(action: &Action) -> &'static str {
    match action {
        Action::Exported { .. } => "export",
        Action::Shared { .. } => "share",
        Action::Opened(_) => "open to many",
        Action::EverybodyIs { .. } => "say who everybody is",
        Action::AccessGiven { .. } => "give access",
        Action::AccessTaken { .. } => "take access",
        Action::Linked { .. } => "link",
        Action::Created => "create",
        Action::Updated => "update",
        Action::Added(_) => "add notification",
        Action::AddedOpen(_) => "add notification open to many",
        Action::Changed(_) => "change notification",
        Action::Paused(_) => "pause notification",
        Action::Resumed(_) => "resume notification",
        Action::Removed { .. } => "remove notification",
        Action::Skipped { .. } => "skip events",
        Action::TriedAgain { .. } => "try failed event again",
        Action::Dropped { .. } => "drop failed event",
        Action::Connected { .. } => "connect",
        Action::Disconnected { .. } => "disconnect",
        Action::Erased { .. } => "erase",
        Action::ErasureTakenBack => "take erasure back",
        Action::ExportedOne => "export what is kept of one person",
        Action::AuditRead => "read the audit",
        Action::AuditExported => "export the audit",
        Action::AnchorsGoTo { .. } => "choose where the audit's heads go",
        Action::AnchorsEnd => "have the audit's heads posted no more",
        Action::ActsAs { .. } => "act as a teammate",
        Action::ActsAsNobody { .. } => "have a member act as nobody",
        Action::Took { .. } => "take conversation",
        Action::TookOver { .. } => "take conversation over",
        Action::Closed { .. } => "close conversation",
        Action::Reopened { .. } => "reopen conversation",
        Action::Replied { .. } => "reply",
        Action::Noted { .. } => "note",
        Action::Unknown => "unknown",
    }
}
