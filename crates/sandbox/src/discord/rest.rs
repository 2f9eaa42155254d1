//! The REST API: routes, and the gate that every request passes.
//!
//! The gate is Discord's: an outage answers first, then a ban, then the token is checked, then the global pace. Requests with an
//! interaction's own token need no other and do not count.

mod answer;
mod channels;
mod commands;
mod gateway;
mod guilds;
mod interactions;
mod messages;
mod request;
mod upload;
mod webhooks;

use std::sync::Arc;

use axum::{
    Router,
    extract::{Request, State as Extract},
    http::{HeaderMap, StatusCode, header},
    middleware::{self, Next},
    response::{IntoResponse, Response},
};

use self::request::World;
use super::{error::ApiError, outage::Outage, ratelimit::RateLimits, shared::Shared};

pub(crate) fn router(shared: Arc<Shared>) -> Router {
    let routes = Router::new()
        .merge(gateway::routes())
        .merge(guilds::routes())
        .merge(channels::routes())
        .merge(messages::routes())
        .merge(commands::routes())
        .merge(interactions::routes())
        .merge(webhooks::routes());
    Router::new()
        .nest("/api/v10", routes)
        .fallback(async || ApiError::NOT_FOUND)
        .method_not_allowed_fallback(async || ApiError::METHOD_NOT_ALLOWED)
        .layer(middleware::from_fn_with_state(shared.clone(), gate))
        .with_state(shared)
}

async fn gate(Extract(shared): World, request: Request, next: Next) -> Response {
    if let Outage::Rest { status, .. } = shared.outage() {
        return down(status).into_response();
    }
    if let Some(page) = shared.limits(RateLimits::ban) {
        return page;
    }
    if !needs_no_token(request.uri().path()) {
        if !is_authorized(&shared, request.headers()) {
            return ApiError::UNAUTHORIZED.into_response();
        }
        if let Err(refusal) = shared.limits(RateLimits::take_global) {
            return *refusal;
        }
    }
    next.run(request).await
}

fn down(status: StatusCode) -> ApiError {
    if status == StatusCode::INTERNAL_SERVER_ERROR {
        return ApiError::INTERNAL;
    }
    ApiError { status, ..ApiError::UNAVAILABLE }
}

fn needs_no_token(path: &str) -> bool {
    let path = path.strip_prefix("/api/v10").unwrap_or(path);
    path == "/gateway" || path.starts_with("/interactions/") || path.starts_with("/webhooks/")
}

fn is_authorized(shared: &Shared, headers: &HeaderMap) -> bool {
    let given = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
    let token = given.and_then(|given| given.strip_prefix("Bot "));
    shared.read(|state| token == Some(state.application.token.as_str()))
}
