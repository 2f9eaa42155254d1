//! The clients of the two services, made from the configuration.

use std::sync::Arc;

use deskbell_discord::rest::{DISCORD, Rest, RestError};
use deskbell_domain::port::random::Random;
use deskbell_domain::time::ServerTime;
use deskbell_intercom::{Connections, IntercomClient, Settings, SettingsError};
use url::Url;

use crate::config::{DiscordConfig, IntercomConfig};

/// The connections to Intercom that all workspaces share.
pub fn connections() -> Result<Connections, reqwest::Error> {
    Connections::new(concat!("deskbell/", env!("CARGO_PKG_VERSION")))
}

/// Intercom's client for the workspace of a token, with the urgency of commands.
pub fn intercom(
    config: &IntercomConfig,
    connections: Connections,
    server_time: Arc<ServerTime>,
    random: Arc<dyn Random>,
) -> Result<IntercomClient, SettingsError> {
    let settings = Settings {
        base_url: config.api_url.clone(),
        token: config.token.clone(),
        version: config.version.clone(),
        workspace_override: config.workspace.clone(),
        calls_per_minute: config.calls_per_minute,
    };
    IntercomClient::build(settings, connections, server_time, random)
}

/// The client that posts.
pub fn discord(config: &DiscordConfig) -> Result<Rest, RestError> {
    Rest::new(config.proxy.as_ref().map_or(DISCORD, Url::as_str), config.token.clone())
}
