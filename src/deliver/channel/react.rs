//! From the outcome of a post to the one thing that is done about it.

use deskbell_domain::channel::Obstacle;
use deskbell_domain::ids::MessageId;
use deskbell_domain::port::messenger::{Passed, PostOutcome};

/// What is done about an outcome.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Reaction {
    /// It stands in the channel: write that down.
    Settle(Option<MessageId>),
    /// Nobody knows: the same record with the same nonce again, later.
    Repeat,
    /// Not posted: the same again when the pace allows it.
    Wait,
    /// Not posted, for something before Discord turned it away: the same again after a pause.
    TryLater,
    /// Not posted, and nobody knows whether for what stands in it: the same again after a pause.
    TryUnexplained(String),
    /// Refused for what stands in it.
    Refuse(String),
    /// Not posted: nothing can be posted here for now.
    Suspend(Obstacle),
    /// Not posted: nothing can be posted anywhere.
    Halt,
}

/// The reaction to the outcome of a batch.
pub(crate) fn to(outcome: PostOutcome) -> Reaction {
    match outcome {
        PostOutcome::Posted { message, .. } => Reaction::Settle(message),
        PostOutcome::Unknown | PostOutcome::TurnedAway { passed: Passed::Perhaps, .. } => Reaction::Repeat,
        PostOutcome::TurnedAway { passed: Passed::No, .. } => Reaction::TryLater,
        PostOutcome::RateLimited { .. } => Reaction::Wait,
        PostOutcome::Refused { reason } => Reaction::Refuse(reason),
        PostOutcome::Unexplained { reason } => Reaction::TryUnexplained(reason),
        PostOutcome::Closed(obstacle) => Reaction::Suspend(obstacle),
        PostOutcome::Unauthorized => Reaction::Halt,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_speaks_of_the_channel_is_no_refusal_of_an_event() {
        let closed = Obstacle::MissingPermissions(Vec::new());
        assert_eq!(to(PostOutcome::Closed(closed.clone())), Reaction::Suspend(closed));
    }

    #[test]
    fn what_may_speak_of_the_channel_is_no_refusal_of_an_event_yet() {
        let unexplained = PostOutcome::Unexplained { reason: "400 99999".to_owned() };
        assert_eq!(to(unexplained), Reaction::TryUnexplained("400 99999".to_owned()));
    }

    #[test]
    fn what_never_reached_discord_is_neither() {
        let turned_away = |passed| to(PostOutcome::TurnedAway { after: None, passed });
        assert_eq!(
            (turned_away(Passed::No), turned_away(Passed::Perhaps)),
            (Reaction::TryLater, Reaction::Repeat)
        );
    }
}
