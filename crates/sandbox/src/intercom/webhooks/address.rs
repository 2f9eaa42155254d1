//! Where webhooks go.

use std::{net::SocketAddr, time::Duration};

/// When Intercom sends one again that was not taken.
const AGAIN_AFTER: Duration = Duration::from_secs(60);

/// Where webhooks go.
#[derive(Clone, Debug)]
pub struct WebhookAddress {
    /// Who listens.
    pub listener: SocketAddr,
    /// The client secret of the app, with which they are signed.
    pub secret: String,
    /// When one that was not taken is sent once more.
    pub again_after: Duration,
}

impl WebhookAddress {
    /// Whoever listens there hears again what they did not take a minute later.
    pub fn new(listener: SocketAddr, secret: &str) -> Self {
        Self { listener, secret: secret.to_owned(), again_after: AGAIN_AFTER }
    }
}
