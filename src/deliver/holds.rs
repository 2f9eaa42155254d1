//! What is to be told of channels that take no messages: what goes on hold within a few seconds is told in one notice, a
//! line for each notification.

use std::collections::BTreeMap;
use std::future::pending;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use deskbell_domain::card::text::Text;
use deskbell_domain::ids::{ChannelId, GuildId};
use deskbell_domain::message::Message;
use tokio::sync::Notify;
use tokio::time::{Instant, sleep_until};

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

/// What one server is to be told: the lines of each channel on hold.
pub(super) type Lines = BTreeMap<ChannelId, Message>;

/// What is to be told, by server.
#[derive(Debug, Default)]
pub(super) struct HoldNotices {
    collected: Mutex<BTreeMap<GuildId, Collected>>,
    handed_in: Notify,
}

#[derive(Debug)]
struct Collected {
    due: Instant,
    lines: Lines,
}

impl HoldNotices {
    /// Hands in what is to be told of a channel, in place of what was handed in of it before.
    pub(super) fn hand_in(&self, guild: GuildId, about: ChannelId, lines: Message) {
        let due = Instant::now() + COLLECTED_FOR;
        let mut all = self.lock();
        let collected = all.entry(guild).or_insert_with(|| Collected { due, lines: Lines::new() });
        collected.lines.insert(about, lines);
        self.handed_in.notify_one();
    }

    /// A channel works again, before anything was told of it.
    pub(super) fn withdraw(&self, guild: GuildId, about: ChannelId) {
        if let Some(collected) = self.lock().get_mut(&guild) {
            collected.lines.remove(&about);
        }
    }

    /// Waits until something is due, and takes it.
    pub(super) async fn due(&self) -> Vec<(GuildId, Lines)> {
        loop {
            let next = self.lock().values().map(|collected| collected.due).min();
            tokio::select! {
                biased;
                () = self.handed_in.notified() => {}
                () = wait_until(next) => return self.take_due(Instant::now()),
            }
        }
    }

    fn take_due(&self, now: Instant) -> Vec<(GuildId, Lines)> {
        let mut all = self.lock();
        let due = all.extract_if(.., |_, collected| collected.due <= now);
        due.map(|(guild, collected)| (guild, collected.lines)).collect()
    }

    fn lock(&self) -> MutexGuard<'_, BTreeMap<GuildId, Collected>> {
        self.collected.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

async fn wait_until(next: Option<Instant>) {
    match next {
        Some(next) => sleep_until(next).await,
        None => pending().await,
    }
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
