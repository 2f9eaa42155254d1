//! Who wrote, as far as conversations that were read tell: a lead that a conversation made is told silently, because the
//! conversation is told by itself.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use deskbell_domain::conversation::Conversation;
use deskbell_domain::ids::ContactId;
use deskbell_domain::time::Timestamp;

/// Beyond so many people all are forgotten, which costs a ring too many and nothing else.
const MOST_KNOWN: usize = 10_000;

/// When people first wrote.
#[derive(Default)]
pub(in crate::ingest) struct Writers(Mutex<BTreeMap<ContactId, Timestamp>>);

impl Writers {
    /// Learns who wrote these.
    pub(in crate::ingest) fn learn(&self, conversations: &[Conversation]) {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if known.len() > MOST_KNOWN {
            known.clear();
        }
        for conversation in conversations {
            if let (Some(who), Some(at)) = (&conversation.contact, conversation.customer_spoke_at()) {
                let first = known.entry(who.clone()).or_insert(at);
                *first = at.min(*first);
            }
        }
    }

    /// When somebody first wrote.
    pub(super) fn first_words(&self, who: &ContactId) -> Option<Timestamp> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).get(who).copied()
    }
}
