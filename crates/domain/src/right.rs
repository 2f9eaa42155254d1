//! What a token may do, one by one.

use serde::{Deserialize, Serialize};
use strum::VariantArray;

use crate::port::intercom::TokenPermission;

/// Something that a token may do, as far as it makes a difference here. The names are stored: never change one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, VariantArray)]
#[serde(rename_all = "snake_case")]
pub enum Right {
    /// To search and read leads and users.
    ReadContacts,
    /// To list companies.
    ReadCompanies,
    /// To search and read conversations.
    ReadConversations,
    /// To list tags.
    ReadTags,
    /// To list teammates.
    ReadAdmins,
    /// To make and change leads and users.
    WriteContacts,
    /// To assign, answer and close conversations.
    WriteConversations,
    /// To put tags on conversations and take them off.
    WriteTags,
}

impl Right {
    /// What is ticked for it in the Developer Hub.
    pub fn permission(self) -> TokenPermission {
        match self {
            Self::ReadContacts | Self::ReadCompanies => TokenPermission::ReadContacts,
            Self::ReadConversations => TokenPermission::ReadConversations,
            Self::ReadTags => TokenPermission::ReadTags,
            Self::ReadAdmins => TokenPermission::ReadAdmins,
            Self::WriteContacts => TokenPermission::WriteContacts,
            Self::WriteConversations => TokenPermission::WriteConversations,
            Self::WriteTags => TokenPermission::WriteTags,
        }
    }

    /// Whether nothing is changed by it.
    pub fn reads(self) -> bool {
        !matches!(self, Self::WriteContacts | Self::WriteConversations | Self::WriteTags)
    }
}
