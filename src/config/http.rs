//! The variables of the HTTP door.

use std::net::SocketAddr;

use secrecy::SecretString;
use url::Url;

use super::intercom::url;
use super::mistake::{shown, wrong};
use super::open_addresses::is_on_this_machine;
use super::secrets::optional_secret;
use super::values::{AppConfig, HttpConfig, Mistake};
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

/// Where a browser reaches the door.
pub(super) fn public_url(variables: &Variables) -> Result<Option<Url>, Mistake> {
    const NAME: &str = "PUBLIC_URL";
    let Some(url) = url(variables, NAME)? else { return Ok(None) };
    if url.scheme() == "https" || is_on_this_machine(&url) {
        return Ok(Some(url));
    }
    let sentence = "PUBLIC_URL begins with http://, and tokens would travel readable. Write https://, with a proxy that ends TLS in front.";
    Err(wrong(NAME, sentence.to_owned()))
}

/// The id of the app that people allow in a browser.
pub(super) fn client_id(variables: &Variables) -> Result<Option<String>, Mistake> {
    const NAME: &str = "INTERCOM_CLIENT_ID";
    let Some(text) = variables.get(NAME) else { return Ok(None) };
    let is_id = (8..=100).contains(&text.len())
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
    if is_id {
        return Ok(Some(text.to_owned()));
    }
    let sentence = "INTERCOM_CLIENT_ID is not a client id. Copy it from Intercom's Developer Hub, your app, Configure, Basic information.";
    Err(wrong(NAME, sentence.to_owned()))
}

/// What is set of the door.
pub(super) struct DoorParts {
    pub(super) listen: Option<SocketAddr>,
    pub(super) client_secret: Option<SecretString>,
    pub(super) public_url: Option<Url>,
    pub(super) client_id: Option<String>,
}

/// The door, if there is one. A part without those that it needs is a half of something.
pub(super) fn door(parts: DoorParts) -> Result<Option<HttpConfig>, Mistake> {
    let DoorParts { listen, client_secret, public_url, client_id } = parts;
    let Some(listen) = listen else {
        let set = [
            ("INTERCOM_CLIENT_SECRET", client_secret.is_some()),
            ("PUBLIC_URL", public_url.is_some()),
            ("INTERCOM_CLIENT_ID", client_id.is_some()),
        ];
        return match set.into_iter().find(|(_, is_set)| *is_set) {
            None => Ok(None),
            Some((name, _)) => {
                Err(missing_beside(name, "HTTP_LISTEN", "nothing listens. Set HTTP_LISTEN=127.0.0.1:8080"))
            }
        };
    };
    let app = match (public_url, client_id, &client_secret) {
        (Some(public_url), Some(client_id), Some(client_secret)) => {
            Some(AppConfig { public_url, client_id, client_secret: client_secret.clone() })
        }
        (_, None, _) => None,
        (None, Some(_), _) => {
            let what = "no browser finds the way back. Set PUBLIC_URL to the address that your proxy has";
            return Err(missing_beside("INTERCOM_CLIENT_ID", "PUBLIC_URL", what));
        }
        (Some(_), Some(_), None) => {
            let what = "Intercom gives it no token. Set INTERCOM_CLIENT_SECRET, which stands beside the id";
            return Err(missing_beside("INTERCOM_CLIENT_ID", "INTERCOM_CLIENT_SECRET", what));
        }
    };
    Ok(Some(HttpConfig { listen, client_secret, app }))
}

fn missing_beside(set: &str, name: &'static str, what: &str) -> Mistake {
    wrong(name, format!("{set} is set, and without {name} {what}, or take {set} out."))
}
