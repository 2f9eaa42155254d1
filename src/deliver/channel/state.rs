//! Where a consumer's batch is, as a machine without I/O: every transition is a method that says what is to be done.
//!
//! ```text
//!              begin                    settle
//!   Idle ----------------> InFlight ----------------> Settling
//!    ^                      |   ^                       |  |
//!    |                      +---+ answered, renewed     |  |
//!    |                            replaced              |  |
//!    |                      ^                           |  |
//!    |                      +---------------------------+  |
//!    |                        something else is stored     |
//!    +-----------------------------------------------------+
//!                            it is written
//! ```

use deskbell_domain::channel::Obstacle;
use deskbell_domain::delivery::{InFlight, Settlement, Verdict};
use deskbell_domain::port::messenger::PostOutcome;
use deskbell_domain::port::random::Random;
use deskbell_domain::port::store::DeliveryOutcome;
use deskbell_domain::time::UnixMillis;
use deskbell_text::notify::NO_ANSWER;
use tokio::time::Instant;

use super::flight::{Due, Fate, Flight, Refused};
use super::react::{self, Reaction};
use super::suspicion::Culprit;
use crate::deliver::reachability::Blocked;
use crate::deliver::retry;

/// Where a consumer's batch is. Boxed, like all that a worker rarely has: most of the many workers wait.
#[derive(Debug, Default)]
pub(crate) enum State {
    /// No batch is on its way.
    #[default]
    Idle,
    /// Its record is durable; what became of it is not known yet.
    InFlight(Box<Flight>),
    /// What became of it is known and not written yet. Only that write is repeated, never the sending.
    Settling(Box<Settling>),
}

/// A batch whose end is to be written.
#[derive(Debug)]
pub(crate) struct Settling {
    flight: Flight,
    settlement: Settlement,
}

/// What is to be done after a batch was sent.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Next {
    /// Nothing now: the worker looks again what comes first.
    LookAgain,
    /// It never gets through.
    GiveUp(Refused),
    /// Its end is known.
    Settle(Verdict),
    /// The channel takes no messages.
    Suspend(Obstacle),
    /// Nothing can be posted anywhere.
    Halt,
}

/// What became of writing a batch's end.
#[derive(Debug)]
pub(crate) enum Written {
    /// The settlement is written; the next batch may begin.
    Landed(Box<Settlement>),
    /// Something else is stored: whoever believed this batch in flight has to read again.
    Conflict,
}

impl State {
    /// Takes what is stored, and from the former state what only memory knows of the same record.
    pub(crate) fn stored(record: Option<InFlight>, former: Self, now: Instant) -> Self {
        match (record, former) {
            (None, _) => Self::Idle,
            (Some(record), Self::InFlight(known)) if known.record == record => Self::InFlight(known),
            (Some(record), _) => Self::InFlight(Box::new(Flight::found(record, now))),
        }
    }

    /// A record was made durable: it is in flight now, in place of what was.
    pub(crate) fn begin(&mut self, flight: Flight) {
        *self = Self::InFlight(Box::new(flight));
    }

    /// The batch in flight; none while its end is written.
    pub(crate) fn flight(&self) -> Option<&Flight> {
        match self {
            Self::InFlight(flight) => Some(flight),
            Self::Idle | Self::Settling(_) => None,
        }
    }

    /// The same, to be changed.
    pub(crate) fn flight_mut(&mut self) -> Option<&mut Flight> {
        match self {
            Self::InFlight(flight) => Some(flight),
            Self::Idle | Self::Settling(_) => None,
        }
    }

    /// What the batch in flight needs to go on.
    pub(crate) fn due(&self, wall: UnixMillis, now: Instant) -> Option<Due> {
        self.flight().map(|flight| flight.due(wall, now))
    }

    /// Takes note of the answer to a message. `blocked` says what kept it back, if something did.
    pub(crate) fn answered(
        &mut self,
        outcome: PostOutcome,
        blocked: Option<Blocked>,
        random: &dyn Random,
        now: Instant,
    ) -> Next {
        let Self::InFlight(flight) = self else { return Next::LookAgain };
        match react::to(outcome) {
            Reaction::Settle(Some(message)) => Next::Settle(Verdict::Posted(Some(message))),
            // Without its id it would never be edited, and nobody would know whom it shows.
            Reaction::Settle(None) => {
                flight.fate = Fate::Unnamed;
                Next::LookAgain
            }
            Reaction::Repeat => {
                flight.leave_open(random, now);
                self.did_not_pass(blocked, NO_ANSWER.to_owned(), now)
            }
            Reaction::TryLater => {
                flight.try_after(blocked, now);
                self.did_not_pass(blocked, NO_ANSWER.to_owned(), now)
            }
            Reaction::TryUnexplained(reason) => {
                flight.try_after(blocked, now);
                self.did_not_pass(blocked, reason, now)
            }
            Reaction::Wait => Next::LookAgain,
            Reaction::Refuse(reason) => self.refused(Refused::Said(reason)),
            Reaction::Suspend(obstacle) => Next::Suspend(obstacle),
            Reaction::Halt => Next::Halt,
        }
    }

    /// The batch did not get through once more: what fails three times by itself is to blame.
    fn did_not_pass(&mut self, blocked: Option<Blocked>, reason: String, now: Instant) -> Next {
        let (Self::InFlight(flight), Some(blocked)) = (&mut *self, blocked) else { return Next::LookAgain };
        match flight.suspicion.failed(blocked.reachability, now) {
            Culprit::Connection => Next::LookAgain,
            Culprit::Message => self.refused(Refused::Unsaid(reason)),
        }
    }

    /// It never gets through. If an earlier try may have been posted, that counts only when the history shows that it was
    /// not: a dead letter of what stands in the channel would be posted twice by whoever tries it again.
    fn refused(&mut self, refused: Refused) -> Next {
        match self.flight_mut() {
            Some(flight) if flight.fate == Fate::Open => {
                flight.refused = Some(refused);
                Next::LookAgain
            }
            _ => Next::GiveUp(refused),
        }
    }

    /// The history does not show what was refused. It may still appear there for a while.
    pub(crate) fn refused_and_absent(&mut self, refused: Refused, now: Instant) -> Next {
        match self.flight_mut() {
            Some(flight) if now < flight.comes_until() => {
                flight.not_before = flight.comes_until();
                Next::LookAgain
            }
            _ => Next::GiveUp(refused),
        }
    }

    /// The batch in flight has ended so: from here on only the write is repeated.
    pub(crate) fn settle(&mut self, settlement: impl FnOnce(&InFlight) -> Settlement) {
        *self = match std::mem::take(self) {
            Self::InFlight(flight) => {
                let settlement = settlement(&flight.record);
                Self::Settling(Box::new(Settling { flight: *flight, settlement }))
            }
            other => other,
        };
    }

    /// What is to be written.
    pub(crate) fn settlement(&self) -> Option<&Settlement> {
        match self {
            Self::Settling(settling) => Some(&settling.settlement),
            Self::Idle | Self::InFlight(_) => None,
        }
    }

    /// The store has answered the write.
    pub(crate) fn written(&mut self, outcome: DeliveryOutcome) -> Written {
        let Self::Settling(settling) = std::mem::take(self) else { return Written::Conflict };
        match outcome {
            DeliveryOutcome::Done => Written::Landed(Box::new(settling.settlement)),
            DeliveryOutcome::Conflict => {
                self.begin(settling.flight);
                Written::Conflict
            }
        }
    }
}

impl Flight {
    /// Nobody knows whether it was posted: the same again in a while.
    fn leave_open(&mut self, random: &dyn Random, now: Instant) {
        self.fate = Fate::Open;
        self.opened = now;
        self.wait_before_repeat(random, now);
    }

    /// Puts the next try off, further with each failure.
    pub(crate) fn wait_before_repeat(&mut self, random: &dyn Random, now: Instant) {
        self.failures += 1;
        self.not_before = now + retry::REPEAT.jittered_after(self.failures, random);
    }

    /// What is before Discord turned it away: the same after the pause. Others of the channel may leave meanwhile, if the
    /// way is open to them.
    pub(crate) fn try_after(&mut self, blocked: Option<Blocked>, now: Instant) {
        if let Some(blocked) = blocked {
            self.not_before = now + blocked.pause;
        }
    }
}

#[cfg(test)]
mod tests;
