//! A door whose store answers nothing: the one failure into which nobody can bring the binary from outside.

use std::sync::Arc;

use async_trait::async_trait;
use deskbell::gateway::ConnectionWatch;
use deskbell::http::{Apps, ConnectPages, Door, Listeners, Overview, Server};
use deskbell::metrics::{Metrics, Standings};
use deskbell::supervisor::Supervisor;
use deskbell::system::{SystemClock, SystemRandom};
use deskbell_discord::interaction::Interactions;
use deskbell_discord::rest::Rest;
use deskbell_domain::connection::Secret;
use deskbell_domain::ids::WorkspaceId;
use deskbell_domain::port::connector::MockConnector;
use deskbell_domain::port::store::{MockConnections, MockInbox, MockShortLived, MockStoreHealth, StoreError};
use deskbell_domain::webhook::Heard;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use url::Url;

/// It knows no workspace.
struct Nobody;

impl Listeners for Nobody {
    fn serves(&self, _: &WorkspaceId) -> bool {
        false
    }

    fn hinted(&self, _: &WorkspaceId) {}

    fn heard(&self, _: &WorkspaceId, _: &Heard) {}
}

#[async_trait]
impl Apps for Nobody {
    fn secrets(&self, _: &WorkspaceId) -> Vec<Secret> {
        Vec::new()
    }

    async fn uninstalled(&self, _: &WorkspaceId) {}
}

#[async_trait]
impl Overview for Nobody {
    async fn standings(&self) -> Standings {
        Standings::default()
    }
}

/// A door that is open.
pub(crate) struct OutOfOrder {
    address: String,
    stop: CancellationToken,
    serves: TaskTracker,
}

impl OutOfOrder {
    /// A link as `/connection` gives it.
    pub(crate) fn link(&self) -> String {
        format!("{}/intercom/connect?state=0123", self.address)
    }

    pub(crate) async fn close(self) {
        self.stop.cancel();
        self.serves.wait().await;
    }
}

pub(crate) async fn door_without_a_store() -> OutOfOrder {
    let server = Server::bind(([127, 0, 0, 1], 0).into()).await.expect("there is a free port");
    let address = format!("http://{}", server.address());
    let (stop, serves) = (CancellationToken::new(), TaskTracker::new());
    serves.spawn(server.run(door(&address, &stop), stop.clone()));
    serves.close();
    OutOfOrder { address, stop, serves }
}

fn door(address: &str, stop: &CancellationToken) -> Door {
    let clock = Arc::new(SystemClock);
    Door {
        secret: None,
        pages: Some(Arc::new(pages(address))),
        inbox: Arc::new(MockInbox::new()),
        store: Arc::new(MockStoreHealth::new()),
        apps: Arc::new(Nobody),
        listeners: Arc::new(Nobody),
        connection: ConnectionWatch::new(clock.clone()),
        metrics: Arc::new(Metrics::default()),
        overview: Arc::new(Nobody),
        supervisor: Supervisor::new(clock, stop.clone()),
    }
}

fn pages(address: &str) -> ConnectPages {
    let mut short_lived = MockShortLived::new();
    short_lived.expect_kept().returning(|_, _| Err(StoreError::Closed));
    let address: Url = address.parse().expect("it is an address");
    let rest = Rest::new(address.as_str(), "token".into()).expect("it is an address");
    ConnectPages {
        authorize: address.clone(),
        client_id: "client".to_owned(),
        public_url: address,
        short_lived: Arc::new(short_lived),
        connections: Arc::new(MockConnections::new()),
        connector: Arc::new(MockConnector::new()),
        clock: Arc::new(SystemClock),
        random: Arc::new(SystemRandom),
        interactions: Interactions::new(rest),
    }
}
