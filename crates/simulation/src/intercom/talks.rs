//! What becomes of conversations.

use deskbell_domain::conversation::{Answer, Part, Start, State};
use deskbell_domain::ids::{AdminId, ConversationId, PartId};
use deskbell_domain::outgoing::WordsFor;
use deskbell_domain::port::intercom::{Move, Moved};

use super::actions::{Lag, shown_from};
use super::desk::{Deed, Doing, Wrote};
use super::{Intercom, Reading, Talk};

/// Most of what is done is done in so many of the last conversations, or nothing would follow from anything.
const AT_HAND: usize = 5;

/// A customer answers a bot that nobody has answered yet; tells in which conversation, if there is one.
pub(crate) fn answer(intercom: &Intercom) -> Option<ConversationId> {
    let is_open = |talk: &Talk| talk.last().conversation.start == Start::Bot(Answer::None);
    let id = one_of(intercom, usize::MAX, is_open)?;
    act(intercom, &id, Deed::CustomerSays);
    Some(id)
}

/// A conversation is passed on, closed or opened, however old; tells which.
pub(crate) fn go_on(intercom: &Intercom) -> Option<ConversationId> {
    stand_otherwise(intercom, |_| true)
}

/// The same of the one that a customer began last.
pub(crate) fn go_on_in_latest(intercom: &Intercom) -> Option<ConversationId> {
    let began = |talk: &Talk| talk.last().conversation.created_at;
    let is_theirs = |talk: &&Talk| talk.last().conversation.start == Start::Customer;
    let latest = intercom.truth().talks.values().filter(is_theirs).map(began).max()?;
    stand_otherwise(intercom, |talk| is_theirs(&talk) && began(talk) == latest)
}

fn stand_otherwise(intercom: &Intercom, which: impl Fn(&Talk) -> bool) -> Option<ConversationId> {
    let deeds = [Deed::Assign, Deed::Assign, Deed::Unassign, Deed::Close, Deed::Reopen];
    let deed = *intercom.chance.one_of(&deeds)?;
    let id = one_of(intercom, usize::MAX, which)?;
    let admits = intercom.truth().talks.get(&id).is_some_and(|talk| talk.admits(deed));
    act(intercom, &id, if admits { deed } else { Deed::Assign });
    Some(id)
}

/// Somebody does something in a conversation at hand; tells in which, if there is one.
pub(crate) fn act_somewhere(intercom: &Intercom, deed: Deed) -> Option<ConversationId> {
    let most = if intercom.chance.per_mille(800) { AT_HAND } else { usize::MAX };
    let id = one_of(intercom, most, |talk| talk.admits(deed))?;
    act(intercom, &id, deed);
    Some(id)
}

/// Somebody does something in this conversation, if that can be done there.
pub(crate) fn act(intercom: &Intercom, id: &ConversationId, deed: Deed) {
    let drawn = u8::try_from(intercom.chance.between(1, 4)).unwrap_or(1);
    take(intercom, id, (deed, drawn), None);
}

fn take(intercom: &Intercom, id: &ConversationId, (deed, drawn): (Deed, u8), wrote: Option<&Wrote>) {
    let (at, now) = (intercom.time.true_second(), intercom.time.true_now());
    let shown_from = shown_from(intercom, Lag::Usual);
    let mut truth = intercom.truth();
    truth.parts += 1;
    let part = PartId::new(truth.parts.to_string());
    if let Some(talk) = truth.talks.get_mut(id).filter(|talk| talk.admits(deed)) {
        talk.take(&Doing { deed, at, part, mark: &intercom.mark, drawn, wrote, shown_from, now });
    }
}

/// Somebody writes in the name of a teammate; answers with the part.
pub(super) fn write(
    intercom: &Intercom,
    id: &ConversationId,
    admin: &AdminId,
    to: WordsFor,
    text: &str,
) -> Option<Part> {
    let deed = match to {
        WordsFor::Customer => Deed::TeammateSays,
        WordsFor::Team => Deed::TeammateNotes,
    };
    take(intercom, id, (deed, 1), Some(&Wrote { admin: admin.clone(), text: text.to_owned() }));
    Some(intercom.truth().talks.get(id)?.desk.said.last()?.part.clone())
}

/// What members do with conversations here: they neither put one off nor give one away.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Act {
    Take,
    Close,
    Open,
}

impl Act {
    pub(super) fn of(to: &Move) -> Option<Self> {
        match to {
            Move::Mine => Some(Self::Take),
            Move::Closed => Some(Self::Close),
            Move::Open => Some(Self::Open),
            Move::Snoozed(_) | Move::Given(_) => None,
        }
    }
}

/// Somebody moves it in the name of a teammate. Whoever takes what is closed opens it.
pub(super) fn move_by(intercom: &Intercom, id: &ConversationId, admin: &AdminId, to: Act) -> Moved {
    let Some((holder, state)) = stands(intercom, id) else { return Moved::Before };
    let is_so = match to {
        Act::Take => holder.as_deref() == Some(admin.as_str()),
        Act::Close => state == State::Closed,
        Act::Open => state != State::Closed,
    };
    if is_so {
        return Moved::Before;
    }
    let number = admin.as_str().parse().unwrap_or(1);
    match to {
        Act::Take => take(intercom, id, (Deed::Assign, number), None),
        Act::Close => take(intercom, id, (Deed::CloseSilently, 1), None),
        Act::Open => {}
    }
    if state == State::Closed {
        take(intercom, id, (Deed::Reopen, 1), None);
    }
    Moved::Now
}

/// Somebody else does what makes it false that it stands so.
pub(super) fn undo(intercom: &Intercom, id: &ConversationId, to: Act) {
    let deed = match to {
        Act::Take => *intercom.chance.one_of(&[Deed::Assign, Deed::Unassign]).unwrap_or(&Deed::Assign),
        Act::Close => Deed::CustomerSays,
        Act::Open => Deed::CloseSilently,
    };
    act(intercom, id, deed);
}

/// Who has it, and whether it is done.
fn stands(intercom: &Intercom, id: &ConversationId) -> Option<(Option<String>, State)> {
    let truth = intercom.truth();
    let last = &truth.talks.get(id)?.last().conversation;
    Some((last.admin_id.clone(), last.now.as_ref().map_or(State::Open, |now| now.state)))
}

/// One of the last conversations.
pub(crate) fn at_hand(intercom: &Intercom) -> Option<ConversationId> {
    one_of(intercom, AT_HAND, |_| true)
}

/// One of the latest so many that can be read and of which this is so.
fn one_of(intercom: &Intercom, most: usize, which: impl Fn(&Talk) -> bool) -> Option<ConversationId> {
    let truth = intercom.truth();
    let is_it = |talk: &Talk| talk.reading == Reading::Whole && which(talk);
    let mut all: Vec<_> = truth.talks.iter().filter(|(_, talk)| is_it(talk)).collect();
    all.sort_by_key(|(_, talk)| std::cmp::Reverse(talk.last().conversation.created_at));
    all.truncate(most);
    intercom.chance.one_of(&all).map(|(id, _)| (*id).clone())
}
