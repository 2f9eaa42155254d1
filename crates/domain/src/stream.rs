//! What Intercom is read by.

use serde::{Deserialize, Serialize};

/// The streams that are walked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Stream {
    /// Leads and users by `created_at`.
    Contacts,
    /// Conversations by `updated_at`: new ones, and those in which a customer has now answered a bot.
    Conversations,
    /// Users by `updated_at`.
    UserUpdates,
}

impl Stream {
    /// All streams.
    pub const ALL: [Self; 3] = [Self::Contacts, Self::Conversations, Self::UserUpdates];
}
