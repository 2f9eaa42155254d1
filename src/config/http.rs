//! The variables of the HTTP door.

use std::net::SocketAddr;

use secrecy::SecretString;

use super::mistake::{shown, wrong};
use super::secrets::optional_secret;
use super::values::{HttpConfig, Mistake};
use super::variables::Variables;

/// Where the door is; none where nobody opened it.
pub(super) fn listen(variables: &Variables) -> Result<Option<SocketAddr>, Mistake> {
    const NAME: &str = "HTTP_LISTEN";
    let Some(value) = variables.get(NAME) else { return Ok(None) };
    value.parse().map(Some).map_err(|_| {
        let example = "Write 127.0.0.1:8080, or 0.0.0.0:8080 in a container.";
        wrong(NAME, format!("{NAME} {} is not an address with a port. {example}", shown(value)))
    })
}

/// The secret with which Intercom signs what it tells.
pub(super) fn client_secret(variables: &Variables) -> Result<Option<SecretString>, Mistake> {
    optional_secret(variables, "INTERCOM_CLIENT_SECRET", "INTERCOM_CLIENT_SECRET_FILE")
}

/// The door, if there is one. A secret without a door is a half of something.
pub(super) fn door(
    listen: Option<SocketAddr>,
    client_secret: Option<SecretString>,
) -> Result<Option<HttpConfig>, Mistake> {
    match (listen, client_secret) {
        (Some(listen), client_secret) => Ok(Some(HttpConfig { listen, client_secret })),
        (None, None) => Ok(None),
        (None, Some(_)) => Err(wrong(
            "HTTP_LISTEN",
            "INTERCOM_CLIENT_SECRET is for webhooks, and without HTTP_LISTEN nothing listens for them. Set HTTP_LISTEN=127.0.0.1:8080, or take the secret out."
                .to_owned(),
        )),
    }
}
