//! What commands need of the store.

use async_trait::async_trait;
use deskbell_domain::access::Access;
use deskbell_domain::ids::{ApplicationId, GuildId, SubscriptionId, WorkspaceId};
use deskbell_domain::port::store::{
    ChangeOutcome, NewSubscription, SettingsStore, Stored, SubscriptionAdded, SubscriptionRemoved,
};
use deskbell_domain::subscription::Subscription;
use deskbell_domain::time::UnixMillis;

use super::StorePort;
use crate::power::Operation;

#[async_trait]
impl SettingsStore for StorePort {
    async fn guild_subscriptions(&self, guild: GuildId) -> Stored<Vec<Subscription>> {
        self.world.power.around(Operation::GuildSubscriptions, self.store.guild_subscriptions(guild)).await
    }

    async fn workspace_subscriptions(&self, workspace: &WorkspaceId) -> Stored<Vec<Subscription>> {
        let work = self.store.workspace_subscriptions(workspace);
        self.world.power.around(Operation::WorkspaceSubscriptions, work).await
    }

    async fn add_subscription(&self, new: NewSubscription) -> Stored<SubscriptionAdded> {
        self.world.power.around(Operation::AddSubscription, self.store.add_subscription(new)).await
    }

    async fn change_subscription(&self, subscription: Subscription) -> Stored<ChangeOutcome> {
        let line = format!("{} becomes {:?}", subscription.id, subscription.state);
        let work = async {
            let answer = self.store.change_subscription(subscription).await;
            self.world.note(format_args!("{line}: {answer:?}"));
            answer
        };
        self.world.power.around(Operation::ChangeSubscription, work).await
    }

    async fn remove_subscription(&self, guild: GuildId, id: SubscriptionId) -> Stored<SubscriptionRemoved> {
        self.world.ledger().removals.insert(id);
        self.world
            .power
            .around(Operation::RemoveSubscription, self.store.remove_subscription(guild, id))
            .await
    }

    async fn access(&self, guild: GuildId) -> Stored<Access> {
        self.world.power.around(Operation::Access, self.store.access(guild)).await
    }

    async fn change_access(&self, guild: GuildId, access: Access) -> Stored<ChangeOutcome> {
        self.world.power.around(Operation::ChangeAccess, self.store.change_access(guild, access)).await
    }

    async fn keep(&self, key: &str, text: &str, until: UnixMillis) -> Stored<()> {
        self.world.power.around(Operation::Keep, self.store.keep(key, text, until)).await
    }

    async fn kept(&self, key: &str, now: UnixMillis) -> Stored<Option<String>> {
        self.world.power.around(Operation::Kept, self.store.kept(key, now)).await
    }

    async fn registered_commands(&self, application: ApplicationId) -> Stored<Option<String>> {
        let work = self.store.registered_commands(application);
        self.world.power.around(Operation::RegisteredCommands, work).await
    }

    async fn remember_registered_commands(&self, application: ApplicationId, hash: &str) -> Stored<()> {
        let work = self.store.remember_registered_commands(application, hash);
        self.world.power.around(Operation::RememberRegisteredCommands, work).await
    }
}
