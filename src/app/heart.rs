//! The heartbeat file of a running process: written from the first moment after the store was opened, anew every ten
//! seconds while every loop ticks, at once where what it says has changed, and a last time at the end.

use std::path::PathBuf;
use std::sync::Arc;

use deskbell_commands::Workspaces as _;
use deskbell_domain::ids::GuildId;
use deskbell_domain::port::store::Store;
use tokio::time::{MissedTickBehavior, interval};
use tokio_util::sync::CancellationToken;

use super::workspaces::Workspaces;
use crate::gateway::ConnectionWatch;
use crate::health::{self, AliveLock};
use crate::supervisor::Supervisor;

/// Writes the heartbeat file.
pub(super) struct Heart {
    pub(super) file: PathBuf,
    pub(super) workspaces: Arc<Workspaces>,
    pub(super) connection: ConnectionWatch,
    pub(super) store: Arc<dyn Store>,
    pub(super) store_kind: health::StoreKind,
    pub(super) supervisor: Supervisor,
    pub(super) alive: AliveLock,
    /// The server that was taken by itself before this start: it counts until the start has come so far.
    pub(super) taken_before: Option<GuildId>,
}

/// The last word is written however the process ends, but by being killed: a start that fails, or that somebody breaks
/// off, drops this too.
impl Drop for Heart {
    fn drop(&mut self) {
        health::stop(&self.file, self.supervisor.now());
    }
}

impl Heart {
    pub(super) async fn run(mut self, stop: CancellationToken) {
        let mut ticks = interval(health::BEAT_EVERY);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let mut connection = self.connection.changes();
        let mut settled = self.workspaces.watch_settled();
        loop {
            tokio::select! {
                biased;
                () = stop.cancelled() => return,
                _ = ticks.tick() => {}
                () = connection.next() => {}
                // It cannot be closed: this task has the other side of it.
                _ = settled.changed() => {}
            }
            self.beat();
        }
    }

    fn beat(&mut self) {
        if let Some(silent) = self.supervisor.silent_loop() {
            tracing::error!(loop_name = silent, "a loop stopped ticking");
            return;
        }
        let running = self.workspaces.running();
        let boards: Vec<_> = running.iter().map(|runtime| &**runtime.board()).collect();
        let (store, waiting) = (*self.store.state().borrow(), self.workspaces.waiting());
        let state = health::State {
            store_kind: self.store_kind,
            store,
            boards: &boards,
            waiting: &waiting,
            connection: self.connection.state(),
            unserved: self.workspaces.unserved(),
            lock: self.alive.hold(&self.file),
            only_server: self.workspaces.only_server().or(self.taken_before),
        };
        if let Err(error) = health::beat(&self.file, &state, self.supervisor.now()) {
            tracing::warn!(%error, "the heartbeat could not be written");
        }
    }
}
