//! The routes of the tags on a conversation. None of them moves `updated_at`, makes a part or tells anybody.

use axum::{
    Json,
    extract::{Path, State as Shared},
};
use bytes::Bytes;

use super::{
    AppliedTag, Conversation, ConversationId, Intercom, TagId,
    answer::Answer,
    refusal::Refusal,
    replies::teammate,
    request::{read_object, text},
    state::State,
    wire,
};

/// Puts a tag on.
pub(super) async fn attach(
    Shared(intercom): Shared<Intercom>,
    Path(id): Path<String>,
    body: Bytes,
) -> Answer {
    let (id, wanted) = (ConversationId::from(id), read_object(&body)?);
    let tag = text(&wanted, "id").map(TagId::from);
    let (now, now_ms) = (intercom.now(), intercom.clock.unix_millis());
    intercom.with(|state| {
        present(state, &id)?;
        let by = teammate(state, &wanted)?;
        let tag = tag.filter(|tag| state.tags.contains_key(tag)).ok_or_else(Refusal::no_tag)?;
        let applied = AppliedTag { id: tag, applied_at: now, applied_by: Some(by) };
        state.change_conversation(&id, now_ms, |conversation| {
            if !conversation.has_tag(&applied.id) {
                conversation.tags.push(applied.clone());
            }
        });
        Ok(Json(wire::applied_tag(state, &applied)))
    })
}

/// Takes a tag off. The request has a body, which names the teammate.
pub(super) async fn detach(
    Shared(intercom): Shared<Intercom>,
    Path((id, tag)): Path<(String, String)>,
    body: Bytes,
) -> Answer {
    let (id, tag, wanted) = (ConversationId::from(id), TagId::from(tag), read_object(&body)?);
    let now_ms = intercom.clock.unix_millis();
    intercom.with(|state| {
        let applied = present(state, &id)?.tags.iter().find(|applied| applied.id == tag).cloned();
        teammate(state, &wanted)?;
        let applied = applied.ok_or_else(Refusal::no_tag)?;
        state.change_conversation(&id, now_ms, |conversation| {
            conversation.tags.retain(|one| one.id != tag);
        });
        Ok(Json(wire::applied_tag(state, &applied)))
    })
}

fn present<'a>(state: &'a State, id: &ConversationId) -> Result<&'a Conversation, Refusal> {
    state.conversation(id).ok_or_else(|| Refusal::not_found("not_found", "Conversation not found"))
}
