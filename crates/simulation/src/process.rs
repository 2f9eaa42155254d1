//! One life of the process: the bot's own runtimes of workspaces, its connector and its door, over the real store and the
//! simulation's ports.

use std::collections::BTreeSet;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use async_trait::async_trait;
use deskbell::app::{
    ConnectorParts, Link, OperatorsWorkspace, Shared, WorkspaceConnector, WorkspaceRuntime,
    WorkspaceSettings, Workspaces, serve_connections,
};
use deskbell::config::{ApiAddress, Connect, IntercomReach};
use deskbell::connect::places::ClientParts;
use deskbell::gateway::{ConnectionWatch, GuildListener as _};
use deskbell::http::{Door, Overview};
use deskbell::ingest::poll::Intervals;
use deskbell::metrics::Standings;
use deskbell::supervisor::Supervisor;
use deskbell_commands::BotContext;
use deskbell_discord::rest::Rest;
use deskbell_domain::card::chosen::CardFields;
use deskbell_domain::difference::UpdateFields;
use deskbell_domain::port::intercom::WorkspaceFacts as _;
use deskbell_domain::time::ServerTime;
use deskbell_domain::workspace::Region;
use deskbell_intercom::{Connections, Throttle, Urgency};
use deskbell_store::{KvStore, SealedEngine};
use secrecy::SecretString;
use tokio::time::sleep;
use tokio_util::sync::CancellationToken;
use url::Url;

use crate::aftermath;
use crate::discord::DiscordPort;
use crate::intercom::{APP_CALLS_PER_MINUTE, CALLS_PER_MINUTE, IntercomPort, WithinTheRun};
use crate::links;
use crate::notice::APP_SECRET;
use crate::ports::StorePort;
use crate::tenant::OPERATORS;
use crate::world::World;

mod desk;

/// `POLL_INTERVAL`, as it is by default.
const POLL_INTERVAL: Duration = Duration::from_secs(120);
/// `RECONCILE_INTERVAL`, as it is by default.
const RECONCILE_INTERVAL: Duration = Duration::from_mins(10);
/// How often somebody looks at `/status`.
const LOOK_EVERY: Duration = Duration::from_secs(20);

/// A process that runs.
pub(crate) struct Process {
    /// The operator's workspace.
    pub(crate) world: Arc<World>,
    pub(crate) store: StorePort,
    pub(crate) raw: KvStore,
    pub(crate) runtime: Arc<WorkspaceRuntime>,
    pub(crate) workspaces: Arc<Workspaces>,
    pub(crate) connector: Arc<WorkspaceConnector>,
    pub(crate) door: Door,
    pub(crate) supervisor: Supervisor,
    pub(crate) server_time: Arc<ServerTime>,
    /// The operator's Intercom, as commands ask it.
    pub(crate) intercom: IntercomPort,
    /// What answers presses.
    pub(crate) bot: Arc<BotContext>,
}

impl Process {
    /// Starts it over what the last one left.
    pub(crate) async fn start(world: &Arc<World>, retention: Duration) -> Self {
        let clock = world.time.clone();
        let supervisor = Supervisor::new(clock.clone(), CancellationToken::new());
        let engine = SealedEngine::new(world.engine.clone(), world.keys.open());
        let (raw, writer) = KvStore::over(engine, clock.clone(), world.process_chance.clone());
        supervisor.spawn_last("the store's writer", writer.run());
        // The judge looks before anything moves. It reads the engine directly, which has no reason to fail.
        for one in world.worlds() {
            let _looked = links::learn_connections(&one, &raw).await;
            let _looked = aftermath::learn_after_death(&one, &raw).await;
            one.ledger().webhooks.begin_life();
        }
        let store = StorePort { world: world.clone(), store: raw.clone() };
        let server_time = Arc::new(ServerTime::new(clock));
        world.intercom.truth().calls.begin_life();
        world.looks_anew();
        world.discord.tell_all_anew();
        let intercom = operators_intercom(world, &server_time);
        // As the real start does: what it tells is remembered, so that no answer is no reason to wait.
        let _remembered = intercom.workspace().await;
        let shared = shared(world, &store, retention);
        let workspaces = Arc::<Workspaces>::default();
        let connector = Arc::new(connector(world, &shared, &workspaces, &supervisor, &server_time));
        let runtime =
            Arc::new(WorkspaceRuntime::new(&shared, link(world, &intercom, &server_time), &supervisor));
        let door = door(&shared, &connector, &workspaces, &supervisor);
        let bot = desk::bot(&shared, world, (&connector, &workspaces));
        let process = Self {
            world: world.clone(),
            store,
            raw,
            runtime,
            workspaces,
            connector,
            door,
            supervisor,
            server_time,
            intercom,
            bot,
        };
        process.begin().await;
        process
    }

    async fn begin(&self) {
        let linked: BTreeSet<_> = self.world.linked().into_iter().collect();
        self.runtime.start(linked.clone(), Duration::ZERO);
        self.workspaces.connect(&linked, &self.runtime).await;
        self.connector.note_operators(&OPERATORS.into_iter().collect());
        serve_connections(&self.connector).await;
        self.workspaces.settle();
        self.look_at_status();
        desk::begin(&self.bot, &self.supervisor);
        self.gateway_is_ready();
    }

    /// Somebody looks at `/status` now and then.
    fn look_at_status(&self) {
        let (world, board) = (self.world.clone(), self.runtime.board().clone());
        let stop = self.supervisor.stop_token();
        self.supervisor.spawn("a look at the status", async move {
            while !stop.is_cancelled() {
                world.look_at_status(&board);
                tokio::select! {
                    () = stop.cancelled() => {}
                    () = sleep(LOOK_EVERY) => {}
                }
            }
        });
    }

    /// What the gateway tells when it is connected.
    fn gateway_is_ready(&self) {
        for guild in self.workspaces.guilds() {
            if self.world.discord.servers().is_joined(guild) {
                self.workspaces.guild_here(guild);
            }
        }
    }
}

fn operators_intercom(world: &Arc<World>, server_time: &Arc<ServerTime>) -> IntercomPort {
    IntercomPort {
        world: world.clone(),
        server_time: server_time.clone(),
        throttle: Throttle::new(CALLS_PER_MINUTE),
        caller: Urgency::Command.into(),
        accepted: Arc::default(),
    }
}

fn link(world: &World, intercom: &IntercomPort, server_time: &Arc<ServerTime>) -> Link {
    Link {
        workspace: world.workspace(),
        region: Region::Us,
        intercom: Arc::new(intercom.clone()),
        accepted: intercom.accepted.clone(),
        server_time: server_time.clone(),
    }
}

/// What the bot shares among its workspaces, with the simulation's ports.
fn shared(world: &Arc<World>, store: &StorePort, retention: Duration) -> Shared {
    let discord = Arc::new(DiscordPort { world: world.clone() });
    Shared {
        store: Arc::new(store.clone()),
        messenger: discord.clone(),
        channels: discord,
        clock: world.time.clone(),
        random: world.process_chance.clone(),
        pace: Arc::default(),
        command_ids: Arc::default(),
        names: Arc::default(),
        topics: Arc::default(),
        metrics: Arc::default(),
        settings: WorkspaceSettings {
            intervals: Intervals { poll: POLL_INTERVAL, reconcile: RECONCILE_INTERVAL },
            update_fields: UpdateFields::default(),
            card_fields: CardFields::default(),
            retention,
            is_told: world.has_door,
        },
    }
}

/// What leads to the network, which nobody takes here. It is made once, for all runs.
fn ways_out() -> &'static (Connections, Rest) {
    static WAYS: OnceLock<(Connections, Rest)> = OnceLock::new();
    WAYS.get_or_init(|| {
        let connections = deskbell::connect::connections().expect("a client needs nothing of the system");
        let rest = Rest::new("http://discord.invalid", SecretString::from("none"));
        (connections, rest.expect("a client needs nothing of the system"))
    })
}

fn connector(
    world: &Arc<World>,
    shared: &Shared,
    workspaces: &Arc<Workspaces>,
    supervisor: &Supervisor,
    server_time: &Arc<ServerTime>,
) -> WorkspaceConnector {
    let (connections, rest) = ways_out();
    let url = Url::parse("http://intercom.invalid").expect("this is an address");
    WorkspaceConnector::from(ConnectorParts {
        reach: IntercomReach {
            address: ApiAddress::Given(url),
            version: "2.16".to_owned(),
            calls_per_minute: CALLS_PER_MINUTE,
            app_calls_per_minute: APP_CALLS_PER_MINUTE,
        },
        connect: Connect::Anyone,
        app: None,
        rest: rest.clone(),
        parts: ClientParts {
            connections: connections.answered_by(Arc::new(WithinTheRun { world: world.clone() })),
            server_time: server_time.clone(),
            random: world.process_chance.clone(),
        },
        shared: shared.clone(),
        workspaces: workspaces.clone(),
        supervisor: supervisor.clone(),
        operators: OperatorsWorkspace::Known(world.workspace().id),
    })
}

/// Whoever asks how everything stands: nobody does here.
struct Nobody;

#[async_trait]
impl Overview for Nobody {
    async fn standings(&self) -> Standings {
        Standings::default()
    }
}

fn door(
    shared: &Shared,
    connector: &Arc<WorkspaceConnector>,
    workspaces: &Arc<Workspaces>,
    supervisor: &Supervisor,
) -> Door {
    Door {
        secret: Some(SecretString::from(APP_SECRET)),
        pages: None,
        inbox: shared.store.clone(),
        store: shared.store.clone(),
        apps: connector.clone(),
        listeners: workspaces.clone(),
        connection: ConnectionWatch::new(shared.clock.clone()),
        metrics: shared.metrics.clone(),
        overview: Arc::new(Nobody),
        supervisor: supervisor.clone(),
    }
}
