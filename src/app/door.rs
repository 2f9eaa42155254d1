//! The HTTP door, tied to what stands behind it.

use std::sync::Arc;

use deskbell_discord::interaction::Interactions;
use tokio::sync::Mutex;

use super::browser::pages;
use super::connector::WorkspaceConnector;
use super::measured::Measured;
use crate::config::{Config, HttpConfig};
use crate::gateway::ConnectionWatch;
use crate::http;

/// Opens the door, if there is to be one.
pub(super) async fn open(
    config: &Config,
    connector: &Arc<WorkspaceConnector>,
    connection: &ConnectionWatch,
) -> Result<(), http::Taken> {
    let Some(HttpConfig { listen, client_secret, app: _ }) = config.http.clone() else { return Ok(()) };
    let server = http::Server::bind(listen).await?;
    tracing::info!(address = %server.address(), "listening for Intercom's webhooks");
    let (shared, supervisor) = (&connector.shared, &connector.supervisor);
    let door = http::Door {
        secret: client_secret,
        pages: pages(connector, Interactions::new(connector.rest.clone())),
        inbox: shared.store.clone(),
        store: shared.store.clone(),
        apps: connector.clone(),
        listeners: connector.workspaces.clone(),
        connection: connection.clone(),
        metrics: shared.metrics.clone(),
        overview: Arc::new(measured(connector, connection)),
        supervisor: supervisor.clone(),
    };
    supervisor.spawn("the HTTP door", server.run(door, supervisor.stop_token()));
    Ok(())
}

fn measured(connector: &WorkspaceConnector, connection: &ConnectionWatch) -> Measured {
    let calls = (connector.parts.connections.calls().clone(), connector.rest.calls().clone());
    Measured {
        workspaces: connector.workspaces.clone(),
        store: connector.shared.store.clone(),
        connection: connection.clone(),
        clock: connector.shared.clock.clone(),
        app_calls: connector.app_calls.clone(),
        calls,
        last: Mutex::default(),
    }
}
