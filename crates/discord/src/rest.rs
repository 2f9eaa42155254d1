//! Calls to Discord's REST API with the project's own HTTP client.
//!
//! serenity's client hides rate-limit headers and has no timeouts, so messages go this way: the same code with and
//! without a proxy, and never to another address than the one it was given (no redirects, no proxy from the
//! environment).

mod turn;

use std::sync::Arc;
use std::time::Duration;

use deskbell_domain::calls::{CallClass, CallCounts};
use deskbell_domain::message::File;
use deskbell_domain::port::unanswered::{NoConnection, Unanswered};
use reqwest::multipart::{Form, Part};
use reqwest::{Client, Method, redirect};
use secrecy::{ExposeSecret, SecretString};
use serde_json::Value;

use self::turn::Turns;

/// As Discord asks an application to name itself: a bot, in brackets where it comes from, and its version.
const USER_AGENT: [&str; 3] =
    ["DiscordBot", "(https://github.com/deskbell/deskbell,", concat!(env!("CARGO_PKG_VERSION"), ")")];

/// Discord's own address; `DISCORD_PROXY_URL` stands in its place.
pub const DISCORD: &str = "https://discord.com";

const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);
/// How many connections wait for the next call; each keeps some 40 kB.
const MOST_IDLE: usize = 16;
const CALL_TIMEOUT: Duration = Duration::from_secs(10);
/// The longest answer that is asked for, a hundred messages of a channel's history with full cards, has some 2 MB. What is
/// longer comes from somebody else, and must not fill the memory.
const LONGEST_BODY: usize = 8 << 20;
/// Discord's longest bans last a day; a wait beyond it is somebody's mistake, and must not count as for ever.
const LONGEST_WAIT: Duration = Duration::from_secs(24 * 3600);

/// A client for one bot token and one address. Clones share what was sent lately.
#[derive(Clone)]
pub struct Rest {
    client: Client,
    base: String,
    token: SecretString,
    turns: Arc<Turns>,
    calls: Arc<CallCounts>,
}

/// What came of a call.
#[derive(Debug)]
pub enum Answer {
    /// Discord (or what stands before it) answered.
    Status(Reply),
    /// Nobody knows whether the call arrived.
    None(Unanswered),
}

/// An answer with its status.
#[derive(Debug)]
pub struct Reply {
    /// The HTTP status.
    pub status: u16,
    /// What the headers say about limits.
    pub limits: Limits,
    /// The body where it could be read and is JSON.
    pub body: Option<Value>,
}

/// What the headers of an answer say about limits.
#[derive(Debug, Clone, Copy, Default)]
pub struct Limits {
    /// `X-RateLimit-Limit`.
    pub limit: Option<u32>,
    /// `X-RateLimit-Remaining`.
    pub remaining: Option<u32>,
    /// `X-RateLimit-Reset-After`.
    pub reset_after: Option<Duration>,
    /// `Retry-After`.
    pub retry_after: Option<Duration>,
    /// `X-RateLimit-Global`.
    pub global: bool,
}

/// Why no client could be made.
#[derive(Debug, thiserror::Error)]
#[error("the HTTP client for Discord cannot be made")]
pub struct RestError(#[source] reqwest::Error);

impl Reply {
    /// Discord's error code; 0 where the body names none.
    pub fn code(&self) -> u64 {
        self.body.as_ref().and_then(|body| body["code"].as_u64()).unwrap_or(0)
    }

    /// Whether the status is one of success.
    pub fn is_success(&self) -> bool {
        (200..300).contains(&self.status)
    }
}

impl Rest {
    /// A client that speaks to `base` (without `/api`), such as [`DISCORD`].
    pub fn new(base: &str, token: SecretString) -> Result<Self, RestError> {
        let client = Client::builder()
            .no_proxy()
            .redirect(redirect::Policy::none())
            .connect_timeout(CONNECT_TIMEOUT)
            .timeout(CALL_TIMEOUT)
            .pool_max_idle_per_host(MOST_IDLE)
            .user_agent(USER_AGENT.join(" "))
            .build()
            .map_err(RestError)?;
        Ok(Self {
            client,
            base: base.trim_end_matches('/').to_owned(),
            token,
            turns: Arc::default(),
            calls: Arc::default(),
        })
    }

    /// How the calls were answered.
    pub fn calls(&self) -> &Arc<CallCounts> {
        &self.calls
    }

    /// The address without `/api`.
    pub fn base(&self) -> &str {
        &self.base
    }

    /// `GET` of a path such as `/channels/1`, in its turn: messages go first.
    pub async fn get(&self, path: &str) -> Answer {
        self.turns.question().await;
        self.call(Method::GET, path, Body::None).await
    }

    /// `DELETE` of what stands at a path, in its turn as a question is.
    pub async fn delete(&self, path: &str) -> Answer {
        self.turns.question().await;
        self.call(Method::DELETE, path, Body::None).await
    }

    /// The same, where an answer that takes longer than that is none. The wait for the turn does not count.
    pub async fn get_within(&self, path: &str, patience: Duration) -> Answer {
        self.turns.question().await;
        let call = self.call(Method::GET, path, Body::None);
        tokio::time::timeout(patience, call).await.unwrap_or(Answer::None(Unanswered::Silent))
    }

    /// `POST` of a JSON body.
    pub async fn post(&self, path: &str, body: &Value) -> Answer {
        self.send(Method::POST, path, Body::Json(body)).await
    }

    /// `POST` of a JSON body with files beside it.
    pub async fn post_with_files(&self, path: &str, body: &Value, files: &[File]) -> Answer {
        self.send(Method::POST, path, Body::of(body, files)).await
    }

    /// `PATCH` of a JSON body, in its turn: messages go first.
    pub async fn patch(&self, path: &str, body: &Value) -> Answer {
        self.turns.question().await;
        self.call(Method::PATCH, path, Body::Json(body)).await
    }

    /// `PATCH` with a JSON body with files beside it.
    pub async fn patch_with_files(&self, path: &str, body: &Value, files: &[File]) -> Answer {
        self.send(Method::PATCH, path, Body::of(body, files)).await
    }

    async fn send(&self, method: Method, path: &str, body: Body<'_>) -> Answer {
        if !is_of_an_interaction(path) {
            self.turns.message().await;
        }
        self.call(method, path, body).await
    }

    async fn call(&self, method: Method, path: &str, body: Body<'_>) -> Answer {
        let request = self
            .client
            .request(method, format!("{}/api/v10{path}", self.base))
            .header("Authorization", ["Bot", self.token.expose_secret()].join(" "));
        let request = match body {
            Body::None => request,
            Body::Json(body) => request.json(body),
            Body::Files(body, files) => request.multipart(form(body, files)),
        };
        match request.send().await {
            Ok(response) => {
                self.calls.count(CallClass::of_status(response.status().as_u16()));
                Answer::Status(read(response).await)
            }
            Err(error) => {
                // The error's text holds the address, which on some routes holds a secret: only its kind is told.
                let why = unanswered(&error);
                self.calls.count(CallClass::Unanswered);
                tracing::debug!(%why, "discord did not answer");
                Answer::None(why)
            }
        }
    }
}

/// Answers to commands do not count towards what Discord allows a bot in a second, and somebody waits for them.
fn is_of_an_interaction(path: &str) -> bool {
    path.starts_with("/interactions/") || path.starts_with("/webhooks/")
}

fn unanswered(error: &reqwest::Error) -> Unanswered {
    if error.is_connect() && error.is_timeout() {
        Unanswered::NoConnection(NoConnection::TimedOut)
    } else if error.is_connect() {
        Unanswered::NoConnection(NoConnection::of(error))
    } else if error.is_timeout() {
        Unanswered::Silent
    } else {
        Unanswered::CutOff
    }
}

/// What a call carries.
enum Body<'a> {
    None,
    Json(&'a Value),
    Files(&'a Value, &'a [File]),
}

impl<'a> Body<'a> {
    fn of(body: &'a Value, files: &'a [File]) -> Self {
        if files.is_empty() { Self::Json(body) } else { Self::Files(body, files) }
    }
}

/// Discord takes files as a form, with the JSON body as one of its parts.
fn form(body: &Value, files: &[File]) -> Form {
    let form = Form::new().text("payload_json", body.to_string());
    files.iter().enumerate().fold(form, |form, (number, file)| {
        form.part(format!("files[{number}]"), Part::bytes(file.bytes.clone()).file_name(file.name.clone()))
    })
}

async fn read(response: reqwest::Response) -> Reply {
    let status = response.status().as_u16();
    let limits = limits(response.headers());
    let body = body(response).await.and_then(|bytes| serde_json::from_slice(&bytes).ok());
    Reply { status, limits, body }
}

/// The body, where all of it comes and it is no longer than anything that is asked for here.
async fn body(mut response: reqwest::Response) -> Option<Vec<u8>> {
    let mut body = Vec::new();
    while let Some(piece) = response.chunk().await.ok()? {
        if body.len() + piece.len() > LONGEST_BODY {
            tracing::warn!(limit = LONGEST_BODY, "an answer of Discord was too long and was not read");
            return None;
        }
        body.extend_from_slice(&piece);
    }
    Some(body)
}

fn limits(headers: &reqwest::header::HeaderMap) -> Limits {
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok()).map(str::trim);
    let seconds = |name: &str| wait_of(text(name)?.parse().ok()?);
    Limits {
        limit: text("x-ratelimit-limit").and_then(|value| value.parse().ok()),
        remaining: text("x-ratelimit-remaining").and_then(|value| value.parse().ok()),
        reset_after: seconds("x-ratelimit-reset-after"),
        retry_after: seconds("retry-after"),
        global: text("x-ratelimit-global").is_some_and(|value| value.eq_ignore_ascii_case("true")),
    }
}

/// A wait that Discord asks for, in seconds; none where that is no time.
pub(crate) fn wait_of(seconds: f64) -> Option<Duration> {
    (seconds >= 0.0).then(|| Duration::from_secs_f64(seconds.min(LONGEST_WAIT.as_secs_f64())))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_wait_is_longer_than_a_day_whatever_stands_there() {
        assert_eq!(wait_of(0.65), Some(Duration::from_millis(650)));
        for endless in [1e9, 1e300, f64::INFINITY] {
            assert_eq!(wait_of(endless), Some(LONGEST_WAIT));
        }
        for odd in [-1.0, f64::NAN, f64::NEG_INFINITY] {
            assert_eq!(wait_of(odd), None);
        }
    }
    #[tokio::test]
    async fn an_answer_without_end_is_given_up_and_its_status_still_counts() {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port is free");
        let address = listener.local_addr().expect("it has one");
        let endless = async {
            let (mut stream, _) = listener.accept().await.expect("somebody asks");
            let asked = tokio::io::AsyncReadExt::read(&mut stream, &mut [0; 2048]).await;
            assert!(asked.is_ok_and(|bytes| bytes > 0));
            let head = b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n\r\n[";
            let mut sent = tokio::io::AsyncWriteExt::write_all(&mut stream, head).await;
            while sent.is_ok() {
                sent = tokio::io::AsyncWriteExt::write_all(&mut stream, &vec![b' '; 1 << 16]).await;
            }
        };
        let rest = Rest::new(&format!("http://{address}"), SecretString::from("t")).expect("a client");
        let (answer, ()) = tokio::join!(rest.get("/channels/1"), endless);
        let Answer::Status(Reply { status, body, .. }) = answer else { panic!("its status came") };
        assert_eq!((status, body), (200, None));
    }
}
