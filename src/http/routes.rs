//! What is answered where.

use std::sync::Arc;

use axum::Router;
use axum::extract::State;
use axum::http::StatusCode;
use axum::routing::{get, post};
use deskbell_domain::status::StoreState;

use super::door::Door;
use super::webhooks;

/// The routes of a door.
pub(super) fn routes(door: Door) -> Router {
    let webhooks = post(webhooks::take).get(|| async { StatusCode::OK });
    Router::new()
        .route("/intercom/webhooks", webhooks)
        .route("/healthz", get(is_well))
        .route("/readyz", get(is_ready))
        .with_state(Arc::new(door))
}

/// Whether every loop ticks.
async fn is_well(State(door): State<Arc<Door>>) -> (StatusCode, &'static str) {
    match door.supervisor.silent_loop() {
        None => (StatusCode::OK, "ok\n"),
        Some(_) => (StatusCode::SERVICE_UNAVAILABLE, "a loop has stopped\n"),
    }
}

/// Whether the store can be written and Discord is connected.
async fn is_ready(State(door): State<Arc<Door>>) -> (StatusCode, &'static str) {
    if *door.store.state().borrow() != StoreState::Writable {
        return (StatusCode::SERVICE_UNAVAILABLE, "the store cannot be written\n");
    }
    if !door.connection.is_connected() {
        return (StatusCode::SERVICE_UNAVAILABLE, "waiting for Discord\n");
    }
    (StatusCode::OK, "ok\n")
}
