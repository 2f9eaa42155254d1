//! What members do with conversations and with people: each in the name of a teammate, and written down.
//!
//! Intercom compares nothing, so of two who take a conversation the last one has it. It is therefore read before and
//! again afterwards, and what is answered is how it stands then. Of one process the caller lets one at a time do this
//! with a conversation, so that whoever comes second sees the first.

mod more;
mod person;

use crate::access::ActsAs;
use crate::audit::entry::{Begun, Outcome};
use crate::audit::{self, Action, Deed};
use crate::conversation::{Assignee, State, Thread};
use crate::home::Home;
use crate::ids::{AdminId, ConversationId, MemberId};
use crate::port::intercom::{Admin, InboxSeat, Intercom, IntercomError, Move, Moved};
use crate::port::store::{AccessLists, Audit, Hinted, Inbox, StoreError};
use crate::service::access::{self, Edited};
use crate::service::request::NotDone;
use crate::time::Timestamp;

pub use self::more::{Given, Snoozed, Tagged};
pub use self::person::{Noted, OfPerson, Owned};

/// Where a member does something, and in whose name.
pub struct Desk<'a> {
    /// Intercom, on behalf of the member.
    pub intercom: &'a dyn Intercom,
    /// The same, for looking afterwards how it stands.
    pub looks: &'a dyn Intercom,
    /// Where it is written down.
    pub audit: &'a dyn Audit,
    /// Where it is told that a conversation or a person moved.
    pub inbox: &'a dyn Inbox,
    /// The server.
    pub home: Home,
    /// Who.
    pub member: MemberId,
    /// As whom in Intercom.
    pub admin: AdminId,
}

/// Why it was not done.
#[derive(Debug, thiserror::Error)]
pub enum DeskError {
    /// Intercom did not do it.
    #[error(transparent)]
    Intercom(#[from] IntercomError),
    /// It could not be written down.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Whether somebody loses what is taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Taking {
    /// It is taken only where no teammate has it and it is not closed.
    IfFree,
    /// It is taken over from whoever has it.
    Over,
}

/// How taking a conversation ended.
#[derive(Debug, Clone, PartialEq)]
pub enum Taken {
    /// The member has it now.
    Now {
        /// Whether it was closed, and is open again.
        reopened: bool,
    },
    /// The member had it already.
    Before,
    /// Nobody has it: somebody took it away in the same moment.
    Nobody,
    /// Intercom took it, and did not show afterwards who has it.
    Unread,
    /// It is closed: to be asked, for whoever takes it opens it again.
    Closed,
    /// Another teammate has it.
    By(Assignee, Option<Timestamp>),
    /// Intercom does not know it any more.
    Gone,
}

/// Whether the customer may wait for an answer when a conversation is closed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Closing {
    /// Then it is asked first.
    IfAnswered,
    /// It was asked.
    Anyway,
}

/// How closing a conversation ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Closed {
    /// It is closed now.
    Now,
    /// It was closed already.
    Before,
    /// It was, and somebody opened it at the same moment.
    OpenedMeanwhile,
    /// Intercom took it, and did not show afterwards how it stands.
    Unread,
    /// The last words are the customer's: to be asked.
    Unanswered,
    /// Intercom does not know it any more.
    Gone,
}

/// How opening a conversation again ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reopened {
    /// It is open now.
    Now,
    /// It was open already.
    Before,
    /// It was, and somebody put it off or closed it at the same moment.
    UndoneMeanwhile,
    /// Intercom took it, and did not show afterwards how it stands.
    Unread,
    /// Intercom does not know it any more.
    Gone,
}

/// How a conversation stands after something was done with it.
enum After {
    /// So.
    Shown(Box<Thread>),
    /// Intercom did not show it; this is what it made of it.
    Unread(Moved),
}

impl Desk<'_> {
    /// Takes a conversation.
    pub async fn take(&self, id: &ConversationId, taking: Taking) -> Result<Taken, DeskError> {
        let Some(before) = self.intercom.conversation(id).await? else { return Ok(Taken::Gone) };
        match holder(&before) {
            Some(holder) if holder.id == self.admin.as_str() => return Ok(Taken::Before),
            Some(holder) if taking == Taking::IfFree => {
                return Ok(Taken::By(holder.clone(), before.held_since()));
            }
            _ if taking == Taking::IfFree && state(&before) == State::Closed => return Ok(Taken::Closed),
            _ => {}
        }
        let conversation = id.clone();
        let action = match holder(&before) {
            Some(_) => Action::TookOver { conversation },
            None => Action::Took { conversation },
        };
        let is_mine = |thread: &Thread| holder(thread).is_some_and(|who| who.id == self.admin.as_str());
        let after = self.change(id, Move::Mine, action, is_mine).await?;
        Ok(match after {
            After::Shown(after) => match holder(&after) {
                None => Taken::Nobody,
                Some(other) if other.id != self.admin.as_str() => {
                    Taken::By(other.clone(), after.held_since())
                }
                Some(_) => Taken::Now { reopened: is_reopened(&before, &after) },
            },
            After::Unread(Moved::Before) => Taken::Before,
            After::Unread(Moved::Now) => Taken::Unread,
        })
    }

    /// Closes a conversation.
    pub async fn close(&self, id: &ConversationId, closing: Closing) -> Result<Closed, DeskError> {
        let Some(before) = self.intercom.conversation(id).await? else { return Ok(Closed::Gone) };
        if state(&before) == State::Closed {
            return Ok(Closed::Before);
        }
        if closing == Closing::IfAnswered && before.is_unanswered() {
            return Ok(Closed::Unanswered);
        }
        let action = Action::Closed { conversation: id.clone() };
        let is_so = |after: &Thread| state(after) == State::Closed;
        Ok(match self.change(id, Move::Closed, action, is_so).await? {
            After::Shown(after) if is_so(&after) => Closed::Now,
            After::Shown(_) => Closed::OpenedMeanwhile,
            After::Unread(Moved::Before) => Closed::Before,
            After::Unread(Moved::Now) => Closed::Unread,
        })
    }

    /// Opens a conversation again.
    pub async fn reopen(&self, id: &ConversationId) -> Result<Reopened, DeskError> {
        let Some(before) = self.intercom.conversation(id).await? else { return Ok(Reopened::Gone) };
        if state(&before) == State::Open {
            return Ok(Reopened::Before);
        }
        let action = Action::Reopened { conversation: id.clone() };
        let is_so = |after: &Thread| state(after) == State::Open;
        Ok(match self.change(id, Move::Open, action, is_so).await? {
            After::Shown(after) if is_so(&after) => Reopened::Now,
            After::Shown(_) => Reopened::UndoneMeanwhile,
            After::Unread(Moved::Before) => Reopened::Before,
            After::Unread(Moved::Now) => Reopened::Unread,
        })
    }

    /// Does it, written down before and with how it ended, and answers how the conversation stands then. Where Intercom
    /// did not answer, what it shows afterwards tells whether it was done.
    async fn change(
        &self,
        id: &ConversationId,
        to: Move,
        action: Action,
        is_so: impl Fn(&Thread) -> bool,
    ) -> Result<After, DeskError> {
        let begun = self.audit.begin_deed(&self.home, Deed::of(self.member, action)).await?;
        let moved = self.intercom.move_conversation(id, &self.admin, to).await;
        let after = self.looks.conversation(id).await.ok().flatten();
        let is_so = after.as_ref().is_some_and(is_so);
        let outcome = match &moved {
            Ok(Moved::Now) => Outcome::Done,
            Ok(Moved::Before) | Err(IntercomError::OutcomeUnknown) if is_so => Outcome::Done,
            Err(IntercomError::OutcomeUnknown) if after.is_none() => Outcome::Unknown,
            Ok(Moved::Before) | Err(_) => Outcome::Failed,
        };
        self.end(begun, outcome).await;
        let after = match (moved, after) {
            (Err(error), _) if outcome != Outcome::Done => return Err(error.into()),
            (_, Some(after)) => After::Shown(Box::new(after)),
            (moved, None) => After::Unread(moved?),
        };
        self.tell(&Hinted::Conversation(id.clone())).await;
        Ok(after)
    }

    /// It has happened: where that cannot be written down the next start says that nobody knows.
    async fn end(&self, begun: Begun, outcome: Outcome) {
        if outcome == Outcome::Done {
            audit::log(self.home.guild, &begun.deed);
        }
        if let Err(cause) = self.audit.end_deed(&self.home, begun, outcome).await {
            tracing::warn!(%cause, "it could not be written down how something ended");
        }
    }

    /// The cards are to say so. Where the hint cannot be kept the next poll finds it.
    async fn tell(&self, moved: &Hinted) {
        if let Err(cause) = self.inbox.hint(&self.home.workspace, moved).await {
            tracing::debug!(%cause, "that something moved is left to the next poll");
        }
    }
}

fn holder(thread: &Thread) -> Option<&Assignee> {
    thread.conversation.now.as_ref()?.admin.as_ref()
}

/// Whether it was closed before, and is not any more.
fn is_reopened(before: &Thread, after: &Thread) -> bool {
    state(before) == State::Closed && state(after) != State::Closed
}

fn state(thread: &Thread) -> State {
    thread.conversation.now.as_ref().map_or(State::Open, |now| now.state)
}

/// The teammates in whose name somebody can act, by name.
pub async fn teammates(intercom: &dyn Intercom) -> Result<Vec<Admin>, IntercomError> {
    let mut all = intercom.admins().await?;
    all.retain(|admin| admin.seat == InboxSeat::Has);
    all.sort_by(|a, b| (&a.name, &a.id).cmp(&(&b.name, &b.id)));
    Ok(all)
}

/// A member acts in this teammate's name from now on. The teammate is one of [`teammates`].
pub async fn act_as(
    lists: &dyn AccessLists,
    home: &Home,
    member: MemberId,
    admin: AdminId,
) -> Result<(), NotDone> {
    let deed = Deed::of(member, Action::ActsAs { admin: admin.clone(), of: None });
    acts_as(lists, home, deed, (member, admin)).await
}

/// Somebody else says so of a member.
pub async fn have_act_as(
    lists: &dyn AccessLists,
    home: &Home,
    by: MemberId,
    (member, admin): (MemberId, AdminId),
) -> Result<(), NotDone> {
    let deed = Deed::of(by, Action::ActsAs { admin: admin.clone(), of: Some(member) });
    acts_as(lists, home, deed, (member, admin)).await
}

async fn acts_as(
    lists: &dyn AccessLists,
    home: &Home,
    deed: Deed,
    (member, admin): (MemberId, AdminId),
) -> Result<(), NotDone> {
    let acts_as = ActsAs { workspace: home.workspace.clone(), admin };
    let edited = access::edit(lists, home, Some(&deed), |access| {
        access.teammates.insert(member, acts_as.clone());
    });
    finish(home, &deed, edited.await?)
}

/// A member acts in no teammate's name any more, until they say again who they are.
pub async fn act_as_nobody(
    lists: &dyn AccessLists,
    home: &Home,
    by: MemberId,
    of: MemberId,
) -> Result<(), NotDone> {
    let deed = Deed::of(by, Action::ActsAsNobody { of });
    let edited = access::edit(lists, home, Some(&deed), |access| {
        access.teammates.remove(&of);
    });
    finish(home, &deed, edited.await?)
}

fn finish(home: &Home, deed: &Deed, edited: Edited) -> Result<(), NotDone> {
    if matches!(edited, Edited::Done(_)) {
        audit::log(home.guild, deed);
    }
    access::written(edited).map(drop)
}

#[cfg(test)]
mod tests;
