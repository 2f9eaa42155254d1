//! Channels on hold are told of in another working channel of the same server.

use std::collections::BTreeSet;
use std::sync::Arc;

use deskbell_domain::delivery::Nonce;
use deskbell_domain::ids::{ChannelId, GuildId};

use super::channel::handle::{ChannelHandle, ChannelHealth};
use super::channel::notice_right::{NoticeRight, Subject};
use super::channel::one_off::{OneOffMessage, Purpose};
use super::holds::{Lines, as_one};
use super::parts::Shared;

/// Waits until something is due, and tells it. Where no channel works, each channel on hold hands it in again with its
/// next probe.
pub(super) async fn tell_next(shared: &Shared) {
    for (guild, lines) in shared.holds.due().await {
        tell_in(shared, guild, lines);
    }
}

fn tell_in(shared: &Shared, guild: GuildId, mut lines: Lines) {
    let on_hold: BTreeSet<ChannelId> = lines.keys().copied().collect();
    let Some((handle, told)) = place(shared, guild, &on_hold) else { return };
    lines.retain(|about, _| told.contains(about));
    let Some(message) = as_one(lines.into_values()) else { return };
    let nonce = Nonce::of_notice(shared.parts.random.number());
    handle.send(OneOffMessage { message, nonce, purpose: Purpose::Suspended { about: told } });
}

/// The first working channel of a server that was not told of these within the hour, and of which it may be told now.
fn place(
    shared: &Shared,
    guild: GuildId,
    on_hold: &BTreeSet<ChannelId>,
) -> Option<(Arc<ChannelHandle>, BTreeSet<ChannelId>)> {
    let handles = shared.registry.handles_of(guild).into_values();
    let mut working = handles
        .filter(|handle| !on_hold.contains(&handle.channel) && handle.health() == ChannelHealth::Working);
    working.find_map(|handle| {
        let may = |about: &ChannelId| handle.notices.claim(Subject::OnHold(*about)) == NoticeRight::Granted;
        let told: BTreeSet<_> = on_hold.iter().copied().filter(may).collect();
        (!told.is_empty()).then_some((handle, told))
    })
}
