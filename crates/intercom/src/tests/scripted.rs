//! A transport that answers from a script and remembers what was asked, so that time can stand still.

use std::{
    collections::VecDeque,
    sync::{Arc, Mutex},
};

use async_trait::async_trait;
use deskbell_domain::{
    connection::Holder,
    port::random::Random,
    time::{Clock, ServerTime, UnixMillis},
};
use reqwest::{StatusCode, Url};
use secrecy::SecretString;
use serde_json::{Value, json};
use tokio::time::{Instant, sleep};

use crate::{
    client::{IntercomClient, Settings},
    transport::{Body, Head, Request, Transport, TransportFault},
};

/// What happens to one request.
#[derive(Clone)]
pub(crate) enum Step {
    Answer {
        status: u16,
        headers: Vec<(&'static str, String)>,
        body: Vec<u8>,
    },
    Fault(TransportFault),
    /// Nothing comes until the caller gives up.
    Hang,
}

impl Step {
    pub(crate) fn json(status: u16, body: &Value) -> Self {
        Self::Answer { status, headers: Vec::new(), body: body.to_string().into_bytes() }
    }

    pub(crate) fn text(status: u16, body: &str) -> Self {
        Self::Answer { status, headers: Vec::new(), body: body.as_bytes().to_vec() }
    }

    pub(crate) fn error(status: u16, code: &str, message: &str) -> Self {
        Self::json(status, &json!({"type": "error.list", "errors": [{"code": code, "message": message}]}))
    }

    pub(crate) fn with_header(mut self, name: &'static str, value: impl std::fmt::Display) -> Self {
        if let Self::Answer { headers, .. } = &mut self {
            headers.push((name, value.to_string()));
        }
        self
    }
}

/// A request as it was made.
#[derive(Clone)]
pub(crate) struct Asked {
    pub(crate) line: String,
    pub(crate) body: Option<Value>,
    pub(crate) version: String,
    pub(crate) token: String,
    pub(crate) at: Instant,
}

/// The script of one client; clones share it.
#[derive(Clone)]
pub(crate) struct Script(Arc<Mutex<Scene>>);

struct Scene {
    steps: VecDeque<Step>,
    asked: Vec<Asked>,
}

impl Script {
    /// Answers in this order; the last step for ever.
    pub(crate) fn new(steps: impl IntoIterator<Item = Step>) -> Self {
        Self(Arc::new(Mutex::new(Scene { steps: steps.into_iter().collect(), asked: Vec::new() })))
    }

    pub(crate) fn client(&self) -> IntercomClient {
        self.client_allowing(1_000)
    }

    pub(crate) fn client_allowing(&self, calls_per_minute: u32) -> IntercomClient {
        let settings = Settings {
            base_url: Url::parse("https://intercom.example").unwrap(),
            token: SecretString::from("token"),
            holder: Holder::Operator,
            version: "2.16".to_owned(),
            workspace_override: None,
            calls_per_minute,
        };
        let server_time = Arc::new(ServerTime::new(Arc::new(StillClock)));
        IntercomClient::over(Box::new(self.clone()), settings, server_time, Arc::new(Even)).unwrap()
    }

    pub(crate) fn asked(&self) -> Vec<Asked> {
        self.0.lock().unwrap().asked.clone()
    }

    pub(crate) fn lines(&self) -> Vec<String> {
        self.asked().into_iter().map(|asked| asked.line).collect()
    }

    /// Seconds between each request and the one before.
    pub(crate) fn pauses(&self) -> Vec<f64> {
        self.asked().windows(2).map(|pair| (pair[1].at - pair[0].at).as_secs_f64()).collect()
    }
}

#[async_trait]
impl Transport for Script {
    async fn exchange(&self, request: Request, body: Body<'_>) -> Result<Head, TransportFault> {
        let step = self.step(&request);
        match step {
            Step::Answer { status, headers, body: sent } => {
                sent.chunks(7).for_each(body);
                Ok(Head {
                    status: StatusCode::from_u16(status).unwrap(),
                    headers: headers.iter().map(|(n, v)| (n.parse().unwrap(), v.parse().unwrap())).collect(),
                })
            }
            Step::Fault(fault) => Err(fault),
            Step::Hang => {
                sleep(request.timeout).await;
                Err(TransportFault::TimedOut)
            }
        }
    }
}

impl Script {
    fn step(&self, request: &Request) -> Step {
        let mut scene = self.0.lock().unwrap();
        let path = &request.url[url::Position::BeforePath..];
        scene.asked.push(Asked {
            line: format!("{} {path}", request.method),
            body: request.body.as_ref().map(|body| serde_json::from_slice(body).unwrap()),
            version: request.version.to_str().unwrap().to_owned(),
            token: request.authorization.to_str().unwrap().to_owned(),
            at: Instant::now(),
        });
        match scene.steps.len() {
            1 => scene.steps[0].clone(),
            _ => scene.steps.pop_front().expect("a script has at least one step"),
        }
    }
}

/// 2023-11-14T22:13:20Z, for ever.
struct StillClock;

impl Clock for StillClock {
    fn now(&self) -> UnixMillis {
        UnixMillis(1_700_000_000_000)
    }
}

/// No jitter: the middle of the range.
struct Even;

impl Random for Even {
    fn number(&self) -> u64 {
        20
    }
}
