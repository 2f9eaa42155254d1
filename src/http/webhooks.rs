//! `POST /intercom/webhooks`: what Intercom tells is kept, and then acknowledged. Nothing is done with it before that.
//!
//! What is not taken for good is answered so that Intercom neither tries it again nor stops telling: a record that nobody
//! here wants is no failure, and what a webhook does not bring, the next poll does.

use std::sync::Arc;
use std::time::Duration;

use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use deskbell_domain::ids::WorkspaceId;
use deskbell_domain::webhook::Heard;
use http_body_util::BodyExt as _;
use secrecy::ExposeSecret;
use tokio::time::Instant;

use super::door::Door;
use super::notification::Notification;
use super::signature;
use crate::metrics::Webhook;

/// The longest body that is read, in bytes.
const LONGEST_BODY: usize = 1 << 20;
/// How much of a longer one is read before it is refused, in bytes.
const MOST_THROWN_AWAY: usize = 16 << 20;
/// How long a body may take to come.
const BODY_PATIENCE: Duration = Duration::from_secs(10);

/// Takes a notification.
pub(super) async fn take(State(door): State<Arc<Door>>, headers: HeaderMap, body: Body) -> StatusCode {
    let came = Instant::now();
    let (status, outcome) = match tokio::time::timeout(BODY_PATIENCE, read(body)).await {
        Ok(Ok(body)) => door.judge(headers.get("x-hub-signature").map(HeaderValue::as_bytes), &body).await,
        Ok(Err(refusal)) => (refusal, Webhook::Broken),
        Err(_) => (StatusCode::REQUEST_TIMEOUT, Webhook::Broken),
    };
    door.metrics.webhook(outcome, came.elapsed());
    status
}

/// Reads a body. Of one that is too long the rest is read too, up to a bound, and thrown away: a sender whose bytes are
/// left lying hears of a broken connection and of no answer.
pub(super) async fn read(mut body: Body) -> Result<Vec<u8>, StatusCode> {
    let (mut kept, mut length) = (Vec::new(), 0);
    while let Some(frame) = body.frame().await {
        let Ok(data) = frame.map_err(|_| StatusCode::BAD_REQUEST)?.into_data() else { continue };
        length += data.len();
        if length <= LONGEST_BODY {
            kept.extend_from_slice(&data);
        } else if length > MOST_THROWN_AWAY {
            break;
        }
    }
    if length > LONGEST_BODY { Err(StatusCode::PAYLOAD_TOO_LARGE) } else { Ok(kept) }
}

/// Who signed a webhook.
#[derive(Clone, Copy)]
enum Signer {
    /// The operator's app, which tells of all workspaces that have it.
    Operator,
    /// A server's own: which topics it tells says nothing of others.
    Server,
}

impl Door {
    /// Takes a body that came with this `X-Hub-Signature`: what is answered, and as what it is counted.
    pub async fn judge(&self, signature: Option<&[u8]>, body: &[u8]) -> (StatusCode, Webhook) {
        let notification = Notification::read(body);
        let Some(signer) = signature.and_then(|header| self.signer(header, body, notification.as_ref()))
        else {
            return (StatusCode::UNAUTHORIZED, Webhook::Unsigned);
        };
        match notification {
            Some(Notification { workspace, heard: Some(heard) }) if self.listeners.serves(&workspace) => {
                self.keep(&workspace, &heard, signer).await
            }
            Some(_) => (StatusCode::OK, Webhook::Unwanted),
            None => {
                tracing::warn!("a webhook that Intercom signed is no notification");
                (StatusCode::OK, Webhook::Unreadable)
            }
        }
    }

    /// The operator's app, or one of a server that is connected to the workspace: nothing else of a body is used before.
    fn signer(&self, header: &[u8], body: &[u8], notification: Option<&Notification>) -> Option<Signer> {
        let signs = |secret: &str| signature::signs(secret, header, body);
        if self.secret.as_ref().is_some_and(|secret| signs(secret.expose_secret())) {
            return Some(Signer::Operator);
        }
        let of_servers = self.apps.secrets(&notification?.workspace);
        of_servers.iter().any(|secret| signs(secret.expose())).then_some(Signer::Server)
    }

    /// Only what is durable is acknowledged: Intercom tells it once more a minute later.
    async fn keep(&self, workspace: &WorkspaceId, heard: &Heard, signer: Signer) -> (StatusCode, Webhook) {
        // Before it is kept: its message may leave at once then.
        self.metrics.told(workspace, &heard.of, self.supervisor.now());
        match self.inbox.hint(workspace, &heard.of).await {
            Ok(()) => {
                match signer {
                    Signer::Operator => self.listeners.heard(workspace, heard),
                    Signer::Server => self.listeners.hinted(workspace),
                }
                (StatusCode::OK, Webhook::Taken)
            }
            Err(error) => {
                self.metrics.came_to_nothing(workspace, &heard.of);
                tracing::debug!(error = &error as &dyn std::error::Error, "a webhook could not be kept");
                (StatusCode::SERVICE_UNAVAILABLE, Webhook::NotKept)
            }
        }
    }
}
