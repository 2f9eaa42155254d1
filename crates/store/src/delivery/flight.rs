//! Beginning a batch, and moving a cursor on without one.

use deskbell_domain::delivery::{InFlight, Nonce, Source};
use deskbell_domain::home::Home;
use deskbell_domain::ids::{GuildId, JournalNumber, SubscriptionId};
use deskbell_domain::port::store::{DeliveryOutcome, Stored};
use deskbell_domain::subscription::Subscription;

use crate::journal::kinds;
use crate::keys;
use crate::reader::{Reader, load};
use crate::records::ProgressRecord;
use crate::write_batch::WriteBatch;

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
    if progress.in_flight.as_ref() == Some(&in_flight) {
        return Ok(DeliveryOutcome::Done);
    }
    let expected = progress.in_flight.as_ref().map(|present| &present.nonce) == replaces;
    if !expected || !may_begin(writes, home, &progress, &in_flight)? {
        return Ok(DeliveryOutcome::Conflict);
    }
    // A repetition calls nobody anew: what was called since by another batch must not be forgotten for it.
    let is_frozen = progress.in_flight.as_ref().is_some_and(|present| present.mention == in_flight.mention);
    if let Some(call) = in_flight.mention.filter(|_| !is_frozen) {
        writes.put(keys::channel::call(in_flight.channel, call.to), &call.at);
    }
    progress.in_flight = Some(in_flight);
    writes.put(key, &progress);
    Ok(DeliveryOutcome::Done)
}

/// Whether the events of a batch are still to be posted: a batch that was settled must not begin again, however late
/// its writer comes, and a first attempt needs events that are durably there.
fn may_begin(
    writes: &WriteBatch<'_>,
    home: &Home,
    progress: &ProgressRecord,
    batch: &InFlight,
) -> Stored<bool> {
    match batch.source {
        Source::DeadLetter(id) => Ok(writes.get(keys::dead_letter(home, id).as_bytes())?.is_some()),
        Source::Journal => {
            let ahead = batch.numbers.first().is_some_and(|first| *first > progress.cursor)
                && batch.numbers.last().is_some_and(|last| *last <= batch.cursor_after);
            Ok(ahead && (progress.in_flight.is_some() || are_journaled(writes, home.guild, batch)?))
        }
    }
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
