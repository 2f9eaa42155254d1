//! `run --paused`: every notification is paused before anything is posted.

use anyhow::Context;
use deskbell_domain::ids::WorkspaceId;
use deskbell_domain::port::store::{ChangeOutcome, Subscriptions};
use deskbell_domain::subscription::SubscriptionState;
use deskbell_domain::time::Timestamp;

/// Those on hold too: a hold ends by itself, and then what waited would be posted.
pub(super) async fn pause_all(
    store: &dyn Subscriptions,
    workspace: &WorkspaceId,
    since: Timestamp,
) -> anyhow::Result<()> {
    for mut subscription in
        store.workspace_subscriptions(workspace).await.context("the store cannot be read")?
    {
        if !matches!(subscription.state, SubscriptionState::Paused { .. }) {
            subscription.state = SubscriptionState::Paused { by: None, since };
            // Nobody else runs yet: a conflict cannot be.
            let _: ChangeOutcome =
                store.change_subscription(subscription, None).await.context("the store cannot be written")?;
        }
    }
    tracing::info!("every notification is paused; /notify resume goes on");
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use deskbell_domain::channel::Obstacle;
    use deskbell_domain::event::EventKind;
    use deskbell_domain::home::Home;
    use deskbell_domain::ids::{ChannelId, GuildId, JournalNumber, MemberId, SubscriptionId};
    use deskbell_domain::port::store::NewSubscription;
    use deskbell_domain::subscription::{
        Alert, Detail, PublicChoice, Subscription, SuspendReason, Suspension,
    };
    use deskbell_store::KvStore;
    use deskbell_store::engine::memory::MemoryEngine;
    use tokio_util::task::TaskTracker;

    use super::*;
    use crate::system::{SystemClock, SystemRandom};

    const NOW: Timestamp = Timestamp(1_763_889_600);

    async fn add(store: &KvStore, channel: u64, state: SubscriptionState) {
        let subscription = Subscription {
            waits: None,
            steps_before: Vec::new(),
            mention: None,
            id: SubscriptionId(0),
            guild: GuildId(7),
            workspace: WorkspaceId::new("acme"),
            channel: ChannelId(channel),
            kind: EventKind::NewLead,
            detail: Detail::Full,
            alert: Alert::Loud,
            floor: Timestamp(0),
            after: JournalNumber(0),
            made_by: MemberId(5),
            public: PublicChoice::WithoutPersonalData,
            state,
            version: 0,
        };
        store.add_subscription(NewSubscription { subscription, head: None, by: None }).await.unwrap();
    }

    #[tokio::test]
    async fn every_notification_is_paused_one_on_hold_too_and_a_pause_stays_a_persons() {
        let (store, writer) =
            KvStore::over(MemoryEngine::new(), Arc::new(SystemClock), Arc::new(SystemRandom));
        TaskTracker::new().spawn(writer.run());
        let hold = Suspension {
            reason: SuspendReason::Channel(Obstacle::ChannelGone),
            since: NOW,
            probes: 0,
            next_probe: NOW,
            told: false,
        };
        let of_a_person = SubscriptionState::Paused { by: Some(MemberId(9)), since: Timestamp(1) };
        add(&store, 1, SubscriptionState::Active).await;
        add(&store, 2, SubscriptionState::Suspended(hold)).await;
        add(&store, 3, of_a_person.clone()).await;

        pause_all(&store, &WorkspaceId::new("acme"), NOW).await.unwrap();

        let mut all =
            store.guild_subscriptions(&Home::new(&WorkspaceId::new("acme"), GuildId(7))).await.unwrap();
        all.sort_by_key(|one| one.channel);
        let states: Vec<_> = all.into_iter().map(|one| one.state).collect();
        let ours = SubscriptionState::Paused { by: None, since: NOW };
        assert_eq!(states, [ours.clone(), ours, of_a_person]);
    }
}
