//! One life of the process: the bot's own runtime of a workspace, over the real store and the simulation's ports.

use std::sync::Arc;
use std::time::Duration;

use deskbell::app::{Link, Shared, WorkspaceRuntime, WorkspaceSettings};
use deskbell::ingest::poll::Intervals;
use deskbell::supervisor::Supervisor;
use deskbell_domain::card::chosen::CardFields;
use deskbell_domain::difference::UpdateFields;
use deskbell_domain::ids::GuildId;
use deskbell_domain::port::intercom::WorkspaceFacts as _;
use deskbell_domain::port::outbox::Outbox;
use deskbell_domain::time::ServerTime;
use deskbell_domain::workspace::Region;
use deskbell_intercom::{Throttle, Urgency};
use deskbell_store::KvStore;
use tokio::time::sleep;
use tokio_util::sync::CancellationToken;

use crate::discord::DiscordPort;
use crate::intercom::{CALLS_PER_MINUTE, IntercomPort};
use crate::ports::StorePort;
use crate::world::{World, workspace};

/// `POLL_INTERVAL`, as it is by default.
const POLL_INTERVAL: Duration = Duration::from_secs(120);
/// `RECONCILE_INTERVAL`, as it is by default.
const RECONCILE_INTERVAL: Duration = Duration::from_mins(10);
/// How often somebody looks at `/status`.
const LOOK_EVERY: Duration = Duration::from_secs(20);

/// A process that runs.
pub(crate) struct Process {
    pub(crate) world: Arc<World>,
    pub(crate) store: StorePort,
    pub(crate) raw: KvStore,
    pub(crate) runtime: WorkspaceRuntime,
    pub(crate) supervisor: Supervisor,
    pub(crate) server_time: Arc<ServerTime>,
    /// Intercom, as commands ask it.
    pub(crate) intercom: IntercomPort,
}

impl Process {
    /// Starts it over what the last one left.
    pub(crate) async fn start(world: &Arc<World>, retention: Duration) -> Self {
        let clock = world.time.clone();
        let supervisor = Supervisor::new(clock.clone(), CancellationToken::new());
        let (raw, writer) = KvStore::over(world.engine.clone(), clock.clone(), world.process_chance.clone());
        supervisor.spawn_last("the store's writer", writer.run());
        // The judge looks before anything moves. It reads the engine directly, which has no reason to fail.
        let _looked = world.learn_after_death(&raw).await;
        let store = StorePort { world: world.clone(), store: raw.clone() };
        let server_time = Arc::new(ServerTime::new(clock));
        world.intercom.truth().calls.begin_life();
        world.looks_anew();
        world.discord.tell_all_anew();
        let intercom = IntercomPort {
            world: world.clone(),
            server_time: server_time.clone(),
            throttle: Throttle::new(CALLS_PER_MINUTE),
            caller: Urgency::Command.into(),
            accepted: Arc::default(),
        };
        // As the real start does: what it tells is remembered, so that no answer is no reason to wait.
        let _remembered = intercom.workspace().await;
        let link = Link {
            workspace: workspace(),
            region: Region::Us,
            intercom: Arc::new(intercom.clone()),
            accepted: intercom.accepted.clone(),
            server_time: server_time.clone(),
        };
        let runtime = WorkspaceRuntime::new(&shared(world, &store, retention), link, &supervisor);
        let process = Self { world: world.clone(), store, raw, runtime, supervisor, server_time, intercom };
        process.runtime.start(world.linked().into_iter().collect(), Duration::ZERO);
        process.look_at_status();
        process.gateway_is_ready();
        process
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
        for guild in self.world.linked() {
            if self.world.discord.servers().is_joined(guild) {
                self.runtime.delivery().wake_guild(guild);
            }
        }
    }

    /// The bot is in a server again.
    pub(crate) fn guild_is_back(&self, guild: GuildId) {
        if self.world.linked().contains(&guild) {
            self.runtime.delivery().wake_guild(guild);
        }
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
