//! Where the gateway is, and who the bot is.

use std::sync::Arc;

use axum::{Router, extract::State as Extract, routing::get};
use serde_json::json;

use super::{
    answer::{Answer, ok},
    request::World,
};
use crate::discord::shared::Shared;

pub(super) fn routes() -> Router<Arc<Shared>> {
    Router::new()
        .route("/gateway", get(address))
        .route("/gateway/bot", get(address_for_bots))
        .route("/users/@me", get(own_user))
        .route("/applications/@me", get(application))
        .route("/oauth2/applications/@me", get(application))
}

async fn address(Extract(shared): World) -> Answer {
    Ok(ok(json!({"url": shared.gateway_url})))
}

async fn address_for_bots(Extract(shared): World) -> Answer {
    Ok(ok(shared.gateway(|gateway| gateway.plan.json(&shared.gateway_url))))
}

async fn own_user(Extract(shared): World) -> Answer {
    Ok(ok(shared.read(|state| state.user(state.application.bot).own_json())))
}

async fn application(Extract(shared): World) -> Answer {
    let body = shared.read(|state| {
        let bot = state.user(state.application.bot);
        let owner = state.users.values().find(|user| !user.is_bot).unwrap_or(bot);
        state.application.json(owner, bot, state.joined_guilds().count())
    });
    Ok(ok(body))
}
