//! The client: its settings, checked once, and the handle that carries who asks.

use std::{
    collections::BTreeSet,
    fmt,
    sync::{Arc, Mutex, PoisonError, atomic::AtomicBool},
    time::Duration,
};

use deskbell_domain::{
    connection::Holder,
    ids::WorkspaceId,
    port::{intercom::IntercomError, random::Random},
    status::Acceptance,
    time::{RecordTimes, ServerTime},
};
use reqwest::{Url, header::HeaderValue};
use secrecy::SecretString;

use crate::{
    call::Call,
    refusal::Failure,
    throttle::{Caller, Throttle, Urgency},
    tokens::Tokens,
    transport::{Connections, Request, Transport},
};

/// How to reach one workspace.
#[derive(Clone)]
pub struct Settings {
    /// The base of the REST API, such as `https://api.intercom.io`; a path is kept.
    pub base_url: Url,
    /// The workspace's access token.
    pub token: SecretString,
    /// Whose it is.
    pub holder: Holder,
    /// Sent as `Intercom-Version` with every call.
    pub version: String,
    /// The workspace's id where `GET /me` names none.
    pub workspace_override: Option<WorkspaceId>,
    /// How many calls any 60 s may see.
    pub calls_per_minute: u32,
}

/// Why a client cannot be made of its settings. Names the setting, never its value.
#[derive(Debug, thiserror::Error)]
pub enum SettingsError {
    /// Neither http nor https, no host, or more than a base: a user name, a query or a fragment.
    #[error("the base url is not an http(s) address of a host without user name, query and fragment")]
    BaseUrl,
    /// Empty, or with characters that no token has.
    #[error("the access token is empty or holds characters that no token has")]
    Token,
    /// Not of the form `2.16`, nor `Preview`.
    #[error("the API version is not of the form 2.16")]
    Version,
    /// Zero.
    #[error("at least one call a minute must be allowed")]
    CallsPerMinute,
}

/// Intercom's REST API for one workspace. Clones and handles for other callers share connections and throttle.
#[derive(Clone)]
pub struct IntercomClient {
    pub(crate) shared: Arc<Shared>,
    pub(crate) caller: Caller,
    /// Whose token it asks with; none where any of the workspace's will do.
    pub(crate) holder: Option<Holder>,
}

/// What all handles of a workspace share.
pub(crate) struct Shared {
    pub(crate) transport: Box<dyn Transport>,
    pub(crate) tokens: Tokens,
    pub(crate) base_url: Url,
    pub(crate) version: HeaderValue,
    pub(crate) workspace_override: Option<WorkspaceId>,
    pub(crate) throttle: Arc<Throttle>,
    pub(crate) server_time: Arc<ServerTime>,
    pub(crate) random: Arc<dyn Random>,
    /// Told of every call that succeeds and of every command that is refused.
    pub(crate) accepted: Arc<Acceptance>,
    /// Set once the legacy API has refused to answer.
    pub(crate) legacy_is_off: AtomicBool,
    pub(crate) unreadable: Unreadable,
}

impl Shared {
    /// Which times a record can tell that is read now.
    pub(crate) fn record_times(&self) -> RecordTimes {
        RecordTimes::at(self.server_time.told())
    }
}

/// The records that Intercom sent and of which not even an id could be read, each counted once however often it comes.
#[derive(Default)]
pub(crate) struct Unreadable(Mutex<BTreeSet<u64>>);

impl Unreadable {
    /// More are not told apart any more.
    const MOST: usize = 10_000;

    pub(crate) fn note(&self, marks: &[u64]) {
        if marks.is_empty() {
            return;
        }
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let before = known.len();
        known.extend(marks.iter().take(Self::MOST.saturating_sub(before)));
        if known.len() > before {
            tracing::warn!(passed_over = known.len() - before, "Intercom sent records without an id");
        }
    }

    pub(crate) fn count(&self) -> u64 {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).len() as u64
    }
}

impl IntercomClient {
    /// A client with the urgency of a command.
    ///
    /// # Errors
    /// Fails on the first setting that cannot be.
    pub fn build(
        settings: Settings,
        connections: Connections,
        server_time: Arc<ServerTime>,
        random: Arc<dyn Random>,
    ) -> Result<Self, SettingsError> {
        Self::over(connections.transport(), settings, server_time, random)
    }

    pub(crate) fn over(
        transport: Box<dyn Transport>,
        settings: Settings,
        server_time: Arc<ServerTime>,
        random: Arc<dyn Random>,
    ) -> Result<Self, SettingsError> {
        if !is_base(&settings.base_url) {
            return Err(SettingsError::BaseUrl);
        }
        if settings.calls_per_minute == 0 {
            return Err(SettingsError::CallsPerMinute);
        }
        let shared = Shared {
            transport,
            tokens: Tokens::of(settings.holder, &settings.token).map_err(|_| SettingsError::Token)?,
            version: version_header(&settings.version).ok_or(SettingsError::Version)?,
            base_url: settings.base_url,
            workspace_override: settings.workspace_override,
            throttle: Throttle::new(settings.calls_per_minute),
            server_time,
            random,
            accepted: Arc::default(),
            legacy_is_off: AtomicBool::new(false),
            unreadable: Unreadable::default(),
        };
        Ok(Self { shared: Arc::new(shared), caller: Urgency::Command.into(), holder: None })
    }

    /// The tokens that all clones ask with.
    pub fn tokens(&self) -> &Tokens {
        &self.shared.tokens
    }

    /// The same client, asking with the token of this holder and no other.
    #[must_use]
    pub fn of(&self, holder: Holder) -> Self {
        Self { holder: Some(holder), ..self.clone() }
    }

    /// The same client, served by the throttle as this kind.
    #[must_use]
    pub fn at(&self, urgency: Urgency) -> Self {
        self.for_caller(urgency.into())
    }

    pub(crate) fn for_caller(&self, caller: Caller) -> Self {
        Self { caller, ..self.clone() }
    }

    /// Where it is told that a call succeeded, whoever made it, or that a command was refused.
    pub fn accepted(&self) -> Arc<Acceptance> {
        Arc::clone(&self.shared.accepted)
    }

    /// Fails where the call names something that cannot exist, or where the holder has no token any more.
    pub(crate) fn request(&self, call: &Call, timeout: Duration) -> Result<Request, Failure> {
        let authorization = self.shared.tokens.header(self.holder);
        Ok(Request {
            method: call.method.clone(),
            url: call.url(&self.shared.base_url).ok_or(Failure::Error(IntercomError::Missing))?,
            authorization: authorization.ok_or(Failure::Error(IntercomError::Refused { code: None }))?,
            version: self.shared.version.clone(),
            body: call.body.as_ref().map(|body| body.to_string().into_bytes()),
            timeout,
        })
    }
}

impl fmt::Debug for IntercomClient {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("IntercomClient")
            .field("urgency", &self.caller.urgency)
            .finish_non_exhaustive()
    }
}

fn is_base(url: &Url) -> bool {
    matches!(url.scheme(), "http" | "https")
        && url.has_host()
        && url.username().is_empty()
        && url.password().is_none()
        && url.query().is_none()
        && url.fragment().is_none()
}

fn version_header(version: &str) -> Option<HeaderValue> {
    let numbered = version.split_once('.').is_some_and(|(major, minor)| {
        [major, minor].iter().all(|part| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit()))
    });
    (numbered || matches!(version, "Preview" | "Unstable")).then(|| HeaderValue::from_str(version).ok())?
}
