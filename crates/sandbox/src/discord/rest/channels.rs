//! Channels, and what stands in them.

use axum::{
    Router,
    extract::{Path, State as Extract},
    routing::{get, post},
};

use super::{Answer, Arc, Shared, World, id, messages, no_content, ok};
use crate::discord::{error::ApiError, permissions::Permissions};

pub(super) fn routes() -> Router<Arc<Shared>> {
    Router::new()
        .route("/channels/{channel}", get(one))
        .route("/channels/{channel}/typing", post(typing))
        .route("/channels/{channel}/messages", get(messages::history).post(messages::create))
        .route(
            "/channels/{channel}/messages/{message}",
            get(messages::one).patch(messages::edit).delete(messages::delete),
        )
}

async fn one(Extract(shared): World, Path(channel): Path<String>) -> Answer {
    let channel = id(&channel)?;
    shared.read(|state| {
        let (channel, _) = state.viewed_channel(channel)?;
        Ok(ok(state.channel_json(channel)))
    })
}

async fn typing(Extract(shared): World, Path(channel): Path<String>) -> Answer {
    let channel = id(&channel)?;
    shared.read(|state| {
        let (channel, permissions) = state.viewed_channel(channel)?;
        if permissions.contains(channel.kind.sending()) {
            Ok(no_content())
        } else {
            Err(ApiError::MISSING_PERMISSIONS)
        }
    })
}

/// Whether the bot may post this much in a channel that it can view.
pub(super) fn require(permissions: Permissions, needed: Permissions) -> Result<(), ApiError> {
    if permissions.contains(needed) { Ok(()) } else { Err(ApiError::MISSING_PERMISSIONS) }
}
