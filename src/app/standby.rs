//! Standing by: another process serves the bot, and this one waits for the work. It connects to nothing but the database.

use std::path::Path;
use std::pin::pin;
use std::time::Duration;

use deskbell_domain::time::{Clock, UnixMillis};
use deskbell_store_postgres::{ASK_EVERY, Candidate, Holder, OpenError, Opened, Turn};
use tokio::time::{Instant, sleep, timeout};
use tokio_util::sync::CancellationToken;

use super::stopped::Stopped;
use crate::health::{self, AliveLock, Lock, StandsBy};

/// How long a question that is on its way may take when the process is to end: what it writes is taken back.
const STOP_GRACE: Duration = Duration::from_secs(2);

/// Asks for the work until this process has it, or is asked to end.
pub(super) async fn until_ours(
    mut candidate: Candidate,
    heartbeat: &Path,
    clock: &dyn Clock,
    stop: &CancellationToken,
) -> anyhow::Result<Opened> {
    let mut standby =
        Standby { heartbeat, clock, by: None, is_heard: true, alive: AliveLock::default(), beaten: None };
    loop {
        let Some(turn) = ask(&mut candidate, stop).await else {
            candidate.leave().await;
            standby.ends();
            return Err(Stopped.into());
        };
        match turn {
            Ok(Turn::Ours(opened)) => {
                standby.takes_over();
                return Ok(*opened);
            }
            Ok(Turn::Theirs(holder)) => standby.waits_for(&holder),
            Ok(Turn::Unheard) => standby.is_unheard(),
            Err(error) => {
                standby.ends();
                return Err(error.into());
            }
        }
        tokio::select! {
            biased;
            () = stop.cancelled() => {}
            () = sleep(ASK_EVERY) => {}
        }
    }
}

/// Asks once; none where the process is to end.
async fn ask(candidate: &mut Candidate, stop: &CancellationToken) -> Option<Result<Turn, OpenError>> {
    let mut asking = pin!(candidate.ask());
    tokio::select! {
        biased;
        () = stop.cancelled() => {
            // One that is broken off may be written after this process has left.
            let _turn = timeout(STOP_GRACE, asking).await;
            None
        }
        turn = &mut asking => Some(turn),
    }
}

/// What is told of standing by.
struct Standby<'a> {
    /// The file.
    heartbeat: &'a Path,
    clock: &'a dyn Clock,
    by: Option<StandsBy>,
    is_heard: bool,
    alive: AliveLock,
    /// When the heartbeat was written last.
    beaten: Option<Instant>,
}

impl Standby<'_> {
    fn waits_for(&mut self, holder: &Holder) {
        let whom = holder.who.to_string();
        if self.by.as_ref().is_none_or(|by| by.whom != whom) {
            tracing::info!(
                machine = holder.who.host,
                process = holder.who.process,
                "another Deskbell serves this bot: this one stands by, and takes over within 25 s of the other's last sign"
            );
            self.by = Some(StandsBy { whom, since: self.now() });
            self.beaten = None;
        }
        self.heard(true);
    }

    fn is_unheard(&mut self) {
        if self.is_heard {
            tracing::warn!("the database does not answer this Deskbell, which stands by and goes on asking");
        }
        self.heard(false);
    }

    fn heard(&mut self, is_heard: bool) {
        if self.is_heard != is_heard {
            self.is_heard = is_heard;
            self.beaten = None;
        }
        if self.beaten.is_none_or(|beaten| beaten.elapsed() >= health::BEAT_EVERY) {
            self.beat();
        }
    }

    fn beat(&mut self) {
        let Some(by) = &self.by else { return };
        let lock = self.alive.hold(self.heartbeat);
        if lock == Lock::Free && health::is_running(self.heartbeat) {
            tracing::debug!("the heartbeat here is another process's: nothing is told of this one");
            return;
        }
        if let Err(error) = health::stand_by(self.heartbeat, by, (self.is_heard, lock), self.now()) {
            tracing::warn!(%error, "the heartbeat could not be written");
        }
        self.beaten = Some(Instant::now());
    }

    fn takes_over(&self) {
        if self.by.is_some() {
            tracing::info!("this Deskbell takes over");
        }
    }

    /// The last word.
    fn ends(&self) {
        if self.beaten.is_some() {
            health::stop(self.heartbeat, self.now());
        }
    }

    fn now(&self) -> UnixMillis {
        self.clock.now()
    }
}
