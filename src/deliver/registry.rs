//! Which lanes there are. A lane is found, made and retired under one lock, so that nothing is handed to a lane that
//! has just gone.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use deskbell_desk::ids::{ChannelId, GuildId};
use tokio::sync::Notify;
use tokio::sync::futures::OwnedNotified;

use super::door::Door;

#[derive(Default)]
pub(super) struct Registry {
    inner: Mutex<Inner>,
    bell: Arc<Notify>,
}

#[derive(Default)]
struct Inner {
    doors: BTreeMap<ChannelId, Arc<Door>>,
    new: Vec<Arc<Door>>,
    guilds: BTreeSet<GuildId>,
}

impl Registry {
    /// The door of a channel's lane; the lane is made where there is none.
    pub(super) fn open(&self, channel: ChannelId) -> Arc<Door> {
        let mut inner = self.lock();
        if let Some(door) = inner.doors.get(&channel) {
            // An errand may be handed in before the lane looks whether it can retire.
            door.keep_open();
            return Arc::clone(door);
        }
        let door = Arc::new(Door::new(channel));
        inner.doors.insert(channel, Arc::clone(&door));
        inner.new.push(Arc::clone(&door));
        self.bell.notify_one();
        door
    }

    pub(super) fn find(&self, channel: ChannelId) -> Option<Arc<Door>> {
        self.lock().doors.get(&channel).cloned()
    }

    /// All doors, by channel.
    pub(super) fn doors(&self) -> Vec<Arc<Door>> {
        self.lock().doors.values().cloned().collect()
    }

    pub(super) fn doors_of(&self, guild: GuildId) -> BTreeMap<ChannelId, Arc<Door>> {
        let doors = self.doors().into_iter().filter(|door| door.guild() == Some(guild));
        doors.map(|door| (door.channel, door)).collect()
    }

    /// Takes a lane's door out if nothing waits behind it; the lane then ends.
    pub(super) fn retire(&self, door: &Arc<Door>) -> Retired {
        let mut inner = self.lock();
        if !door.is_quiet() {
            return Retired::No;
        }
        inner.doors.remove(&door.channel);
        Retired::Yes
    }

    /// Has a lane started anew behind the door of one that died.
    pub(super) fn renew(&self, channel: ChannelId) {
        let mut inner = self.lock();
        if let Some(door) = inner.doors.get(&channel).cloned() {
            door.settings_changed();
            inner.new.push(door);
            self.bell.notify_one();
        }
    }

    /// The doors whose lanes have not been started.
    pub(super) fn take_new(&self) -> Vec<Arc<Door>> {
        std::mem::take(&mut self.lock().new)
    }

    /// Asks for a server's subscriptions to be read.
    pub(super) fn name_guild(&self, guild: GuildId) {
        self.lock().guilds.insert(guild);
        self.bell.notify_one();
    }

    pub(super) fn put_back_guilds(&self, guilds: BTreeSet<GuildId>) {
        self.lock().guilds.extend(guilds);
    }

    pub(super) fn take_guilds(&self) -> BTreeSet<GuildId> {
        std::mem::take(&mut self.lock().guilds)
    }

    /// Ends when a lane or server was named since the last time; `notify_one` keeps one such word while nobody
    /// listens.
    pub(super) fn news(&self) -> OwnedNotified {
        Arc::clone(&self.bell).notified_owned()
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Whether a lane may end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Retired {
    /// It may.
    Yes,
    /// Something came meanwhile.
    No,
}
