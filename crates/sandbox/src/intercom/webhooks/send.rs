//! One `POST`, signed as Intercom signs.

use std::{io, time::Duration};

use data_encoding::HEXLOWER;
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha1::Sha1;
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
    time::timeout,
};

use super::address::WebhookAddress;

/// How long Intercom waits for an answer.
const PATIENCE: Duration = Duration::from_secs(5);

/// What became of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Sent {
    /// It was taken: 2xx.
    Taken,
    /// Nobody took it.
    NotTaken,
}

pub(super) async fn send(address: &WebhookAddress, body: &str) -> Sent {
    let status = timeout(PATIENCE, post(address, body)).await;
    if matches!(status, Ok(Ok(200..=299))) { Sent::Taken } else { Sent::NotTaken }
}

/// The status that was answered.
async fn post(address: &WebhookAddress, body: &str) -> io::Result<u16> {
    let mut stream = TcpStream::connect(address.listener).await?;
    let (signature, length) = (signature(&address.secret, body), body.len());
    let head = format!(
        "POST /intercom/webhooks HTTP/1.1\r\nhost: {}\r\nuser-agent: intercom-parrot-service-client/1.0\r\n\
         content-type: application/json\r\ncontent-length: {length}\r\nx-hub-signature: {signature}\r\n\
         connection: close\r\n\r\n",
        address.listener
    );
    stream.write_all(head.as_bytes()).await?;
    stream.write_all(body.as_bytes()).await?;
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).await?;
    let answer = String::from_utf8_lossy(&answer);
    let status = answer.split(' ').nth(1).and_then(|status| status.parse().ok());
    status.ok_or_else(|| io::Error::from(io::ErrorKind::InvalidData))
}

fn signature(secret: &str, body: &str) -> String {
    let mut code = Hmac::<Sha1>::new_from_slice(secret.as_bytes()).expect("any length is a key");
    code.update(body.as_bytes());
    format!("sha1={}", HEXLOWER.encode(&code.finalize().into_bytes()))
}
