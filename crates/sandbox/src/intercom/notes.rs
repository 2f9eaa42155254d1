//! The routes of the notes on a contact.

use axum::{
    Extension, Json,
    extract::{Path, State as Shared},
};
use bytes::Bytes;
use serde_json::{Value, json};

use super::{
    ApiVersion, ContactId, Intercom,
    answer::Answer,
    contact::Note,
    contacts::present,
    refusal::Refusal,
    replies::teammate,
    request::{read_object, text},
    state::State,
    wire,
};

/// How many notes a page shows; there is one page.
const SHOWN: usize = 50;

/// Writes a note; `updated_at` stays, and nobody is told. What is no paragraph becomes one.
pub(super) async fn create(
    Shared(intercom): Shared<Intercom>,
    Extension(version): Extension<ApiVersion>,
    Path(id): Path<String>,
    body: Bytes,
) -> Answer {
    let (id, wanted) = (ContactId::from(id), read_object(&body)?);
    let words = text(&wanted, "body").filter(|body| !body.trim().is_empty());
    let words = words.ok_or_else(|| Refusal::bad_request("parameter_not_found", "body is missing"))?;
    let (now, now_ms) = (intercom.now(), intercom.clock.unix_millis());
    intercom.with(|state| {
        present(state, &id, version)?;
        let author = if wanted.contains_key("admin_id") {
            Some(teammate(state, &wanted)?)
        } else {
            state.admins.first().map(|admin| admin.id)
        };
        let number = 31 + state.chance.next_serial();
        let body = if words.starts_with("<p>") { words.to_owned() } else { format!("<p>{words}</p>") };
        let note = Note { id: number, author, body, created_at: now };
        state.change_contact(&id, now_ms, |contact| contact.notes.push(note.clone()));
        Ok(Json(note_json(state, &id, &note)))
    })
}

/// The notes, newest first.
pub(super) async fn list(
    Shared(intercom): Shared<Intercom>,
    Extension(version): Extension<ApiVersion>,
    Path(id): Path<String>,
) -> Answer {
    let id = ContactId::from(id);
    intercom.with(|state| {
        let contact = present(state, &id, version)?;
        let newest = contact.notes.iter().rev().take(SHOWN);
        let notes: Vec<_> = newest.map(|note| note_json(state, &id, note)).collect();
        Ok(Json(json!({
            "type": "list",
            "data": notes,
            "total_count": contact.notes.len(),
            "pages": {"type": "pages", "next": null, "page": 1, "per_page": SHOWN, "total_pages": 1},
        })))
    })
}

fn note_json(state: &State, contact: &ContactId, note: &Note) -> Value {
    let author = note.author.and_then(|id| state.admins.iter().find(|admin| admin.id == id));
    json!({
        "type": "note",
        "id": note.id.to_string(),
        "created_at": note.created_at,
        "contact": {"type": "contact", "id": contact.as_str()},
        "author": author.map(|admin| wire::admin(state, admin)),
        "body": note.body,
    })
}
