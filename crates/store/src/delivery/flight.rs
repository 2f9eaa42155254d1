//! Beginning a batch, and moving a cursor on without one.

use deskbell_domain::delivery::{InFlight, Nonce, Source};
use deskbell_domain::ids::{GuildId, JournalNumber, SubscriptionId};
use deskbell_domain::port::store::{DeliveryOutcome, Stored};
use deskbell_domain::subscription::Subscription;

use crate::draft::Draft;
use crate::journal::kinds;
use crate::keys;
use crate::records::ProgressRecord;
use crate::view::{View, load};

pub(super) fn begin(
    draft: &mut Draft<'_>,
    guild: GuildId,
    in_flight: InFlight,
    replaces: Option<&Nonce>,
) -> Stored<DeliveryOutcome> {
    let key = keys::progress(guild, in_flight.subscription);
    let Some(mut progress) = load::<ProgressRecord>(draft, &key)? else {
        return Ok(DeliveryOutcome::Conflict);
    };
    if progress.in_flight.as_ref() == Some(&in_flight) {
        return Ok(DeliveryOutcome::Done);
    }
    let expected = progress.in_flight.as_ref().map(|present| &present.nonce) == replaces;
    if !expected || !may_begin(draft, guild, &progress, &in_flight)? {
        return Ok(DeliveryOutcome::Conflict);
    }
    progress.in_flight = Some(in_flight);
    draft.put(key, &progress);
    Ok(DeliveryOutcome::Done)
}

/// Whether the events of a batch are still to be posted: a batch that was settled must not begin again, however late
/// its writer comes, and a first attempt needs events that are durably there.
fn may_begin(draft: &Draft<'_>, guild: GuildId, progress: &ProgressRecord, batch: &InFlight) -> Stored<bool> {
    match batch.source {
        Source::DeadLetter(id) => Ok(draft.get(keys::dead_letter(guild, id).as_bytes())?.is_some()),
        Source::Journal => {
            let ahead = batch.numbers.first().is_some_and(|first| *first > progress.cursor)
                && batch.numbers.last().is_some_and(|last| *last <= batch.cursor_after);
            Ok(ahead && (progress.in_flight.is_some() || are_journaled(draft, guild, batch)?))
        }
    }
}

fn are_journaled(draft: &Draft<'_>, guild: GuildId, batch: &InFlight) -> Stored<bool> {
    let Some(subscription) = load::<Subscription>(draft, &keys::subscription(guild, batch.subscription))?
    else {
        return Ok(false);
    };
    kinds::have_all(draft, &subscription.workspace, subscription.kind, &batch.numbers)
}

pub(super) fn advance(
    draft: &mut Draft<'_>,
    guild: GuildId,
    id: SubscriptionId,
    to: JournalNumber,
) -> Stored<DeliveryOutcome> {
    let key = keys::progress(guild, id);
    let Some(mut progress) = load::<ProgressRecord>(draft, &key)? else {
        return Ok(DeliveryOutcome::Conflict);
    };
    if progress.in_flight.is_some() {
        return Ok(DeliveryOutcome::Conflict);
    }
    if to > progress.cursor {
        progress.cursor = to;
        draft.put(key, &progress);
    }
    Ok(DeliveryOutcome::Done)
}
