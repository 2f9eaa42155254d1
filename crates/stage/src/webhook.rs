//! A webhook as Intercom sends it.

use std::net::{SocketAddr, TcpListener};

use data_encoding::HEXLOWER;
use hmac::{Hmac, KeyInit as _, Mac as _};
use reqwest::{Client, StatusCode};
use serde_json::json;
use sha1::Sha1;

/// What Intercom would tell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Webhook {
    body: String,
}

impl Webhook {
    /// That something happened to a record of a workspace.
    pub fn new(workspace: &str, topic: &str, record: &str) -> Self {
        let item = json!({ "type": topic.split('.').next(), "id": record });
        let body = json!({
            "type": "notification_event",
            "app_id": workspace,
            "id": format!("notif_{topic}_{record}"),
            "topic": topic,
            "data": { "type": "notification_event_data", "item": item },
        });
        Self { body: body.to_string() }
    }

    /// A body of any kind.
    pub fn of_body(body: String) -> Self {
        Self { body }
    }

    /// Tells it to a door, signed with the secret of an app; what the door answers.
    pub async fn send(&self, client: &Client, door: SocketAddr, secret: &str) -> reqwest::Result<StatusCode> {
        let mut code = Hmac::<Sha1>::new_from_slice(secret.as_bytes()).expect("any length is a key");
        code.update(self.body.as_bytes());
        let signature = format!("sha1={}", HEXLOWER.encode(&code.finalize().into_bytes()));
        let request = client.post(format!("http://{door}/intercom/webhooks")).body(self.body.clone());
        Ok(request.header("X-Hub-Signature", signature).send().await?.status())
    }
}

/// An address of this machine on which nobody listens.
pub fn free_address() -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").expect("there is a free port");
    listener.local_addr().expect("it has an address")
}
