//! The token that Intercom gives to an app when somebody allowed it in a browser (Intercom's documentation, "Setting up
//! `OAuth`").

use std::time::Duration;

use deskbell_domain::port::intercom::{IntercomError, NoConnection, Unanswered};
use reqwest::{StatusCode, Url, header::AUTHORIZATION};
use secrecy::{ExposeSecret as _, SecretString};
use serde_json::{Value, json};

use crate::transport::{Connections, bearer};

/// How long Intercom may take: a person waits in front of a browser.
const PATIENCE: Duration = Duration::from_secs(20);
/// The longest answer that is read, in bytes.
const LONGEST_ANSWER: u64 = 64 * 1024;

/// The operator's app.
#[derive(Clone)]
pub struct App {
    /// Its id.
    pub client_id: String,
    /// Its secret.
    pub client_secret: SecretString,
    /// The API's address.
    pub api: Url,
}

impl App {
    /// Exchanges a code, which is good once, for a token. Never repeated.
    ///
    /// # Errors
    /// Fails where Intercom refuses the code, or gives no token.
    pub async fn exchange(
        &self,
        connections: &Connections,
        code: &str,
    ) -> Result<SecretString, IntercomError> {
        let body = json!({
            "code": code,
            "client_id": self.client_id,
            "client_secret": self.client_secret.expose_secret(),
        });
        let url = self.below("auth/eagle/token");
        let sent = connections.client().post(url).timeout(PATIENCE).json(&body).send().await;
        let answer = sent.map_err(|error| unanswered(&error))?;
        let status = answer.status();
        if status.is_server_error() {
            return Err(IntercomError::Unavailable(Unanswered::Failing));
        }
        if answer.content_length().is_some_and(|length| length > LONGEST_ANSWER) {
            return Err(IntercomError::Unavailable(Unanswered::Unreadable));
        }
        let body = answer.json::<Value>().await.map_err(|error| unanswered(&error))?;
        // An error may come with a status of success.
        let token = body["token"].as_str().or(body["access_token"].as_str()).unwrap_or_default();
        if !status.is_success() || token.is_empty() {
            return Err(IntercomError::Refused { code: None });
        }
        Ok(SecretString::from(token.to_owned()))
    }

    /// Gives a token back. Whether that worked, nobody waits for: it can be deleted in Intercom too.
    pub async fn uninstall(&self, connections: &Connections, token: &SecretString) -> Option<StatusCode> {
        let url = self.below("auth/uninstall");
        let call = connections.client().post(url).timeout(PATIENCE).header(AUTHORIZATION, bearer(token)?);
        call.send().await.ok().map(|answer| answer.status())
    }

    fn below(&self, path: &str) -> Url {
        let mut url = self.api.clone();
        if let Ok(mut segments) = url.path_segments_mut() {
            segments.pop_if_empty().extend(path.split('/'));
        }
        url
    }
}

fn unanswered(error: &reqwest::Error) -> IntercomError {
    IntercomError::Unavailable(if error.is_connect() {
        Unanswered::NoConnection(NoConnection::of(error))
    } else if error.is_timeout() {
        Unanswered::Silent
    } else if error.is_decode() {
        Unanswered::Unreadable
    } else {
        Unanswered::CutOff
    })
}
