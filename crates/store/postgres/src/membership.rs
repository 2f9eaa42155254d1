//! Keeping the work of a database, and giving it back.

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::mpsc;
use tokio::time::{Instant, MissedTickBehavior, interval};

use crate::attempts::within;
use crate::failure::Attempt;
use crate::member::{Member, Who};
use crate::roll::{PATIENCE, Roll};

/// How often a process shows that it is there.
const BEAT_EVERY: Duration = Duration::from_secs(3);

/// What came of showing that this process is there.
#[derive(Debug, PartialEq, Eq)]
pub enum Beat {
    /// It has the work.
    Kept,
    /// The database did not answer.
    Unheard,
    /// Another process has taken the work; which one, where that is still there.
    Taken(Option<Who>),
}

/// Keeps the work of a process until its store is used no more.
pub struct Membership {
    roll: Roll,
    member: Arc<Member>,
    /// Closed when the last handle of the store is dropped.
    users: mpsc::Receiver<Infallible>,
}

impl Membership {
    pub(crate) fn new(roll: Roll, member: Arc<Member>, users: mpsc::Receiver<Infallible>) -> Self {
        Self { roll, member, users }
    }

    /// Shows every three seconds that this process is there, and gives the work back when its store is used no more. `tell`
    /// hears of the process that has taken the work, if one does.
    pub async fn run(mut self, tell: impl FnOnce(Option<Who>) + Send) {
        let mut ticks = interval(BEAT_EVERY);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let mut tell = Some(tell);
        loop {
            tokio::select! {
                biased;
                _ = self.users.recv() => break,
                _ = ticks.tick() => {}
            }
            if let Beat::Taken(by) = self.tick().await
                && let Some(tell) = tell.take()
            {
                tell(by);
            }
        }
        self.roll.leave().await;
    }

    /// Shows once that this process is there.
    pub async fn tick(&self) -> Beat {
        let asked = Instant::now();
        match within(PATIENCE, self.beat()).await {
            Ok(Beat::Kept) => {
                self.member.holds(asked);
                Beat::Kept
            }
            Ok(beat) => beat,
            Err(_) => Beat::Unheard,
        }
    }

    async fn beat(&self) -> Attempt<Beat> {
        let called = self.roll.call().await?;
        let is_ours = called.lease.owner.as_ref() == Some(&self.member.id);
        if is_ours && called.lease.epoch == self.member.epoch {
            called.end().await?;
            return Ok(Beat::Kept);
        }
        // What it showed is not written: it is none of them any more.
        Ok(Beat::Taken(called.owner.map(|owner| owner.who)))
    }
}
