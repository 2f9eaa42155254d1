//! How the events of one message are shown, and those of a crowd.

use serde::{Deserialize, Serialize};

use crate::ids::JournalNumber;

/// How the events of a batch are shown. Part of the in-flight record, so that a batch looks the same however often
/// it is sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Layout {
    /// One full card an event; one to three events.
    Cards,
    /// One brief card an event; up to ten.
    Brief,
    /// One line an event in one embed: up to twenty user updates, up to fifty of anything else.
    Lines,
    /// The same as cards, but for the pictures: Discord refused one and did not say which.
    WithoutPictures,
    /// One card without any text from outside: what never gets through may do so without it.
    Plain,
}

/// Many events that wait at once, of which each message shows a part. What began as one ends as one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Crowd {
    /// The last event that is known to belong to it.
    pub until: JournalNumber,
    /// How the part before was shown.
    pub layout: Layout,
}
