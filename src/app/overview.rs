//! What the process answers whoever runs it: how each workspace is, and copies of the store.

use std::collections::BTreeSet;
use std::net::SocketAddr;
use std::sync::Arc;

use async_trait::async_trait;
use deskbell_domain::home::Home;
use deskbell_domain::ids::GuildId;
use deskbell_domain::port::store::{Store, Stored};
use deskbell_domain::service::notify::standings;
use deskbell_domain::status::LinkState;
use deskbell_domain::subscription::SubscriptionState;
use deskbell_domain::time::{Clock, UnixMillis};
use deskbell_domain::topic::HeardTopics;
use deskbell_domain::trouble::Cause;
use deskbell_store::Copier;

use super::runtime::WorkspaceRuntime;
use super::workspaces::Workspaces;
use crate::check::DoorLine;
use crate::gateway::GuildListener as _;
use crate::metrics::{Metrics, Webhook};
use crate::ps::WorkspaceLine;
use crate::socket::Answers;

/// Looks at all workspaces.
pub(super) struct Overview {
    pub(super) workspaces: Arc<Workspaces>,
    pub(super) store: Arc<dyn Store>,
    pub(super) copier: Option<Copier>,
    pub(super) clock: Arc<dyn Clock>,
    /// As `HTTP_LISTEN` has it.
    pub(super) listen: Option<SocketAddr>,
    pub(super) topics: Arc<HeardTopics>,
    pub(super) metrics: Arc<Metrics>,
}

#[async_trait]
impl Answers for Overview {
    async fn lines(&self) -> Result<Vec<String>, String> {
        let lines = self.workspace_lines().await.map_err(|error| error.to_string())?;
        let lines = lines.iter().map(|line| serde_json::to_string(line).map_err(|error| error.to_string()));
        lines.collect()
    }

    fn door(&self) -> String {
        let heard = self.topics.times().into_iter().map(|(topic, at)| (topic.name().to_owned(), at));
        let unsigned = self.metrics.webhooks(Webhook::Unsigned);
        let line = DoorLine { listen: self.listen, heard: heard.collect(), unsigned };
        serde_json::to_string(&line).expect("texts and numbers are always JSON")
    }

    fn copier(&self) -> Option<Copier> {
        self.copier.clone()
    }
}

impl Overview {
    async fn workspace_lines(&self) -> Stored<Vec<WorkspaceLine>> {
        let mut unknown = self.workspaces.guilds();
        let mut lines = Vec::new();
        for runtime in self.workspaces.running() {
            let guilds = self.workspaces.guilds_of(&runtime);
            unknown.retain(|guild| !guilds.contains(guild));
            lines.push(self.line(&runtime, &guilds).await?);
        }
        lines.sort_by(|one, other| one.workspace.cmp(&other.workspace));
        lines.extend(self.waiting(unknown.len()));
        Ok(lines)
    }

    async fn line(&self, runtime: &WorkspaceRuntime, guilds: &BTreeSet<GuildId>) -> Stored<WorkspaceLine> {
        let poll = runtime.board().poll();
        let (mut waiting, mut on_hold) = (0, 0);
        for guild in guilds {
            let home = Home::new(runtime.id(), *guild);
            for standing in standings(&*self.store, &*self.store, &home).await? {
                waiting += standing.waiting.count;
                let state = standing.subscription.state;
                on_hold += u64::from(matches!(state, SubscriptionState::Suspended(_)));
            }
        }
        Ok(WorkspaceLine {
            workspace: Some(runtime.id().as_str().to_owned()),
            servers: guilds.len(),
            lag_seconds: poll.last_check.map(|at| self.clock.now().since(at).max(0) / 1000),
            waiting,
            on_hold,
            refused_since: match poll.link {
                LinkState::Refused { since } => Some(moment(since)),
                LinkState::Starting | LinkState::Connected | LinkState::Down { .. } => None,
            },
        })
    }

    /// Servers whose workspace Intercom has not told yet.
    fn waiting(&self, servers: usize) -> Option<WorkspaceLine> {
        let refused = self.workspaces.waiting().into_iter().find(|one| one.cause == Cause::TokenRefused);
        (servers > 0).then(|| WorkspaceLine {
            workspace: None,
            servers,
            lag_seconds: None,
            waiting: 0,
            on_hold: 0,
            refused_since: refused.map(|one| moment(one.since)),
        })
    }
}

fn moment(at: UnixMillis) -> String {
    let at = jiff::Timestamp::from_millisecond(at.0).unwrap_or_default();
    at.strftime("%Y-%m-%dT%H:%M:%SZ").to_string()
}
