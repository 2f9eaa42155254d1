//! Who wants what: the subscriptions.

pub(crate) mod removal;

use async_trait::async_trait;
use deskbell_domain::audit::Deed;
use deskbell_domain::home::Home;
use deskbell_domain::ids::{SubscriptionId, WorkspaceId};
use deskbell_domain::port::store::{
    ChangeOutcome, NewSubscription, Stored, SubscriptionAdded, SubscriptionRemoved, Subscriptions,
    new_subscription_id,
};
use deskbell_domain::subscription::Subscription;
use deskbell_store::rules::change::{Wish, Written};
use tokio_postgres::Row;

use crate::audit::scribe::Whose;
use crate::cells::Cells as _;
use crate::failure::{Attempt, Failure};
use crate::sql::statements;
use crate::store::PostgresStore;
use crate::subscription_rows::{WHAT, read};
use crate::transaction::Transaction;
use crate::value::{call, json};
use crate::{progress_rows, workspace};

statements!("subscription.sql": OF_SERVER OF_WORKSPACE HIGHEST PLACE ONE MAKE CHANGE);

#[async_trait]
impl Subscriptions for PostgresStore {
    async fn guild_subscriptions(&self, home: &Home) -> Stored<Vec<Subscription>> {
        self.read_rows(call!(OF_SERVER, home.guild), |rows| Ok(read(&rows)?.0)).await
    }

    async fn workspace_subscriptions(&self, workspace: &WorkspaceId) -> Stored<Vec<Subscription>> {
        self.read_rows(call!(OF_WORKSPACE, workspace), |rows| Ok(read(&rows)?.0)).await
    }

    async fn add_subscription(&self, new: NewSubscription) -> Stored<SubscriptionAdded> {
        let (scribe, new) = (&self.scribe(), &new);
        let work = |transaction| async move {
            let added = add(self, &transaction, new).await?;
            if let SubscriptionAdded::Added(made) = &added {
                let by = new.by.clone().map(|deed| deed.with(|action| action.made(made.id)));
                scribe.done(&transaction, Whose::of(&made.home()), by.as_ref()).await?;
            }
            Ok(added)
        };
        self.write_once(&new.subscription.workspace, work).await
    }

    async fn change_subscription(
        &self,
        subscription: Subscription,
        by: Option<Deed>,
    ) -> Stored<ChangeOutcome> {
        let (scribe, wish, by) = (&self.scribe(), &subscription, &by);
        self.write(|transaction| async move {
            let changed = change(self, &transaction, wish).await?;
            if changed == Written::Now {
                scribe.done(&transaction, Whose::of(&wish.home()), by.as_ref()).await?;
            }
            Ok(changed.outcome())
        })
        .await
    }

    async fn remove_subscription(
        &self,
        home: &Home,
        id: SubscriptionId,
        by: Option<Deed>,
    ) -> Stored<SubscriptionRemoved> {
        let (scribe, by) = (&self.scribe(), &by);
        let work = |transaction| async move {
            let removed = removal::remove(self, &transaction, home, id).await?;
            if let SubscriptionRemoved::Removed(leftover) = removed {
                let by = by.clone().map(|deed| deed.with(|action| action.counted(leftover.count())));
                scribe.done(&transaction, Whose::of(home), by.as_ref()).await?;
            }
            Ok(removed)
        };
        self.write_once(&home.workspace, work).await
    }
}

async fn add(
    store: &PostgresStore,
    transaction: &Transaction,
    new: &NewSubscription,
) -> Attempt<SubscriptionAdded> {
    let wish = &new.subscription;
    let look = [call!(OF_SERVER, wish.guild), call!(HIGHEST, wish.workspace, wish.guild)];
    let (held, [all, highest]) = workspace::lock(store, transaction, &wish.workspace, look).await?;
    if let Some(present) = in_place(&all, wish)? {
        return Ok(SubscriptionAdded::AlreadyThere(present));
    }
    let highest = highest.first().map(|row| row.number_or_none("id")).transpose()?.flatten().unwrap_or(0);
    let id = new_subscription_id(SubscriptionId(highest), store.clock.now(), &*store.random)
        .ok_or_else(|| Failure::unreadable(WHAT))?;
    let after = new.head.map_or(held.head, |since| since.min(held.head));
    let made = Subscription { id, after, version: 1, ..wish.clone() };
    let (workspace, body) = (&made.workspace, json(&made));
    transaction.write(call!(MAKE, workspace, id, made.guild, made.channel, made.kind, body));
    transaction.write(progress_rows::make(&made));
    Ok(SubscriptionAdded::Added(made))
}

/// Another subscription of this kind, and of waits of this step, in this channel.
fn in_place(all: &[Row], new: &Subscription) -> Attempt<Option<Subscription>> {
    let (all, _) = read(all)?;
    Ok(all.into_iter().find(|known| known.channel == new.channel && known.takes_the_same(new)))
}

async fn change(store: &PostgresStore, transaction: &Transaction, wish: &Subscription) -> Attempt<Written> {
    // Whatever workspace the wish names, it stays in that for which it was made.
    let places = transaction.ask(call!(PLACE, wish.guild, wish.id)).await?;
    let Some(place) = places.first() else { return Ok(Written::Not) };
    let workspace = &WorkspaceId::new(place.text("workspace")?);
    let look = [call!(ONE, workspace, wish.id), call!(OF_SERVER, wish.guild)];
    let Some((held, [rows, all])) = workspace::lock_present(store, transaction, workspace, look).await?
    else {
        return Ok(Written::Not);
    };
    let Some(row) = rows.first() else { return Ok(Written::Not) };
    let present: Subscription = row.json("body", WHAT)?;
    let wish = Wish::of(&present, wish.clone());
    if wish.is_at_another_step && in_place(&all, &wish.subscription)?.is_some() {
        return Ok(Written::Not);
    }
    let (written, next) = wish.change(&present, Some(held.head));
    if written == Written::Now {
        transaction.write(call!(CHANGE, workspace, next.id, next.channel, json(&next)));
    }
    Ok(written)
}
