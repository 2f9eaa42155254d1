//! Who did what: one entry for each action that showed customers to more people, wrote to Intercom, or changed the set-up.
//!
//! An entry has ids and counts and no text, so that an operator can ask Discord or Intercom who and what they are. It is
//! kept in the store, in the write of the action itself, as a link of a [`chain`]; and a line in the log says the same.

pub mod chain;
pub mod entry;
pub mod export;
mod log;
pub mod subject;

use serde::{Deserialize, Serialize};

use crate::access::Grant;
use crate::contact::Role;
use crate::crowd::Everybody;
use crate::delivery::DeadLetterId;
use crate::event::EventKind;
use crate::ids::{
    AdminId, ChannelId, ContactId, ConversationId, MemberId, RoleId, SubscriptionId, WorkspaceId,
};
use crate::port::store::Extent;
use crate::subscription::Subscription;

pub use self::log::log;

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

/// What was done. The names are stored, so that none may change; the words are for the log.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, strum::IntoStaticStr, strum::VariantNames)]
#[serde(tag = "action", rename_all = "snake_case")]
pub enum Action {
    /// Contacts of a role were written to a file for the asker.
    #[strum(serialize = "export")]
    Exported {
        /// Leads or users.
        role: Role,
        /// How many.
        count: u64,
    },
    /// A contact's card was posted in a channel.
    #[strum(serialize = "share")]
    Shared {
        /// Where.
        channel: ChannelId,
    },
    /// A notification was allowed to show everything although many can read its channel.
    #[strum(serialize = "open to many")]
    Opened(Notification),
    /// Whether everybody in the server is the team was answered.
    #[strum(serialize = "say who everybody is")]
    EverybodyIs {
        /// The answer.
        everybody: Everybody,
    },
    /// A role may do this.
    #[strum(serialize = "give access")]
    AccessGiven {
        /// Which.
        role: RoleId,
        /// What.
        grant: Grant,
    },
    /// It may no longer.
    #[strum(serialize = "take access")]
    AccessTaken {
        /// Which.
        role: RoleId,
    },
    /// A contact was made in Intercom.
    #[strum(serialize = "create")]
    Created,
    /// A user was changed in Intercom.
    #[strum(serialize = "update")]
    Updated,
    /// A notification was made.
    #[strum(serialize = "add notification")]
    Added(Notification),
    /// A notification was made that shows everything although many can read its channel.
    #[strum(serialize = "add notification open to many")]
    AddedOpen(Notification),
    /// How a notification shows and rings was changed.
    #[strum(serialize = "change notification")]
    Changed(Notification),
    /// A notification was paused.
    #[strum(serialize = "pause notification")]
    Paused(Notification),
    /// It was taken up again.
    #[strum(serialize = "resume notification")]
    Resumed(Notification),
    /// It was removed, and so many events with it that waited or could not be posted.
    #[strum(serialize = "remove notification")]
    Removed {
        /// Which.
        #[serde(flatten)]
        notification: Notification,
        /// How many.
        events: u64,
    },
    /// So many events that waited for it were thrown away.
    #[strum(serialize = "skip events")]
    Skipped {
        /// Which.
        #[serde(flatten)]
        notification: Notification,
        /// How many.
        events: u64,
    },
    /// An event that Discord refused is posted again.
    #[strum(serialize = "try failed event again")]
    TriedAgain {
        /// Which.
        letter: DeadLetterId,
    },
    /// An event that Discord refused was thrown away.
    #[strum(serialize = "drop failed event")]
    Dropped {
        /// Which.
        letter: DeadLetterId,
    },
    /// The server was connected to a workspace, or its token was renewed.
    #[strum(serialize = "connect")]
    Connected {
        /// Which.
        workspace: WorkspaceId,
    },
    /// It was disconnected.
    #[strum(serialize = "disconnect")]
    Disconnected {
        /// Which.
        workspace: WorkspaceId,
    },
    /// Somebody was erased: so much, and not who it was.
    #[strum(serialize = "erase")]
    Erased {
        /// How much.
        extent: Extent,
    },
    /// An erasure was taken back.
    #[strum(serialize = "take erasure back")]
    ErasureTakenBack,
    /// All that is kept of somebody was written to a file for the asker.
    #[strum(serialize = "export what is kept of one person")]
    ExportedOne,
    /// The audit was looked at.
    #[strum(serialize = "read the audit")]
    AuditRead,
    /// The audit was written to a file.
    #[strum(serialize = "export the audit")]
    AuditExported,
    /// The audit's heads are posted in this channel from then on.
    #[strum(serialize = "choose where the audit's heads go")]
    AnchorsGoTo {
        /// Which.
        channel: ChannelId,
    },
    /// The audit's heads are posted nowhere from then on.
    #[strum(serialize = "have the audit's heads posted no more")]
    AnchorsEnd,
    /// A member acts in the name of this teammate from then on.
    #[strum(serialize = "act as a teammate")]
    ActsAs {
        /// Who.
        admin: AdminId,
        /// Which member, where another said so.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        of: Option<MemberId>,
    },
    /// A member acts in no teammate's name any more.
    #[strum(serialize = "have a member act as nobody")]
    ActsAsNobody {
        /// Which member.
        of: MemberId,
    },
    /// A contact is this member from then on.
    #[strum(serialize = "link")]
    Linked {
        /// Who.
        to: MemberId,
    },
    /// A conversation was taken in a teammate's name.
    #[strum(serialize = "take conversation")]
    Took {
        /// Which.
        conversation: ConversationId,
    },
    /// It was taken over from another teammate.
    #[strum(serialize = "take conversation over")]
    TookOver {
        /// Which.
        conversation: ConversationId,
    },
    /// It was closed.
    #[strum(serialize = "close conversation")]
    Closed {
        /// Which.
        conversation: ConversationId,
    },
    /// It was opened again.
    #[strum(serialize = "reopen conversation")]
    Reopened {
        /// Which.
        conversation: ConversationId,
    },
    /// It was put off.
    #[strum(serialize = "snooze")]
    Snoozed {
        /// Which.
        conversation: ConversationId,
    },
    /// A tag was put on it.
    #[strum(serialize = "tag")]
    Tagged {
        /// Which.
        conversation: ConversationId,
    },
    /// A tag was taken off it.
    #[strum(serialize = "untag")]
    Untagged {
        /// Which.
        conversation: ConversationId,
    },
    /// It was given to a teammate.
    #[strum(serialize = "give")]
    Gave {
        /// Which.
        conversation: ConversationId,
        /// To whom.
        admin: AdminId,
    },
    /// It was given to a team.
    #[strum(serialize = "give to team")]
    GaveToTeam {
        /// Which.
        conversation: ConversationId,
        /// To which.
        team: String,
    },
    /// A lead was made a user.
    #[strum(serialize = "make a user")]
    MadeUser,
    /// A lead was merged into a user.
    #[strum(serialize = "merge")]
    Merged,
    /// A reply was sent to a customer.
    #[strum(serialize = "reply")]
    Replied {
        /// In which conversation.
        conversation: ConversationId,
    },
    /// A note was added for the team.
    #[strum(serialize = "note")]
    Noted {
        /// In which conversation.
        conversation: ConversationId,
    },
    /// A teammate's name was put on a lead or user, whom nobody owned.
    #[strum(serialize = "take person")]
    TookPerson,
    /// The same, whom another teammate owned.
    #[strum(serialize = "take person over")]
    TookPersonOver,
    /// A note was written on a lead or user.
    #[strum(serialize = "note on person")]
    NotedPerson,
    /// A tag was put on a lead or user.
    #[strum(serialize = "tag person")]
    TaggedPerson,
    /// A tag was taken off a lead or user.
    #[strum(serialize = "untag person")]
    UntaggedPerson,
    /// Something that this version does not know.
    #[serde(other)]
    #[strum(serialize = "unknown")]
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
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_done_with_a_person_keeps_its_stored_name() {
        let actions = [
            Action::TookPerson,
            Action::TookPersonOver,
            Action::NotedPerson,
            Action::TaggedPerson,
            Action::UntaggedPerson,
        ];
        let stored = actions.map(|action| {
            let deed = Deed::about(MemberId(9), action, &ContactId::new("ada"));
            serde_json::to_string(&deed).expect("it is plain data")
        });
        insta::assert_snapshot!(stored.join("\n"), @r#"
        {"member":9,"action":"took_person","contact":"ada"}
        {"member":9,"action":"took_person_over","contact":"ada"}
        {"member":9,"action":"noted_person","contact":"ada"}
        {"member":9,"action":"tagged_person","contact":"ada"}
        {"member":9,"action":"untagged_person","contact":"ada"}
        "#);
    }
}
