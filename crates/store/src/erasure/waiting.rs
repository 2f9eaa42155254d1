//! Who still waits for what is erased, and what is on its way.

use std::collections::BTreeSet;

use deskbell_domain::delivery::{InFlight, Source};
use deskbell_domain::event::Event;
use deskbell_domain::home::Home;
use deskbell_domain::ids::{AmendmentNumber, ContactId, GuildId, JournalNumber, SubscriptionId, WorkspaceId};
use deskbell_domain::port::store::{Extent, Stored};
use deskbell_domain::subscription::Subscription;

use crate::journal::pages;
use crate::keys;
use crate::reader::load_or_skip;
use crate::records::{ProgressRecord, UnfinishedErasure};
use crate::subscriptions::every_one_of_workspace;
use crate::write_batch::WriteBatch;

/// The notifications of a workspace, and how far they have come.
pub struct Waiting {
    all: Vec<Waits>,
}

struct Waits {
    subscription: Subscription,
    progress: ProgressRecord,
    erased: u64,
}

impl Waiting {
    pub(super) fn read(writes: &WriteBatch<'_>, workspace: &WorkspaceId) -> Stored<Self> {
        let mut all = Vec::new();
        for subscription in every_one_of_workspace(writes, workspace)?.0 {
            let key = keys::progress(subscription.guild, subscription.id);
            if let Some(progress) = load_or_skip::<ProgressRecord>(writes, &key)? {
                all.push((subscription, progress));
            }
        }
        Ok(Self::of(all))
    }

    /// Those of these subscriptions, which have come so far.
    pub fn of(all: Vec<(Subscription, ProgressRecord)>) -> Self {
        let waits = |(subscription, progress)| Waits { subscription, progress, erased: 0 };
        Self { all: all.into_iter().map(waits).collect() }
    }

    /// Whether an entry is on its way.
    pub fn is_in_flight(&self, number: JournalNumber) -> bool {
        let batches = self.all.iter().filter_map(|waits| waits.progress.in_flight.as_ref());
        batches.into_iter().any(|batch| batch.source == Source::Journal && batch.numbers.contains(&number))
    }

    /// Takes back what is on its way to the contact's erased events and was certainly not posted: a channel that is on
    /// hold would keep it until it is repaired. Its worker finds that it is gone before it sends, and looks again.
    pub(super) fn take_back_unposted(
        &mut self,
        writes: &mut WriteBatch<'_>,
        contact: &ContactId,
        begun: &UnfinishedErasure,
    ) -> Stored<()> {
        for Waits { subscription, progress, .. } in &mut self.all {
            let Some(batch) = unposted(subscription, progress, begun) else { continue };
            let events = events_of(writes, &subscription.home(), batch.source, &batch.numbers)?;
            if events.iter().any(|event| event.tells_of(contact)) {
                progress.in_flight = None;
                writes.put(keys::progress(subscription.guild, subscription.id), progress);
            }
        }
        Ok(())
    }

    /// How many batches that show the contact are on their way to the servers that the erasure is for.
    pub(super) fn showing(
        &self,
        writes: &WriteBatch<'_>,
        contact: &ContactId,
        begun: &UnfinishedErasure,
    ) -> Stored<u64> {
        let mut count = 0;
        for Waits { subscription, progress, .. } in &self.all {
            let Some(batch) = &progress.in_flight else { continue };
            if !concerns(&begun.servers, begun.extent, subscription.guild) {
                continue;
            }
            let home = subscription.home();
            let events = events_of(writes, &home, batch.source, &batch.numbers)?;
            count += u64::from(events.iter().any(|event| event.tells_of(contact)));
        }
        Ok(count)
    }

    /// Whoever waits for an entry that goes has it counted.
    pub fn drop_entry(&mut self, number: JournalNumber, event: &Event) {
        for waits in &mut self.all {
            let Waits { subscription, progress, .. } = waits;
            let waited = number > progress.cursor && subscription.is_for(number, event);
            waits.erased += u64::from(waited);
        }
    }

    /// The same of one that could not be posted.
    pub fn drop_letter(&mut self, of: SubscriptionId) {
        let theirs = self.all.iter_mut().find(|waits| waits.subscription.id == of);
        if let Some(waits) = theirs {
            waits.erased += 1;
        }
    }

    /// Who had something erased, with that counted, and how much it is.
    pub fn erased(self) -> impl Iterator<Item = (Subscription, ProgressRecord, u64)> {
        self.all.into_iter().filter(|waits| waits.erased > 0).map(|waits| {
            let Waits { subscription, mut progress, erased } = waits;
            progress.erased = progress.erased.saturating_add(erased);
            (subscription, progress, erased)
        })
    }

    /// Writes the counts; answers their sum.
    pub(super) fn write(self, writes: &mut WriteBatch<'_>) -> u64 {
        let mut sum = 0;
        for (subscription, progress, erased) in self.erased() {
            sum += erased;
            writes.put(keys::progress(subscription.guild, subscription.id), &progress);
        }
        sum
    }
}

/// What is on its way and may be taken back, since it was certainly not posted.
pub fn unposted<'a>(
    subscription: &Subscription,
    progress: &'a ProgressRecord,
    begun: &UnfinishedErasure,
) -> Option<&'a InFlight> {
    let is_meant = concerns(&begun.servers, begun.extent, subscription.guild);
    progress.in_flight.as_ref().filter(|batch| {
        let is_erased = begun.extent == Extent::Workspace || batch.source != Source::Journal;
        is_meant && is_erased && batch.is_certainly_not_posted()
    })
}

/// Whether an erasure is for what a server has.
pub fn concerns(servers: &BTreeSet<GuildId>, extent: Extent, guild: GuildId) -> bool {
    extent == Extent::Workspace || servers.contains(&guild)
}

fn events_of(
    writes: &WriteBatch<'_>,
    home: &Home,
    source: Source,
    numbers: &[JournalNumber],
) -> Stored<Vec<Event>> {
    if let Source::DeadLetter(id) = source {
        let letter: Option<deskbell_domain::delivery::DeadLetter> =
            load_or_skip(writes, &keys::dead_letter(home, id))?;
        return Ok(letter.into_iter().map(|letter| letter.event).collect());
    }
    let mut events = Vec::new();
    for number in numbers {
        let entry = pages::entry(writes, &home.workspace, *number, AmendmentNumber::NONE)?;
        events.extend(entry.map(|entry| entry.event));
    }
    Ok(events)
}
