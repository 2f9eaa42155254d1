//! `POST /intercom/uninstall`: a workspace has taken the operator's app away. That is a hint like any other: whether it is
//! so, the tokens tell.

use std::sync::Arc;
use std::time::Duration;

use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use deskbell_domain::ids::WorkspaceId;
use secrecy::ExposeSecret as _;
use serde::Deserialize;

use super::door::Door;
use super::{signature, webhooks};

/// How long a body may take to come.
const BODY_PATIENCE: Duration = Duration::from_secs(10);

#[derive(Deserialize)]
struct Uninstalled {
    app_id: String,
}

/// Takes the word of Intercom, and nobody else's.
pub(super) async fn take(State(door): State<Arc<Door>>, headers: HeaderMap, body: Body) -> StatusCode {
    let body = match tokio::time::timeout(BODY_PATIENCE, webhooks::read(body)).await {
        Ok(Ok(body)) => body,
        Ok(Err(refusal)) => return refusal,
        Err(_) => return StatusCode::REQUEST_TIMEOUT,
    };
    let signed = door.secret.as_ref().zip(headers.get("x-body-signature"));
    let is_signed = signed.is_some_and(|(secret, header)| {
        signature::signs_body(secret.expose_secret(), header.as_bytes(), &body)
    });
    if !is_signed {
        return StatusCode::UNAUTHORIZED;
    }
    if let Ok(Uninstalled { app_id }) = serde_json::from_slice(&body) {
        door.apps.uninstalled(&WorkspaceId::new(app_id)).await;
    }
    StatusCode::OK
}
