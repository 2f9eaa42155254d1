//! One HTTP exchange: a request goes out, and either a whole answer comes back or it is said how far things got. The
//! body is handed on while it comes, so that no answer has to have room in memory.
//!
//! The seam at which tests put a scripted Intercom, and the simulation one of its own ([`Exchanges`]). The real one follows no redirect and asks the environment for no
//! proxy, so that the token goes to the configured address and nowhere else.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use deskbell_domain::calls::{CallClass, CallCounts};
use deskbell_domain::port::intercom::NoConnection;
use reqwest::{
    Client, Method, StatusCode, Url,
    header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue},
    redirect::Policy,
};
use secrecy::{ExposeSecret, SecretString};

/// The largest answer that is read, unpacked. A page of 150 contacts is about 1 MB, and a conversation may hold mails of
/// some 30 MB; the bound is there for an answer that never ends.
const LARGEST_ANSWER: usize = 256 << 20;
const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);
/// Below what load balancers close silently, so that a call is rarely sent into a connection that is gone.
const IDLE_TIMEOUT: Duration = Duration::from_secs(30);
/// How many connections to an address wait for the next call. Each keeps some 40 kB, and after a moment in which many
/// workspaces were read at once there would be one for each of their calls.
const MOST_IDLE: usize = 16;
const VERSION: HeaderName = HeaderName::from_static("intercom-version");

/// What is sent.
pub(crate) struct Request {
    pub(crate) method: Method,
    pub(crate) url: Url,
    pub(crate) authorization: HeaderValue,
    pub(crate) version: HeaderValue,
    pub(crate) body: Option<Vec<u8>>,
    pub(crate) timeout: Duration,
}

/// What an answer says before its body.
pub(crate) struct Head {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
}

/// Takes the parts of a body in their order.
pub(crate) type Body<'a> = &'a mut (dyn FnMut(&[u8]) + Send);

/// Why there is no answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(crate) enum TransportFault {
    /// Not a byte of the request can have arrived.
    #[error("{0}")]
    NotSent(NoConnection),
    /// The request may have arrived; the answer did not in time.
    #[error("no answer came in time")]
    TimedOut,
    /// The request may have arrived; the answer did not, or not whole.
    #[error("the connection broke off")]
    CutOff,
}

/// Carries requests.
#[async_trait]
pub(crate) trait Transport: Send + Sync {
    /// Makes the exchange. A fault may come after parts of the body were handed on.
    async fn exchange(&self, request: Request, body: Body<'_>) -> Result<Head, TransportFault>;
}

/// An Intercom that is no network away: of the simulation, whose time is not the machine's.
#[async_trait]
pub trait Exchanges: Send + Sync {
    /// Answers a request; none where no answer comes.
    async fn answer(&self, asked: Asked<'_>) -> Option<Answered>;
}

/// A request, as it would go over a network.
#[derive(Debug, Clone, Copy)]
pub struct Asked<'a> {
    /// `GET`, `POST` or `PUT`.
    pub method: &'a str,
    /// The path, without what stands behind a question mark.
    pub path: &'a str,
    /// The token.
    pub token: &'a str,
    /// The body, empty where there is none.
    pub body: &'a [u8],
}

/// An answer, as it would come over a network.
#[derive(Debug, Clone)]
pub struct Answered {
    /// The status.
    pub status: u16,
    /// The body.
    pub body: Vec<u8>,
}

/// The connections that all workspaces of a process share.
#[derive(Clone)]
pub struct Connections {
    client: Client,
    calls: Arc<CallCounts>,
    /// What answers in the network's place, if anything does.
    exchanges: Option<Arc<dyn Exchanges>>,
}

impl Connections {
    pub(crate) fn client(&self) -> &Client {
        &self.client
    }

    /// Connections that send this as `User-Agent`.
    ///
    /// # Errors
    /// Fails where the client cannot be set up, or no header can hold the user agent.
    pub fn new(user_agent: &str) -> Result<Self, reqwest::Error> {
        let json = HeaderValue::from_static("application/json");
        let client = Client::builder()
            .default_headers([(ACCEPT, json)].into_iter().collect())
            .user_agent(user_agent)
            .redirect(Policy::none())
            .no_proxy()
            .referer(false)
            .connect_timeout(CONNECT_TIMEOUT)
            .pool_idle_timeout(IDLE_TIMEOUT)
            .pool_max_idle_per_host(MOST_IDLE)
            .build()?;
        Ok(Self { client, calls: Arc::default(), exchanges: None })
    }

    /// The same, but that these answer whatever is asked of the API.
    #[must_use]
    pub fn answered_by(&self, exchanges: Arc<dyn Exchanges>) -> Self {
        Self { exchanges: Some(exchanges), ..self.clone() }
    }

    /// What carries requests over them.
    pub(crate) fn transport(self) -> Box<dyn Transport> {
        match self.exchanges.clone() {
            Some(exchanges) => Box::new(Within(exchanges)),
            None => Box::new(Network { connections: self }),
        }
    }

    /// How the calls of all workspaces were answered.
    pub fn calls(&self) -> &Arc<CallCounts> {
        &self.calls
    }
}

/// The network.
pub(crate) struct Network {
    pub(crate) connections: Connections,
}

/// Within the process.
struct Within(Arc<dyn Exchanges>);

#[async_trait]
impl Transport for Within {
    async fn exchange(&self, request: Request, body: Body<'_>) -> Result<Head, TransportFault> {
        let authorization = request.authorization.to_str().unwrap_or_default();
        let asked = Asked {
            method: request.method.as_str(),
            path: request.url.path(),
            token: authorization.strip_prefix("Bearer ").unwrap_or_default(),
            body: request.body.as_deref().unwrap_or_default(),
        };
        let answer = tokio::time::timeout(request.timeout, self.0.answer(asked)).await;
        let answer = answer.map_err(|_| TransportFault::TimedOut)?.ok_or(TransportFault::CutOff)?;
        let status = StatusCode::from_u16(answer.status).map_err(|_| TransportFault::CutOff)?;
        body(&answer.body);
        Ok(Head { status, headers: HeaderMap::new() })
    }
}

/// The `Authorization` header, marked so that nothing prints it. `None` where the token cannot stand in a header.
pub(crate) fn bearer(token: &SecretString) -> Option<HeaderValue> {
    let token = token.expose_secret().trim();
    if token.is_empty() || !token.bytes().all(|byte| byte.is_ascii_graphic()) {
        return None;
    }
    let mut header = HeaderValue::from_str(&format!("Bearer {token}")).ok()?;
    header.set_sensitive(true);
    Some(header)
}

#[async_trait]
impl Transport for Network {
    async fn exchange(&self, request: Request, body: Body<'_>) -> Result<Head, TransportFault> {
        let mut call = self
            .connections
            .client
            .request(request.method, request.url)
            .header(AUTHORIZATION, request.authorization)
            .header(VERSION, request.version)
            .timeout(request.timeout);
        if let Some(sent) = request.body {
            call = call.header(CONTENT_TYPE, HeaderValue::from_static("application/json")).body(sent);
        }
        let response = call.send().await;
        let class = response.as_ref().map(|answer| CallClass::of_status(answer.status().as_u16()));
        self.connections.calls.count(class.unwrap_or(CallClass::Unanswered));
        let response = response.map_err(|error| fault(&error))?;
        let (status, headers) = (response.status(), response.headers().clone());
        hand_on(response, body).await?;
        Ok(Head { status, headers })
    }
}

async fn hand_on(mut response: reqwest::Response, body: Body<'_>) -> Result<(), TransportFault> {
    let mut left = LARGEST_ANSWER;
    while let Some(part) = response.chunk().await.map_err(|error| fault(&error))? {
        left = left.checked_sub(part.len()).ok_or(TransportFault::CutOff)?;
        body(&part);
    }
    Ok(())
}

fn fault(error: &reqwest::Error) -> TransportFault {
    if error.is_connect() && error.is_timeout() {
        TransportFault::NotSent(NoConnection::TimedOut)
    } else if error.is_connect() || error.is_builder() {
        TransportFault::NotSent(NoConnection::of(error))
    } else if error.is_timeout() {
        TransportFault::TimedOut
    } else {
        TransportFault::CutOff
    }
}
