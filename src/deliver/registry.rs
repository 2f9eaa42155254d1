//! Which channels have a worker. A worker is found, made and retired under one lock, so that nothing is sent to one
//! that has just gone.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use deskbell_domain::ids::{ChannelId, GuildId};
use tokio::sync::Notify;
use tokio::sync::futures::OwnedNotified;

use super::channel::handle::ChannelHandle;

#[derive(Default)]
pub(super) struct Registry {
    inner: Mutex<Inner>,
    changed: Arc<Notify>,
}

#[derive(Default)]
struct Inner {
    handles: BTreeMap<ChannelId, Arc<ChannelHandle>>,
    new: Vec<Arc<ChannelHandle>>,
    guilds: BTreeSet<GuildId>,
}

impl Registry {
    /// The handle of a channel's worker; the worker is made where there is none.
    pub(super) fn worker_of(&self, channel: ChannelId) -> Arc<ChannelHandle> {
        let mut inner = self.lock();
        if let Some(handle) = inner.handles.get(&channel) {
            // A message may be sent before the worker looks whether it can retire.
            handle.reserve();
            return Arc::clone(handle);
        }
        let handle = Arc::new(ChannelHandle::new(channel));
        inner.handles.insert(channel, Arc::clone(&handle));
        inner.new.push(Arc::clone(&handle));
        self.changed.notify_one();
        handle
    }

    pub(super) fn find(&self, channel: ChannelId) -> Option<Arc<ChannelHandle>> {
        self.lock().handles.get(&channel).cloned()
    }

    /// All handles, by channel.
    pub(super) fn handles(&self) -> Vec<Arc<ChannelHandle>> {
        self.lock().handles.values().cloned().collect()
    }

    pub(super) fn handles_of(&self, guild: GuildId) -> BTreeMap<ChannelId, Arc<ChannelHandle>> {
        let handles = self.handles().into_iter().filter(|handle| handle.guild() == Some(guild));
        handles.map(|handle| (handle.channel, handle)).collect()
    }

    /// Takes a worker's handle out if nothing waits for it; the worker then ends.
    pub(super) fn retire(&self, handle: &Arc<ChannelHandle>) -> Retired {
        let mut inner = self.lock();
        if !handle.is_quiet() {
            return Retired::No;
        }
        inner.handles.remove(&handle.channel);
        Retired::Yes
    }

    /// Has a worker started anew for the handle of one that died.
    pub(super) fn renew(&self, channel: ChannelId) {
        let mut inner = self.lock();
        if let Some(handle) = inner.handles.get(&channel).cloned() {
            handle.settings_changed();
            inner.new.push(handle);
            self.changed.notify_one();
        }
    }

    /// The handles whose workers have not been started.
    pub(super) fn take_new(&self) -> Vec<Arc<ChannelHandle>> {
        std::mem::take(&mut self.lock().new)
    }

    /// Asks for a server's subscriptions to be read.
    pub(super) fn name_guild(&self, guild: GuildId) {
        self.lock().guilds.insert(guild);
        self.changed.notify_one();
    }

    pub(super) fn put_back_guilds(&self, guilds: BTreeSet<GuildId>) {
        self.lock().guilds.extend(guilds);
    }

    pub(super) fn take_guilds(&self) -> BTreeSet<GuildId> {
        std::mem::take(&mut self.lock().guilds)
    }

    /// Ends when a worker or server was named since the last time; `notify_one` keeps one such word while nobody
    /// listens.
    pub(super) fn changed(&self) -> OwnedNotified {
        Arc::clone(&self.changed).notified_owned()
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Whether a worker may end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Retired {
    /// The worker may end: nothing came since it looked.
    Yes,
    /// Something came meanwhile.
    No,
}
