//! Commands' part of the store: subscriptions, access lists, kept texts and the hash of the registered commands.

mod subscriptions;

use async_trait::async_trait;
use deskbell_domain::access::Access;
use deskbell_domain::ids::{ApplicationId, GuildId, SubscriptionId, WorkspaceId};
use deskbell_domain::port::store::{
    ChangeOutcome, NewSubscription, SettingsStore, Stored, SubscriptionAdded, SubscriptionRemoved,
};
use deskbell_domain::subscription::Subscription;
use deskbell_domain::time::UnixMillis;

pub(crate) use self::subscriptions::every_workspace_subscription;
use crate::keys;
use crate::reader::{load, load_all, load_or_skip};
use crate::records::KeptRecord;
use crate::store::KvStore;
use crate::write_batch::WriteBatch;

#[async_trait]
impl SettingsStore for KvStore {
    async fn guild_subscriptions(&self, guild: GuildId) -> Stored<Vec<Subscription>> {
        self.read(move |reader| load_all(reader, keys::subscriptions(guild).below())).await
    }

    async fn workspace_subscriptions(&self, workspace: &WorkspaceId) -> Stored<Vec<Subscription>> {
        let workspace = workspace.clone();
        self.read(move |reader| subscriptions::workspace_subscriptions(reader, &workspace)).await
    }

    async fn add_subscription(&self, new: NewSubscription) -> Stored<SubscriptionAdded> {
        self.write(move |writes| subscriptions::add(writes, new.subscription.clone(), new.head)).await
    }

    async fn change_subscription(&self, subscription: Subscription) -> Stored<ChangeOutcome> {
        self.write(move |writes| subscriptions::change(writes, subscription)).await
    }

    async fn remove_subscription(&self, guild: GuildId, id: SubscriptionId) -> Stored<SubscriptionRemoved> {
        self.write(move |writes| subscriptions::remove(writes, guild, id)).await
    }

    async fn access(&self, guild: GuildId) -> Stored<Access> {
        let access = self.peek(|reader| load(reader, &keys::access(guild)))?;
        Ok(access.unwrap_or_default())
    }

    async fn change_access(&self, guild: GuildId, access: Access) -> Stored<ChangeOutcome> {
        self.write(move |writes| change_access(writes, guild, access)).await
    }

    async fn keep(&self, key: &str, text: &str, until: UnixMillis) -> Stored<()> {
        let key = key.to_owned();
        let record = KeptRecord { text: text.to_owned(), until };
        self.write(move |writes| keep(writes, &key, &record)).await
    }

    async fn kept(&self, key: &str, now: UnixMillis) -> Stored<Option<String>> {
        let record: Option<KeptRecord> = self.peek(|reader| load(reader, &keys::kept(key)))?;
        Ok(record.filter(|record| record.until > now).map(|record| record.text))
    }

    async fn registered_commands(&self, application: ApplicationId) -> Stored<Option<String>> {
        self.peek(|reader| load_or_skip(reader, &keys::registered_commands(application)))
    }

    async fn remember_registered_commands(&self, application: ApplicationId, hash: &str) -> Stored<()> {
        let hash = hash.to_owned();
        self.write(move |writes| {
            writes.put(keys::registered_commands(application), &hash);
            Ok(())
        })
        .await
    }
}

fn change_access(writes: &mut WriteBatch<'_>, guild: GuildId, access: Access) -> Stored<ChangeOutcome> {
    let key = keys::access(guild);
    let present: Access = load(writes, &key)?.unwrap_or_default();
    let next = Access { version: access.version.wrapping_add(1), ..access };
    if present == next {
        return Ok(ChangeOutcome::Changed);
    }
    if present.version != access.version {
        return Ok(ChangeOutcome::Conflict);
    }
    writes.put(key, &next);
    Ok(ChangeOutcome::Changed)
}

fn keep(writes: &mut WriteBatch<'_>, text_key: &str, record: &KeptRecord) -> Stored<()> {
    let key = keys::kept(text_key);
    if let Some(known) = load_or_skip::<KeptRecord>(writes, &key)? {
        writes.delete(keys::kept_until(known.until, text_key));
    }
    writes.put(key, record);
    writes.put(keys::kept_until(record.until, text_key), &text_key);
    Ok(())
}
