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

use super::audit_care::AuditCare;
use super::connection_checks::ConnectionChecks;
use super::connector::WorkspaceConnector;
use super::operator::{OperatorConnection, Told};
use super::remains::Remains;
use super::removals::Removals;
use super::{App, Discord, servers, words};
use crate::config::StorePlace;
use crate::supervisor::{Fatal, Pulse, Supervisor};

/// How long a look at the store may take before the loop counts as stuck.
const LOOK_PATIENCE: Duration = Duration::from_mins(3);
/// How long a look at a server's token may take: each is asked in its workspace's turn.
const CHECK_PATIENCE: Duration = Duration::from_mins(30);
/// How long a look at what is to be deleted may take: each message is deleted in its turn.
const REMOVAL_PATIENCE: Duration = Duration::from_mins(10);
/// How often it is looked at whether the store takes writes.
const STORE_LOOK_EVERY: Duration = Duration::from_secs(1);
const PROBE_PATIENCE: Duration = Duration::from_secs(10);
/// How long a store on a disk may refuse writes before the process ends.
const STORE_PATIENCE: Duration = Duration::from_secs(60);

impl App {
    pub(super) async fn start_tasks(self) {
        let Self { config, supervisor, shared, connector, operator, guilds, discord, bot } = self;
        let Discord { rest, gateway } = discord;
        serve_connections(&connector).await;
        close_deeds(&*shared.store).await;
        match operator.map(|(operator, told)| Serving { operator, told, connector: connector.clone() }) {
            Some(serving) => match guilds {
                Some(guilds) => serving.begin(guilds).await,
                None => drop(supervisor.tracker().spawn(serving.when_connected(rest.clone()))),
            },
            None => connector.workspaces.settle(),
        }
        let stop = supervisor.stop_token();
        let (removals, token) = (Removals::new(&connector, &rest), stop.clone());
        let pulse = supervisor.pulse("deleting messages", REMOVAL_PATIENCE);
        supervisor.spawn("deleting messages", async move { removals.run(token, pulse).await });
        let (remains, token) = (Remains::new(&connector), stop.clone());
        let pulse = supervisor.pulse("erasing what is left", REMOVAL_PATIENCE);
        supervisor.spawn("erasing what is left", async move { remains.run(token, pulse).await });
        let care = AuditCare {
            store: shared.store.clone(),
            workspaces: connector.workspaces.clone(),
            clock: shared.clock.clone(),
            retention: config.store.audit_retention,
        };
        let (token, pulse) = (stop.clone(), supervisor.pulse("the audits", LOOK_PATIENCE));
        supervisor.spawn("the audits", async move { care.run(token, pulse).await });
        supervisor.spawn("the gateway", gateway.run(supervisor.clone()));
        let (token, pulse) = (stop.clone(), supervisor.pulse("looking for what was sent", LOOK_PATIENCE));
        supervisor.spawn("looking for what was sent", words::run(bot, token, pulse));

        let patience = matches!(config.store.place, StorePlace::Folder(_)).then_some(STORE_PATIENCE);
        let watch = StoreWatch { store: shared.store.clone(), supervisor: supervisor.clone(), patience };
        let (token, pulse) = (stop, supervisor.pulse("the store's watch", LOOK_PATIENCE));
        supervisor.spawn("the store's watch", async move { watch.run(token, pulse).await });
    }
}

/// The operator's workspace before it is served.
struct Serving {
    operator: OperatorConnection,
    told: Told,
    connector: Arc<WorkspaceConnector>,
}

/// Serves the servers that connected themselves before, and looks after their tokens from now on.
pub async fn serve_connections(connector: &Arc<WorkspaceConnector>) {
    serve_own(connector).await;
    erase_the_rest(connector).await;
    let (checks, supervisor) = (ConnectionChecks::new(connector.clone()), &connector.supervisor);
    let pulse = supervisor.pulse("checking the connections of servers", CHECK_PATIENCE);
    let stop = supervisor.stop_token();
    supervisor.spawn("checking the connections of servers", async move { checks.run(stop, pulse).await });
}

/// What the store cannot give is served at the next start; it is told, and nobody else waits for it.
async fn serve_own(connector: &WorkspaceConnector) {
    if let Err(error) = connector.serve_own().await {
        tracing::error!(%error, "the connections of servers could not be read");
    }
}

/// What cannot be erased now is erased at the next start.
async fn erase_the_rest(connector: &WorkspaceConnector) {
    if let Err(error) = connector.erase_the_rest().await {
        tracing::error!(%error, "what was kept for a server that was disconnected could not be erased");
    }
}

/// What was begun when the bot ended has no end any more: nobody knows whether it was done.
async fn close_deeds(store: &dyn Store) {
    match store.close_deeds().await {
        Ok(0) => {}
        Ok(deeds) => tracing::warn!(
            deeds,
            "the bot ended while something was done for somebody; /audit says that nobody knows how that ended"
        ),
        Err(error) => {
            tracing::error!(%error, "what was begun before this start could not be closed in /audit");
        }
    }
}

impl Serving {
    async fn begin(self, guilds: BTreeSet<GuildId>) {
        self.operator.serve(self.told, guilds, &self.connector).await;
    }

    /// Begins once it shows which server it is for, if it does.
    async fn when_connected(self, rest: Rest) {
        let (stop, workspaces) = (self.connector.supervisor.stop_token(), &self.connector.workspaces);
        let joined = tokio::select! {
            biased;
            () = stop.cancelled() => return,
            joined = workspaces.first_joined() => joined,
        };
        let joined = self.connector.without_own(joined).await;
        let guilds = servers::choose(&joined, &*self.connector.shared.store, &rest).await;
        if guilds.is_empty() {
            return self.begin(guilds).await;
        }
        workspaces.note_taken(&guilds);
        self.connector.note_operators(&guilds);
        self.begin(guilds).await;
    }
}

/// Tries the store while it takes no writes, and ends the bot if that lasts too long.
struct StoreWatch {
    store: Arc<dyn Store>,
    supervisor: Supervisor,
    /// How long that may last; for ever with a database, which others mend while the bot waits.
    patience: Option<Duration>,
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
        let is_for_too_long = |patience| since.elapsed() > patience;
        if !self.is_writable_now().await && self.patience.is_some_and(is_for_too_long) {
            self.supervisor.fail(Fatal::Store);
        }
    }

    /// A disk may also hang instead of failing.
    async fn is_writable_now(&self) -> bool {
        let probe = tokio::time::timeout(PROBE_PATIENCE, self.store.probe()).await;
        probe.is_ok_and(|written| written.is_ok())
    }
}
