//! What Discord does about an edit that reached it.

use deskbell_domain::channel::Obstacle;
use deskbell_domain::ids::{ChannelId, MessageId};
use deskbell_domain::message::Message;
use deskbell_domain::port::messenger::{EditOutcome, Pace};
use deskbell_domain::time::UnixMillis;

use super::Servers;

impl Servers {
    /// Cards and controls take the place of those that stand there.
    pub(super) fn edit(
        &mut self,
        channel: ChannelId,
        message: MessageId,
        shown: &Message,
        now: UnixMillis,
    ) -> EditOutcome {
        match self.channels.get(&channel).map(|known| known.closed_at(now)) {
            None | Some(Some(Obstacle::ChannelGone)) => return EditOutcome::Gone,
            Some(Some(_)) => return EditOutcome::Closed,
            Some(None) => {}
        }
        let mut all = self.messages.iter_mut();
        let standing = all.find(|one| one.id == message && one.channel == channel && one.deleted.is_none());
        let Some(standing) = standing else { return EditOutcome::Gone };
        standing.edited = Some(shown.clone());
        EditOutcome::Edited { pace: Pace::Unsaid }
    }
}
