//! What is told of channels that take no messages, in another working channel of the same server: what goes on hold within
//! a few seconds is told in one notice, a line for each notification.

use std::collections::{BTreeMap, BTreeSet};
use std::future::pending;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use deskbell_domain::card::text::Text;
use deskbell_domain::delivery::Nonce;
use deskbell_domain::ids::{ChannelId, GuildId};
use deskbell_domain::message::Message;
use tokio::time::{Instant, sleep_until};

use super::channel::handle::{ChannelHandle, ChannelHealth};
use super::channel::notice_right::{NoticeRight, Subject};
use super::channel::one_off::{OneOffMessage, Purpose};
use super::parts::Shared;

/// For how long the first waits for others: a role that lost a permission closes many channels, and each of them finds it
/// out by itself.
const COLLECTED_FOR: Duration = Duration::from_secs(5);

/// Several notices as one message, a line each; none of none.
pub(super) fn as_one(notices: impl IntoIterator<Item = Message>) -> Option<Message> {
    notices.into_iter().reduce(|one, mut next| {
        let mut both = one.joined(Text::ours("\n").joined(next.content.into_text()));
        both.rows.append(&mut next.rows);
        both
    })
}

/// What is to be told, by server.
#[derive(Debug, Default)]
pub(super) struct HoldNotices(Mutex<BTreeMap<GuildId, Collected>>);

/// What one server is to be told: the lines of each channel on hold.
#[derive(Debug)]
struct Collected {
    due: Instant,
    lines: BTreeMap<ChannelId, Message>,
}

impl HoldNotices {
    /// Hands in what is to be told of a channel, in place of what was handed in of it before.
    pub(super) fn hand_in(&self, guild: GuildId, about: ChannelId, lines: Message) {
        let due = Instant::now() + COLLECTED_FOR;
        let mut all = self.lock();
        let collected = all.entry(guild).or_insert_with(|| Collected { due, lines: BTreeMap::new() });
        collected.lines.insert(about, lines);
    }

    /// A channel works again, before anything was told of it.
    pub(super) fn withdraw(&self, guild: GuildId, about: ChannelId) {
        if let Some(collected) = self.lock().get_mut(&guild) {
            collected.lines.remove(&about);
        }
    }

    /// Waits until something is due, and tells it. Where no channel works, each channel on hold hands it in again with its
    /// next probe.
    pub(super) async fn tell_next(&self, shared: &Shared) {
        let next = self.lock().values().map(|collected| collected.due).min();
        let Some(next) = next else { return pending().await };
        sleep_until(next).await;
        let due: Vec<_> = self.lock().extract_if(.., |_, collected| collected.due <= next).collect();
        for (guild, collected) in due {
            tell_in(shared, guild, collected.lines);
        }
    }

    fn lock(&self) -> MutexGuard<'_, BTreeMap<GuildId, Collected>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn tell_in(shared: &Shared, guild: GuildId, mut lines: BTreeMap<ChannelId, Message>) {
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

#[cfg(test)]
mod tests {
    use deskbell_text::announcement::notice::notice;

    use super::*;

    #[test]
    fn two_notices_are_one_message() {
        let line = |text: &str| notice(Text::ours(text));
        let expected = Text::ours("one").and("\n").and("two");
        let both = as_one([line("one"), line("two")]).map(|both| both.content.into_text());
        assert_eq!(both, Some(expected));
        assert_eq!(as_one([]), None);
    }
}
