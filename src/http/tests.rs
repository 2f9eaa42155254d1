use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::Body;
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, Request};
use data_encoding::HEXLOWER;
use deskbell_domain::connection::Secret;
use deskbell_domain::ids::{ContactId, ConversationId, WorkspaceId};
use deskbell_domain::port::store::{Hinted, MockInbox, MockStoreHealth, StoreError};
use deskbell_domain::shard::Shard;
use deskbell_domain::status::StoreState;
use deskbell_domain::webhook::Heard;
use futures::stream;
use hmac::{Hmac, KeyInit as _, Mac as _};
use secrecy::SecretString;
use sha1::Sha1;
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;
use tower::ServiceExt as _;

use super::routes::routes;
use super::*;
use crate::gateway::ConnectionWatch;
use crate::metrics::Standings;
use crate::supervisor::Supervisor;
use crate::system::SystemClock;

const SECRET: &str = "client secret";
const OWN_SECRET: &str = "secret of a server";
const LEAD: &str = r#"{"app_id":"acme","topic":"contact.lead.created","data":{"item":{"id":"c1"}}}"#;

/// The workspace "acme", which alone is served, and how often it was told of something.
#[derive(Default)]
struct Acme(AtomicU64);

impl Listeners for Acme {
    fn serves(&self, workspace: &WorkspaceId) -> bool {
        workspace.as_str() == "acme"
    }

    fn hinted(&self, workspace: &WorkspaceId) {
        assert!(self.serves(workspace));
    }

    fn heard(&self, workspace: &WorkspaceId, _: &Heard) {
        assert!(self.serves(workspace));
        self.0.fetch_add(1, Ordering::Relaxed);
    }
}

/// A server that is connected to "acme" has an app of its own.
#[async_trait::async_trait]
impl Apps for Acme {
    fn secrets(&self, workspace: &WorkspaceId) -> Vec<Secret> {
        if self.serves(workspace) { vec![Secret::new(OWN_SECRET)] } else { Vec::new() }
    }

    async fn uninstalled(&self, _: &WorkspaceId) {
        self.0.fetch_add(1_000, Ordering::Relaxed);
    }
}

/// Nothing is known of how it stands.
struct Nothing;

#[async_trait::async_trait]
impl Overview for Nothing {
    async fn standings(&self) -> Standings {
        Standings::default()
    }
}

struct World {
    routes: Router,
    acme: Arc<Acme>,
    kept: Arc<Mutex<Vec<Hinted>>>,
    store: watch::Sender<StoreState>,
    connection: ConnectionWatch,
}

impl World {
    fn new() -> Self {
        Self::with(Some(SecretString::from(SECRET)), Ok(()))
    }

    fn with(secret: Option<SecretString>, keeps: Result<(), ()>) -> Self {
        let (acme, kept) = (Arc::<Acme>::default(), Arc::<Mutex<Vec<Hinted>>>::default());
        let mut inbox = MockInbox::new();
        let keep = kept.clone();
        inbox.expect_hint().returning(move |_, of| {
            keep.lock().unwrap().push(of.clone());
            keeps.map_err(|()| StoreError::Closed)
        });
        let store = watch::Sender::new(StoreState::Writable);
        let mut health = MockStoreHealth::new();
        let state = store.clone();
        health.expect_state().returning(move || state.subscribe());
        let clock = Arc::new(SystemClock);
        let connection = ConnectionWatch::new(clock.clone());
        let door = Door {
            secret,
            pages: None,
            inbox: Arc::new(inbox),
            store: Arc::new(health),
            apps: acme.clone(),
            listeners: acme.clone(),
            connection: connection.clone(),
            metrics: Arc::default(),
            overview: Arc::new(Nothing),
            supervisor: Supervisor::new(clock, CancellationToken::new()),
        };
        Self { routes: routes(door), acme, kept, store, connection }
    }

    async fn ask(&self, method: Method, path: &str, headers: HeaderMap, body: Body) -> u16 {
        let mut request = Request::new(body);
        *request.method_mut() = method;
        *request.uri_mut() = path.parse().unwrap();
        *request.headers_mut() = headers;
        self.routes.clone().oneshot(request).await.unwrap().status().as_u16()
    }

    async fn get(&self, path: &str) -> u16 {
        self.ask(Method::GET, path, HeaderMap::new(), Body::empty()).await
    }

    /// Tells it as Intercom does.
    async fn tell(&self, body: &str) -> u16 {
        self.tell_signed(body.to_owned(), &signature(SECRET, body)).await
    }

    async fn tell_signed(&self, body: impl Into<Body>, signature: &str) -> u16 {
        let name = HeaderName::from_static("x-hub-signature");
        let headers = HeaderMap::from_iter([(name, HeaderValue::from_str(signature).unwrap())]);
        self.ask(Method::POST, "/intercom/webhooks", headers, body.into()).await
    }

    fn kept(&self) -> Vec<Hinted> {
        self.kept.lock().unwrap().clone()
    }
}

fn signature(secret: &str, body: &str) -> String {
    let mut code = Hmac::<Sha1>::new_from_slice(secret.as_bytes()).unwrap();
    code.update(body.as_bytes());
    format!("sha1={}", HEXLOWER.encode(&code.finalize().into_bytes()))
}

#[tokio::test]
async fn what_intercom_tells_is_kept_and_looked_at() {
    let world = World::new();
    assert_eq!(world.tell(LEAD).await, 200);
    let conversation = r#"{"app_id":"acme","topic":"conversation.user.created","data":{"item":{"id":"9"}}}"#;
    assert_eq!(world.tell(conversation).await, 200);
    let told = [Hinted::Contact(ContactId::new("c1")), Hinted::Conversation(ConversationId::new("9"))];
    assert_eq!((world.kept().as_slice(), world.acme.0.load(Ordering::Relaxed)), (told.as_slice(), 2));
}

#[tokio::test]
async fn what_intercom_did_not_sign_is_refused() {
    let world = World::new();
    for signature in [
        signature("another secret", LEAD),
        signature(SECRET, "another body"),
        signature(SECRET, LEAD).replace("sha1=", "sha256="),
        String::new(),
    ] {
        assert_eq!(world.tell_signed(LEAD, &signature).await, 401, "{signature}");
    }
    assert_eq!(world.ask(Method::POST, "/intercom/webhooks", HeaderMap::new(), LEAD.into()).await, 401);
    assert_eq!(world.kept(), []);
}

#[tokio::test]
async fn the_app_of_a_connected_server_is_believed_for_its_own_workspace_alone() {
    let world = World::with(None, Ok(()));
    assert_eq!(world.tell_signed(LEAD, &signature(OWN_SECRET, LEAD)).await, 200);
    assert_eq!(world.kept(), [Hinted::Contact(ContactId::new("c1"))]);
    let other = LEAD.replace("acme", "globex");
    assert_eq!(world.tell_signed(other.clone(), &signature(OWN_SECRET, &other)).await, 401);
}

#[tokio::test]
async fn that_an_app_was_taken_away_is_believed_only_where_intercom_signed_it() {
    let world = World::new();
    let body = r#"{"app_id":"acme"}"#;
    let mut code = Hmac::<sha2::Sha256>::new_from_slice(SECRET.as_bytes()).unwrap();
    code.update(body.as_bytes());
    let right = HEXLOWER.encode(&code.finalize().into_bytes());
    for (signature, status, asked) in
        [("", 401, 0), (signature(SECRET, body).as_str(), 401, 0), (right.as_str(), 200, 1_000)]
    {
        let name = HeaderName::from_static("x-body-signature");
        let headers = HeaderMap::from_iter([(name, HeaderValue::from_str(signature).unwrap())]);
        assert_eq!(world.ask(Method::POST, "/intercom/uninstall", headers, body.into()).await, status);
        assert_eq!(world.acme.0.load(Ordering::Relaxed), asked);
    }
}

#[tokio::test]
async fn without_a_secret_nothing_is_believed() {
    let world = World::with(None, Ok(()));
    assert_eq!(world.tell_signed(LEAD, &signature("", LEAD)).await, 401);
    assert_eq!(world.tell(LEAD).await, 401);
}

#[tokio::test]
async fn what_nobody_here_wants_is_taken_and_left() {
    let world = World::new();
    for body in [
        "no json",
        r#"{"app_id":"acme","app_id":"acme"}"#,
        r#"{"app_id":"acme","topic":"ping","data":{"item":{"id":null}}}"#,
        r#"{"app_id":"acme","topic":"something.new","data":{"item":{"id":"1"}}}"#,
        &LEAD.replace("acme", "stranger"),
    ] {
        assert_eq!(world.tell(body).await, 200, "{body}");
    }
    assert_eq!(world.kept(), []);
}

#[tokio::test]
async fn a_body_that_is_too_long_is_refused_before_it_is_read() {
    let long = format!("{LEAD}{}", " ".repeat(1 << 20));
    assert_eq!(World::new().tell(&long).await, 413);
}

#[tokio::test(start_paused = true)]
async fn a_body_that_does_not_come_is_not_waited_for_for_ever() {
    let never = Body::from_stream(stream::pending::<Result<Vec<u8>, std::io::Error>>());
    assert_eq!(World::new().tell_signed(never, &signature(SECRET, "")).await, 408);
}

#[tokio::test]
async fn what_could_not_be_kept_is_not_acknowledged() {
    let world = World::with(Some(SecretString::from(SECRET)), Err(()));
    assert_eq!((world.tell(LEAD).await, world.acme.0.load(Ordering::Relaxed)), (503, 0));
}

#[tokio::test]
async fn whoever_saves_the_address_is_answered() {
    let world = World::new();
    assert_eq!(world.get("/intercom/webhooks").await, 200);
    let head = world.ask(Method::HEAD, "/intercom/webhooks", HeaderMap::new(), Body::empty()).await;
    assert_eq!((head, world.get("/elsewhere").await), (200, 404));
}

#[tokio::test]
async fn it_is_told_whether_the_bot_is_well_and_ready() {
    let world = World::new();
    assert_eq!((world.get("/healthz").await, world.get("/readyz").await), (200, 503), "Discord is awaited");
    world.connection.connected(Shard::ONLY);
    assert_eq!(world.get("/readyz").await, 200);
    world.store.send_replace(StoreState::Unwritable { since: deskbell_domain::time::UnixMillis(1) });
    assert_eq!((world.get("/healthz").await, world.get("/readyz").await), (200, 503));
}
