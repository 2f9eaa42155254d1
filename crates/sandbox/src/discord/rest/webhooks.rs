//! What may be done with an interaction's token after the first answer: edits, further messages, deletions.

use std::sync::Arc;

use axum::{
    Router,
    extract::{Path, State as Extract},
    http::HeaderMap,
    routing::{get, post},
};
use bytes::Bytes;
use jiff::Timestamp;

use super::{
    answer::{Answer, no_content, ok},
    request::{World, id},
    upload::Parcel,
};
use crate::discord::{
    compose::Letter,
    error::ApiError,
    existence::Existence,
    ids::MessageId,
    interaction::{Interaction, TOKEN_LIFE},
    message::{LOADING, Message},
    shared::Shared,
    state::State,
    validate::message::{Use, check, check_not_empty},
};

const ORIGINAL: &str = "@original";

pub(super) fn routes() -> Router<Arc<Shared>> {
    Router::new()
        .route("/webhooks/{application}/{token}", post(follow_up))
        .route("/webhooks/{application}/{token}/messages/{message}", get(one).patch(edit).delete(delete))
}

/// The interaction that a token belongs to, if it was answered and the token still lives.
fn answered(state: &State, application: &str, token: &str, now: Timestamp) -> Result<Interaction, ApiError> {
    let found = state.interactions.values().rev().find(|interaction| interaction.token == token);
    let interaction = found.filter(|_| application == state.application.id.to_string());
    let interaction =
        interaction.filter(|interaction| interaction.ack.is_some()).ok_or(ApiError::UNKNOWN_WEBHOOK)?;
    let age = now.duration_since(interaction.sent_at);
    if age > jiff::SignedDuration::try_from(TOKEN_LIFE).unwrap_or(jiff::SignedDuration::MAX) {
        return Err(ApiError::TOKEN_EXPIRED);
    }
    Ok(interaction.clone())
}

/// The message that a path names; only the interaction's own ones can be named.
fn named(interaction: &Interaction, message: &str) -> Result<MessageId, ApiError> {
    if message == ORIGINAL {
        return interaction.original.ok_or(ApiError::UNKNOWN_MESSAGE);
    }
    let wanted: MessageId = id(message)?;
    let own = interaction.original.iter().chain(&interaction.followups).any(|own| *own == wanted);
    if own { Ok(wanted) } else { Err(ApiError::UNKNOWN_MESSAGE) }
}

type Named = Path<(String, String, String)>;

async fn one(Extract(shared): World, Path((application, token, message)): Named) -> Answer {
    shared.read(|state| {
        let interaction = answered(state, &application, &token, shared.now())?;
        let message = state.message(interaction.channel, named(&interaction, &message)?)?;
        Ok(ok(state.message_json(message)))
    })
}

async fn edit(
    Extract(shared): World,
    Path((application, token, message)): Named,
    headers: HeaderMap,
    body: Bytes,
) -> Answer {
    let parcel = Parcel::read(&headers, &body)?;
    let now = shared.now();
    shared.write(|state| {
        let interaction = answered(state, &application, &token, now)?;
        let message = named(&interaction, &message)?;
        let message = change(state, &interaction, message, parcel, now)?;
        Ok(ok(state.message_json(&message)))
    })
}

fn change(
    state: &mut State,
    interaction: &Interaction,
    message: MessageId,
    parcel: Parcel,
    now: Timestamp,
) -> Result<Message, ApiError> {
    check(&parcel.body, Use::Edit, parcel.files.len())?;
    let at = (interaction.channel, message);
    if state.message(at.0, at.1)?.is_loading() {
        check_not_empty(&parcel.body, parcel.files.len())?;
        // The answer has come: it is no longer being worked on.
        state.message_mut(at.0, at.1)?.flags &= !LOADING;
    }
    state.edit(at, &parcel.body, parcel.files, now)
}

async fn delete(Extract(shared): World, Path((application, token, message)): Named) -> Answer {
    let now = shared.now();
    shared.write(|state| {
        let interaction = answered(state, &application, &token, now)?;
        let message = named(&interaction, &message)?;
        state.message_mut(interaction.channel, message)?.existence = Existence::Gone;
        Ok(no_content())
    })
}

/// A further message. After "the bot is thinking" the first one takes the place of that, as at Discord.
async fn follow_up(
    Extract(shared): World,
    Path((application, token)): Path<(String, String)>,
    headers: HeaderMap,
    body: Bytes,
) -> Answer {
    let parcel = Parcel::read(&headers, &body)?;
    let now = shared.now();
    shared.write(|state| {
        let interaction = answered(state, &application, &token, now)?;
        let original = interaction.original.and_then(|id| state.message(interaction.channel, id).ok());
        if let Some(thinking) = original.filter(|message| message.is_loading()).map(|message| message.id) {
            let message = change(state, &interaction, thinking, parcel, now)?;
            return Ok(ok(state.message_json(&message)));
        }
        check(&parcel.body, Use::Reply, parcel.files.len())?;
        let letter = Letter::reply(state, &interaction, &parcel.body, parcel.files);
        let message = state.post(letter, now);
        if let Some(interaction) = state.interactions.get_mut(&interaction.id) {
            interaction.followups.push(message.id);
        }
        Ok(ok(state.message_json(&message)))
    })
}
