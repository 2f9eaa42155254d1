//! Which server is connected to which workspace, and the workspaces that run.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock, PoisonError, RwLock};

use async_trait::async_trait;
use deskbell_commands::{Connected, Waiting, WorkspaceContext};
use deskbell_domain::ids::{ChannelId, GuildId, WorkspaceId};
use deskbell_domain::port::outbox::Outbox as _;
use deskbell_domain::shard::Shard;
use deskbell_domain::webhook::Heard;
use tokio::sync::{Notify, watch};

use super::runtime::WorkspaceRuntime;
use crate::gateway::GuildListener;
use crate::health::Unserved;
use crate::http::Listeners;

/// The servers of a process and their workspaces. Both come, change and go while the process runs.
#[derive(Default)]
pub struct Workspaces {
    places: RwLock<BTreeMap<GuildId, Serving>>,
    /// The servers that the bot was in when the last of its shards first connected.
    joined: watch::Sender<Option<BTreeSet<GuildId>>>,
    /// Whether it is known which servers are connected.
    settled: watch::Sender<bool>,
    /// The server that was taken because the bot was in no other.
    only: OnceLock<GuildId>,
    /// The servers that the bot is in, as its shards tell.
    present: RwLock<Present>,
    /// Whether servers may connect a workspace of their own.
    connect_themselves: AtomicBool,
    /// Told when the bot comes into a server, or is removed from one.
    pub(super) moved: Notify,
}

#[derive(Clone)]
enum Serving {
    /// Intercom has not told yet which workspace it is.
    Waiting(Waiting),
    /// By the workspace's runtime, which the server's commands reach in their own way.
    Served(Arc<WorkspaceRuntime>, Arc<WorkspaceContext>),
}

impl Workspaces {
    /// Waits for the servers that the bot is in when all its shards have connected.
    pub async fn first_joined(&self) -> BTreeSet<GuildId> {
        let mut joined = self.joined.subscribe();
        let known = joined.wait_for(Option::is_some).await;
        // The other side is a part of this one, so it cannot have gone.
        known.ok().and_then(|joined| joined.clone()).unwrap_or_default()
    }

    /// These servers were not listed by anybody: the only one that the bot is in was taken.
    pub fn note_taken(&self, guilds: &BTreeSet<GuildId>) {
        if let Some(only) = guilds.first() {
            let _ = self.only.set(*only);
        }
    }

    /// Servers may connect a workspace of their own.
    pub fn let_servers_connect(&self) {
        self.connect_themselves.store(true, Ordering::Relaxed);
    }

    /// From now on it is known which servers are connected, or wait to be.
    pub fn settle(&self) {
        self.settled.send_replace(true);
    }

    /// These servers are to be connected once Intercom tells to which workspace.
    pub fn wait(&self, guilds: &BTreeSet<GuildId>, waiting: Waiting) {
        let mut places = self.places.write().unwrap_or_else(PoisonError::into_inner);
        for guild in guilds {
            // Whoever is served goes on being served.
            if !matches!(places.get(guild), Some(Serving::Served(..))) {
                places.insert(*guild, Serving::Waiting(waiting));
            }
        }
    }

    /// Connects servers to a workspace that has been started for them. What they were connected to before serves
    /// them no more; a workspace that has no server left is stopped.
    pub async fn connect(&self, guilds: &BTreeSet<GuildId>, runtime: &Arc<WorkspaceRuntime>) {
        self.connect_through(guilds, runtime, runtime.context()).await;
    }

    /// The same for servers whose commands have a way of their own to Intercom.
    pub async fn connect_through(
        &self,
        guilds: &BTreeSet<GuildId>,
        runtime: &Arc<WorkspaceRuntime>,
        context: &Arc<WorkspaceContext>,
    ) {
        let place = |_: GuildId| Some(Serving::Served(Arc::clone(runtime), Arc::clone(context)));
        self.replace(guilds, place).await;
    }

    /// Disconnects servers. A workspace that has no server left is stopped.
    pub async fn disconnect(&self, guilds: &BTreeSet<GuildId>) {
        self.replace(guilds, |_| None).await;
    }

    async fn replace(&self, guilds: &BTreeSet<GuildId>, place: impl Fn(GuildId) -> Option<Serving>) {
        for left in self.put(guilds, place) {
            let rest = self.guilds_of(&left);
            if rest.is_empty() {
                left.stop().await;
                tracing::info!(workspace.id = %left.id(), "a workspace is no longer served");
            } else if let Err(error) = left.set_guilds(&rest).await {
                tracing::error!(workspace.id = %left.id(), %error, "notifications of a server could not be put on hold");
            }
        }
    }

    /// Puts servers into their new places, and names the workspaces that served one of them until now.
    fn put(
        &self,
        guilds: &BTreeSet<GuildId>,
        place: impl Fn(GuildId) -> Option<Serving>,
    ) -> Vec<Arc<WorkspaceRuntime>> {
        let mut places = self.places.write().unwrap_or_else(PoisonError::into_inner);
        let mut left = Vec::new();
        for guild in guilds {
            let new = place(*guild);
            let old = match new.clone() {
                Some(new) => places.insert(*guild, new),
                None => places.remove(guild),
            };
            if let Some(Serving::Served(old, _)) = old
                && !matches!(&new, Some(Serving::Served(new, _)) if Arc::ptr_eq(new, &old))
            {
                left.push(old);
            }
        }
        distinct(left)
    }

    /// The servers that a workspace serves.
    pub fn guilds_of(&self, runtime: &Arc<WorkspaceRuntime>) -> BTreeSet<GuildId> {
        let places = self.places.read().unwrap_or_else(PoisonError::into_inner);
        let served = places
            .iter()
            .filter(|(_, place)| matches!(place, Serving::Served(one, _) if Arc::ptr_eq(one, runtime)));
        served.map(|(guild, _)| *guild).collect()
    }

    /// Why nobody is served, where that is so.
    pub fn unserved(&self) -> Option<Unserved> {
        if !*self.settled.borrow() {
            return None;
        }
        let present = self.present.read().unwrap_or_else(PoisonError::into_inner);
        let (present, linked) = (present.known()?, self.guilds());
        match (linked.is_empty(), present.len()) {
            (true, 0) => Some(Unserved::NowhereInvited),
            (true, _) if self.connect_themselves.load(Ordering::Relaxed) => Some(Unserved::NoneConnected),
            (true, 1) => Some(Unserved::OnlyOneByNow),
            (true, _) => Some(Unserved::NoneChosen),
            (false, _) => linked.is_disjoint(present).then_some(Unserved::NotInLinked),
        }
    }

    /// Tells when it is known which servers are connected.
    pub(super) fn watch_settled(&self) -> watch::Receiver<bool> {
        self.settled.subscribe()
    }

    /// The servers that the bot is in, once all shards have told theirs.
    pub(super) fn present_in(&self) -> Option<BTreeSet<GuildId>> {
        self.present.read().unwrap_or_else(PoisonError::into_inner).known().cloned()
    }

    fn present<T>(&self, change: impl FnOnce(&mut Present) -> T) -> T {
        change(&mut self.present.write().unwrap_or_else(PoisonError::into_inner))
    }

    /// The workspaces that run, each once.
    pub fn running(&self) -> Vec<Arc<WorkspaceRuntime>> {
        let places = self.places.read().unwrap_or_else(PoisonError::into_inner);
        let served = places.values().filter_map(|place| match place {
            Serving::Served(runtime, _) => Some(Arc::clone(runtime)),
            Serving::Waiting(_) => None,
        });
        distinct(served.collect())
    }

    /// Since when and why Intercom has not told a workspace, longest first.
    pub fn waiting(&self) -> Vec<Waiting> {
        let places = self.places.read().unwrap_or_else(PoisonError::into_inner);
        let waiting = places.values().filter_map(|place| match place {
            Serving::Waiting(waiting) => Some(*waiting),
            Serving::Served(..) => None,
        });
        let mut waiting: Vec<_> = waiting.collect();
        waiting.sort_by_key(|one| (one.since, one.cause));
        waiting.dedup();
        waiting
    }

    /// The workspace that serves a server.
    pub fn runtime(&self, guild: GuildId) -> Option<Arc<WorkspaceRuntime>> {
        match self.place(guild) {
            Some(Serving::Served(runtime, _)) => Some(runtime),
            Some(Serving::Waiting(_)) | None => None,
        }
    }

    fn place(&self, guild: GuildId) -> Option<Serving> {
        self.places.read().unwrap_or_else(PoisonError::into_inner).get(&guild).cloned()
    }

    fn tell(&self, guild: GuildId, tell: impl FnOnce(&WorkspaceRuntime)) {
        if let Some(runtime) = self.runtime(guild) {
            tell(&runtime);
        }
    }
}

/// The servers that the bot is in.
#[derive(Default)]
struct Present {
    guilds: BTreeSet<GuildId>,
    /// The shards that have told theirs.
    told: BTreeSet<Shard>,
}

impl Present {
    /// A shard tells of all its servers anew, and of no other.
    fn joined(&mut self, shard: Shard, guilds: BTreeSet<GuildId>) {
        self.guilds.retain(|guild| !shard.tells_of(*guild));
        self.guilds.extend(guilds);
        self.told.insert(shard);
    }

    /// All of them, once every shard has told its own.
    fn known(&self) -> Option<&BTreeSet<GuildId>> {
        let all = self.told.first()?.count().get() as usize;
        (self.told.len() == all).then_some(&self.guilds)
    }
}

impl Listeners for Workspaces {
    fn serves(&self, workspace: &WorkspaceId) -> bool {
        self.running().iter().any(|runtime| runtime.id() == workspace)
    }

    fn hinted(&self, workspace: &WorkspaceId) {
        let running = self.running();
        running.iter().filter(|runtime| runtime.id() == workspace).for_each(|runtime| runtime.nudge());
    }

    fn heard(&self, workspace: &WorkspaceId, heard: &Heard) {
        let running = self.running();
        running.iter().filter(|runtime| runtime.id() == workspace).for_each(|runtime| runtime.heard(heard));
    }
}

fn distinct(runtimes: Vec<Arc<WorkspaceRuntime>>) -> Vec<Arc<WorkspaceRuntime>> {
    let by_address = runtimes.into_iter().map(|one| (Arc::as_ptr(&one).addr(), one));
    let mut seen = BTreeSet::new();
    by_address.filter(|(address, _)| seen.insert(*address)).map(|(_, one)| one).collect()
}

impl deskbell_commands::Workspaces for Workspaces {
    fn of(&self, guild: GuildId) -> Connected {
        match self.place(guild) {
            Some(Serving::Served(_, context)) => Connected::To(context),
            Some(Serving::Waiting(waiting)) => Connected::Waiting(waiting),
            None => Connected::No,
        }
    }

    fn only_server(&self) -> Option<GuildId> {
        self.only.get().copied()
    }
}

#[async_trait]
impl GuildListener for Workspaces {
    fn joined(&self, shard: Shard, guilds: BTreeSet<GuildId>) {
        let all = self.present(|present| {
            present.joined(shard, guilds);
            present.known().cloned()
        });
        if let Some(all) = all {
            self.joined.send_if_modified(|joined| joined.is_none() && joined.replace(all).is_none());
            self.moved.notify_one();
        }
    }

    async fn settled(&self) {
        let _ = self.settled.subscribe().wait_for(|settled| *settled).await;
    }

    fn guilds(&self) -> BTreeSet<GuildId> {
        self.places.read().unwrap_or_else(PoisonError::into_inner).keys().copied().collect()
    }

    fn is_connected(&self, guild: GuildId) -> bool {
        self.place(guild).is_some()
    }

    fn guild_here(&self, guild: GuildId) {
        self.present(|present| present.guilds.insert(guild));
        self.tell(guild, |runtime| runtime.delivery().wake_guild(guild));
    }

    fn guild_gone(&self, guild: GuildId) {
        self.present(|present| present.guilds.remove(&guild));
        self.moved.notify_one();
        self.tell(guild, |runtime| runtime.delivery().guild_gone(guild));
    }

    fn access_changed(&self, guild: GuildId) {
        self.tell(guild, |runtime| runtime.delivery().access_changed(guild));
    }

    fn channel_changed(&self, guild: GuildId, channel: ChannelId) {
        self.tell(guild, |runtime| runtime.delivery().channel_changed(channel));
    }

    fn channel_gone(&self, guild: GuildId, channel: ChannelId) {
        self.tell(guild, |runtime| runtime.delivery().channel_gone(channel));
    }
}

#[cfg(test)]
mod tests;
