//! Putting a conversation off, its tags, and giving it to somebody.

use super::{After, Desk, DeskError, holder, is_reopened, state};
use crate::audit::Action;
use crate::audit::entry::Outcome;
use crate::conversation::{Assignee, State, Thread};
use crate::ids::{ConversationId, TagId};
use crate::port::intercom::{IntercomError, Move, Moved, Recipient, Tagging};
use crate::time::Timestamp;

/// How putting a conversation off ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Snoozed {
    /// It is put off until then.
    Until(Timestamp),
    /// It was, and somebody opened it at the same moment.
    OpenedMeanwhile,
    /// Intercom took it, and did not show afterwards how it stands.
    Unread,
    /// Intercom does not know it any more.
    Gone,
}

/// How a tag was changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tagged {
    /// It is on or off now.
    Now(Tagging),
    /// It was already.
    Before(Tagging),
    /// Intercom does not have this tag any more.
    NoSuchTag,
    /// Intercom does not know the conversation any more.
    Gone,
}

/// How giving a conversation to somebody ended.
#[derive(Debug, Clone, PartialEq)]
pub enum Given {
    /// They have it now.
    Now {
        /// Whether it was closed, and is open again.
        reopened: bool,
    },
    /// They had it already.
    Before,
    /// They do not have it: it was taken away from them at the same moment.
    UndoneMeanwhile,
    /// Intercom took it, and did not show afterwards who has it.
    Unread,
    /// Somebody else took it at the same moment.
    By(Assignee, Option<Timestamp>),
    /// Intercom does not know it any more.
    Gone,
}

impl Desk<'_> {
    /// Puts a conversation off. One that is put off already is until this time from then on.
    pub async fn snooze(&self, id: &ConversationId, until: Timestamp) -> Result<Snoozed, DeskError> {
        if self.intercom.conversation(id).await?.is_none() {
            return Ok(Snoozed::Gone);
        }
        let action = Action::Snoozed { conversation: id.clone() };
        let is_so = |after: &Thread| state(after) == State::Snoozed;
        Ok(match self.change(id, Move::Snoozed(until), action, is_so).await? {
            After::Shown(after) if is_so(&after) => Snoozed::Until(until),
            After::Shown(_) => Snoozed::OpenedMeanwhile,
            After::Unread(_) => Snoozed::Unread,
        })
    }

    /// The tags that a conversation has; none where Intercom does not know it any more.
    pub async fn tags(&self, id: &ConversationId) -> Result<Option<Vec<TagId>>, DeskError> {
        Ok(self.intercom.conversation(id).await?.map(|thread| thread.tags))
    }

    /// Puts a tag on a conversation or takes it off, unless somebody was quicker.
    pub async fn tag(&self, id: &ConversationId, tag: &TagId, tagging: Tagging) -> Result<Tagged, DeskError> {
        let Some(before) = self.tags(id).await? else { return Ok(Tagged::Gone) };
        if before.contains(tag) == (tagging == Tagging::On) {
            return Ok(Tagged::Before(tagging));
        }
        let conversation = id.clone();
        let action = match tagging {
            Tagging::On => Action::Tagged { conversation },
            Tagging::Off => Action::Untagged { conversation },
        };
        let begun = self.audit.begin_deed(&self.home, crate::audit::Deed::of(self.member, action)).await?;
        let mut changed = self.intercom.tag_conversation(id, &self.admin, tag, tagging).await;
        if matches!(changed, Err(IntercomError::OutcomeUnknown | IntercomError::Missing)) {
            // What it shows afterwards tells whether it was done. A tag that was taken off is missing at a second try.
            changed = match self.tags(id).await.ok().flatten() {
                Some(tags) if tags.contains(tag) == (tagging == Tagging::On) => Ok(()),
                Some(_) => changed,
                None => Err(IntercomError::OutcomeUnknown),
            };
        }
        let outcome = match &changed {
            Ok(()) => Outcome::Done,
            Err(IntercomError::OutcomeUnknown) => Outcome::Unknown,
            Err(_) => Outcome::Failed,
        };
        self.end(begun, outcome).await;
        match changed {
            Err(IntercomError::Missing) => Ok(Tagged::NoSuchTag),
            Err(error) => Err(error.into()),
            Ok(()) => Ok(Tagged::Now(tagging)),
        }
    }

    /// Gives a conversation to a teammate or a team, whoever has it.
    pub async fn give(&self, id: &ConversationId, to: &Recipient) -> Result<Given, DeskError> {
        let Some(before) = self.intercom.conversation(id).await? else { return Ok(Given::Gone) };
        if has(&before, to) {
            return Ok(Given::Before);
        }
        let conversation = id.clone();
        let action = match to {
            Recipient::Admin(admin) => Action::Gave { conversation, admin: admin.clone() },
            Recipient::Team(team) => Action::GaveToTeam { conversation, team: team.clone() },
        };
        let after = self.change(id, Move::Given(to.clone()), action, |after| has(after, to)).await?;
        Ok(match after {
            After::Shown(after) if has(&after, to) => Given::Now { reopened: is_reopened(&before, &after) },
            After::Shown(after) => match holder(&after) {
                Some(other) => Given::By(other.clone(), after.held_since()),
                None => Given::UndoneMeanwhile,
            },
            After::Unread(Moved::Before) => Given::Before,
            After::Unread(Moved::Now) => Given::Unread,
        })
    }
}

/// Whether they have it. A team has what none of its teammates has yet.
fn has(thread: &Thread, to: &Recipient) -> bool {
    let team = || thread.conversation.now.as_ref()?.team.as_ref();
    match to {
        Recipient::Admin(admin) => holder(thread).is_some_and(|who| who.id == admin.as_str()),
        Recipient::Team(id) => holder(thread).is_none() && team().is_some_and(|team| team.id == *id),
    }
}
