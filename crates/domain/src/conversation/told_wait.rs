//! A wait of a customer as it is told: by what it is known, after how long it was told, and how it ended.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::ids::{ConversationId, PartId};
use crate::threshold::Threshold;
use crate::time::Timestamp;

/// By what a wait is known.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct WaitId(String);

impl WaitId {
    /// The part with which it began.
    pub fn part(id: &PartId) -> Self {
        Self(id.to_string())
    }

    /// It began with the conversation, whose id may be a part's, too.
    pub(super) fn source(id: &ConversationId) -> Self {
        Self(format!("conversation-{id}"))
    }

    /// Its first words are not among those that can be read.
    pub(super) fn since(id: &ConversationId, since: Timestamp) -> Self {
        Self(format!("conversation-{id}-{}", since.0))
    }
}

impl fmt::Display for WaitId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

/// A wait that was told.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Unanswered {
    /// After how long.
    #[serde(rename = "s")]
    pub threshold: Threshold,
    /// Since when the customer waited.
    #[serde(rename = "t")]
    pub since: Timestamp,
    /// How it ended, as far as that is known.
    #[serde(rename = "e", default, skip_serializing_if = "Option::is_none")]
    pub ended: Option<Ended>,
}

/// How a wait ended.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ended {
    /// In which way.
    #[serde(rename = "h")]
    pub how: Closing,
    /// After how many seconds of open time.
    #[serde(rename = "s")]
    pub seconds: i64,
    /// Who ended it, where the name is known.
    #[serde(rename = "b", default, skip_serializing_if = "Option::is_none")]
    pub by: Option<String>,
}

/// A teammate's name never reaches a log line.
impl fmt::Debug for Ended {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Ended").field("how", &self.how).finish_non_exhaustive()
    }
}

/// In which way a wait ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Closing {
    /// A person answered.
    Answered,
    /// The conversation was closed.
    Closed,
}
