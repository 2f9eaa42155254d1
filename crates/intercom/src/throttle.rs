//! The throttle that all calls to one workspace pass.
//!
//! In no window of 60 s does the workspace see more calls than allowed, however slow the network: a call counts from the
//! moment it is let through until 60 s after it ended. Within that, nobody can take everything:
//!
//! - Commands go first and need not keep the pace. While there are polls they take at most 60 % of the calls and of the
//!   turns, else they leave a fifth (at most 20) of the calls, so that a poll that comes finds some.
//! - One person has 20 calls a minute, but never more than are left to others, and is told at once when more will be let
//!   through, instead of holding others up. Of those who wait, whoever had the fewest goes first. Suggestions while
//!   typing take at most 12 of the 20, so that what was typed can still be sent. What is looked at after something was
//!   done, so that all are told how it stands, is none of the 20; it counts in all other respects.
//! - Of the servers that share a workspace one gets at most half of what commands may have while another's wait.
//! - Polls are spread over the minute and leave a fifth of the calls (at most 20) to commands.
//! - Walks over everything (all users, exports) take what polls leave, and so much of that that a poll never waits for
//!   them: they make no use of the small burst that polls have. Polls that never rest do not starve them, since every
//!   tenth turn is theirs. The walk over all users takes at most a third. Exports go behind it, and every fifth turn of
//!   walks is theirs.
//!
//! Waiting is tokio's, so that a paused clock tests it.

mod caller;
mod pace;
mod queues;
mod state;
mod turn;
mod window;

use std::{
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use deskbell_domain::port::intercom::Usage;
use tokio::{
    sync::Notify,
    time::{Instant, sleep_until},
};

pub(crate) use self::caller::Person;
pub use self::caller::Urgency;
pub use self::caller::{Caller, Purpose};
pub(crate) use self::queues::Turns;
use self::state::State;
use self::turn::{Ticket, Turn};

/// How long a command waits for its turn before the person is told to try again.
pub(crate) const COMMAND_PATIENCE: Duration = Duration::from_secs(10);
/// No pause lasts longer, whatever a header says.
pub(crate) const LONGEST_PAUSE: Duration = Duration::from_mins(2);

/// Lets calls through, one at a time and in order.
pub struct Throttle {
    state: Mutex<State>,
    changed: Notify,
}

/// The right to make one call; the call counts from now until 60 s after this is dropped.
#[must_use = "a call is counted for as long as its permit lives"]
pub struct Permit {
    throttle: Arc<Throttle>,
    ticket: Ticket,
}

/// Why a call was not let through. Only those of people are refused; everybody else waits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Denied {
    /// It would have waited too long: the workspace's calls are used up for so long.
    Busy {
        /// How long.
        after: Duration,
    },
    /// The person has had 20 calls, or as many as are left to others, and gets no more for so long.
    PersonsLimit {
        /// How long.
        after: Duration,
    },
}

impl Throttle {
    /// Lets so many calls through in any 60 s.
    pub fn new(calls_per_minute: u32) -> Arc<Self> {
        Arc::new(Self { state: Mutex::new(State::new(calls_per_minute)), changed: Notify::new() })
    }

    /// Waits for a turn. Dropping the future gives the place in the queue up.
    ///
    /// # Errors
    /// A command learns at once that its person has made too many calls, and within ten seconds that it would wait
    /// longer.
    pub async fn acquire(self: &Arc<Self>, caller: impl Into<Caller>) -> Result<Permit, Denied> {
        let (begun, caller) = (Instant::now(), caller.into());
        let place = self.queue_up(caller, begun)?;
        loop {
            // Enabled before the look at the state, so that no change between the two is missed.
            let mut changed = std::pin::pin!(self.changed.notified());
            changed.as_mut().enable();
            let now = Instant::now();
            let turn = self.lock().turn(place.ticket, now);
            if turn == Turn::Now {
                return Ok(place.into_permit());
            }
            let wake =
                wake_at(caller.urgency, begun, now, turn).map_err(|after| self.denied(caller, now, after))?;
            match wake {
                Some(at) => tokio::select! {
                    biased;
                    () = changed => {}
                    () = sleep_until(at) => {}
                },
                None => changed.await,
            }
        }
    }

    /// Holds every caller back for so long, at most [`LONGEST_PAUSE`].
    pub(crate) fn pause(&self, duration: Duration) {
        self.lock().pause_until(Instant::now() + duration.min(LONGEST_PAUSE));
        self.changed.notify_waiters();
    }

    /// Takes how long an answered call took.
    pub(crate) fn answered_after(&self, latency: Duration) {
        self.lock().latency = Some(latency);
    }

    pub(crate) fn usage(&self) -> Usage {
        self.lock().usage(Instant::now())
    }

    /// Whose limit it is that a caller would have to wait for.
    fn denied(&self, caller: Caller, now: Instant, after: Duration) -> Denied {
        if self.lock().only_own_calls_hinder(caller, now) {
            Denied::PersonsLimit { after }
        } else {
            Denied::Busy { after }
        }
    }

    fn queue_up(self: &Arc<Self>, caller: Caller, now: Instant) -> Result<QueuePlace, Denied> {
        let queued = self.lock().queue_up(caller, now);
        let ticket = queued.map_err(|after| Denied::PersonsLimit { after })?;
        Ok(QueuePlace { throttle: Arc::clone(self), ticket, queued: true })
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Until when a caller sleeps unless something changes; for ever is `None`. Only a command gives up, and learns after how
/// long it may try again.
fn wake_at(urgency: Urgency, begun: Instant, now: Instant, turn: Turn) -> Result<Option<Instant>, Duration> {
    let known = match turn {
        Turn::At(at) => Some(at),
        Turn::Now | Turn::WhenChanged => None,
    };
    if urgency != Urgency::Command {
        return Ok(known);
    }
    let patience_ends = begun + COMMAND_PATIENCE;
    match known {
        Some(at) if at > patience_ends => Err(at - now),
        _ if now >= patience_ends => Err(COMMAND_PATIENCE),
        Some(at) => Ok(Some(at)),
        None => Ok(Some(patience_ends)),
    }
}

impl Drop for Permit {
    fn drop(&mut self) {
        self.throttle.lock().window.end(self.ticket, Instant::now());
        self.throttle.changed.notify_waiters();
    }
}

/// A place in the queue, given up when dropped.
struct QueuePlace {
    throttle: Arc<Throttle>,
    ticket: Ticket,
    queued: bool,
}

impl QueuePlace {
    fn into_permit(mut self) -> Permit {
        self.queued = false;
        // Whoever stood behind may be next.
        self.throttle.changed.notify_waiters();
        Permit { throttle: Arc::clone(&self.throttle), ticket: self.ticket }
    }
}

impl Drop for QueuePlace {
    fn drop(&mut self) {
        if self.queued {
            self.throttle.lock().queues.leave(self.ticket);
            self.throttle.changed.notify_waiters();
        }
    }
}

#[cfg(test)]
mod tests;
