//! `run --paused`: every notification is paused before anything is posted.

use anyhow::Context;
use deskbell_desk::ids::WorkspaceId;
use deskbell_desk::port::store::{ChangeOutcome, SettingsStore};
use deskbell_desk::subscription::SubscriptionState;
use deskbell_desk::time::Timestamp;

pub(super) async fn pause_all(
    store: &dyn SettingsStore,
    workspace: &WorkspaceId,
    since: Timestamp,
) -> anyhow::Result<()> {
    for mut subscription in
        store.workspace_subscriptions(workspace).await.context("the store cannot be read")?
    {
        if subscription.is_active() {
            subscription.state = SubscriptionState::Paused { by: None, since };
            // Nobody else runs yet: a conflict cannot be.
            let _: ChangeOutcome =
                store.change_subscription(subscription).await.context("the store cannot be written")?;
        }
    }
    tracing::info!("every notification is paused; /notify resume goes on");
    Ok(())
}
