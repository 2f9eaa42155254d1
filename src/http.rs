//! The HTTP door: what Intercom tells by itself, and whether the bot is well.
//!
//! There is none unless `HTTP_LISTEN` names an address. It stands behind a proxy that ends TLS. Everything that comes in is
//! bounded: connections, headers, bodies, and the time for each.

mod notification;
mod server;
mod signature;
mod webhooks;

use std::sync::Arc;

use axum::Router;
use axum::extract::State;
use axum::http::StatusCode;
use axum::routing::{get, post};
use deskbell_domain::ids::WorkspaceId;
use deskbell_domain::port::store::{Inbox, StoreHealth};
use deskbell_domain::status::StoreState;
use secrecy::SecretString;

pub use self::server::{Server, Taken};

use crate::gateway::ConnectionWatch;
use crate::supervisor::Supervisor;

/// Who looks at what a workspace was told.
pub trait Listeners: Send + Sync {
    /// Whether a workspace is served by this process.
    fn serves(&self, workspace: &WorkspaceId) -> bool;

    /// Something stands in the inbox of a workspace.
    fn heard(&self, workspace: &WorkspaceId);
}

/// What the door works with.
pub struct Door {
    /// The secret of the app whose webhooks are believed; without one none are.
    pub secret: Option<SecretString>,
    /// Where hints are kept.
    pub inbox: Arc<dyn Inbox>,
    /// Whether the store can be written.
    pub store: Arc<dyn StoreHealth>,
    /// The workspaces.
    pub listeners: Arc<dyn Listeners>,
    /// Whether Discord is connected.
    pub connection: ConnectionWatch,
    /// Whether every loop ticks.
    pub supervisor: Supervisor,
}

impl Door {
    /// What is answered where.
    fn routes(self) -> Router {
        let webhooks = post(webhooks::take).get(|| async { StatusCode::OK });
        Router::new()
            .route("/intercom/webhooks", webhooks)
            .route("/healthz", get(is_well))
            .route("/readyz", get(is_ready))
            .with_state(Arc::new(self))
    }
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

#[cfg(test)]
mod tests;
