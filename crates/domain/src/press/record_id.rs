//! Ids of Intercom's records that came back from Discord.

use crate::ids::{ContactId, ConversationId};

/// An id that came back from Discord: only what an Intercom id can hold passes.
pub fn parse_contact(text: &str) -> Option<ContactId> {
    is_record_id(text).then(|| ContactId::new(text))
}

/// The same of a conversation.
pub fn parse_conversation(text: &str) -> Option<ConversationId> {
    is_record_id(text).then(|| ConversationId::new(text))
}

fn is_record_id(text: &str) -> bool {
    (1..=64).contains(&text.len())
        && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_')
}
