//! A subscription is bound to its server and workspace: where one of the two is not ours any more it is suspended,
//! and taken up when it is again. Such a suspension is never probed: only a change of the configuration ends it.

use deskbell_domain::port::store::{ChangeOutcome, Stored};
use deskbell_domain::subscription::{Subscription, SubscriptionState, SuspendReason, Suspension};
use deskbell_domain::time::Timestamp;
use deskbell_text::plain;

use super::parts::Shared;

/// Brings a subscription's state in line with what it is bound to, and answers it as it is then. Where somebody
/// changed it meanwhile it is left as it was; a worker serves nothing that is bound elsewhere anyway.
pub(super) async fn bind(shared: &Shared, subscription: Subscription) -> Stored<Subscription> {
    let now = shared.parts.clock.now().seconds();
    let Some(state) = state_for(shared.misbinding(&subscription), &subscription.state, now) else {
        return Ok(subscription);
    };
    let changed = Subscription { state, ..subscription.clone() };
    tracing::info!(
        subscription.id = changed.id.0,
        guild.id = changed.guild.0,
        state = plain::state(&changed.state),
        "a notification's server or workspace changed"
    );
    match shared.parts.subscriptions.change_subscription(changed.clone(), None).await? {
        ChangeOutcome::Changed => Ok(Subscription { version: changed.version + 1, ..changed }),
        ChangeOutcome::Conflict => Ok(subscription),
    }
}

fn state_for(
    misbinding: Option<SuspendReason>,
    state: &SubscriptionState,
    now: Timestamp,
) -> Option<SubscriptionState> {
    let hold = |reason| Suspension { reason, since: now, probes: 0, next_probe: now, told: false };
    match (misbinding, state) {
        (Some(reason), SubscriptionState::Active) => Some(SubscriptionState::Suspended(hold(reason))),
        (Some(reason), SubscriptionState::Suspended(present))
            if present.reason != reason && !are_elsewhere(&present.reason, &reason) =>
        {
            Some(SubscriptionState::Suspended(Suspension { since: present.since, ..hold(reason) }))
        }
        (None, SubscriptionState::Suspended(present)) if !present.reason.can_be_probed() => {
            Some(SubscriptionState::Active)
        }
        _ => None,
    }
}

/// Both say that it is not served. The workspace that a server left and the one that it moved to would say them in turns.
fn are_elsewhere(one: &SuspendReason, other: &SuspendReason) -> bool {
    let is_elsewhere =
        |reason: &_| matches!(reason, SuspendReason::GuildNotLinked | SuspendReason::OtherWorkspace);
    is_elsewhere(one) && is_elsewhere(other)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_workspace_that_a_server_left_and_the_one_that_it_moved_to_do_not_take_turns() {
        let here = |reason| state_for(Some(reason), &SubscriptionState::Active, Timestamp(2));
        let left = here(SuspendReason::GuildNotLinked).expect("it is put on hold");
        assert_eq!(state_for(Some(SuspendReason::OtherWorkspace), &left, Timestamp(3)), None);
        let barred = state_for(Some(SuspendReason::TokenRefused), &left, Timestamp(3));
        assert!(barred.is_some(), "whoever is back may lack something");
    }

    #[test]
    fn a_paused_notification_stays_paused_whatever_it_is_bound_to() {
        let paused = SubscriptionState::Paused { by: None, since: Timestamp(1) };
        assert_eq!(state_for(Some(SuspendReason::GuildNotLinked), &paused, Timestamp(2)), None);
        assert_eq!(state_for(None, &paused, Timestamp(2)), None);
    }

    #[test]
    fn a_server_that_is_listed_again_is_taken_up() {
        let gone = state_for(Some(SuspendReason::GuildNotLinked), &SubscriptionState::Active, Timestamp(2))
            .expect("it is put on hold");
        assert_eq!(state_for(None, &gone, Timestamp(3)), Some(SubscriptionState::Active));
    }
}
