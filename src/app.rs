//! The whole bot: [`App::build`] makes what all workspaces share, [`App::run`] runs it and the workspaces.
//!
//! Whoever needs another world (the demo, the tests) gives another configuration and other [`Adapters`]; the parts are
//! the same. What belongs to one workspace is a [`WorkspaceRuntime`], which the simulation and the benches run as well.

mod adapters;
mod apps;
mod audit_care;
mod browser;
mod connection_checks;
mod connector;
mod door;
#[cfg(test)]
mod fixture;
mod heart;
mod keys;
mod measured;
mod opening;
mod operator;
mod outbox;
mod overview;
mod paused;
mod remains;
mod removals;
mod runtime;
mod servers;
mod standby;
mod stopped;
mod tasks;
mod wiring;
mod words;
mod workspaces;

use std::collections::BTreeSet;
use std::sync::Arc;

use anyhow::Context;
use deskbell_commands::{BotContext, Dependencies, Facts};
use deskbell_discord::directory::Directory;
use deskbell_discord::interaction::Interactions;
use deskbell_discord::messenger::{OwnId, RestMessenger};
use deskbell_discord::remover::RestRemover;
use deskbell_discord::rest::Rest;
use deskbell_domain::ids::GuildId;
use deskbell_domain::member_field::MemberField;
use deskbell_domain::port::store::Store;
use deskbell_domain::time::ServerTime;
use deskbell_domain::topic::HeardTopics;
use deskbell_store::Copier;
use secrecy::ExposeSecret;
use tokio_util::sync::CancellationToken;

pub use self::adapters::Adapters;
pub use self::connector::{ConnectorParts, OperatorsApp, OperatorsWorkspace, WorkspaceConnector};
use self::heart::Heart;
pub use self::keys::keys;
use self::opening::OpenStore;
pub(crate) use self::opening::host_name;
use self::operator::{OperatorConnection, Told};
use self::overview::Overview;
pub use self::runtime::WorkspaceRuntime;
use self::stopped::Stopped;
pub use self::tasks::serve_connections;
pub use self::wiring::{Link, Shared, WorkspaceSettings};
pub use self::words::run as look_after_words;
pub use self::workspaces::Workspaces;
use crate::config::{self, Config, Connect};
use crate::connect::places::{ClientParts, Places};
use crate::gateway::{ConnectionWatch, Gateway};
use crate::health::{self, AliveLock};
use crate::ingest::poll::Intervals;
use crate::metrics::Metrics;
use crate::supervisor::{Fatal, Supervisor};
use crate::{connect, gateway, socket};

/// A bot that is ready to run.
pub struct App {
    config: Config,
    supervisor: Supervisor,
    shared: Shared,
    connector: Arc<WorkspaceConnector>,
    /// The operator's own workspace, if there is one.
    operator: Option<(OperatorConnection, Told)>,
    /// The servers of the operator's workspace; none where that shows only when the bot connects.
    guilds: Option<BTreeSet<GuildId>>,
    discord: Discord,
    /// What all commands share.
    bot: Arc<BotContext>,
}

/// What leads to Discord.
struct Discord {
    rest: Rest,
    gateway: Gateway,
}

/// What is there from the first moment, before either service has answered.
struct Start {
    connection: ConnectionWatch,
    workspaces: Arc<Workspaces>,
    store: Arc<dyn Store>,
    supervisor: Supervisor,
    topics: Arc<HeardTopics>,
    metrics: Arc<Metrics>,
}

impl Start {
    fn begin_heartbeat(&self, config: &Config) {
        let file = config.files.heartbeat.clone();
        // Where it cannot be made, the heartbeat is told as what cannot be written.
        drop(std::fs::create_dir_all(config.files.heartbeat_folder()));
        let is_listed = config.discord.guilds.is_some();
        let taken_before = if is_listed { None } else { health::only_server(&file) };
        let heart = Heart {
            file,
            workspaces: self.workspaces.clone(),
            connection: self.connection.clone(),
            store: self.store.clone(),
            store_kind: opening::kind(&config.store.place),
            supervisor: self.supervisor.clone(),
            alive: AliveLock::default(),
            taken_before,
        };
        self.supervisor.spawn("the heartbeat", heart.run(self.supervisor.stop_token()));
    }

    /// Answers `deskbell ps`, `deskbell check` and `deskbell backup`. A bot without that is better than none.
    fn answer_operator(&self, config: &Config, adapters: &Adapters, copier: Option<Copier>) {
        let overview = Overview {
            workspaces: self.workspaces.clone(),
            store: self.store.clone(),
            copier,
            clock: adapters.clock.clone(),
            listen: config.http.as_ref().map(|http| http.listen),
            topics: self.topics.clone(),
            metrics: self.metrics.clone(),
        };
        match socket::Server::bind(&config.files.socket_folder) {
            Ok(server) => {
                let answering = server.run(Arc::new(overview), self.supervisor.stop_token());
                self.supervisor.spawn("the operator's socket", answering);
            }
            Err(error) => tracing::warn!(
                %error,
                path = %socket::path(&config.files.socket_folder).display(),
                "there is no socket for deskbell ps and deskbell backup: neither works while this bot runs"
            ),
        }
    }
}

impl App {
    /// The same as [`App::build_until`] for whoever does not break the start off.
    pub async fn build(config: Config, adapters: Adapters) -> anyhow::Result<Self> {
        Self::build_until(config, adapters, &CancellationToken::new()).await
    }

    /// Opens the store, asks Intercom for the workspace, finds the gateway, and ties all parts together. Nothing is
    /// posted and nothing is polled yet, but the heartbeat is written. Where several share a store and another serves the
    /// bot, it stands by until that one has ended. Cancelling `stop` breaks it off, and leaves nothing behind.
    pub async fn build_until(
        config: Config,
        adapters: Adapters,
        stop: &CancellationToken,
    ) -> anyhow::Result<Self> {
        tracing::info!(
            version = env!("CARGO_PKG_VERSION"),
            servers = config.discord.guilds.as_ref().map(BTreeSet::len),
            poll_interval_s = config.poll.interval.as_secs(),
            "Deskbell starts"
        );
        let supervisor = Supervisor::new(adapters.clock.clone(), stop.child_token());
        let OpenStore { store, copier } = opening::open(&config, &adapters, &supervisor).await?;
        let start = Start {
            connection: ConnectionWatch::new(adapters.clock.clone()),
            workspaces: Arc::default(),
            store,
            supervisor: supervisor.clone(),
            topics: Arc::default(),
            metrics: Arc::default(),
        };
        start.begin_heartbeat(&config);
        start.answer_operator(&config, &adapters, copier);
        let ours = supervisor.stop_token();
        let built = tokio::select! {
            biased;
            () = ours.cancelled() => Err(Stopped.into()),
            built = Self::tie(config, adapters, start) => built,
        };
        if built.is_err() {
            ours.cancel();
            // The heartbeat says its last word, and the work in a database is given back.
            supervisor.join().await?;
        }
        built
    }

    async fn tie(config: Config, adapters: Adapters, start: Start) -> anyhow::Result<Self> {
        let Start { connection, workspaces, store, supervisor, topics, metrics } = start;
        let parts = client_parts(&adapters)?;
        let operator = asked(&config, &parts, &*store).await?;
        let guilds = match &operator {
            Some(_) => servers::known(config.discord.guilds.as_ref(), &*store).await?,
            None => None,
        };
        let rest = connect::discord(&config.discord)?;
        let plan = gateway::plan(&rest, &connection).await?;
        let own = own_id(&config);
        let directory = Arc::new(Directory::new(rest.clone(), own.clone(), plan.shards));
        let messenger = RestMessenger::new(rest.clone(), own.clone());
        let shared = Shared { topics, metrics, ..shared(&config, &adapters, &store, &directory, messenger) };
        if let (None, Some(taken)) = (&config.discord.guilds, &guilds) {
            workspaces.note_taken(taken);
        }
        let operators = operators_workspace(operator.as_ref());
        let connector =
            Arc::new(connector_of(&config, (parts, operators), &rest, &shared, &workspaces, &supervisor));
        connector.note_operators(guilds.as_ref().unwrap_or(&BTreeSet::new()));
        let bot = bot(&shared, &connector, &rest, (&connection, config.poll.member_field.clone()));
        let events = gateway::Events {
            shards: plan.shards,
            directory,
            own,
            listener: workspaces.clone(),
            bot: bot.clone(),
            tracker: supervisor.tracker().clone(),
            stop: supervisor.stop_token(),
        };
        let to_discord = gateway::Connection {
            rest: rest.clone(),
            token: config.discord.token.clone(),
            plan,
            bot: bot.clone(),
            events,
            watch: connection.clone(),
        };
        let gateway = Gateway::new(to_discord).await.context("the Discord client cannot be made")?;
        door::open(&config, &connector, &connection).await?;
        let discord = Discord { rest, gateway };
        Ok(Self { config, supervisor, shared, connector, operator, guilds, discord, bot })
    }

    /// Runs until `stop` is cancelled (`Ok`) or something is fatal. Ends within ten seconds of being asked to.
    pub async fn run(self, stop: CancellationToken) -> Result<(), Fatal> {
        let supervisor = self.supervisor.clone();
        let ours = supervisor.stop_token();
        let Config { reach, discord, .. } = &self.config;
        for sentence in config::open_addresses(Some(reach), discord.proxy.as_ref()) {
            tracing::warn!("{sentence}");
        }
        self.start_tasks().await;
        tokio::select! {
            biased;
            () = stop.cancelled() => ours.cancel(),
            () = ours.cancelled() => {}
        }
        let ended = supervisor.join().await;
        tracing::info!("Deskbell has ended");
        ended
    }
}

fn client_parts(adapters: &Adapters) -> Result<ClientParts, reqwest::Error> {
    let server_time = Arc::new(ServerTime::new(adapters.clock.clone()));
    Ok(ClientParts { connections: connect::connections()?, server_time, random: adapters.random.clone() })
}

/// The operator's connection, if there is one, after Intercom was asked for its workspace.
async fn asked(
    config: &Config,
    parts: &ClientParts,
    store: &dyn Store,
) -> anyhow::Result<Option<(OperatorConnection, Told)>> {
    let Some(intercom) = config.intercom.clone() else { return Ok(None) };
    let places = Places::of(&intercom, parts)?;
    let operator = OperatorConnection { config: intercom, start: config.start, places, parts: parts.clone() };
    tracing::info!("asking Intercom which workspace the token belongs to");
    let told = operator.ask_at_start(store).await?;
    Ok(Some((operator, told)))
}

fn operators_workspace(operator: Option<&(OperatorConnection, Told)>) -> OperatorsWorkspace {
    match operator {
        None => OperatorsWorkspace::None,
        Some((_, Told::Workspace(found))) => OperatorsWorkspace::Known(found.workspace.id.clone()),
        Some((_, Told::NotYet(_))) => OperatorsWorkspace::NotYetKnown,
    }
}

fn connector_of(
    config: &Config,
    (parts, operators): (ClientParts, OperatorsWorkspace),
    rest: &Rest,
    shared: &Shared,
    workspaces: &Arc<Workspaces>,
    supervisor: &Supervisor,
) -> WorkspaceConnector {
    if config.connect != Connect::Off {
        workspaces.let_servers_connect();
    }
    WorkspaceConnector::from(ConnectorParts {
        reach: config.reach.clone(),
        connect: config.connect.clone(),
        app: browser::operators_app(config),
        rest: rest.clone(),
        parts,
        shared: shared.clone(),
        workspaces: workspaces.clone(),
        supervisor: supervisor.clone(),
        operators,
    })
}

/// The bot's own id, which its token holds and Discord tells again.
fn own_id(config: &Config) -> OwnId {
    let own = OwnId::default();
    if let Some(id) = OwnId::in_token(config.discord.token.expose_secret()) {
        own.set(id);
    }
    own
}

fn shared(
    config: &Config,
    adapters: &Adapters,
    store: &Arc<dyn Store>,
    directory: &Arc<Directory>,
    messenger: RestMessenger,
) -> Shared {
    Shared {
        store: store.clone(),
        messenger: Arc::new(messenger),
        channels: directory.clone(),
        clock: adapters.clock.clone(),
        random: adapters.random.clone(),
        pace: Arc::default(),
        command_ids: Arc::default(),
        names: Arc::default(),
        topics: Arc::default(),
        metrics: Arc::default(),
        settings: WorkspaceSettings {
            intervals: Intervals { poll: config.poll.interval, reconcile: config.poll.reconcile_interval },
            update_fields: config.poll.update_fields.clone(),
            card_fields: config.poll.card_fields.clone(),
            retention: config.store.retention,
            is_told: config.http.is_some(),
        },
    }
}

fn bot(
    shared: &Shared,
    connector: &Arc<WorkspaceConnector>,
    rest: &Rest,
    (connection, member_field): (&ConnectionWatch, MemberField),
) -> Arc<BotContext> {
    let dependencies = Dependencies {
        store: shared.store.clone(),
        channels: shared.channels.clone(),
        interactions: Interactions::new(rest.clone()),
        random: shared.random.clone(),
        clock: shared.clock.clone(),
        workspaces: connector.workspaces.clone(),
        connector: connector.clone(),
        shards: Arc::new(connection.clone()),
        remover: Arc::new(RestRemover::new(rest.clone())),
    };
    let facts = Facts {
        version: env!("CARGO_PKG_VERSION"),
        started_at: shared.clock.now(),
        poll_interval: shared.settings.intervals.poll,
        api_version: connector.reach.version.clone(),
        update_fields: shared.settings.update_fields.clone(),
        card_fields: shared.settings.card_fields.clone(),
        member_field,
    };
    Arc::new(BotContext::new(dependencies, facts, shared.command_ids.clone()))
}
