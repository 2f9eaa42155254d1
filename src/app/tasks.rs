//! The tasks that all workspaces share: each is started here, under the supervisor, and nowhere else.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use deskbell_discord::rest::Rest;
use deskbell_domain::ids::GuildId;
use deskbell_domain::port::store::Store;
use deskbell_domain::status::StoreState;
use tokio::time::{Instant, MissedTickBehavior, interval};
use tokio_util::sync::CancellationToken;

use super::operator::{OperatorConnection, Told};
use super::wiring::Shared;
use super::workspaces::Workspaces;
use super::{App, Discord, servers};
use crate::gateway;
use crate::supervisor::{Fatal, Pulse, Supervisor};

/// How long a look at the store may take before the loop counts as stuck.
const LOOK_PATIENCE: Duration = Duration::from_mins(3);
/// How often it is looked at whether the store takes writes.
const STORE_LOOK_EVERY: Duration = Duration::from_secs(1);
const PROBE_PATIENCE: Duration = Duration::from_secs(10);
/// How long the store may refuse writes before the process ends.
const STORE_PATIENCE: Duration = Duration::from_secs(60);

impl App {
    pub(super) async fn start_tasks(self) {
        let Self { config: _, supervisor, shared, workspaces, operator, told, guilds, discord } = self;
        let Discord { rest, bot, client, connection } = discord;
        let serving = Serving { operator, told, shared: shared.clone(), workspaces: workspaces.clone() };
        match guilds {
            Some(guilds) => serving.begin(guilds, &supervisor).await,
            None => drop(supervisor.tracker().spawn(serving.when_connected(rest, supervisor.clone()))),
        }
        let stop = supervisor.stop_token();
        let (fatal, token) = (supervisor.clone(), stop.clone());
        supervisor.spawn("the gateway", async move {
            if let Err(error) = gateway::run(client, &connection, token).await {
                fatal.fail(error);
            }
            bot.end().await;
        });

        let watch = StoreWatch { store: shared.store.clone(), supervisor: supervisor.clone() };
        let (token, pulse) = (stop, supervisor.pulse("the store's watch", LOOK_PATIENCE));
        supervisor.spawn("the store's watch", async move { watch.run(token, pulse).await });
    }
}

/// The operator's workspace before it is served.
struct Serving {
    operator: OperatorConnection,
    told: Told,
    shared: Shared,
    workspaces: Arc<Workspaces>,
}

impl Serving {
    async fn begin(self, guilds: BTreeSet<GuildId>, supervisor: &Supervisor) {
        self.operator.serve(self.told, guilds, &self.shared, &self.workspaces, supervisor).await;
    }

    /// Begins once it shows which server it is for, if it does.
    async fn when_connected(self, rest: Rest, supervisor: Supervisor) {
        let stop = supervisor.stop_token();
        let joined = tokio::select! {
            biased;
            () = stop.cancelled() => return,
            joined = self.workspaces.first_joined() => joined,
        };
        let guilds = servers::choose(&joined, &*self.shared.store, &rest).await;
        if guilds.is_empty() {
            return self.workspaces.settle();
        }
        self.workspaces.note_taken(&guilds);
        self.begin(guilds, &supervisor).await;
    }
}

/// Tries the store while it takes no writes, and ends the bot if that lasts too long.
struct StoreWatch {
    store: Arc<dyn Store>,
    supervisor: Supervisor,
}

impl StoreWatch {
    async fn run(&self, stop: CancellationToken, pulse: Pulse) {
        let mut ticks = interval(STORE_LOOK_EVERY);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let mut failing = None;
        loop {
            tokio::select! {
                biased;
                () = stop.cancelled() => return,
                _ = ticks.tick() => {
                    pulse.beat();
                    self.tick(&mut failing).await;
                    pulse.rest();
                }
            }
        }
    }

    /// `failing` is since when it has been seen to fail: the wall clock that the store goes by may be set meanwhile.
    async fn tick(&self, failing: &mut Option<Instant>) {
        if *self.store.state().borrow() == StoreState::Writable {
            *failing = None;
            return;
        }
        let since = *failing.get_or_insert_with(Instant::now);
        if !self.is_writable_now().await && since.elapsed() > STORE_PATIENCE {
            self.supervisor.fail(Fatal::Store);
        }
    }

    /// A disk may also hang instead of failing.
    async fn is_writable_now(&self) -> bool {
        let probe = tokio::time::timeout(PROBE_PATIENCE, self.store.probe()).await;
        probe.is_ok_and(|written| written.is_ok())
    }
}
