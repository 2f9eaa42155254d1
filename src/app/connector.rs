//! Servers and the workspaces that they are connected to: the operator's token and the tokens that servers bring.
//!
//! A workspace is served once, whatever the number of servers: its polls ask with any token that may read, while the
//! commands of a server ask with the server's own. One that no server has any more takes seconds to stop: whoever connects
//! or disconnects waits only for those who do so with the same server or workspace.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock};
use std::time::Duration;

use deskbell_discord::rest::Rest;
use deskbell_domain::connection::{Connection, Holder, Secret, Sight, TokenOrigin};
use deskbell_domain::home::Home;
use deskbell_domain::ids::{GuildId, WorkspaceId};
use deskbell_domain::port::store::{Erasing, Stored};
use deskbell_domain::status::LinkState;
use deskbell_domain::workspace::{Region, Workspace};
use deskbell_intercom::oauth;
use deskbell_intercom::{AppCalls, IntercomClient, TokenNews};
use deskbell_text::connection::TokenChange;
use secrecy::SecretString;
use tokio::sync::OwnedMutexGuard;
use url::Url;

use self::gates::Gate;
pub(super) use self::gates::Gates;
pub(super) use self::notices::TokenNotices;
use self::operators::Operators;
pub use self::operators::OperatorsWorkspace;
pub use self::parts::ConnectorParts;
use self::spread::first_polls;
use super::runtime::WorkspaceRuntime;
use super::wiring::{Link, Shared};
use super::workspaces::Workspaces;
use crate::config::{ApiAddress, Connect, IntercomConfig, IntercomReach};
use crate::connect::places::{self, ClientParts, Found};
use crate::supervisor::Supervisor;

mod gates;
mod notices;
mod operators;
mod parts;
mod port;
mod spread;

/// What connects servers to workspaces while the process runs.
pub struct WorkspaceConnector {
    pub(super) reach: IntercomReach,
    pub(super) connect: Connect,
    /// The operator's app, which people allow in a browser, if there is one.
    pub(super) app: Option<OperatorsApp>,
    pub(super) rest: Rest,
    pub(super) parts: ClientParts,
    pub(super) shared: Shared,
    pub(super) workspaces: Arc<Workspaces>,
    pub(super) supervisor: Supervisor,
    /// The servers of the operator's workspace.
    pub(super) of_operator: RwLock<BTreeSet<GuildId>>,
    /// Which that is.
    pub(super) operators: Operators,
    /// The workspaces that are served.
    pub(super) served: Mutex<BTreeMap<WorkspaceId, Served>>,
    /// Who connects and disconnects.
    pub(super) gates: Gates,
    /// What the apps of servers sign with.
    pub(super) secrets: RwLock<BTreeMap<GuildId, (WorkspaceId, Secret)>>,
    /// What Intercom makes of the tokens of all workspaces that are served.
    pub(super) token_news: Arc<TokenNews>,
    /// The calls of all workspaces that have the operator's app.
    pub(super) app_calls: Arc<AppCalls>,
    /// What servers were told of their tokens.
    pub(super) token_notices: TokenNotices,
}

/// The operator's app, and where a browser finds its page.
pub struct OperatorsApp {
    pub(super) app: oauth::App,
    pub(super) public_url: Url,
}

/// A workspace that is served.
pub(super) struct Served {
    runtime: Arc<WorkspaceRuntime>,
    client: IntercomClient,
}

/// Nobody else connects or disconnects these servers, or has anything to do with these workspaces, while this lives.
pub(super) struct Alone {
    workspaces: BTreeSet<WorkspaceId>,
    _gates: [Vec<OwnedMutexGuard<()>>; 2],
}

/// Whether a workspace is served.
pub(super) fn is_served(by: &WorkspaceConnector, workspace: &WorkspaceId) -> bool {
    by.all_served().contains_key(workspace)
}

impl WorkspaceConnector {
    /// These servers are the operator's to link.
    pub fn note_operators(&self, guilds: &BTreeSet<GuildId>) {
        self.of_operator.write().unwrap_or_else(PoisonError::into_inner).extend(guilds);
    }

    /// Whether it is the operator's to link.
    pub(super) fn is_of_operator(&self, guild: GuildId) -> bool {
        self.of_operator.read().unwrap_or_else(PoisonError::into_inner).contains(&guild)
    }

    /// Those that have no connection of their own: only these can be the operator's without being listed.
    pub(super) async fn without_own(&self, mut guilds: BTreeSet<GuildId>) -> BTreeSet<GuildId> {
        let own = self.shared.store.connections().await.unwrap_or_default();
        guilds.retain(|guild| own.iter().all(|one| one.guild != *guild));
        guilds
    }

    /// Serves the operator's servers with the operator's token.
    pub(super) async fn serve_operators(
        &self,
        Found { workspace, place }: Found,
        token: &SecretString,
        guilds: &BTreeSet<GuildId>,
    ) {
        let alone = self.alone(guilds, &workspace.id).await;
        let client = place.intercom;
        let (region, first_poll) = (place.region, Duration::ZERO);
        let (sight, app) = (Sight::Whole, App::Operators);
        let new = New { workspace: &workspace, region, client, first_poll, sight, app };
        self.serve_with(&alone, new, Holder::Operator, token, guilds).await;
    }

    /// Serves the servers that connected themselves before, each workspace first polled at a time of its own.
    pub(super) async fn serve_own(&self) -> Stored<()> {
        let connections = self.shared.store.connections().await?;
        let own: Vec<_> = connections.into_iter().filter(|one| !self.is_of_operator(one.guild)).collect();
        let workspaces = own.iter().map(|one| &one.workspace.id);
        let first_polls = first_polls(workspaces, self.shared.settings.intervals.poll);
        for connection in &own {
            let first_poll = first_polls.get(&connection.workspace.id).copied().unwrap_or_default();
            let alone = self.alone(&BTreeSet::from([connection.guild]), &connection.workspace.id).await;
            self.serve_one(&alone, connection, first_poll).await;
        }
        Ok(())
    }

    /// Erases what was left of servers that were disconnected: the last process ended, or the store could not be written.
    /// What cannot be erased of one keeps nothing of another.
    pub(super) async fn erase_the_rest(&self) -> Stored<()> {
        let mut outcome = Ok(());
        for home in self.shared.store.unerased().await? {
            let _alone = self.alone(&BTreeSet::from([home.guild]), &home.workspace).await;
            // Whoever disconnected it may have done so while this waited, and another connected it since.
            if self.shared.store.unerased().await?.contains(&home) {
                outcome = self.erase(&home).await.and(outcome);
            }
        }
        outcome
    }

    fn all_served(&self) -> MutexGuard<'_, BTreeMap<WorkspaceId, Served>> {
        self.served.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits until nobody else connects or disconnects one of these servers, or has anything to do with this workspace or
    /// one that serves them now.
    pub(super) async fn alone(&self, guilds: &BTreeSet<GuildId>, workspace: &WorkspaceId) -> Alone {
        let servers = self.gates.pass(guilds.iter().map(|guild| Gate::Server(*guild)).collect()).await;
        let present = guilds.iter().filter_map(|guild| self.workspaces.runtime(*guild));
        let mut workspaces: BTreeSet<_> = present.map(|runtime| runtime.id().clone()).collect();
        workspaces.insert(workspace.clone());
        let of_workspaces = self.gates.pass(workspaces.iter().cloned().map(Gate::Workspace).collect()).await;
        Alone { workspaces, _gates: [servers, of_workspaces] }
    }

    /// All of the workspace, where no server has it and it is surely not the operator's. Where that is not known yet, it
    /// waits.
    async fn erase(&self, home: &Home) -> Stored<()> {
        let connections = self.shared.store.connections().await?;
        let is_connected = connections.iter().any(|one| one.workspace.id == home.workspace);
        let what = if is_connected || is_served(self, &home.workspace) {
            Erasing::Server
        } else {
            match self.operators.now() {
                OperatorsWorkspace::Known(known) if known == home.workspace => Erasing::Server,
                OperatorsWorkspace::None | OperatorsWorkspace::Known(_) => Erasing::Workspace,
                OperatorsWorkspace::NotYetKnown => return Ok(()),
            }
        };
        self.shared.store.erase(home, what).await
    }

    /// Serves a server no more.
    async fn release(&self, alone: &Alone, guild: GuildId) {
        self.workspaces.disconnect(&BTreeSet::from([guild])).await;
        for served in self.all_served().values() {
            served.client.tokens().remove(Holder::Server(guild));
        }
        self.secrets.write().unwrap_or_else(PoisonError::into_inner).remove(&guild);
        self.drop_unserved(alone);
    }

    /// A server's own way to Intercom, while it is served with this connection.
    pub(super) fn client_of(&self, connection: &Connection) -> Option<IntercomClient> {
        let all = self.all_served();
        let served = all.get(&connection.workspace.id)?;
        let is_theirs = self.workspaces.guilds_of(&served.runtime).contains(&connection.guild);
        is_theirs.then(|| served.client.of(Holder::Server(connection.guild)))
    }

    /// A server's token may do something else than before: the server sees as much of the workspace from now on, and is
    /// told where nothing else tells it.
    pub(super) async fn changed(&self, before: &Connection, now: &Connection) {
        let served = self.all_served().get(&now.workspace.id).map(|one| one.runtime.clone());
        let Some(runtime) = served else { return };
        runtime.set_sight(now.guild, now.sight());
        let Some(change) = TokenChange::between(before, now) else { return };
        // That the only token of a workspace lacks a permission shows in what is read, and is told there.
        let is_told_elsewhere =
            change == TokenChange::MayLess && self.workspaces.guilds_of(&runtime).len() == 1;
        if !is_told_elsewhere && self.token_notices.is_due(now.guild, change) {
            let home = Home::new(&now.workspace.id, now.guild);
            notices::post(&self.shared, &runtime, &home, change).await;
        }
    }

    /// Whether Intercom takes no token of a workspace at all.
    pub(super) fn is_refused(&self, workspace: &WorkspaceId) -> bool {
        let link = self.all_served().get(workspace).map(|served| served.runtime.board().poll().link);
        matches!(link, Some(LinkState::Refused { .. }))
    }

    async fn serve_one(&self, alone: &Alone, connection: &Connection, first_poll: Duration) {
        let token = SecretString::from(connection.token.expose().to_owned());
        let holder = Holder::Server(connection.guild);
        let client = match self.client(connection, &token, holder) {
            Ok(client) => client,
            Err(error) => {
                tracing::error!(guild.id = %connection.guild, %error, "a server's token cannot be used");
                return;
            }
        };
        note_secret(&mut self.secrets.write().unwrap_or_else(PoisonError::into_inner), connection);
        let (workspace, region, sight) = (&connection.workspace, connection.region, connection.sight());
        let app = match connection.origin {
            TokenOrigin::Pasted => App::ItsOwn,
            TokenOrigin::Allowed => App::Operators,
        };
        let new = New { workspace, region, client, first_poll, sight, app };
        let guilds = BTreeSet::from([connection.guild]);
        self.serve_with(alone, new, holder, &token, &guilds).await;
    }

    fn client(
        &self,
        connection: &Connection,
        token: &SecretString,
        holder: Holder,
    ) -> Result<IntercomClient, deskbell_intercom::SettingsError> {
        let config = self.config(token.clone(), Some(connection.region));
        let url = match &config.reach.address {
            ApiAddress::Given(url) => url.clone(),
            ApiAddress::In(_) | ApiAddress::Sought => places::base(connection.region),
        };
        places::client(&config, holder, url, &self.parts)
    }

    /// One runtime for the workspace, a token more in its client, and a way of its own for the servers' commands.
    async fn serve_with(
        &self,
        alone: &Alone,
        new: New<'_>,
        holder: Holder,
        token: &SecretString,
        guilds: &BTreeSet<GuildId>,
    ) {
        let (runtime, client) = self.with_token(new, holder, token, guilds);
        let context = runtime.context_through(Arc::new(client.of(holder)), holder);
        self.workspaces.connect_through(guilds, &runtime, &context).await;
        if let Err(error) = runtime.set_guilds(&self.workspaces.guilds_of(&runtime)).await {
            tracing::error!(workspace.id = %runtime.id(), %error, "notifications could not be bound to their servers");
        }
        self.drop_unserved(alone);
    }

    fn with_token(
        &self,
        new: New<'_>,
        holder: Holder,
        token: &SecretString,
        guilds: &BTreeSet<GuildId>,
    ) -> (Arc<WorkspaceRuntime>, IntercomClient) {
        let (mut all, id, app) = (self.all_served(), new.workspace.id.clone(), new.app);
        // A holder has a token for one workspace at a time.
        for (_, served) in all.iter().filter(|(other, _)| **other != id) {
            served.client.tokens().remove(holder);
        }
        if let Some(served) = all.get(&id) {
            // The token was looked at when a client was made of it.
            let _taken = served.client.tokens().set(holder, token);
            // Polls that were refused try at once.
            served.client.accepted().tell();
            limit(&served.runtime, guilds, &new.sight);
        }
        let served = all.entry(id).or_insert_with(|| self.started(new, guilds));
        if app == App::Operators {
            served.client.tokens().share(holder, &self.app_calls);
        }
        (served.runtime.clone(), served.client.clone())
    }

    fn started(&self, new: New<'_>, guilds: &BTreeSet<GuildId>) -> Served {
        let New { workspace, region, client, first_poll, sight, app } = new;
        tracing::info!(
            workspace.id = %workspace.id,
            region = workspace.region.unwrap_or(region).code(),
            "a workspace is served"
        );
        let link = Link {
            workspace: workspace.clone(),
            region,
            accepted: client.accepted(),
            intercom: Arc::new(client.clone()),
            server_time: self.parts.server_time.clone(),
        };
        let runtime = Arc::new(WorkspaceRuntime::new(&shared_by(&self.shared, app), link, &self.supervisor));
        limit(&runtime, guilds, &sight);
        runtime.start(guilds.clone(), first_poll);
        client.tokens().report_to(&self.token_news);
        Served { runtime, client }
    }

    /// Of the others nobody here knows whether a server is just about to have them.
    fn drop_unserved(&self, alone: &Alone) {
        let is_served = |served: &Served| !self.workspaces.guilds_of(&served.runtime).is_empty();
        self.all_served().retain(|id, served| !alone.workspaces.contains(id) || is_served(served));
    }

    fn config(&self, token: SecretString, region: Option<Region>) -> IntercomConfig {
        let address = match (&self.reach.address, region) {
            (ApiAddress::Given(url), _) => ApiAddress::Given(url.clone()),
            (_, Some(region)) => ApiAddress::In(region),
            (_, None) => ApiAddress::Sought,
        };
        // INTERCOM_WORKSPACE_ID is the operator's: a token that names no workspace would be taken for one of it.
        IntercomConfig { token, workspace: None, reach: IntercomReach { address, ..self.reach.clone() } }
    }
}

/// A workspace that may have to be started.
struct New<'a> {
    workspace: &'a Workspace,
    region: Region,
    client: IntercomClient,
    first_poll: Duration,
    /// What the servers see of it.
    sight: Sight,
    app: App,
}

/// The app that a workspace's token is of.
#[derive(Clone, Copy, PartialEq, Eq)]
enum App {
    /// The operator's, which sends webhooks for all workspaces that have it.
    Operators,
    ItsOwn,
}

/// Before anything can be posted there.
fn limit(runtime: &WorkspaceRuntime, guilds: &BTreeSet<GuildId>, sight: &Sight) {
    for guild in guilds {
        runtime.set_sight(*guild, sight.clone());
    }
}

/// What webhooks of the operator's app tell says nothing of workspaces that do not have it.
fn shared_by(shared: &Shared, app: App) -> Shared {
    match app {
        App::Operators => shared.clone(),
        App::ItsOwn => Shared { topics: Arc::default(), ..shared.clone() },
    }
}

fn note_secret(secrets: &mut BTreeMap<GuildId, (WorkspaceId, Secret)>, connection: &Connection) {
    match &connection.client_secret {
        Some(secret) => {
            let known = (connection.workspace.id.clone(), secret.clone());
            secrets.insert(connection.guild, known);
        }
        None => drop(secrets.remove(&connection.guild)),
    }
}
