//! What was found out about conversations that a bot began, so that none is looked up again before it moves.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use deskbell_domain::conversation::Conversation;
use deskbell_domain::ids::ConversationId;
use deskbell_domain::time::Timestamp;

/// Beyond so many conversations all that was found out about them is forgotten, which costs look-ups and nothing else.
const MOST_KNOWN: usize = 10_000;

/// What was found out about conversations that a bot began.
#[derive(Default)]
pub(in crate::ingest) struct Openings {
    known: Mutex<BTreeMap<ConversationId, Opening>>,
}

#[derive(Default)]
struct Opening {
    /// As it was when nobody had answered.
    unanswered_at: Option<Timestamp>,
    failures: u32,
}

impl Openings {
    fn with<T>(&self, id: &ConversationId, change: impl FnOnce(&mut Opening) -> T) -> T {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        if known.len() > MOST_KNOWN {
            known.clear();
        }
        change(known.entry(id.clone()).or_default())
    }

    /// Whether nobody had answered it when it moved last.
    pub(super) fn is_known_as_unanswered(&self, conversation: &Conversation) -> bool {
        let known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        known.get(&conversation.id).is_some_and(|one| one.unanswered_at == Some(conversation.updated_at))
    }

    /// It was looked up, and nobody has.
    pub(super) fn nobody_answered(&self, conversation: &Conversation) {
        self.with(&conversation.id, |one| one.unanswered_at = Some(conversation.updated_at));
    }

    /// A look-up failed; tells how often that was.
    pub(super) fn count_failure(&self, id: &ConversationId) -> u32 {
        self.with(id, |one| {
            one.failures += 1;
            one.failures
        })
    }

    /// It is announced.
    pub(super) fn forget(&self, id: &ConversationId) {
        self.known.lock().unwrap_or_else(PoisonError::into_inner).remove(id);
    }
}
