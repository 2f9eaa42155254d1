//! Subscriptions: stored under their server, found by workspace through an index.
//!
//! A server has one workspace at a time here, so that its subscriptions are known by the server alone; each names the
//! workspace that it was made for.

use std::sync::Arc;

use async_trait::async_trait;
use deskbell_domain::audit::Deed;
use deskbell_domain::delivery::DeadLetter;
use deskbell_domain::home::Home;
use deskbell_domain::ids::{JournalNumber, SubscriptionId, WorkspaceId};
use deskbell_domain::port::store::{
    ChangeOutcome, Leftover, NewSubscription, StoreError, Stored, SubscriptionAdded, SubscriptionRemoved,
    Subscriptions, new_subscription_id,
};
use deskbell_domain::subscription::Subscription;

use crate::audit::scribe::Whose;
use crate::codec;
use crate::delivery::backlog;
use crate::engine::Direction;
use crate::journal::head;
use crate::keys;
use crate::reader::{Reader, Scan, load, load_all, load_or_skip, scan};
use crate::records::{ProgressRecord, SubscriberRecord};
use crate::store::KvStore;
use crate::write_batch::WriteBatch;
use crate::written::Written;

#[async_trait]
impl Subscriptions for KvStore {
    async fn guild_subscriptions(&self, home: &Home) -> Stored<Vec<Subscription>> {
        let range = keys::subscriptions(home.guild).below();
        self.read(move |reader| load_all(reader, range)).await
    }

    async fn workspace_subscriptions(&self, workspace: &WorkspaceId) -> Stored<Vec<Subscription>> {
        let workspace = workspace.clone();
        self.read(move |reader| of_workspace(reader, &workspace)).await
    }

    async fn add_subscription(&self, new: NewSubscription) -> Stored<SubscriptionAdded> {
        let (now, random, scribe) = (self.clock.now(), Arc::clone(&self.random), self.scribe());
        self.write(move |writes| {
            let id_above = |highest| new_subscription_id(highest, now, &*random);
            let added = add(writes, new.subscription, new.head, id_above)?;
            if let SubscriptionAdded::Added(made) = &added {
                let by = new.by.map(|deed| deed.with(|action| action.made(made.id)));
                scribe.done(writes, Whose::of(&made.home()), by)?;
            }
            Ok(added)
        })
        .await
    }

    async fn change_subscription(
        &self,
        subscription: Subscription,
        by: Option<Deed>,
    ) -> Stored<ChangeOutcome> {
        let scribe = self.scribe();
        self.write(move |writes| {
            let home = subscription.home();
            let changed = change(writes, subscription)?;
            if changed == Written::Now {
                scribe.done(writes, Whose::of(&home), by)?;
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
        let (home, scribe) = (home.clone(), self.scribe());
        self.write(move |writes| {
            let removed = remove(writes, &home, id)?;
            if let SubscriptionRemoved::Removed(leftover) = removed {
                let by = by.map(|deed| deed.with(|action| action.counted(leftover.count())));
                scribe.done(writes, Whose::of(&home), by)?;
            }
            Ok(removed)
        })
        .await
    }
}

/// The subscriptions to a workspace, by id. Those that cannot be read are left out with a warning.
fn of_workspace(reader: &(impl Reader + ?Sized), workspace: &WorkspaceId) -> Stored<Vec<Subscription>> {
    let mut found = Vec::new();
    for (id, guild) in places(reader, workspace)? {
        if let Some(guild) = guild {
            found.extend(load_or_skip::<Subscription>(reader, &keys::subscription(guild, id))?);
        }
    }
    Ok(found)
}

/// The subscriptions to a workspace, and how many there are beside them that cannot be read.
pub(crate) fn every_one_of_workspace(
    reader: &(impl Reader + ?Sized),
    workspace: &WorkspaceId,
) -> Stored<(Vec<Subscription>, u64)> {
    let (mut found, mut unreadable) = (Vec::new(), 0);
    for (id, guild) in places(reader, workspace)? {
        let read = match guild {
            Some(guild) => load::<Subscription>(reader, &keys::subscription(guild, id)),
            None => Err(codec::unreadable(keys::subscriber(workspace, id).as_bytes())),
        };
        match read {
            Ok(subscription) => found.extend(subscription),
            Err(StoreError::Unreadable { .. }) => unreadable += 1,
            Err(error) => return Err(error),
        }
    }
    Ok((found, unreadable))
}

/// The server of each subscription to a workspace, as far as it can be read.
fn places(
    reader: &(impl Reader + ?Sized),
    workspace: &WorkspaceId,
) -> Stored<Vec<(SubscriptionId, Option<SubscriberRecord>)>> {
    let mut places = Vec::new();
    scan(reader, keys::subscribers(workspace).below(), |key, value| {
        places.push((SubscriptionId(keys::last_number(key)), codec::decode_or_skip(key, value)));
        Scan::Continue
    })?;
    Ok(places)
}

fn add(
    writes: &mut WriteBatch<'_>,
    new: Subscription,
    since: Option<JournalNumber>,
    id_above: impl FnOnce(SubscriptionId) -> Option<SubscriptionId>,
) -> Stored<SubscriptionAdded> {
    if let Some(present) = in_place(writes, &new)? {
        return Ok(SubscriptionAdded::AlreadyThere(present));
    }
    let id = id_above(highest(writes, &new.home())?)
        .ok_or_else(|| codec::unreadable(keys::subscriptions(new.guild).as_bytes()))?;
    let present = head(writes, &new.workspace)?;
    let after = since.map_or(present, |since| since.min(present));
    let made = Subscription { id, after, version: 1, ..new };
    writes.put(keys::subscription(made.guild, id), &made);
    writes.put(keys::subscriber(&made.workspace, id), &made.guild);
    writes.put(keys::progress(made.guild, id), &ProgressRecord::starting_at(after));
    Ok(SubscriptionAdded::Added(made))
}

/// Another subscription of this kind, and of waits of this step, in this channel.
fn in_place(writes: &WriteBatch<'_>, new: &Subscription) -> Stored<Option<Subscription>> {
    let all: Vec<Subscription> = load_all(writes, keys::subscriptions(new.guild).below())?;
    Ok(all.into_iter().find(|known| known.channel == new.channel && known.takes_the_same(new)))
}

/// The highest id in the workspace and in the server; the counter of earlier versions is at it or above.
fn highest(writes: &WriteBatch<'_>, home: &Home) -> Stored<SubscriptionId> {
    let counted: Option<SubscriptionId> = load_or_skip(writes, &keys::former_subscription_counter())?;
    let mut highest = counted.unwrap_or(SubscriptionId(0));
    for all in [keys::subscribers(&home.workspace), keys::subscriptions(home.guild)] {
        let last = writes.range(&all.below(), 1, Direction::Descending)?;
        let ids = last.iter().map(|(key, _)| SubscriptionId(keys::last_number(key)));
        highest = ids.fold(highest, SubscriptionId::max);
    }
    Ok(highest)
}

fn change(writes: &mut WriteBatch<'_>, wish: Subscription) -> Stored<Written> {
    let key = keys::subscription(wish.guild, wish.id);
    let Some(present) = load::<Subscription>(writes, &key)? else { return Ok(Written::Not) };
    let wish = Wish::of(&present, wish);
    if wish.is_at_another_step && in_place(writes, &wish.subscription)?.is_some() {
        return Ok(Written::Not);
    }
    let head = if wish.is_at_another_step { Some(head(writes, &present.workspace)?) } else { None };
    let (written, next) = wish.change(&present, head);
    if written == Written::Now {
        writes.put(key, &next);
    }
    Ok(written)
}

/// What a subscription is to become.
pub struct Wish {
    /// That, with what cannot be changed.
    pub subscription: Subscription,
    /// Whether it takes events of another step from then on: it may not, where another takes those in the channel.
    pub is_at_another_step: bool,
    made_from: u64,
}

impl Wish {
    /// Of a subscription as it is present.
    pub fn of(present: &Subscription, wish: Subscription) -> Self {
        let made_from = wish.version;
        let version = made_from.wrapping_add(1);
        let wish = Subscription { version, workspace: present.workspace.clone(), kind: present.kind, ..wish };
        let is_at_another_step = present.waits.zip(wish.waits).is_some_and(|(step, wanted)| step != wanted);
        Self { subscription: wish, is_at_another_step, made_from }
    }

    /// How the change ends, and the subscription as it is then; `head` is the journal's, where it is at another step.
    pub fn change(self, present: &Subscription, head: Option<JournalNumber>) -> (Written, Subscription) {
        let wish = self.subscription;
        let next = if let Some(after) = head.filter(|_| self.is_at_another_step) {
            // What was journaled of the other step was never for it.
            Subscription { after, floor: wish.floor.max(present.floor), ..wish }
        } else {
            let (waits, steps_before) = (present.waits, present.steps_before.clone());
            Subscription { after: present.after, floor: present.floor, waits, steps_before, ..wish }
        };
        let written = if *present == next {
            Written::Before
        } else if present.version == self.made_from {
            Written::Now
        } else {
            Written::Not
        };
        (written, next)
    }
}

/// Removes everything of a subscription. Its dead letters go, too: they hold a person's data, and nobody could have
/// them posted any more.
pub(crate) fn remove(
    writes: &mut WriteBatch<'_>,
    home: &Home,
    id: SubscriptionId,
) -> Stored<SubscriptionRemoved> {
    let key = keys::subscription(home.guild, id);
    if writes.get(key.as_bytes())?.is_none() {
        return Ok(SubscriptionRemoved::AlreadyGone);
    }
    let mut leftover = Leftover::default();
    // A server that moved to another workspace may still have one of the workspace before.
    let mut home = home.clone();
    if let Some(present) = load_or_skip::<Subscription>(writes, &key)? {
        leftover.waiting = waiting(writes, &present)?;
        writes.delete(keys::subscriber(&present.workspace, id));
        home = present.home();
    }
    writes.delete(key);
    writes.delete(keys::progress(home.guild, id));
    let letters: Vec<DeadLetter> = load_all(writes, keys::dead_letters(&home).below())?;
    for letter in letters.into_iter().filter(|letter| letter.subscription == id) {
        writes.delete(keys::dead_letter(&home, letter.id));
        leftover.failed += 1;
    }
    Ok(SubscriptionRemoved::Removed(leftover))
}

/// How many events wait. A cursor that cannot be read must not keep a subscription from being removed.
fn waiting(writes: &WriteBatch<'_>, subscription: &Subscription) -> Stored<u64> {
    let key = keys::progress(subscription.guild, subscription.id);
    let Some(progress) = load_or_skip::<ProgressRecord>(writes, &key)? else { return Ok(0) };
    Ok(backlog(writes, subscription, progress.cursor)?.count)
}
