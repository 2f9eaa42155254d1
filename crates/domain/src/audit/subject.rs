//! What an action is about, so that somebody can look for it.

use super::Action;

/// What an action is about, to look for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Subject {
    /// Single customers, or all of them.
    Customers,
    /// Notifications.
    Notifications,
    /// Who may see customers.
    Access,
    /// The connection to a workspace.
    Connection,
    /// The audit itself.
    Audit,
}

impl Subject {
    /// All of them.
    pub const ALL: [Self; 5] =
        [Self::Customers, Self::Notifications, Self::Access, Self::Connection, Self::Audit];

    /// As a control carries it.
    pub fn code(self) -> &'static str {
        match self {
            Self::Customers => "customers",
            Self::Notifications => "notifications",
            Self::Access => "access",
            Self::Connection => "connection",
            Self::Audit => "audit",
        }
    }

    /// What a control carried.
    pub fn of_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|subject| subject.code() == code)
    }
}

impl Action {
    /// What it is about, where this version knows it.
    pub fn subject(&self) -> Option<Subject> {
        Some(match self {
            Self::Exported { .. }
            | Self::Shared { .. }
            | Self::Created
            | Self::Updated
            | Self::Erased { .. }
            | Self::ErasureTakenBack
            | Self::ExportedOne
            | Self::Linked { .. }
            | Self::Snoozed { .. }
            | Self::Tagged { .. }
            | Self::Untagged { .. }
            | Self::Gave { .. }
            | Self::GaveToTeam { .. }
            | Self::MadeUser
            | Self::Merged
            | Self::TookPerson
            | Self::TookPersonOver
            | Self::NotedPerson
            | Self::TaggedPerson
            | Self::UntaggedPerson
            | Self::Took { .. }
            | Self::TookOver { .. }
            | Self::Closed { .. }
            | Self::Reopened { .. }
            | Self::Replied { .. }
            | Self::Noted { .. } => Subject::Customers,
            Self::Opened(_)
            | Self::Added(_)
            | Self::AddedOpen(_)
            | Self::Changed(_)
            | Self::Paused(_)
            | Self::Resumed(_)
            | Self::Removed { .. }
            | Self::Skipped { .. }
            | Self::TriedAgain { .. }
            | Self::Dropped { .. } => Subject::Notifications,
            Self::EverybodyIs { .. }
            | Self::AccessGiven { .. }
            | Self::AccessTaken { .. }
            | Self::ActsAs { .. }
            | Self::ActsAsNobody { .. } => Subject::Access,
            Self::Connected { .. } | Self::Disconnected { .. } => Subject::Connection,
            Self::AuditRead | Self::AuditExported | Self::AnchorsGoTo { .. } | Self::AnchorsEnd => {
                Subject::Audit
            }
            Self::Unknown => return None,
        })
    }
}
