//! The HTTP door of the process: as the bot's own, over the workspaces that are there.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::Arc;

use async_trait::async_trait;
use deskbell::app::{Shared, WorkspaceRuntime};
use deskbell::gateway::ConnectionWatch;
use deskbell::http::{Apps, Door, Listeners, Overview, Server};
use deskbell::metrics::Standings;
use deskbell::supervisor::Supervisor;
use deskbell_domain::connection::Secret;
use deskbell_domain::home::Home;
use deskbell_domain::ids::{GuildId, WorkspaceId};
use deskbell_domain::port::store::Store;
use deskbell_domain::service::notify::standings;
use deskbell_domain::webhook::Heard;
use secrecy::SecretString;

use super::plan::{Plan, SECRET};

/// The workspaces by their ids.
struct Served {
    workspaces: Arc<[WorkspaceRuntime]>,
    places: BTreeMap<WorkspaceId, usize>,
    guilds: Vec<GuildId>,
    store: Arc<dyn Store>,
}

impl Served {
    fn runtime(&self, workspace: &WorkspaceId) -> Option<&WorkspaceRuntime> {
        self.places.get(workspace).map(|place| &self.workspaces[*place])
    }
}

impl Listeners for Served {
    fn serves(&self, workspace: &WorkspaceId) -> bool {
        self.places.contains_key(workspace)
    }

    fn hinted(&self, workspace: &WorkspaceId) {
        self.runtime(workspace).into_iter().for_each(WorkspaceRuntime::nudge);
    }

    fn heard(&self, workspace: &WorkspaceId, heard: &Heard) {
        self.runtime(workspace).into_iter().for_each(|runtime| runtime.heard(heard));
    }
}

/// No server has an app of its own.
#[async_trait]
impl Apps for Served {
    fn secrets(&self, _: &WorkspaceId) -> Vec<Secret> {
        Vec::new()
    }

    async fn uninstalled(&self, _: &WorkspaceId) {}
}

/// What a page of metrics costs is what it looks up of every notification.
#[async_trait]
impl Overview for Served {
    async fn standings(&self) -> Standings {
        let mut told = Standings { workspaces: self.places.len() as u64, ..Standings::default() };
        for (workspace, place) in &self.places {
            let home = Home::new(workspace, self.guilds[*place]);
            let all = standings(&*self.store, &*self.store, &home).await.unwrap_or_default();
            told.waiting += all.iter().map(|one| one.waiting.count).sum::<u64>();
        }
        told
    }
}

pub(super) async fn open(
    listen: SocketAddr,
    shared: &Shared,
    workspaces: &Arc<[WorkspaceRuntime]>,
    plan: &Plan,
    supervisor: &Supervisor,
) -> anyhow::Result<()> {
    let places = workspaces.iter().enumerate().map(|(place, one)| (one.id().clone(), place)).collect();
    let served = Arc::new(Served {
        workspaces: workspaces.clone(),
        places,
        guilds: plan.channels.iter().map(|(guild, _)| GuildId(*guild)).collect(),
        store: shared.store.clone(),
    });
    let door = Door {
        secret: Some(SecretString::from(SECRET)),
        pages: None,
        inbox: shared.store.clone(),
        store: shared.store.clone(),
        apps: served.clone(),
        listeners: served.clone(),
        connection: ConnectionWatch::new(shared.clock.clone()),
        metrics: shared.metrics.clone(),
        overview: served,
        supervisor: supervisor.clone(),
    };
    let server = Server::bind(listen).await?;
    supervisor.spawn("the HTTP door", server.run(door, supervisor.stop_token()));
    Ok(())
}
