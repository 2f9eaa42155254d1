//! What was asked and what was answered.
//!
//! Every exchange is kept in memory, up to [`KEPT`] of them, and, where a file was given, written as one JSON line. Several
//! processes may append to the same file: it is opened for appending and each line leaves in one write. Tokens are never
//! recorded, only the scheme of the Authorization header. A key that is absent was not recorded on purpose: an answer that
//! never left has no status, and an answer that breaks the vendor's schema because a test wanted it has no `response`.

use std::{
    collections::{BTreeMap, VecDeque},
    fs::{File, OpenOptions},
    io::{self, Write as _},
    path::Path,
    sync::{Arc, Mutex, PoisonError},
};

use axum::http::HeaderMap;
use serde::Serialize;
use serde_json::Value;

/// How many exchanges are kept in memory.
pub const KEPT: usize = 50_000;

/// Which stand-in was asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Service {
    /// Intercom's API, versions 2.x.
    Intercom,
    /// Intercom's API, version 1.4.
    IntercomLegacy,
    /// What an app that people allow in a browser asks Intercom: no part of the API's description.
    IntercomOauth,
    /// Discord's REST API.
    Discord,
}

/// One request and its answer.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Exchange {
    /// Who was asked.
    pub service: Service,
    /// The method, in capitals.
    pub method: String,
    /// The path with its query.
    pub path: String,
    /// The few headers worth keeping, names in lower case, tokens masked.
    pub headers: BTreeMap<String, String>,
    /// The JSON that was sent, null where nothing was; of a multipart body its `payload_json`.
    pub body: Value,
    /// The status that was sent; none if the connection was cut or nothing was answered.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status: Option<u16>,
    /// The JSON that was answered, null for an empty body; none if it was not recorded.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub response: Option<Value>,
    /// When the request was read, in milliseconds of the sandbox's clock.
    #[serde(skip)]
    pub received_ms: i64,
    /// When the answer was handed over, in milliseconds of the sandbox's clock.
    #[serde(skip)]
    pub answered_ms: i64,
}

/// Keeps exchanges; clones share one memory and one file.
#[derive(Clone, Debug, Default)]
pub struct Recorder(Arc<Mutex<Tape>>);

#[derive(Debug, Default)]
struct Tape {
    exchanges: VecDeque<Exchange>,
    file: Option<File>,
}

impl Recorder {
    /// Keeps exchanges in memory only.
    pub fn in_memory() -> Self {
        Self::default()
    }

    /// Keeps exchanges in memory and appends each to a file.
    pub fn appending_to(path: &Path) -> io::Result<Self> {
        let file = OpenOptions::new().create(true).append(true).open(path)?;
        Ok(Self(Arc::new(Mutex::new(Tape { exchanges: VecDeque::new(), file: Some(file) }))))
    }

    /// Keeps one exchange.
    pub fn record(&self, exchange: Exchange) {
        let mut tape = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(file) = &mut tape.file
            && let Err(error) = write_line(file, &exchange)
        {
            tracing::warn!(%error, "An exchange could not be written to the record");
        }
        if tape.exchanges.len() == KEPT {
            tape.exchanges.pop_front();
        }
        tape.exchanges.push_back(exchange);
    }

    /// Everything kept, oldest first.
    pub fn exchanges(&self) -> Vec<Exchange> {
        self.select(|_| true)
    }

    /// The kept exchanges for which the condition holds, oldest first.
    pub fn select(&self, condition: impl Fn(&Exchange) -> bool) -> Vec<Exchange> {
        let tape = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        tape.exchanges.iter().filter(|exchange| condition(exchange)).cloned().collect()
    }

    /// How many kept exchanges satisfy the condition.
    pub fn count(&self, condition: impl Fn(&Exchange) -> bool) -> usize {
        let tape = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        tape.exchanges.iter().filter(|exchange| condition(exchange)).count()
    }

    /// Forgets what is kept in memory; the file stays as it is.
    pub fn forget(&self) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).exchanges.clear();
    }
}

/// The headers that are kept of a request.
pub(crate) fn kept_headers(headers: &HeaderMap) -> BTreeMap<String, String> {
    const KEPT_AS_SENT: [&str; 4] = ["accept", "content-type", "intercom-version", "user-agent"];
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    let mut kept: BTreeMap<String, String> =
        KEPT_AS_SENT.into_iter().filter_map(|name| Some((name.to_owned(), text(name)?.to_owned()))).collect();
    if let Some(authorization) = text("authorization") {
        kept.insert("authorization".to_owned(), masked(authorization));
    }
    kept
}

fn masked(authorization: &str) -> String {
    match authorization.split_once(' ') {
        Some((scheme, _)) => format!("{scheme} ***"),
        None => "***".to_owned(),
    }
}

fn write_line(file: &mut File, exchange: &Exchange) -> io::Result<()> {
    let mut line = serde_json::to_vec(exchange)?;
    line.push(b'\n');
    file.write_all(&line)
}

/// What is recorded of a request's body.
pub(crate) fn recorded_body(body: &[u8]) -> Value {
    if body.is_empty() {
        return Value::Null;
    }
    serde_json::from_slice(body)
        .ok()
        .or_else(|| payload_json(body))
        .unwrap_or_else(|| Value::String(String::from_utf8_lossy(body).into_owned()))
}

/// The `payload_json` part of a multipart body, which is how Discord takes JSON beside files.
fn payload_json(body: &[u8]) -> Option<Value> {
    const NAME: &[u8] = b"name=\"payload_json\"";
    let named_at = body.windows(NAME.len()).position(|window| window == NAME)?;
    let rest = &body[named_at..];
    let starts_at = rest.windows(4).position(|window| window == b"\r\n\r\n")? + 4;
    serde_json::Deserializer::from_slice(&rest[starts_at..]).into_iter().next()?.ok()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_token_is_never_recorded() {
        let mut headers = HeaderMap::new();
        headers.insert("authorization", "Bearer secret".parse().unwrap());
        headers.insert("intercom-version", "2.16".parse().unwrap());
        headers.insert("cookie", "secret".parse().unwrap());
        insta::assert_snapshot!(
            serde_json::to_string(&kept_headers(&headers)).unwrap(),
            @r#"{"authorization":"Bearer ***","intercom-version":"2.16"}"#
        );
    }

    #[test]
    fn a_line_leaves_out_what_was_not_recorded() {
        let exchange = Exchange {
            service: Service::IntercomLegacy,
            method: "GET".to_owned(),
            path: "/users/1?x=y".to_owned(),
            headers: BTreeMap::new(),
            body: Value::Null,
            status: None,
            response: None,
            received_ms: 1,
            answered_ms: 2,
        };
        insta::assert_snapshot!(
            serde_json::to_string(&exchange).unwrap(),
            @r#"{"service":"intercom-legacy","method":"GET","path":"/users/1?x=y","headers":{},"body":null}"#
        );
    }

    #[test]
    fn the_json_of_a_multipart_body_is_recorded() {
        let body = b"--x\r\nContent-Disposition: form-data; name=\"payload_json\"\r\nContent-Type: application/json\r\n\r\n\
            {\"content\":\"hi\"}\r\n--x\r\nContent-Disposition: form-data; name=\"files[0]\"\r\n\r\na,b\r\n--x--\r\n";
        assert_eq!(recorded_body(body), json!({"content": "hi"}));
        assert_eq!(recorded_body(b""), Value::Null);
        assert_eq!(recorded_body(b"<p>"), json!("<p>"));
    }
}
