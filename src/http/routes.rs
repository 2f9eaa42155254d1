//! What is answered where.

use std::sync::Arc;

use axum::Router;
use axum::extract::{DefaultBodyLimit, State};
use axum::http::StatusCode;
use axum::http::header::CONTENT_TYPE;
use axum::response::IntoResponse;
use axum::routing::{get, post};
use deskbell_domain::shard::Shards as _;
use deskbell_domain::status::StoreState;

use super::connect::{self, ConnectPages};
use super::door::Door;
use super::{uninstall, webhooks};
use crate::metrics::{Page, TYPE_OF_PAGE};

/// The longest form that is read, in bytes: a state is in it.
const LONGEST_FORM: usize = 4_096;

/// The routes of a door.
pub(super) fn routes(door: Door) -> Router {
    let webhooks = post(webhooks::take).get(|| async { StatusCode::OK });
    let pages = door.pages.clone().map_or_else(Router::new, connect_routes);
    Router::new()
        .route("/intercom/webhooks", webhooks)
        .route("/intercom/uninstall", post(uninstall::take))
        .route("/healthz", get(is_well))
        .route("/readyz", get(is_ready))
        .route("/metrics", get(metrics))
        .with_state(Arc::new(door))
        .merge(pages)
}

fn connect_routes(pages: Arc<ConnectPages>) -> Router {
    let ask = get(connect::ask).post(connect::set_out).layer(DefaultBodyLimit::max(LONGEST_FORM));
    Router::new()
        .route("/intercom/connect", ask)
        .route("/intercom/oauth", get(connect::come_back))
        .fallback(connect::nothing_here)
        .with_state(pages)
}

/// What is counted, and how everything stands.
async fn metrics(State(door): State<Arc<Door>>) -> impl IntoResponse {
    let page = Page::of(&door.metrics, &door.overview.standings().await).text();
    ([(CONTENT_TYPE, TYPE_OF_PAGE)], page)
}

/// Whether every loop ticks.
async fn is_well(State(door): State<Arc<Door>>) -> (StatusCode, &'static str) {
    match door.supervisor.silent_loop() {
        None => (StatusCode::OK, "ok\n"),
        Some(_) => (StatusCode::SERVICE_UNAVAILABLE, "a loop has stopped\n"),
    }
}

/// Whether the store can be written and Discord is connected.
async fn is_ready(State(door): State<Arc<Door>>) -> (StatusCode, String) {
    if *door.store.state().borrow() != StoreState::Writable {
        return (StatusCode::SERVICE_UNAVAILABLE, "the store cannot be written\n".to_owned());
    }
    let shards = door.connection.connected_shards();
    match (shards.are_all(), shards.of) {
        (true, _) => (StatusCode::OK, "ok\n".to_owned()),
        (false, 1) => (StatusCode::SERVICE_UNAVAILABLE, "waiting for Discord\n".to_owned()),
        (false, of) => {
            let connected = shards.connected;
            let waiting = format!("waiting for Discord: {connected} of {of} shards are connected\n");
            (StatusCode::SERVICE_UNAVAILABLE, waiting)
        }
    }
}
