//! The parts of a conversation as JSON.

use serde_json::{Value, json};

use super::{
    super::{Attachment, Conversation, Part, PartId, state::State},
    author,
};

/// How many parts a look-up shows: the newest.
const SHOWN: usize = 500;

/// The parts that a look-up shows by now.
pub(super) fn newest(state: &State, conversation: &Conversation, now_ms: i64) -> Value {
    let shown: Vec<_> = conversation.parts.iter().filter(|part| part.shown_ms <= now_ms).collect();
    let newest = &shown[shown.len().saturating_sub(SHOWN)..];
    let newest: Vec<_> = newest.iter().map(|one| part(state, one)).collect();
    list(&newest)
}

/// One part alone, or none.
pub(super) fn only(state: &State, conversation: &Conversation, id: Option<PartId>) -> Value {
    let parts = conversation.parts.iter().filter(|one| Some(one.id) == id);
    let only: Vec<_> = parts.map(|one| part(state, one)).collect();
    list(&only)
}

fn list(parts: &[Value]) -> Value {
    let total_count = parts.len();
    json!({"type": "conversation_part.list", "conversation_parts": parts, "total_count": total_count})
}

fn part(state: &State, part: &Part) -> Value {
    json!({
        "type": "conversation_part",
        "id": part.id.to_string(),
        "part_type": part.part_type,
        "body": part.body,
        "created_at": part.created_at,
        "updated_at": part.updated_at,
        "notified_at": part.created_at,
        "assigned_to": part.assigned_to.map(author::assignee),
        "author": author::of_part(state, part),
        "attachments": part.attachments.iter().map(attachment).collect::<Vec<_>>(),
        "external_id": null,
        "redacted": part.redacted,
        "email_message_metadata": null,
        "metadata": {},
        "state": part.state.as_str(),
        "tags": [],
        "event_details": part.event_details,
        "app_package_code": part.app_package_code,
    })
}

fn attachment(attachment: &Attachment) -> Value {
    json!({
        "type": "upload",
        "name": attachment.name,
        "url": attachment.url,
        "content_type": attachment.content_type,
        "filesize": attachment.size,
    })
}
