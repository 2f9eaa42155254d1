//! The body of a message: its text, nonce, flags and files, with its embeds and components.

use serde_json::Value;

use super::{Form, Need, Place, components, embeds, list};
use crate::discord::{
    error::ApiError,
    message::{EPHEMERAL, SUPPRESS_EMBEDS, SUPPRESS_NOTIFICATIONS},
};

const CONTENT: usize = 2000;
const NONCE: usize = 25;
const FILES: usize = 10;
const MENTIONS: usize = 100;

/// How a body is used, which decides whether it may be empty and which flags it may set.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Use {
    /// Posted in a channel.
    Post,
    /// Answers an interaction.
    Reply,
    /// Changes a message.
    Edit,
}

/// Refuses a malformed body, and an empty one where nothing else is shown.
pub(crate) fn check(body: &Value, usage: Use, files: usize) -> Result<(), ApiError> {
    let mut form = Form::default();
    check_at(&mut form, &Place::default(), body, usage, files);
    form.finish()?;
    if usage == Use::Edit { Ok(()) } else { check_not_empty(body, files) }
}

/// Refuses a body that shows nothing.
pub(crate) fn check_not_empty(body: &Value, files: usize) -> Result<(), ApiError> {
    if is_empty(body, files) { Err(ApiError::EMPTY_MESSAGE) } else { Ok(()) }
}

pub(crate) fn check_at(form: &mut Form, place: &Place, body: &Value, usage: Use, files: usize) {
    form.text(place.at("content"), &body["content"], 0..=CONTENT, Need::Optional);
    match &body["nonce"] {
        Value::Number(_) => {}
        nonce => form.text(place.at("nonce"), nonce, 0..=NONCE, Need::Optional),
    }
    form.at_most(place.at("attachments"), files.max(list(&body["attachments"]).len()), FILES);
    embeds::check(form, &place.at("embeds"), &body["embeds"]);
    components::check(form, &place.at("components"), &body["components"], components::Surface::Message);
    check_flags(form, place.at("flags"), &body["flags"], usage);
    check_mentions(form, &place.at("allowed_mentions"), &body["allowed_mentions"]);
}

fn check_flags(form: &mut Form, place: Place, flags: &Value, usage: Use) {
    let settable = match usage {
        Use::Post | Use::Edit => SUPPRESS_EMBEDS | SUPPRESS_NOTIFICATIONS,
        Use::Reply => SUPPRESS_EMBEDS | SUPPRESS_NOTIFICATIONS | EPHEMERAL,
    };
    // Discord ignores flags that a sender may not set when a message is edited.
    if usage != Use::Edit && flags.as_u64().is_some_and(|flags| flags & !settable != 0) {
        form.refuse(place, "MESSAGE_FLAGS_NOT_ALLOWED", "These flags may not be set on such a message");
    }
}

fn check_mentions(form: &mut Form, place: &Place, mentions: &Value) {
    let parsed = list(&mentions["parse"]);
    for (kind, ids) in [("users", &mentions["users"]), ("roles", &mentions["roles"])] {
        form.at_most(place.at(kind), list(ids).len(), MENTIONS);
        if !list(ids).is_empty() && parsed.iter().any(|parsed| parsed == kind) {
            let message = format!("Mutually exclusive with parse: \"{kind}\"");
            form.refuse(place.at(kind), "MENTION_MUTUALLY_EXCLUSIVE", message);
        }
    }
}

fn is_empty(body: &Value, files: usize) -> bool {
    let has_text = body["content"].as_str().is_some_and(|content| !content.trim().is_empty());
    let has_parts = ["embeds", "components", "sticker_ids"].iter().any(|key| !list(&body[key]).is_empty());
    !has_text && !has_parts && files == 0 && body["poll"].is_null()
}
