//! One life of the process: the real poll loop, the real delivery and the real store, tied together as the bot ties
//! them, each task under the supervisor.

use std::sync::Arc;
use std::time::Duration;

use deskbell::deliver::{Delivery, DeliveryParts, GlobalPace};
use deskbell::poll::{PollParts, Retention, WorkspacePoll};
use deskbell::supervisor::Supervisor;
use deskbell_desk::difference::UpdateFields;
use deskbell_desk::ids::{ChannelId, GuildId};
use deskbell_desk::links::Links;
use deskbell_desk::names::Names;
use deskbell_desk::port::courier::Courier;
use deskbell_desk::port::intercom::Intercom;
use deskbell_desk::status::StatusBoard;
use deskbell_desk::time::ServerTime;
use deskbell_desk::workspace::Region;
use deskbell_intercom::{Throttle, Urgency};
use deskbell_store::DeskStore;
use tokio::time::sleep;
use tokio_util::sync::CancellationToken;

use crate::discord::DiscordPort;
use crate::intercom::{CALLS_PER_MINUTE, IntercomPort};
use crate::ports::StorePort;
use crate::world::{World, workspace};

/// `POLL_INTERVAL`, as it is by default.
const POLL_INTERVAL: Duration = Duration::from_secs(120);
/// How often somebody looks at `/status`.
const LOOK_EVERY: Duration = Duration::from_secs(20);
/// How long a loop may take for a tick before it counts as stuck.
const PATIENCE: Duration = Duration::from_hours(2);

/// A process that runs.
pub(crate) struct Process {
    pub(crate) world: Arc<World>,
    pub(crate) store: StorePort,
    pub(crate) raw: DeskStore,
    pub(crate) delivery: Arc<Delivery>,
    pub(crate) poll: Arc<WorkspacePoll>,
    pub(crate) supervisor: Supervisor,
    pub(crate) server_time: Arc<ServerTime>,
    /// Intercom, as commands ask it.
    pub(crate) intercom: IntercomPort,
    pub(crate) board: Arc<StatusBoard>,
}

impl Process {
    /// Starts it over what the last one left.
    pub(crate) async fn start(world: &Arc<World>, retention: Duration) -> Self {
        let clock = world.time.clone();
        let supervisor = Supervisor::new(clock.clone(), CancellationToken::new());
        let (raw, writer) = DeskStore::over(world.engine.clone(), clock.clone());
        supervisor.spawn_last("the store's writer", writer.run());
        // The judge looks before anything moves. It reads the engine directly, which has no reason to fail.
        let _looked = world.learn_after_death(&raw).await;
        let store = StorePort { world: world.clone(), store: raw.clone() };
        let server_time = Arc::new(ServerTime::new(clock.clone()));
        world.intercom.truth().calls.begin_life();
        world.looks_anew();
        let intercom = IntercomPort {
            world: world.clone(),
            server_time: server_time.clone(),
            throttle: Throttle::new(CALLS_PER_MINUTE),
            caller: Urgency::Command.into(),
            accepted: Arc::default(),
        };
        // As the real start does: what it tells is remembered, so that no answer is no reason to wait.
        let _remembered = intercom.workspace().await;
        let board = Arc::new(StatusBoard::over(raw.state()));
        let delivery = Arc::new(Delivery::new(delivery_parts(world, &store, &board)));
        let poll_parts = PollParts {
            journal: Arc::new(store.clone()),
            settings: Arc::new(store.clone()),
            intercom: Arc::new(intercom.of(Urgency::Poll)),
            background: Arc::new(intercom.of(Urgency::Background)),
            accepted: intercom.accepted.clone(),
            server_time: server_time.clone(),
            names: Arc::new(Names::default()),
            board: board.clone(),
            listener: delivery.clone(),
        };
        let poll = WorkspacePoll::new(poll_parts, workspace().id, POLL_INTERVAL, UpdateFields::default());
        let process = Self {
            world: world.clone(),
            delivery,
            poll: Arc::new(poll),
            supervisor,
            server_time,
            intercom,
            board,
            store,
            raw,
        };
        process.run_tasks(retention);
        process.gateway_is_ready();
        process
    }

    fn run_tasks(&self, keep: Duration) {
        let stop = self.supervisor.stop_token();
        let (delivery, linked, token) = (self.delivery.clone(), self.world.linked(), stop.clone());
        let (tasks, pulse) = (self.supervisor.tracker().clone(), self.supervisor.pulse("delivery", PATIENCE));
        self.supervisor.spawn("delivery", async move {
            let _read_again_with_the_next_news = delivery.reconcile_roster(&linked).await;
            let _token_is_never_refused = delivery.run(token, &tasks, pulse).await;
        });
        let (poll, token) = (self.poll.clone(), stop.clone());
        let pulses = ["polling contacts", "polling conversations", "polling changes of users"]
            .map(|name| self.supervisor.pulse(name, PATIENCE));
        self.supervisor.spawn("polling", async move { poll.run(&token, pulses).await });
        let (world, board, token) = (self.world.clone(), self.board.clone(), stop.clone());
        self.supervisor.spawn("a look at the status", async move {
            while !token.is_cancelled() {
                world.look_at_status(&board);
                tokio::select! {
                    () = token.cancelled() => {}
                    () = sleep(LOOK_EVERY) => {}
                }
            }
        });
        let journal = Arc::new(self.store.clone());
        let retention = Retention::new(journal, self.world.time.clone(), workspace().id, keep);
        self.supervisor.spawn("retention", async move { retention.run(&stop).await });
    }

    /// What the gateway tells when it is connected.
    fn gateway_is_ready(&self) {
        for guild in self.world.linked() {
            if self.world.discord.rooms().is_joined(guild) {
                self.delivery.wake_guild(guild);
            }
        }
    }

    /// What the commands' courier does.
    pub(crate) fn wake(&self, channel: ChannelId) {
        self.delivery.wake(channel);
        self.poll.nudge();
    }

    /// The bot is in a server again.
    pub(crate) fn guild_is_back(&self, guild: GuildId) {
        if self.world.linked().contains(&guild) {
            self.delivery.wake_guild(guild);
        }
    }
}

fn delivery_parts(world: &Arc<World>, store: &StorePort, board: &Arc<StatusBoard>) -> DeliveryParts {
    let discord = Arc::new(DiscordPort { world: world.clone() });
    DeliveryParts {
        deliveries: Arc::new(store.clone()),
        settings: Arc::new(store.clone()),
        journal: Arc::new(store.clone()),
        messenger: discord.clone(),
        channels: discord,
        clock: world.time.clone(),
        random: world.process_chance.clone(),
        status: board.clone(),
        pace: Arc::new(GlobalPace::default()),
        workspace: workspace(),
        links: Links::new(Region::Us, workspace().id),
        day: Arc::new(|at| format!("day {}", at.0 / 86_400_000)),
        mention: Arc::new(|command| format!("`/{command}`")),
    }
}
