//! What happened in a conversation that is worth a message of its own.

use serde::{Deserialize, Serialize};

use super::told_wait::{Ended, Unanswered};
use crate::threshold::Threshold;
use crate::time::Timestamp;

/// What happened in a conversation.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Activity {
    /// A customer began it, or first answered what a bot began it with.
    #[default]
    Started,
    /// A customer wrote again: the conversation's words and author are those of the reply.
    Replied,
    /// A bot had it, and a person is needed: the conversation's words are what the customer said last.
    HandedOver,
    /// A customer rated it.
    Rated(Rating),
    /// A customer has waited for an answer: the conversation's words are the first of the wait.
    Unanswered(Unanswered),
}

impl Activity {
    /// Whether it is the beginning of the conversation.
    pub fn is_start(&self) -> bool {
        *self == Self::Started
    }

    /// After how long a wait is told, where it is one.
    pub fn threshold(&self) -> Option<Threshold> {
        match self {
            Self::Unanswered(wait) => Some(wait.threshold),
            _ => None,
        }
    }

    /// Leaves out what teammates are called.
    pub fn forget_names(&mut self) {
        if let Self::Unanswered(Unanswered { ended: Some(ended), .. }) = self {
            ended.by = None;
        }
    }

    /// How the wait ended, where it is one and did.
    pub fn ended(&self) -> Option<&Ended> {
        match self {
            Self::Unanswered(wait) => wait.ended.as_ref(),
            _ => None,
        }
    }
}

/// What a customer thinks of a conversation (`conversation_rating`,
/// <https://developers.intercom.com/docs/references/rest-api/api.intercom.io/conversations>).
#[derive(Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Rating {
    /// 1, the worst, to 5.
    #[serde(rename = "s")]
    pub score: u8,
    /// When it was given. A remark comes later, and is no other rating.
    #[serde(rename = "t")]
    pub at: Timestamp,
    /// What the customer added, as plain text.
    #[serde(rename = "r", default, skip_serializing_if = "Option::is_none")]
    pub remark: Option<String>,
}

impl Rating {
    /// Takes over what the customer added to it since.
    pub fn take_remark(&mut self, later: Option<&Self>) {
        if let Some(later) = later.filter(|later| later.at == self.at && later.remark.is_some()) {
            self.remark.clone_from(&later.remark);
        }
    }
}

/// What a customer wrote never reaches a log line.
impl std::fmt::Debug for Rating {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Rating").field("score", &self.score).finish_non_exhaustive()
    }
}
