//! What the script made happen, and so what must be posted: the one side of the count. The other is [`super::tally`].

use std::sync::{Mutex, PoisonError};

use deskbell_domain::event::EventKind;
use deskbell_sandbox::discord::ids::ChannelId;

/// An event that must be posted once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Expected {
    pub(super) kind: EventKind,
    pub(super) channel: ChannelId,
    /// The id of the record at Intercom.
    pub(super) record: String,
    /// What a person calls it.
    pub(super) name: String,
    /// When it happened, in Intercom's seconds.
    pub(super) at: i64,
}

/// Everything that was made to happen so far.
#[derive(Default)]
pub(super) struct Ledger(Mutex<Vec<Expected>>);

impl Ledger {
    pub(super) fn expect(&self, event: Expected) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push(event);
    }

    pub(super) fn expected(&self) -> Vec<Expected> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}
