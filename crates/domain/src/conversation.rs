//! Conversations, as far as the notification and its cards need them.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::ids::{ContactId, ConversationId};
use crate::rich_text::RichText;
use crate::time::Timestamp;

/// A conversation's first message and who takes part. Text is as Intercom gave it: nothing here is escaped.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub struct Conversation {
    /// Intercom's id.
    pub id: ConversationId,
    /// When it was started.
    #[serde(default)]
    pub created_at: Timestamp,
    /// When it last moved.
    #[serde(default)]
    pub updated_at: Timestamp,
    /// `source.subject`, else `title`, as plain text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub subject: Option<String>,
    /// `source.body`: read from HTML, at most 600 visible code points.
    #[serde(default)]
    pub text: RichText,
    /// Names of the attachments of the first message.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub attachments: Vec<String>,
    /// `source.url`: the page on which it was started, without query and fragment.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub message_url: Option<String>,
    /// Who wrote the first message.
    #[serde(default)]
    pub author: Author,
    /// The first contact that takes part: User Id and User Type on cards.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub contact: Option<ContactId>,
    /// The teammate it is assigned to, by Intercom's id: Admin Id on cards.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub admin_id: Option<String>,
    /// That teammate's name, where it could be found.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub admin_name: Option<String>,
    /// The contact's companies by name, where they could be found.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub company_names: Vec<String>,
    /// How it came about.
    #[serde(default)]
    pub start: Start,
}

/// Message bodies never reach a log line, so only the id shows.
impl fmt::Debug for Conversation {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Conversation").field("id", &self.id).finish_non_exhaustive()
    }
}

/// Who wrote the first message.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Author {
    /// `user`, `lead`, `admin`, `bot`, …: an open list.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kind: Option<String>,
    /// Intercom's id.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// Name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// E-mail address.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
}

/// Who started a conversation: only those that a customer started are announced.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Start {
    /// A lead or user wrote first.
    #[default]
    Customer,
    /// The team wrote first, or a campaign did.
    Team,
    /// It is a ticket.
    Ticket,
}
