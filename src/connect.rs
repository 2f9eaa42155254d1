//! The clients of the two services, made from the configuration.

pub mod advice;
pub mod places;

use deskbell_discord::rest::{DISCORD, Rest, RestError};
use deskbell_intercom::Connections;
use url::Url;

use crate::config::DiscordConfig;

/// The connections to Intercom that all workspaces share.
pub fn connections() -> Result<Connections, reqwest::Error> {
    Connections::new(concat!("deskbell/", env!("CARGO_PKG_VERSION")))
}

/// The client that posts.
pub fn discord(config: &DiscordConfig) -> Result<Rest, RestError> {
    Rest::new(config.proxy.as_ref().map_or(DISCORD, Url::as_str), config.token.clone())
}
