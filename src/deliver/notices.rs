//! What the bot says by itself, silently and at most once an hour in a channel (ux, U7): a notification on hold is
//! told in another working channel of the same server, an outage of Intercom in one channel of each.

use std::collections::BTreeSet;
use std::sync::Arc;

use deskbell_desk::announcement::{Announcement, intercom_back_notice, intercom_down_notice};
use deskbell_desk::delivery::Nonce;
use deskbell_desk::ids::{ChannelId, GuildId};
use deskbell_desk::status::LinkState;
use deskbell_desk::time::Timestamp;

use super::door::{Door, NoticeRight, Working};
use super::errand::{Errand, Purpose};
use super::parts::Shared;

/// How long Intercom is down before people are told.
const OUTAGE_TOLD_AFTER_MS: i64 = 15 * 60 * 1000;

/// Several notices as one message, a line each; none of none.
pub(super) fn as_one(notices: Vec<Announcement>) -> Option<Announcement> {
    notices.into_iter().reduce(|mut one, next| {
        one.content = std::mem::take(&mut one.content).and("\n").joined(next.content);
        one
    })
}

/// The first working channel of a server, other than one, that may get a notice now; the right to it is taken.
pub(super) fn channel_for_notice(
    shared: &Shared,
    guild: GuildId,
    except: Option<ChannelId>,
) -> Option<Arc<Door>> {
    let mut doors = shared.registry.doors_of(guild).into_values();
    doors.find(|door| {
        Some(door.channel) != except
            && door.working() == Working::Yes
            && door.claim_notice() == NoticeRight::Granted
    })
}

/// Tells of an outage of Intercom that lasts, and of its end.
#[derive(Debug, Default)]
pub(super) struct OutageWatch {
    told: Option<(Timestamp, BTreeSet<ChannelId>)>,
}

impl OutageWatch {
    /// Looks at the status board; to be called every minute.
    pub(super) fn look(&mut self, shared: &Shared) {
        let now = shared.parts.clock.now();
        match (shared.parts.status.poll().link, self.told.take()) {
            (LinkState::Down { since }, None) if now.since(since) >= OUTAGE_TOLD_AFTER_MS => {
                self.told = Some((since.seconds(), tell_down(shared, since.seconds())));
            }
            (LinkState::Connected, Some((since, channels))) => tell_back(shared, since, &channels),
            (_, told) => self.told = told,
        }
    }
}

fn tell_down(shared: &Shared, since: Timestamp) -> BTreeSet<ChannelId> {
    let guilds: BTreeSet<GuildId> = shared.registry.doors().iter().filter_map(|door| door.guild()).collect();
    let doors = guilds.into_iter().filter_map(|guild| channel_for_notice(shared, guild, None));
    doors
        .map(|door| {
            hand_in(shared, &door, intercom_down_notice(&shared.parts.workspace.name, since));
            door.channel
        })
        .collect()
}

/// The end is told where the outage was, within the same hour too: the two belong together.
fn tell_back(shared: &Shared, since: Timestamp, channels: &BTreeSet<ChannelId>) {
    for door in channels.iter().filter_map(|channel| shared.registry.find(*channel)) {
        hand_in(shared, &door, intercom_back_notice(&shared.parts.workspace.name, since));
    }
}

fn hand_in(shared: &Shared, door: &Door, message: Announcement) {
    let nonce = Nonce::of_notice(shared.parts.random.number());
    door.hand_in(Errand { message, nonce, purpose: Purpose::Notice });
}

#[cfg(test)]
mod tests {
    use deskbell_desk::announcement::notice::notice;
    use deskbell_desk::card::text::Text;

    use super::*;

    #[test]
    fn two_notices_are_one_message() {
        let line = |text: &str| notice(Text::ours(text));
        let expected = Text::ours("one").and("\n").and("two");
        assert_eq!(as_one(vec![line("one"), line("two")]).map(|one| one.content), Some(expected));
        assert_eq!(as_one(Vec::new()), None);
    }
}
