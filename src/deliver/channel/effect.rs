//! What a step for one consumer asks of its worker.

use deskbell_domain::channel::Obstacle;

/// What is to be done for the channel as a whole after a step for one consumer.
#[derive(Debug, Clone, PartialEq, Eq)]
#[must_use]
pub(crate) enum Effect {
    /// Nothing: look again what comes first.
    LookAgain,
    /// The end of a batch is known: write it, before anything else happens.
    WriteSettlement,
    /// What the store holds is not what was believed: read it again.
    Conflict,
    /// The channel takes no messages.
    Suspend(Obstacle),
    /// Nothing can be posted anywhere: end.
    Halt,
}
