//! From the outcome of a post to the one thing that is done about it (facts of Discord, section 4).

use std::time::Duration;

use deskbell_desk::ids::MessageId;
use deskbell_desk::port::messenger::{ClosedReason, LimitScope, PostOutcome};
use deskbell_desk::subscription::SuspendReason;

/// What is done about an outcome.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Reaction {
    /// It stands in the channel: write that down.
    Settle(Option<MessageId>),
    /// Nobody knows: the same record with the same nonce again, later.
    Repeat,
    /// Not posted: the same again when the time has passed.
    Wait(Duration, LimitScope),
    /// Not posted: one of several events is refused, so cut the batch in halves.
    Halve,
    /// Not posted, and never will be: a dead letter.
    SetAside(String),
    /// Not posted: nothing can be posted here for now.
    Suspend(SuspendReason),
    /// Not posted: nothing can be posted anywhere.
    Halt,
}

/// The reaction to the outcome of a batch of that many events.
pub(super) fn to(outcome: PostOutcome, events: usize) -> Reaction {
    match outcome {
        PostOutcome::Posted { message, .. } => Reaction::Settle(message),
        PostOutcome::Unknown => Reaction::Repeat,
        PostOutcome::RateLimited { after, scope } => Reaction::Wait(after, scope),
        PostOutcome::Refused { .. } if events > 1 => Reaction::Halve,
        PostOutcome::Refused { reason } => Reaction::SetAside(reason),
        PostOutcome::Closed(reason) => Reaction::Suspend(suspend_reason(reason)),
        PostOutcome::Unauthorized => Reaction::Halt,
    }
}

/// Why a subscription is put on hold when its channel is closed.
pub(super) fn suspend_reason(closed: ClosedReason) -> SuspendReason {
    match closed {
        ClosedReason::MissingPermissions(lacking) => SuspendReason::MissingPermissions(lacking),
        ClosedReason::ChannelGone => SuspendReason::ChannelGone,
        ClosedReason::ChannelUnfit => SuspendReason::ChannelUnfit,
        ClosedReason::NotInGuild => SuspendReason::NotInGuild,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_batch_of_several_is_cut_when_it_is_refused() {
        let refused = || PostOutcome::Refused { reason: "50035 embeds[1]".to_owned() };
        assert_eq!(to(refused(), 2), Reaction::Halve);
        assert_eq!(to(refused(), 1), Reaction::SetAside("50035 embeds[1]".to_owned()));
    }

    #[test]
    fn a_closed_channel_is_no_dead_letter() {
        let outcome = PostOutcome::Closed(ClosedReason::ChannelGone);
        assert_eq!(to(outcome, 1), Reaction::Suspend(SuspendReason::ChannelGone));
    }
}
