//! Channels, and the sign that the bot is typing.

use std::sync::Arc;

use axum::{
    Router,
    extract::{Path, State as Extract},
    routing::{get, post},
};

use super::{
    answer::{Answer, no_content, ok},
    request::{World, id},
};
use crate::discord::{error::ApiError, shared::Shared};

pub(super) fn routes() -> Router<Arc<Shared>> {
    Router::new().route("/channels/{channel}", get(one)).route("/channels/{channel}/typing", post(typing))
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
