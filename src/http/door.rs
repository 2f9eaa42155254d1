//! What the door works with.

use std::sync::Arc;

use async_trait::async_trait;
use deskbell_domain::connection::Secret;
use deskbell_domain::ids::WorkspaceId;
use deskbell_domain::port::store::{Inbox, StoreHealth};
use deskbell_domain::webhook::Heard;
use secrecy::SecretString;

use super::connect::ConnectPages;
use crate::gateway::ConnectionWatch;
use crate::metrics::{Metrics, Standings};
use crate::supervisor::Supervisor;

/// Who looks at what a workspace was told.
pub trait Listeners: Send + Sync {
    /// Whether a workspace is served by this process.
    fn serves(&self, workspace: &WorkspaceId) -> bool;

    /// Something stands in a workspace's inbox, of which nothing else is believed.
    fn hinted(&self, workspace: &WorkspaceId);

    /// What a workspace was told stands in its inbox.
    fn heard(&self, workspace: &WorkspaceId, heard: &Heard);
}

/// What is known of the apps that send webhooks beside the operator's.
#[async_trait]
pub trait Apps: Send + Sync {
    /// What the apps of servers that are connected to a workspace sign with.
    fn secrets(&self, workspace: &WorkspaceId) -> Vec<Secret>;

    /// Intercom says that a workspace has taken the operator's app away: whether it has, the tokens tell.
    async fn uninstalled(&self, workspace: &WorkspaceId);
}

/// Who knows how everything stands.
#[async_trait]
pub trait Overview: Send + Sync {
    /// How it stands now, or stood a few seconds ago.
    async fn standings(&self) -> Standings;
}

/// What the door works with.
pub struct Door {
    /// The secret of the app whose webhooks are believed; without one none are.
    pub secret: Option<SecretString>,
    /// Connecting in a browser, if that is set up.
    pub pages: Option<Arc<ConnectPages>>,
    /// Where hints are kept.
    pub inbox: Arc<dyn Inbox>,
    /// Whether the store can be written.
    pub store: Arc<dyn StoreHealth>,
    /// The apps beside the operator's.
    pub apps: Arc<dyn Apps>,
    /// The workspaces.
    pub listeners: Arc<dyn Listeners>,
    /// Whether Discord is connected.
    pub connection: ConnectionWatch,
    /// What is counted.
    pub metrics: Arc<Metrics>,
    /// How everything stands.
    pub overview: Arc<dyn Overview>,
    /// Whether every loop ticks.
    pub supervisor: Supervisor,
}
