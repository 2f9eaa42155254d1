//! Who still waits for an entry: the subscriptions of every server to the workspace.

use deskbell_domain::event::EventKind;
use deskbell_domain::ids::{JournalNumber, WorkspaceId};
use deskbell_domain::port::store::Stored;
use deskbell_domain::subscription::Subscription;
use deskbell_domain::threshold::Threshold;
use deskbell_domain::time::Timestamp;

use crate::keys;
use crate::reader::load_or_skip;
use crate::records::ProgressRecord;
use crate::subscriptions::every_one_of_workspace;
use crate::write_batch::WriteBatch;

/// What becomes of an entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Claim {
    /// Somebody needs it.
    Stays,
    /// Nobody does.
    Goes,
}

/// An entry, as far as it decides who waits for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Judged {
    /// Its place.
    pub number: JournalNumber,
    /// Its kind.
    pub kind: EventKind,
    /// Of a wait, after how long it is told.
    pub threshold: Option<Threshold>,
    /// The time that floors are compared with.
    pub at: Timestamp,
}

/// Everybody who may wait for an entry of a workspace.
pub struct Claims {
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
        let mut all = Vec::new();
        for subscription in subscriptions {
            let key = keys::progress(subscription.guild, subscription.id);
            // Without its progress nobody knows what it was served: everything it wants stays.
            let progress = load_or_skip(writes, &key)?
                .unwrap_or_else(|| ProgressRecord::starting_at(subscription.after));
            all.push((subscription, progress));
        }
        Ok((Self::of(all), unreadable))
    }

    /// The claims of these subscriptions, which have come so far.
    pub fn of(all: Vec<(Subscription, ProgressRecord)>) -> Self {
        let claimant = |(subscription, progress)| Claimant { subscription, progress, dropped: 0 };
        Self { claimants: all.into_iter().map(claimant).collect() }
    }

    /// Whether an entry must stay. If it goes, whoever waited for it on hold has it counted.
    pub fn claim(&mut self, entry: &Judged) -> Claim {
        let needed = |claimant: &Claimant| {
            let is_waiting = claimant.subscription.is_active() && claimant.waits_for(entry);
            is_waiting || claimant.has_in_flight(entry.number)
        };
        if self.claimants.iter().any(needed) {
            return Claim::Stays;
        }
        for claimant in &mut self.claimants {
            claimant.dropped += u64::from(claimant.waits_for(entry));
        }
        Claim::Goes
    }

    /// Who had entries dropped, with them counted, and how many those are. The cursors stay where they are: what is gone is
    /// found no more, and an entry before it may have had to stay.
    pub fn dropped(self) -> impl Iterator<Item = (Subscription, ProgressRecord, u64)> {
        self.claimants.into_iter().filter(|claimant| claimant.dropped > 0).map(|claimant| {
            let Claimant { subscription, mut progress, dropped } = claimant;
            progress.dropped = progress.dropped.saturating_add(dropped);
            (subscription, progress, dropped)
        })
    }

    /// Writes the counts; answers their sum.
    pub(super) fn write(self, writes: &mut WriteBatch<'_>) -> u64 {
        let mut sum = 0;
        for (subscription, progress, dropped) in self.dropped() {
            sum += dropped;
            writes.put(keys::progress(subscription.guild, subscription.id), &progress);
        }
        sum
    }
}

impl Claimant {
    fn waits_for(&self, entry: &Judged) -> bool {
        let subscription = &self.subscription;
        subscription.takes(entry.kind, entry.threshold)
            && entry.number > self.progress.cursor
            && subscription.wants(entry.number, entry.at)
    }

    fn has_in_flight(&self, number: JournalNumber) -> bool {
        self.progress.in_flight.as_ref().is_some_and(|batch| batch.numbers.contains(&number))
    }
}
