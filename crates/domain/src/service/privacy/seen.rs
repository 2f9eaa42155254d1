//! What a server may see of what is kept of somebody.

use std::collections::BTreeSet;

use crate::connection::{Connection, Sight};
use crate::delivery::{DeadLetter, PostedMessage};
use crate::difference::StoredSnapshot;
use crate::event::{Actor, Event, EventKind};
use crate::ids::{GuildId, MemberId};
use crate::port::store::KeptOf;

/// The events that are kept.
pub(super) fn events_in(kept: &KeptOf) -> impl Iterator<Item = &Event> {
    kept.events.iter().map(|entry| &entry.event).chain(kept.failed.iter().map(|letter| &letter.event))
}

/// As much as a server may see: what its own token may read, and none of what others have or of who did something there.
pub(super) fn seen_by(
    guild: GuildId,
    own: Option<&Connection>,
    acted: &BTreeSet<MemberId>,
    mut kept: KeptOf,
) -> KeptOf {
    let sight = own.map_or(Sight::Whole, Connection::sight);
    let is_seen = |event: &Event| sight.bar(event.kind()).is_none();
    let acted_here = |actor: &Actor| acted.contains(&actor.member);
    kept.messages.retain(|message: &PostedMessage| message.guild == guild);
    kept.failed.retain(|letter: &DeadLetter| letter.guild == guild && is_seen(&letter.event));
    kept.events.retain(|entry| is_seen(&entry.event));
    kept.snapshots.retain(|_| sight.bar(EventKind::UserUpdated).is_none());
    let events = kept.events.iter_mut().map(|entry| &mut entry.event);
    for event in events.chain(kept.failed.iter_mut().map(|letter| &mut letter.event)) {
        sight.limit(&mut event.record);
        event.actor = event.actor.take().filter(acted_here);
    }
    for StoredSnapshot { snapshot, .. } in &mut kept.snapshots {
        sight.limit_snapshot(snapshot);
    }
    kept.actor = kept.actor.filter(acted_here);
    kept
}
