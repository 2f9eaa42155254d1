//! What becomes of a message whose answer is lost, and what can be known of it afterwards.

use deskbell_domain::delivery::Reference;
use deskbell_domain::ids::ChannelId;
use deskbell_domain::message::Message;
use deskbell_domain::port::messenger::Sought;
use deskbell_domain::time::UnixMillis;

use super::lost_answer::{Afterwards, Left, LostAnswer};
use super::{Discord, Servers, StandingMessage};
use crate::ledger::Post;

impl Discord {
    /// The answer to the next message with cards is lost.
    pub(crate) fn lose_the_next_answer(&self, lost: LostAnswer) {
        self.servers().next_lost = Some(lost);
    }

    /// Whether posts in a channel fail now.
    pub(super) fn is_silent(&self, channel: ChannelId) -> bool {
        let now = self.time.true_now();
        self.servers().channels.get(&channel).is_some_and(|one| one.trouble.silent_until > now)
    }
}

impl Servers {
    /// Whether the answer to the message at a place is lost, and what happened then.
    pub(super) fn lose_the_answer(&mut self, place: usize, now: UnixMillis) -> Option<LostAnswer> {
        let message = self.messages.get_mut(place).filter(|message| !message.content.cards.is_empty())?;
        let lost = self.next_lost.take()?;
        let known = self.channels.get_mut(&message.channel)?;
        known.trouble.silent_until = UnixMillis(now.0 + lost.silent_ms);
        match &lost.then {
            Afterwards::Closed(reason, length) => {
                known.trouble.closed = Some((reason.clone(), UnixMillis(now.0 + length)));
            }
            Afterwards::Refused(length) => known.trouble.refusing_until = UnixMillis(now.0 + length),
            Afterwards::Stripped(left) => message.strip(now, *left),
            Afterwards::Deleted => message.deleted = Some(now),
        }
        Some(lost)
    }
}

impl Servers {
    /// Whether nobody could know at that time that a message stands there: it was deleted or stripped of everything,
    /// or the history could not be read meanwhile.
    pub(crate) fn is_beyond_knowing(&self, post: &Post, at: UnixMillis) -> bool {
        self.is_gone(post, at) || self.was_unreadable(post, at)
    }

    /// Whether others had deleted a message by then, or taken everything away by which it could be known.
    pub(crate) fn is_gone(&self, post: &Post, at: UnixMillis) -> bool {
        let message = self.messages.iter().find(|message| message.id == post.message);
        message.is_some_and(|message| {
            let stripped = message.stripped.filter(|(_, left)| *left == Left::Nothing).map(|(when, _)| when);
            message.deleted.into_iter().chain(stripped).any(|when| when <= at)
        })
    }

    /// Whether somebody had left only the line of a message by then: another may say the same, so that it may be sent
    /// again, if that is counted.
    pub(crate) fn has_only_its_line(&self, post: &Post, at: UnixMillis) -> bool {
        let message = self.messages.iter().find(|message| message.id == post.message);
        message
            .and_then(|message| message.stripped)
            .is_some_and(|(when, left)| left == Left::Line && when <= at)
    }

    /// Whether the channel's history could not be read at some time between the message and that time.
    pub(crate) fn was_unreadable(&self, post: &Post, until: UnixMillis) -> bool {
        let overlaps = |(from, to): &(UnixMillis, Option<UnixMillis>)| {
            *from <= until && to.is_none_or(|to| to >= post.at)
        };
        self.unreadable.get(&post.channel).is_some_and(|spans| spans.iter().any(overlaps))
    }
}

impl StandingMessage {
    /// Somebody takes its embeds away.
    pub(super) fn strip(&mut self, now: UnixMillis, left: Left) {
        let has_controls = self.content.control_references().next().is_some();
        let left = if left == Left::Controls && !has_controls { Left::Line } else { left };
        self.stripped.get_or_insert((now, left));
    }

    /// Whether a look into the history knows it by this reference.
    pub(super) fn bears(&self, reference: &Reference) -> bool {
        match self.stripped {
            None => self.content.references().any(|borne| borne == *reference),
            Some((_, Left::Controls)) => self.content.control_references().any(|borne| borne == *reference),
            Some((_, Left::Line | Left::Nothing)) => false,
        }
    }

    /// Whether nothing but its line is left, and that is the line of what is sought.
    pub(super) fn may_be(&self, sought: &Sought) -> bool {
        let is_another = self.id <= sought.line_after || sought.known.contains(&self.id);
        let says = |form: &Message| form.content == self.content.content;
        let has_only_its_line = matches!(self.stripped, Some((_, Left::Line)));
        has_only_its_line && !is_another && sought.forms.iter().any(says)
    }
}
