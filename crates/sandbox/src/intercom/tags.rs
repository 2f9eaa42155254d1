//! The routes of tags.

use axum::{
    Extension, Json,
    extract::{Path, State as Shared},
};
use bytes::Bytes;
use serde_json::{Value, json};

use super::{
    ApiVersion, AppliedTag, ContactId, Intercom, TagId, answer::Answer, contacts::present, refusal::Refusal,
    request::read_object, wire,
};

pub(super) async fn list(Shared(intercom): Shared<Intercom>) -> Answer {
    let tags: Vec<_> = intercom.with(|state| {
        state.tags.iter().map(|(id, name)| json!({"type": "tag", "id": id.as_str(), "name": name})).collect()
    });
    Ok(Json(json!({"type": "list", "data": tags})))
}

pub(super) async fn show(Shared(intercom): Shared<Intercom>, Path(id): Path<String>) -> Answer {
    let id = TagId::from(id);
    let name = intercom.with(|state| state.tags.get(&id).cloned()).ok_or_else(Refusal::no_resource)?;
    Ok(Json(json!({"type": "tag", "id": id.as_str(), "name": name})))
}

pub(super) async fn of_contact(
    Shared(intercom): Shared<Intercom>,
    Extension(version): Extension<ApiVersion>,
    Path(id): Path<String>,
) -> Answer {
    intercom.with(|state| {
        let contact = present(state, &ContactId::from(id), version)?;
        let tags: Vec<_> = contact.tags.iter().map(|applied| wire::applied_tag(state, applied)).collect();
        Ok(Json(json!({"type": "list", "data": tags})))
    })
}

/// Puts a tag on a contact; `updated_at` stays.
pub(super) async fn attach(
    Shared(intercom): Shared<Intercom>,
    Extension(version): Extension<ApiVersion>,
    Path(id): Path<String>,
    body: Bytes,
) -> Answer {
    let (id, wanted) = (ContactId::from(id), read_object(&body)?);
    let tag = wanted.get("id").and_then(Value::as_str).map(TagId::from).ok_or_else(Refusal::no_resource)?;
    let (now, now_ms) = (intercom.now(), intercom.clock.unix_millis());
    intercom.with(|state| {
        present(state, &id, version)?;
        if !state.tags.contains_key(&tag) {
            return Err(Refusal::no_resource());
        }
        let applied = AppliedTag { id: tag, applied_at: now, applied_by: None };
        state.change_contact(&id, now_ms, |contact| {
            if !contact.has_tag(&applied.id) {
                contact.tags.push(applied.clone());
            }
        });
        Ok(Json(wire::applied_tag(state, &applied)))
    })
}

/// Takes a tag off a contact; `updated_at` stays.
pub(super) async fn detach(
    Shared(intercom): Shared<Intercom>,
    Extension(version): Extension<ApiVersion>,
    Path((id, tag)): Path<(String, String)>,
) -> Answer {
    let (id, tag) = (ContactId::from(id), TagId::from(tag));
    let now_ms = intercom.clock.unix_millis();
    intercom.with(|state| {
        let tags = &present(state, &id, version)?.tags;
        let applied =
            tags.iter().find(|applied| applied.id == tag).cloned().ok_or_else(Refusal::no_resource)?;
        state.change_contact(&id, now_ms, |contact| contact.tags.retain(|one| one.id != tag));
        Ok(Json(wire::applied_tag(state, &applied)))
    })
}
