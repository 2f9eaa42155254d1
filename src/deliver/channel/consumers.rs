//! A channel's consumers, and whether what they believe is what the store holds.

use deskbell_domain::ids::SubscriptionId;
use deskbell_domain::subscription::Subscription;

use super::consumer::{Bound, Consumer};

/// A channel's consumers, by subscription.
#[derive(Debug)]
pub(crate) struct Consumers {
    pub(crate) all: Vec<Consumer>,
    pub(crate) knowledge: Knowledge,
    /// How often in a row the store held something else than was believed.
    conflicts: u32,
}

/// Whether subscriptions and progress are still to be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Knowledge {
    /// They are as they were read.
    Current,
    /// They changed, or were never read.
    Stale,
}

impl Default for Consumers {
    fn default() -> Self {
        Self { all: Vec::new(), knowledge: Knowledge::Stale, conflicts: 0 }
    }
}

impl Consumers {
    pub(crate) fn position(&self, id: SubscriptionId) -> Option<usize> {
        self.all.iter().position(|consumer| consumer.subscription.id == id)
    }

    /// Which one's batch has ended without that being written.
    pub(crate) fn settling(&self) -> Option<usize> {
        self.all.iter().position(|consumer| consumer.state.settlement().is_some())
    }

    pub(crate) fn is_any_serving(&self) -> bool {
        self.all.iter().any(Consumer::is_serving)
    }

    /// Whether one is suspended so that trying again can end it.
    pub(crate) fn is_any_probed(&self) -> bool {
        self.all.iter().any(|consumer| consumer.probed_suspension().is_some())
    }

    /// From now on nothing is served for those of servers that left, or that see less: whoever decides it wakes no worker
    /// before it counts, and a batch may begin in between.
    pub(crate) fn rebind(&mut self, is_elsewhere: impl Fn(&Subscription) -> bool) {
        for consumer in self.all.iter_mut().filter(|one| is_elsewhere(&one.subscription)) {
            consumer.bound = Bound::Elsewhere;
        }
    }

    /// Whether a batch that is to be sent on is on its way.
    pub(crate) fn is_any_in_flight(&self) -> bool {
        self.all.iter().any(|consumer| consumer.is_serving() && consumer.state.flight().is_some())
    }

    /// What waits is to be looked up anew.
    pub(crate) fn forget_looks(&mut self) {
        self.all.iter_mut().for_each(|consumer| consumer.look = None);
    }

    /// What the store holds is not what was believed: it is read again. Answers how often that was so in a row.
    pub(crate) fn conflict(&mut self) -> u32 {
        self.knowledge = Knowledge::Stale;
        self.conflicts += 1;
        self.conflicts
    }

    /// What was believed is what the store holds.
    pub(crate) fn agree(&mut self) {
        self.conflicts = 0;
    }
}
