//! From the outcome of a post to the one thing that is done about it.

use deskbell_desk::ids::MessageId;
use deskbell_desk::port::messenger::{ClosedReason, Passed, PostOutcome};
use deskbell_desk::subscription::SuspendReason;

/// What is done about an outcome.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Reaction {
    /// It stands in the channel: write that down.
    Settle(Option<MessageId>),
    /// Nobody knows: the same record with the same nonce again, later.
    Repeat,
    /// Not posted: the same again when the pace allows it.
    Wait,
    /// Not posted, for something before Discord turned it away: the same again after a pause.
    TryLater,
    /// Refused for what stands in it.
    Refuse(String),
    /// Not posted: nothing can be posted here for now.
    Suspend(SuspendReason),
    /// Not posted: nothing can be posted anywhere.
    Halt,
}

/// The reaction to the outcome of a batch.
pub(super) fn to(outcome: PostOutcome) -> Reaction {
    match outcome {
        PostOutcome::Posted { message, .. } => Reaction::Settle(message),
        PostOutcome::Unknown | PostOutcome::Walled { passed: Passed::Perhaps, .. } => Reaction::Repeat,
        PostOutcome::Walled { passed: Passed::No, .. } => Reaction::TryLater,
        PostOutcome::RateLimited { .. } => Reaction::Wait,
        PostOutcome::Refused { reason } => Reaction::Refuse(reason),
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
        ClosedReason::ThreadClosed => SuspendReason::ThreadClosed,
        ClosedReason::NotInGuild => SuspendReason::NotInGuild,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_speaks_of_the_channel_is_no_refusal_of_an_event() {
        let closed = [
            (ClosedReason::MissingPermissions(Vec::new()), SuspendReason::MissingPermissions(Vec::new())),
            (ClosedReason::ChannelGone, SuspendReason::ChannelGone),
            (ClosedReason::ChannelUnfit, SuspendReason::ChannelUnfit),
            (ClosedReason::ThreadClosed, SuspendReason::ThreadClosed),
            (ClosedReason::NotInGuild, SuspendReason::NotInGuild),
        ];
        for (reason, hold) in closed {
            assert_eq!(to(PostOutcome::Closed(reason)), Reaction::Suspend(hold));
        }
    }

    #[test]
    fn what_never_reached_discord_is_neither() {
        let walled = |passed| to(PostOutcome::Walled { after: None, passed });
        assert_eq!((walled(Passed::No), walled(Passed::Perhaps)), (Reaction::TryLater, Reaction::Repeat));
    }
}
