//! The throttle that all calls to one workspace pass.
//!
//! In no window of 60 s does the workspace see more calls than allowed, however slow the network: a call counts from the
//! moment it is let through until 60 s after it ended. Commands go first and need not keep the pace; polls and background
//! walks are spread over the minute and together leave a fifth of the calls (at most 20) to commands; background walks
//! take at most a third. A poll that never rests does not starve a background walk: every fourth turn is the latter's.
//! Waiting is tokio's, so that a paused clock tests it.

mod state;

use std::{
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use deskbell_desk::port::intercom::Usage;
use tokio::{
    sync::Notify,
    time::{Instant, sleep_until},
};

use self::state::{State, Ticket, Turn};

/// How long a command waits for its turn before the person is told to try again.
const COMMAND_PATIENCE: Duration = Duration::from_secs(10);
/// No pause lasts longer, whatever a header says.
pub(crate) const LONGEST_PAUSE: Duration = Duration::from_mins(2);

/// Who asks, in the order in which they are served.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Urgency {
    /// A person waits for the answer.
    Command,
    /// A poll: it waits as long as it must.
    Poll,
    /// A walk over everything, which has time.
    Background,
}

/// Lets calls through, one at a time and in order.
pub(crate) struct Throttle {
    state: Mutex<State>,
    changed: Notify,
}

/// The right to make one call; the call counts from now until 60 s after this is dropped.
#[must_use = "a call is counted for as long as its permit lives"]
pub(crate) struct Permit {
    throttle: Arc<Throttle>,
    ticket: Ticket,
}

/// A command would have waited too long.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct TooLong {
    pub(crate) after: Duration,
}

impl Throttle {
    pub(crate) fn new(calls_per_minute: u32) -> Arc<Self> {
        Arc::new(Self { state: Mutex::new(State::new(calls_per_minute)), changed: Notify::new() })
    }

    /// Waits for a turn. Dropping the future gives the place in the queue up.
    pub(crate) async fn acquire(self: &Arc<Self>, urgency: Urgency) -> Result<Permit, TooLong> {
        let begun = Instant::now();
        let place = self.queue_up(urgency);
        loop {
            // Enabled before the look at the state, so that no change between the two is missed.
            let mut changed = std::pin::pin!(self.changed.notified());
            changed.as_mut().enable();
            let now = Instant::now();
            let turn = self.lock().turn(place.ticket, now);
            if turn == Turn::Now {
                return Ok(place.into_permit());
            }
            let wake = wake_at(urgency, begun, now, turn)?;
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

    fn queue_up(self: &Arc<Self>, urgency: Urgency) -> Place {
        let ticket = self.lock().queue_up(urgency);
        Place { throttle: Arc::clone(self), ticket, queued: true }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Until when a caller sleeps unless something changes; for ever is `None`. Only a command gives up.
fn wake_at(urgency: Urgency, begun: Instant, now: Instant, turn: Turn) -> Result<Option<Instant>, TooLong> {
    let known = match turn {
        Turn::At(at) => Some(at),
        Turn::Now | Turn::WhenChanged => None,
    };
    if urgency != Urgency::Command {
        return Ok(known);
    }
    let patience_ends = begun + COMMAND_PATIENCE;
    match known {
        Some(at) if at > patience_ends => Err(TooLong { after: at - now }),
        _ if now >= patience_ends => Err(TooLong { after: COMMAND_PATIENCE }),
        Some(at) => Ok(Some(at)),
        None => Ok(Some(patience_ends)),
    }
}

impl Drop for Permit {
    fn drop(&mut self) {
        self.throttle.lock().ended(self.ticket, Instant::now());
        self.throttle.changed.notify_waiters();
    }
}

/// A place in the queue, given up when dropped.
struct Place {
    throttle: Arc<Throttle>,
    ticket: Ticket,
    queued: bool,
}

impl Place {
    fn into_permit(mut self) -> Permit {
        self.queued = false;
        // Whoever stood behind may be next.
        self.throttle.changed.notify_waiters();
        Permit { throttle: Arc::clone(&self.throttle), ticket: self.ticket }
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        if self.queued {
            self.throttle.lock().leave(self.ticket);
            self.throttle.changed.notify_waiters();
        }
    }
}

#[cfg(test)]
mod tests;
