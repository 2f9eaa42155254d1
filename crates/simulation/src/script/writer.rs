//! How a script is written: what happens at a drawn moment, often, or from one moment to another.

use deskbell_domain::ids::ChannelId;
use deskbell_domain::time::UnixMillis;

use super::{Action, Command, Script};
use crate::chance::Chance;
use crate::time::DAY;
use crate::world::LAYOUT;

/// What writes a script.
pub(super) struct Writer {
    pub(super) chance: Chance,
    pub(super) script: Script,
    pub(super) start: UnixMillis,
    /// When the days are over and the calm begins.
    pub(super) calm: UnixMillis,
}

impl Writer {
    /// A moment of a day.
    pub(super) fn moment(&self, from: i64) -> i64 {
        self.chance.between(from, from + DAY)
    }

    pub(super) fn put(&mut self, at: i64, act: Action) {
        if at < self.calm.0 {
            self.script.at(UnixMillis(at), act);
        }
    }

    pub(super) fn often(&mut self, from: i64, times: usize, act: impl Fn(&Chance) -> Action) {
        for _ in 0..times {
            let (at, act) = (self.moment(from), act(&self.chance));
            self.put(at, act);
        }
    }

    /// What begins at one moment and ends at a later one.
    pub(super) fn span(&mut self, at: i64, length: i64, begin: Action, end: Action) {
        self.put(at, begin);
        self.script.at(UnixMillis((at + length).min(self.calm.0)), end);
    }

    pub(super) fn channel(&self) -> ChannelId {
        let all: Vec<_> = LAYOUT.iter().flat_map(|(_, channels)| channels.iter()).collect();
        all.get(self.chance.below(all.len())).map_or(ChannelId(11), |channel| **channel)
    }
}

/// Some members look for somebody, all at once.
pub(super) fn flood(chance: &Chance) -> Command {
    Command::Flood { members: chance.below(6) + 1, seconds: chance.between(60, 240).unsigned_abs() }
}
