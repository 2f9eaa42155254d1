//! Messages of a channel: history, posting with a nonce, editing, deleting.

use std::sync::Arc;

use axum::{
    Router,
    extract::{Path, Query, State as Extract},
    http::HeaderMap,
    routing::get,
};
use bytes::Bytes;
use serde::Deserialize;
use serde_json::{Value, json};

use super::{
    answer::{Answer, no_content, ok},
    request::{World, id},
    upload::Parcel,
};
use crate::discord::{
    compose::{Letter, PingsByDefault},
    error::ApiError,
    existence::Existence,
    ids::{ChannelId, MessageId},
    message::Message,
    permissions::Permissions,
    shared::Shared,
    state::{Channel, ChannelKind, Lock, State},
    validate::{
        list,
        message::{Use, check},
    },
};

const DEFAULT_PAGE: usize = 50;
const LONGEST_PAGE: usize = 100;

pub(super) fn routes() -> Router<Arc<Shared>> {
    Router::new()
        .route("/channels/{channel}/messages", get(history).post(create))
        .route("/channels/{channel}/messages/{message}", get(one).patch(edit).delete(delete))
}

#[derive(Deserialize)]
struct Page {
    before: Option<MessageId>,
    after: Option<MessageId>,
    around: Option<MessageId>,
    limit: Option<usize>,
}

/// Newest first. Without Read Message History the list is empty, and nothing says why.
async fn history(Extract(shared): World, Path(channel): Path<String>, Query(page): Query<Page>) -> Answer {
    let channel = id(&channel)?;
    let limit = page.limit.unwrap_or(DEFAULT_PAGE);
    if !(1..=LONGEST_PAGE).contains(&limit) {
        let error =
            json!({"code": "NUMBER_TYPE_MAX", "message": "int value should be less than or equal to 100."});
        return Err(ApiError::invalid_form(json!({"limit": {"_errors": [error]}})));
    }
    shared.read(|state| {
        let (channel, permissions) = state.viewed_channel(channel)?;
        if !permissions.contains(Permissions::READ_MESSAGE_HISTORY) {
            return Ok(ok(json!([])));
        }
        let body: Value = page.of(channel, limit).map(|message| state.message_json(message)).collect();
        Ok(ok(body))
    })
}

impl Page {
    fn of<'a>(&self, channel: &'a Channel, limit: usize) -> impl Iterator<Item = &'a Message> {
        let readable = |message: &&Message| !message.is_deleted() && !message.is_ephemeral();
        let mut all: Vec<&Message> = channel.messages.iter().filter(readable).collect();
        if let Some(after) = self.after {
            all.retain(|message| message.id > after);
            all.truncate(limit);
        } else if let Some(before) = self.before {
            all.retain(|message| message.id < before);
        } else if let Some(around) = self.around {
            let middle = all.partition_point(|message| message.id < around);
            let end = (middle + limit.div_ceil(2)).min(all.len());
            all.truncate(end);
        }
        all.into_iter().rev().take(limit)
    }
}

async fn one(Extract(shared): World, Path((channel, message)): Path<(String, String)>) -> Answer {
    let (channel, message) = (id(&channel)?, id(&message)?);
    shared.read(|state| {
        let (_, permissions) = state.viewed_channel(channel)?;
        if !permissions.contains(Permissions::READ_MESSAGE_HISTORY) {
            return Err(ApiError::MISSING_ACCESS);
        }
        let message = state.message(channel, message)?;
        Ok(ok(state.message_json(message)))
    })
}

async fn create(
    Extract(shared): World,
    Path(channel): Path<String>,
    headers: HeaderMap,
    body: Bytes,
) -> Answer {
    let channel = id(&channel)?;
    let pace = shared.limits(|limits| limits.take_message(channel, shared.clock.unix_millis()));
    let pace = match pace {
        Ok(headers) => headers,
        Err(refusal) => return Ok(*refusal),
    };
    let mut answered = match Parcel::read(&headers, &body).and_then(|parcel| post(&shared, channel, parcel)) {
        Ok(body) => ok(body),
        Err(refusal) => axum::response::IntoResponse::into_response(refusal),
    };
    answered.headers_mut().extend(pace);
    Ok(answered)
}

fn post(shared: &Shared, channel: ChannelId, parcel: Parcel) -> Result<Value, ApiError> {
    let now = shared.now();
    shared.write(|state| {
        may_post(state, channel, &parcel)?;
        check(&parcel.body, Use::Post, parcel.files.len())?;
        if let Some(earlier) = same_nonce(state, &parcel.body, now) {
            return earlier;
        }
        let letter = Letter {
            channel,
            author: state.application.bot,
            body: &parcel.body,
            uploads: parcel.files,
            interaction: None,
            pings: PingsByDefault::Everyone,
        };
        let message = state.post(letter, now);
        Ok(state.sent_message_json(&message))
    })
}

fn may_post(state: &State, channel: ChannelId, parcel: &Parcel) -> Result<(), ApiError> {
    let (channel, permissions) = state.viewed_channel(channel)?;
    match channel.kind {
        ChannelKind::Forum => return Err(ApiError::FORUM_NEEDS_A_POST),
        ChannelKind::Category => return Err(ApiError::NOT_A_TEXT_CHANNEL),
        _ => {}
    }
    if channel.lock == Lock::Locked && !permissions.contains(Permissions::MANAGE_THREADS) {
        return Err(ApiError::THREAD_LOCKED);
    }
    require(permissions, channel.kind.sending())?;
    if !list(&parcel.body["embeds"]).is_empty() {
        require(permissions, Permissions::EMBED_LINKS)?;
    }
    if parcel.files.is_empty() { Ok(()) } else { require(permissions, Permissions::ATTACH_FILES) }
}

/// Whether the bot may do this much in a channel that it can view.
fn require(permissions: Permissions, needed: Permissions) -> Result<(), ApiError> {
    if permissions.contains(needed) { Ok(()) } else { Err(ApiError::MISSING_PERMISSIONS) }
}

/// With `enforce_nonce`, an author's earlier message with the same nonce is the answer; if it was deleted, it is unknown.
fn same_nonce(state: &State, body: &Value, now: jiff::Timestamp) -> Option<Result<Value, ApiError>> {
    if body["enforce_nonce"] != true || body["nonce"].is_null() {
        return None;
    }
    let window = jiff::SignedDuration::try_from(state.nonce_window).ok()?;
    let is_recent = |message: &&Message| now.duration_since(message.sent) <= window;
    let recent =
        state.channels.values().flat_map(|channel| channel.messages.iter().rev().take_while(is_recent));
    let is_same = |message: &&Message| {
        message.author == state.application.bot && message.nonce.as_ref() == Some(&body["nonce"])
    };
    let earlier = recent.into_iter().find(is_same)?;
    let answer = if earlier.is_deleted() {
        Err(ApiError::UNKNOWN_MESSAGE)
    } else {
        Ok(state.sent_message_json(earlier))
    };
    Some(answer)
}

async fn edit(
    Extract(shared): World,
    Path((channel, message)): Path<(String, String)>,
    headers: HeaderMap,
    body: Bytes,
) -> Answer {
    let (channel, message) = (id(&channel)?, id(&message)?);
    let pace = shared.limits(|limits| limits.take_edit(channel, shared.clock.unix_millis()));
    let pace = match pace {
        Ok(headers) => headers,
        Err(refusal) => return Ok(*refusal),
    };
    let parcel = Parcel::read(&headers, &body)?;
    let now = shared.now();
    let mut answered = shared.write(|state| {
        state.viewed_channel(channel)?;
        if state.message(channel, message)?.author != state.application.bot {
            return Err(ApiError::NOT_YOUR_MESSAGE);
        }
        check(&parcel.body, Use::Edit, parcel.files.len())?;
        let message = state.edit((channel, message), &parcel.body, parcel.files, now)?;
        Ok::<_, ApiError>(ok(state.message_json(&message)))
    })?;
    answered.headers_mut().extend(pace);
    Ok(answered)
}

async fn delete(Extract(shared): World, Path((channel, message)): Path<(String, String)>) -> Answer {
    let (channel, message) = (id(&channel)?, id(&message)?);
    shared.write(|state| {
        let (_, permissions) = state.viewed_channel(channel)?;
        let bot = state.application.bot;
        let message = state.message_mut(channel, message)?;
        if message.author != bot {
            require(permissions, Permissions::MANAGE_MESSAGES)?;
        }
        message.existence = Existence::Gone;
        Ok(no_content())
    })
}
