//! What a token may do, and what it lacks.

/// What a token lacks for a call that it may not make.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, thiserror::Error)]
pub enum Lack {
    /// A permission of the app.
    #[error("the permission \"{}\" is missing", .0.label())]
    Permission(TokenPermission),
    /// The workspace's plan does not include it.
    #[error("the workspace's plan does not include it")]
    Plan,
}

/// A permission that a token can have, as Intercom's Developer Hub lists them under Authentication.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum TokenPermission {
    /// To search and read leads, users and companies.
    ReadContacts,
    /// To make and change leads and users.
    WriteContacts,
    /// To search and read conversations.
    ReadConversations,
    /// To assign, close and answer them.
    WriteConversations,
    /// To list teammates.
    ReadAdmins,
    /// To list tags.
    ReadTags,
    /// To put tags on and take them off.
    WriteTags,
}

impl TokenPermission {
    /// What the Developer Hub calls it.
    pub fn label(self) -> &'static str {
        match self {
            Self::ReadContacts => "Read and list users and companies",
            Self::WriteContacts => "Write users and companies",
            Self::ReadConversations => "Read conversations",
            Self::WriteConversations => "Write conversations",
            Self::ReadAdmins => "Read admins",
            Self::ReadTags => "Read tags",
            Self::WriteTags => "Write tags",
        }
    }
}
