//! What commands need of the store.

use async_trait::async_trait;
use deskbell_domain::access::Access;
use deskbell_domain::audit::Deed;
use deskbell_domain::home::Home;
use deskbell_domain::ids::{ApplicationId, SubscriptionId, WorkspaceId};
use deskbell_domain::port::store::{
    AccessLists, ChangeOutcome, NewSubscription, OutgoingKey, PrunedKept, RegisteredCommands, ShortLived,
    ShortLivedKey, Stored, SubscriptionAdded, SubscriptionRemoved, Subscriptions,
};
use deskbell_domain::subscription::Subscription;
use deskbell_domain::time::UnixMillis;

use super::StorePort;
use crate::power::Operation;
use crate::time::SECOND;

#[async_trait]
impl Subscriptions for StorePort {
    async fn guild_subscriptions(&self, home: &Home) -> Stored<Vec<Subscription>> {
        self.world.power.around(Operation::GuildSubscriptions, self.store.guild_subscriptions(home)).await
    }

    async fn workspace_subscriptions(&self, workspace: &WorkspaceId) -> Stored<Vec<Subscription>> {
        let work = self.store.workspace_subscriptions(workspace);
        self.world.power.around(Operation::WorkspaceSubscriptions, work).await
    }

    async fn add_subscription(&self, new: NewSubscription) -> Stored<SubscriptionAdded> {
        let work = async {
            let answer = self.store.add_subscription(new).await;
            if let Ok(SubscriptionAdded::Added(made)) = &answer {
                // Whoever typed for it may know better when.
                self.world
                    .of_workspace(&made.workspace)
                    .ledger()
                    .wished(made.clone(), UnixMillis(made.floor.0 * SECOND));
            }
            answer
        };
        self.world.power.around(Operation::AddSubscription, work).await
    }

    async fn change_subscription(
        &self,
        subscription: Subscription,
        by: Option<Deed>,
    ) -> Stored<ChangeOutcome> {
        let line = format!("{} becomes {:?}", subscription.id, subscription.state);
        let work = async {
            let answer = self.store.change_subscription(subscription, by).await;
            self.world.note(format_args!("{line}: {answer:?}"));
            answer
        };
        self.world.power.around(Operation::ChangeSubscription, work).await
    }

    async fn remove_subscription(
        &self,
        home: &Home,
        id: SubscriptionId,
        by: Option<Deed>,
    ) -> Stored<SubscriptionRemoved> {
        let world = self.world.of_workspace(&home.workspace);
        world.ledger().removals.insert(id);
        let work = async {
            let answer = self.store.remove_subscription(home, id, by).await;
            if matches!(answer, Ok(SubscriptionRemoved::Removed(_))) {
                let now = self.world.time.true_now();
                world.tell(format_args!("notification {id} is removed"));
                if let Some(wish) = world.ledger().wishes.get_mut(&id) {
                    wish.removed.get_or_insert(now);
                }
            }
            answer
        };
        self.world.power.around(Operation::RemoveSubscription, work).await
    }
}

#[async_trait]
impl AccessLists for StorePort {
    async fn access(&self, home: &Home) -> Stored<Access> {
        self.world.power.around(Operation::Access, self.store.access(home)).await
    }

    async fn change_access(&self, home: &Home, access: Access, by: Option<Deed>) -> Stored<ChangeOutcome> {
        self.world.power.around(Operation::ChangeAccess, self.store.change_access(home, access, by)).await
    }
}

#[async_trait]
impl ShortLived for StorePort {
    async fn keep(&self, key: &ShortLivedKey, text: &str, until: UnixMillis) -> Stored<()> {
        let kept = self.store.keep(key, text, until);
        let ShortLivedKey::Outgoing { key: words, .. } = key else {
            return self.world.power.around(Operation::Keep, kept).await;
        };
        let work = async {
            let answer = kept.await;
            let is_durable = answer.is_ok() && !self.world.power.is_dead();
            self.world.people.kept(words, text, is_durable);
            answer
        };
        self.world.power.around(Operation::KeepWords, work).await
    }

    async fn kept(&self, key: &ShortLivedKey, now: UnixMillis) -> Stored<Option<String>> {
        let operation = if is_of_words(key) { Operation::WordsKept } else { Operation::Kept };
        self.world.power.around(operation, self.store.kept(key, now)).await
    }

    async fn take(&self, key: &ShortLivedKey, now: UnixMillis) -> Stored<Option<String>> {
        self.world.power.around(Operation::Forget, self.store.take(key, now)).await
    }

    async fn outgoing(&self) -> Stored<Vec<OutgoingKey>> {
        self.world.power.around(Operation::WordsOnTheirWay, self.store.outgoing()).await
    }

    async fn forget(&self, key: &ShortLivedKey) -> Stored<()> {
        let operation = if is_of_words(key) { Operation::ForgetWords } else { Operation::Forget };
        self.world.power.around(operation, self.store.forget(key)).await
    }

    async fn prune_kept(&self, now: UnixMillis) -> Stored<PrunedKept> {
        self.world.power.around(Operation::PruneKept, self.store.prune_kept(now)).await
    }
}

fn is_of_words(key: &ShortLivedKey) -> bool {
    matches!(key, ShortLivedKey::Outgoing { .. })
}

#[async_trait]
impl RegisteredCommands for StorePort {
    async fn registered_commands(&self, application: ApplicationId) -> Stored<Option<String>> {
        let work = self.store.registered_commands(application);
        self.world.power.around(Operation::RegisteredCommands, work).await
    }

    async fn remember_registered_commands(&self, application: ApplicationId, hash: &str) -> Stored<()> {
        let work = self.store.remember_registered_commands(application, hash);
        self.world.power.around(Operation::RememberRegisteredCommands, work).await
    }
}
