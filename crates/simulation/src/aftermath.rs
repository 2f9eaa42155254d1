//! What nobody said: a process that died, or that erased what it kept, had done it without a word. The judge finds out
//! from the store.

use std::collections::BTreeSet;

use deskbell_domain::ids::{GuildId, SubscriptionId, WorkspaceId};
use deskbell_domain::port::store::{
    Append, Connections as _, Erasing, Journal as _, Stored, Subscriptions as _,
};
use deskbell_domain::subscription::{Subscription, SubscriptionState};
use deskbell_domain::time::UnixMillis;
use deskbell_store::KvStore;

use crate::ledger::{Ledger, Promise};
use crate::time::SECOND;
use crate::world::World;

/// Finds out what a process that died had done without a word.
pub(crate) async fn learn_after_death(world: &World, store: &KvStore) -> Stored<()> {
    let workspace = world.workspace().id;
    let attempted = world.ledger().attempted.take();
    let mut done = attempted.unwrap_or_else(|| nothing(&workspace));
    let ids: Vec<_> = done.snapshots.iter().map(|write| write.snapshot.contact.clone()).collect();
    if let Some(epoch) = done.snapshots.first().map(|write| write.epoch) {
        let there = store.snapshots(&workspace, epoch, &ids).await?;
        let mut there = there.into_iter();
        // An older one may stand there, where the append was not done.
        done.snapshots.retain(|write| {
            let stored = there.next().flatten();
            stored.is_some_and(|known| known.snapshot.updated_at == write.snapshot.snapshot.updated_at)
        });
    }
    done.baseline = store.baseline(&workspace).await?;
    world.learn_append(store, &done).await;
    learn_wishes(world, store).await
}

/// Takes notifications that were made, removed, paused or resumed by a command that was cut off.
pub(crate) async fn learn_wishes(world: &World, store: &KvStore) -> Stored<()> {
    let stored = store.workspace_subscriptions(&world.workspace().id).await?;
    are_stored(&mut world.ledger(), &stored, world.time.true_now());
    learn_gone(world, store).await
}

/// Takes what stands in the store, and whether it is paused.
fn are_stored(ledger: &mut Ledger, stored: &[Subscription], now: UnixMillis) {
    for subscription in stored {
        let asked = UnixMillis(subscription.floor.0 * SECOND);
        if !ledger.wishes.contains_key(&subscription.id) {
            ledger.wished(subscription.clone(), asked);
        }
        let Some(wish) = ledger.wishes.get_mut(&subscription.id) else { continue };
        let is_paused = matches!(subscription.state, SubscriptionState::Paused { .. });
        match wish.pauses.last_mut().filter(|pause| pause.1.is_none()) {
            Some(open) if !is_paused => open.1 = Some(now),
            None if is_paused => wish.pauses.push((now, None)),
            _ => {}
        }
    }
}

/// Takes away what is not stored any more.
async fn learn_gone(world: &World, store: &KvStore) -> Stored<()> {
    let standing: Vec<_> = standing(&world.ledger()).collect();
    let stored = store.workspace_subscriptions(&world.workspace().id).await?;
    let is_stored = |id: &SubscriptionId| stored.iter().any(|one| one.id == *id);
    let now = world.time.true_now();
    let mut ledger = world.ledger();
    for id in standing.into_iter().filter(|id| !is_stored(id)) {
        if !ledger.removals.contains(&id) {
            let what = format!("notification {id} is gone, and nobody removed it");
            ledger.breach(Promise::Lost, what, vec![format!("notification {id} ")]);
        }
        if let Some(wish) = ledger.wishes.get_mut(&id) {
            wish.removed.get_or_insert(now);
        }
    }
    Ok(())
}

fn standing(ledger: &Ledger) -> impl Iterator<Item = SubscriptionId> {
    ledger.wishes.iter().filter(|(_, wish)| wish.removed.is_none()).map(|(id, _)| *id)
}

/// Somebody asks for a server to be disconnected: all of its notifications may go, those of a workspace that it had before
/// too.
pub(crate) fn may_leave(world: &World, guild: GuildId) {
    for one in world.worlds() {
        let mut ledger = one.ledger();
        let theirs = ledger.wishes.values().filter(|wish| wish.made.guild == guild);
        let theirs: Vec<_> = theirs.map(|wish| wish.made.id).collect();
        ledger.removals.extend(theirs);
    }
}

/// A workspace that no server has is about to be erased: whatever was on hold there may go.
pub(crate) fn may_be_erased(world: &World, what: Erasing) {
    if what == Erasing::Workspace && world.linked().is_empty() {
        let mut ledger = world.ledger();
        let all: Vec<_> = ledger.wishes.keys().copied().collect();
        ledger.removals.extend(all);
    }
}

/// What was left of a server that was disconnected is erased, at once or by a later life of the process.
pub(crate) async fn learn_erased(world: &World, store: &KvStore, what: Erasing) -> Stored<()> {
    for one in world.worlds() {
        learn_gone(&one, store).await?;
    }
    if what == Erasing::Workspace {
        close(world);
    }
    Ok(())
}

/// Where all of the workspace was erased by a process that died in it, what comes later has another journal.
pub(crate) async fn learn_erasure(world: &World, store: &KvStore) -> Stored<()> {
    let workspace = world.workspace().id;
    let is_left = store.unerased().await?.iter().any(|home| home.workspace == workspace);
    if !is_left && world.linked().is_empty() && store.head(&workspace).await?.0 == 0 {
        close(world);
    }
    Ok(())
}

fn close(world: &World) {
    let mut ledger = world.ledger();
    if ledger.head().0 == 0 && ledger.wishes.is_empty() {
        return;
    }
    world.tell(format_args!("all of {} is erased", world.tenant.name()));
    let next = Ledger::after(&ledger);
    let closed = std::mem::replace(&mut *ledger, next);
    drop(ledger);
    world.close_ledger(closed);
}

fn nothing(workspace: &WorkspaceId) -> Append {
    Append {
        workspace: workspace.clone(),
        events: Vec::new(),
        unnamed: BTreeSet::new(),
        aliases: Vec::new(),
        snapshots: Vec::new(),
        stream: None,
        baseline: None,
        at: UnixMillis(0),
    }
}
