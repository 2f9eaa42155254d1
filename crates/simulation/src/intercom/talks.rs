//! What becomes of conversations.

use deskbell_domain::conversation::{Answer, Start};
use deskbell_domain::ids::{ConversationId, PartId};

use super::actions::{Lag, shown_from};
use super::desk::{Deed, Doing};
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
    let (at, shown_from) = (intercom.time.true_second(), shown_from(intercom, Lag::Usual));
    let drawn = u8::try_from(intercom.chance.between(1, 4)).unwrap_or(1);
    let mut truth = intercom.truth();
    truth.parts += 1;
    let part = PartId::new(truth.parts.to_string());
    if let Some(talk) = truth.talks.get_mut(id).filter(|talk| talk.admits(deed)) {
        talk.take(&Doing { deed, at, part, mark: &intercom.mark, drawn, shown_from });
    }
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
