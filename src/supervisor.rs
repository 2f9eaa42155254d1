//! The supervisor: starts every task, ends every task, and knows whether every loop still ticks.
//!
//! A task that ends by itself or panics is fatal: a bot that is online and does half its work is worse than one that
//! is restarted. Each loop has a [`Pulse`]; while all of them beat, a heartbeat file is written anew every ten
//! seconds, and `deskbell health` reads nothing else.

use std::collections::BTreeMap;
use std::future::Future;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use deskbell_domain::time::{Clock, UnixMillis};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

/// How long tasks get to end once they were asked to.
const GRACE: Duration = Duration::from_secs(7);
/// How long the tasks that others needed get after that.
const LAST_GRACE: Duration = Duration::from_secs(1);

/// Starts and ends tasks.
#[derive(Clone)]
pub struct Supervisor {
    tracker: TaskTracker,
    last: TaskTracker,
    /// Ends the tasks of this supervisor: all of them, or those of its scope.
    stop: CancellationToken,
    process: Process,
    scope: Scope,
    clock: Arc<dyn Clock>,
}

/// What a supervisor shares with those of its scopes.
#[derive(Clone)]
struct Process {
    tasks: TaskTracker,
    stop: CancellationToken,
    scopes: Arc<AtomicU64>,
    state: Arc<Mutex<State>>,
}

/// Tells the tasks that can be ended apart from each other. Two of the same workspace are two: one takes over from the
/// other while both run.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
struct Scope(u64);

#[derive(Default)]
struct State {
    fatal: Option<Fatal>,
    /// By scope and name.
    pulses: BTreeMap<(Scope, &'static str), Pulse>,
}

/// Why the bot must end.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Fatal {
    /// A task ended that never should.
    #[error("{0} ended by itself")]
    TaskEnded(&'static str),
    /// Discord refuses the token.
    #[error("Discord refuses the token. Reset it at discord.com/developers and set DISCORD_TOKEN")]
    DiscordToken,
    /// The store could not be written for too long.
    #[error(
        "the store could not be written for 60 s. Free space or mend the disk, then start again: nothing is lost"
    )]
    Store,
    /// Another process has taken the work of this one.
    #[error(
        "another Deskbell ({by}) has taken over, since the database did not hear of this one for too long. Nothing is \
         lost: started again, this one stands by"
    )]
    StoreTaken {
        /// Which one, in words.
        by: String,
    },
    /// The bot is in more servers than its shards may tell of.
    #[error(
        "Discord asks for {wanted} shards by now, and {had} are too few for the servers that the bot is in. Start it \
         again: it takes as many as Discord asks for, and nothing is lost"
    )]
    TooFewShards {
        /// So many there were.
        had: u32,
        /// So many are wanted.
        wanted: u32,
    },
    /// The gateway refuses the connection for good.
    #[error("Discord's gateway refuses the connection: {0}")]
    Gateway(String),
}

/// How a loop shows that it is alive.
#[derive(Clone)]
pub struct Pulse {
    last_ms: Arc<AtomicI64>,
    every: Duration,
    clock: Arc<dyn Clock>,
}

/// Stands for the time of a loop that waits on purpose: it is never too long ago.
const RESTING: i64 = i64::MAX;

impl Pulse {
    /// A pulse of a loop that is done with a tick at least that long after it began it.
    pub fn new(every: Duration, clock: Arc<dyn Clock>) -> Self {
        Self { last_ms: Arc::new(AtomicI64::new(clock.now().0)), every, clock }
    }

    /// The loop begins a tick.
    pub fn beat(&self) {
        self.last_ms.store(self.clock.now().0, Ordering::Relaxed);
    }

    /// The loop is done with its tick and waits for the next, however long.
    pub fn rest(&self) {
        self.last_ms.store(RESTING, Ordering::Relaxed);
    }

    fn is_alive(&self, now: UnixMillis) -> bool {
        let silent_ms = now.0.saturating_sub(self.last_ms.load(Ordering::Relaxed));
        // A clock that was set must not look like a dead loop: a negative silence is none.
        u128::try_from(silent_ms).map_or(true, |silent| silent <= self.every.as_millis())
    }
}

impl Supervisor {
    /// A supervisor without tasks. It stops when `stop` is cancelled, and cancels it itself when something is fatal.
    pub fn new(clock: Arc<dyn Clock>, stop: CancellationToken) -> Self {
        let (tracker, last) = (TaskTracker::new(), TaskTracker::new());
        let (tasks, scopes, state) = (tracker.clone(), Arc::default(), Arc::default());
        let process = Process { tasks, stop: stop.clone(), scopes, state };
        Self { tracker, last, stop, process, scope: Scope::default(), clock }
    }

    /// A supervisor of tasks that can be ended apart from the others. One of them that ends by itself is as fatal as
    /// any, and they end with the others at the latest.
    #[must_use]
    pub fn scope(&self) -> Self {
        let (tracker, stop) = (TaskTracker::new(), self.stop.child_token());
        let scope = Scope(self.process.scopes.fetch_add(1, Ordering::Relaxed) + 1);
        Self { tracker, stop, scope, ..self.clone() }
    }

    /// Ends the tasks of a scope and waits for them, at most seven seconds.
    pub async fn end(&self) {
        self.stop.cancel();
        self.tracker.close();
        if tokio::time::timeout(GRACE, self.tracker.wait()).await.is_err() {
            tracing::warn!(tasks = self.tracker.len(), "some tasks did not end in time and were left");
        }
        self.state().pulses.retain(|(scope, _), _| *scope != self.scope);
    }

    /// Cancelled when everything is to end.
    pub fn stop_token(&self) -> CancellationToken {
        self.stop.clone()
    }

    /// For tasks that come and go.
    pub fn tracker(&self) -> &TaskTracker {
        &self.tracker
    }

    /// Starts a task that must not end before it is asked to.
    pub fn spawn(&self, name: &'static str, task: impl Future<Output = ()> + Send + 'static) {
        let guard = EndGuard { name, supervisor: self.clone() };
        let task = async move {
            let _guard = guard;
            task.await;
        };
        if self.scope == Scope::default() {
            self.tracker.spawn(task);
        } else {
            // The process waits for the tasks of its scopes too.
            self.tracker.spawn(self.process.tasks.track_future(task));
        }
    }

    /// Starts a task that others need until they have ended: it is not waited for before they have, and then ends by
    /// itself because nobody uses it any more.
    pub fn spawn_last(&self, name: &'static str, task: impl Future<Output = ()> + Send + 'static) {
        let guard = EndGuard { name, supervisor: self.clone() };
        self.last.spawn(async move {
            let _guard = guard;
            task.await;
        });
    }

    /// Now, by the wall clock.
    pub fn now(&self) -> UnixMillis {
        self.clock.now()
    }

    /// A pulse for a loop whose ticks take no longer than that.
    pub fn pulse(&self, name: &'static str, every: Duration) -> Pulse {
        let pulse = Pulse::new(every, self.clock.clone());
        self.state().pulses.insert((self.scope, name), pulse.clone());
        pulse
    }

    /// The first loop that stopped ticking, if one did.
    pub fn silent_loop(&self) -> Option<&'static str> {
        let now = self.clock.now();
        self.state().pulses.iter().find(|(_, pulse)| !pulse.is_alive(now)).map(|((_, name), _)| *name)
    }

    /// Ends everything for this reason; the first reason stands.
    pub fn fail(&self, fatal: Fatal) {
        self.state().fatal.get_or_insert(fatal);
        self.process.stop.cancel();
    }

    /// Waits for the end of all tasks, at most eight seconds, and tells whether something was fatal.
    pub async fn join(&self) -> Result<(), Fatal> {
        self.stop.cancelled().await;
        self.tracker.close();
        if tokio::time::timeout(GRACE, self.tracker.wait()).await.is_err() {
            tracing::warn!(tasks = self.tracker.len(), "some tasks did not end in time and were left");
        }
        self.last.close();
        let _left_behind = tokio::time::timeout(LAST_GRACE, self.last.wait()).await;
        self.state().fatal.clone().map_or(Ok(()), Err)
    }

    fn state(&self) -> std::sync::MutexGuard<'_, State> {
        self.process.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Dropped when a task returned or panicked.
struct EndGuard {
    name: &'static str,
    supervisor: Supervisor,
}

impl Drop for EndGuard {
    fn drop(&mut self) {
        if !self.supervisor.stop.is_cancelled() {
            self.supervisor.fail(Fatal::TaskEnded(self.name));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::system::SystemClock;

    fn supervisor() -> Supervisor {
        Supervisor::new(Arc::new(SystemClock), CancellationToken::new())
    }

    #[tokio::test]
    async fn a_task_that_panics_ends_the_bot() {
        let supervisor = supervisor();
        supervisor.spawn("the poll loop", async { panic!("on purpose") });
        assert_eq!(supervisor.join().await, Err(Fatal::TaskEnded("the poll loop")));
    }

    #[tokio::test]
    async fn a_stop_from_outside_is_no_failure() {
        let supervisor = supervisor();
        let stop = supervisor.stop_token();
        let asked = stop.clone();
        supervisor.spawn("a loop", async move { asked.cancelled().await });
        stop.cancel();
        assert_eq!(supervisor.join().await, Ok(()));
    }

    #[tokio::test]
    async fn a_scope_ends_apart_from_the_others_and_with_them() {
        let supervisor = supervisor();
        let (one, other) = (supervisor.scope(), supervisor.scope());
        for scope in [&one, &other] {
            let stop = scope.stop_token();
            scope.spawn("a loop", async move { stop.cancelled().await });
        }
        one.end().await;
        assert!(!supervisor.stop_token().is_cancelled() && !other.stop_token().is_cancelled());
        supervisor.stop_token().cancel();
        assert_eq!(supervisor.join().await, Ok(()));
        assert!(other.tracker().is_empty(), "the process has waited for it");
    }

    #[tokio::test]
    async fn the_loops_of_a_scope_that_ended_are_looked_at_no_more_and_those_that_took_over_are() {
        let supervisor = supervisor();
        let (old, new) = (supervisor.scope(), supervisor.scope());
        let _pulses = [&old, &new].map(|scope| scope.pulse("polling", Duration::ZERO));
        old.end().await;
        assert_eq!(
            supervisor.state().pulses.keys().map(|(scope, _)| *scope).collect::<Vec<_>>(),
            [new.scope]
        );
    }

    #[tokio::test]
    async fn a_task_of_a_scope_that_panics_ends_the_bot() {
        let supervisor = supervisor();
        supervisor.scope().spawn("the poll loop", async { panic!("on purpose") });
        assert_eq!(supervisor.join().await, Err(Fatal::TaskEnded("the poll loop")));
    }

    #[test]
    fn a_loop_that_stopped_ticking_is_named() {
        struct At(AtomicI64);
        impl Clock for At {
            fn now(&self) -> UnixMillis {
                UnixMillis(self.0.load(Ordering::Relaxed))
            }
        }
        let clock = Arc::new(At(AtomicI64::new(0)));
        let supervisor = Supervisor::new(clock.clone(), CancellationToken::new());
        let pulse = supervisor.pulse("polling", Duration::from_secs(5));
        clock.0.store(5_000, Ordering::Relaxed);
        assert_eq!(supervisor.silent_loop(), None);
        clock.0.store(5_001, Ordering::Relaxed);
        assert_eq!(supervisor.silent_loop(), Some("polling"));
        pulse.beat();
        assert_eq!(supervisor.silent_loop(), None);
        pulse.rest();
        clock.0.store(1_000_000, Ordering::Relaxed);
        assert_eq!(supervisor.silent_loop(), None, "it waits on purpose");
    }
}
