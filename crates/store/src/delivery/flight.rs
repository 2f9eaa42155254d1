//! Beginning a batch, and moving a cursor on without one.

use deskbell_domain::delivery::{DeadLetterId, InFlight, Nonce, Source};
use deskbell_domain::home::Home;
use deskbell_domain::ids::{GuildId, JournalNumber, SubscriptionId};
use deskbell_domain::mention::Call;
use deskbell_domain::port::store::{DeliveryOutcome, Stored};
use deskbell_domain::subscription::Subscription;

use crate::journal::kinds;
use crate::keys;
use crate::reader::{Reader, load};
use crate::records::ProgressRecord;
use crate::write_batch::WriteBatch;

/// Whether a batch begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Begins {
    /// It has begun already.
    Before,
    /// Something else stands there.
    Conflict,
    /// It does.
    Now,
    /// It does where this dead letter is still there.
    WithLetter(DeadLetterId),
    /// It does where all its events are journaled.
    WithEvents,
}

/// Whether a batch begins, as far as its subscription's progress says: a batch that was settled must not begin again, however
/// late its writer comes, and a first attempt needs events that are durably there.
pub fn begins(progress: &ProgressRecord, batch: &InFlight, replaces: Option<&Nonce>) -> Begins {
    if progress.in_flight.as_ref() == Some(batch) {
        return Begins::Before;
    }
    if progress.in_flight.as_ref().map(|present| &present.nonce) != replaces {
        return Begins::Conflict;
    }
    let is_ahead = batch.numbers.first().is_some_and(|first| *first > progress.cursor)
        && batch.numbers.last().is_some_and(|last| *last <= batch.cursor_after);
    match batch.source {
        Source::DeadLetter(id) => Begins::WithLetter(id),
        Source::Journal if !is_ahead => Begins::Conflict,
        Source::Journal if progress.in_flight.is_some() => Begins::Now,
        Source::Journal => Begins::WithEvents,
    }
}

/// The call that a batch makes, if it makes one. A repetition calls nobody anew: what was called since by another batch must
/// not be forgotten for it.
pub fn new_call(progress: &ProgressRecord, batch: &InFlight) -> Option<Call> {
    let is_frozen = progress.in_flight.as_ref().is_some_and(|present| present.mention == batch.mention);
    batch.mention.filter(|_| !is_frozen)
}

pub(super) fn begin(
    writes: &mut WriteBatch<'_>,
    home: &Home,
    in_flight: InFlight,
    replaces: Option<&Nonce>,
) -> Stored<DeliveryOutcome> {
    let key = keys::progress(home.guild, in_flight.subscription);
    let Some(mut progress) = load::<ProgressRecord>(writes, &key)? else {
        return Ok(DeliveryOutcome::Conflict);
    };
    let may_begin = match begins(&progress, &in_flight, replaces) {
        Begins::Before => return Ok(DeliveryOutcome::Done),
        Begins::Conflict => false,
        Begins::Now => true,
        Begins::WithLetter(id) => writes.get(keys::dead_letter(home, id).as_bytes())?.is_some(),
        Begins::WithEvents => are_journaled(writes, home.guild, &in_flight)?,
    };
    if !may_begin {
        return Ok(DeliveryOutcome::Conflict);
    }
    if let Some(call) = new_call(&progress, &in_flight) {
        writes.put(keys::channel::call(in_flight.channel, call.to), &call.at);
    }
    progress.in_flight = Some(in_flight);
    writes.put(key, &progress);
    Ok(DeliveryOutcome::Done)
}

fn are_journaled(writes: &WriteBatch<'_>, guild: GuildId, batch: &InFlight) -> Stored<bool> {
    let Some(subscription) = load::<Subscription>(writes, &keys::subscription(guild, batch.subscription))?
    else {
        return Ok(false);
    };
    kinds::have_all(writes, &subscription.workspace, subscription.kind, &batch.numbers)
}

pub(super) fn advance(
    writes: &mut WriteBatch<'_>,
    guild: GuildId,
    id: SubscriptionId,
    to: JournalNumber,
) -> Stored<DeliveryOutcome> {
    let key = keys::progress(guild, id);
    let Some(mut progress) = load::<ProgressRecord>(writes, &key)? else {
        return Ok(DeliveryOutcome::Conflict);
    };
    if progress.in_flight.is_some() {
        return Ok(DeliveryOutcome::Conflict);
    }
    if to > progress.cursor {
        progress.cursor = to;
        writes.put(key, &progress);
    }
    Ok(DeliveryOutcome::Done)
}
