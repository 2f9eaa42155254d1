//! Who still waits for an entry: the subscriptions of every server to the workspace.

use deskbell_domain::ids::{JournalNumber, WorkspaceId};
use deskbell_domain::port::store::Stored;
use deskbell_domain::subscription::Subscription;

use crate::keys;
use crate::reader::load_or_skip;
use crate::records::{EventHead, ProgressRecord};
use crate::subscriptions::every_one_of_workspace;
use crate::write_batch::WriteBatch;

/// What becomes of an entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Claim {
    Stays,
    Goes,
}

/// Everybody who may wait for an entry of a workspace.
pub(super) struct Claims {
    claimants: Vec<Claimant>,
}

struct Claimant {
    subscription: Subscription,
    progress: ProgressRecord,
    dropped: u64,
}

impl Claims {
    /// The claims of those that can be read, and how many cannot: nobody knows what they wait for.
    pub(super) fn read(writes: &WriteBatch<'_>, workspace: &WorkspaceId) -> Stored<(Self, u64)> {
        let (subscriptions, unreadable) = every_one_of_workspace(writes, workspace)?;
        let mut claimants = Vec::new();
        for subscription in subscriptions {
            let key = keys::progress(subscription.guild, subscription.id);
            // Without its progress nobody knows what it was served: everything it wants stays.
            let progress = load_or_skip(writes, &key)?
                .unwrap_or_else(|| ProgressRecord::starting_at(subscription.after));
            claimants.push(Claimant { subscription, progress, dropped: 0 });
        }
        Ok((Self { claimants }, unreadable))
    }

    /// Whether an entry must stay. If it goes, whoever waited for it on hold has it counted.
    pub(super) fn claim(&mut self, number: JournalNumber, event: &EventHead) -> Claim {
        let waiting = |claimant: &Claimant| claimant.waits_for(number, event);
        let needed = |claimant: &Claimant| {
            claimant.has_in_flight(number) || (claimant.subscription.is_active() && waiting(claimant))
        };
        if self.claimants.iter().any(needed) {
            return Claim::Stays;
        }
        for claimant in &mut self.claimants {
            claimant.dropped += u64::from(claimant.waits_for(number, event));
        }
        Claim::Goes
    }

    /// Writes the counts; answers their sum. The cursors stay where they are: what is gone is found no more, and an
    /// entry before it may have had to stay.
    pub(super) fn write(self, writes: &mut WriteBatch<'_>) -> u64 {
        let mut sum = 0;
        for Claimant { subscription, mut progress, dropped } in self.claimants {
            if dropped > 0 {
                sum += dropped;
                progress.dropped = progress.dropped.saturating_add(dropped);
                writes.put(keys::progress(subscription.guild, subscription.id), &progress);
            }
        }
        sum
    }
}

impl Claimant {
    fn waits_for(&self, number: JournalNumber, event: &EventHead) -> bool {
        let subscription = &self.subscription;
        subscription.takes(event.kind(), event.threshold())
            && number > self.progress.cursor
            && subscription.wants(number, event.compared_at())
    }

    fn has_in_flight(&self, number: JournalNumber) -> bool {
        self.progress.in_flight.as_ref().is_some_and(|batch| batch.numbers.contains(&number))
    }
}
