//! What becomes of conversations.

use deskbell_domain::conversation::{Answer, Assignee, Conversation, Now, Start, State};
use deskbell_domain::ids::ConversationId;
use deskbell_domain::time::Timestamp;

use super::actions::{Lag, shown_from};
use super::{Intercom, Reading, Talk, Turn};

/// A customer answers a bot that nobody has answered yet; tells in which conversation, if there is one.
pub(crate) fn answer(intercom: &Intercom) -> Option<ConversationId> {
    let is_open = |talk: &Talk| talk.last().conversation.start == Start::Bot(Answer::None);
    next_turn(intercom, is_open, |conversation, now| conversation.start = Start::Bot(Answer::At(now)))
}

/// Somebody says more in a conversation, however old, or it is passed on, closed or opened; tells in which.
pub(crate) fn go_on(intercom: &Intercom) -> Option<ConversationId> {
    stand_otherwise(intercom, |_| true)
}

/// The same in the one that a customer began last.
pub(crate) fn go_on_in_latest(intercom: &Intercom) -> Option<ConversationId> {
    let is_theirs = |talk: &&Talk| talk.last().conversation.start == Start::Customer;
    let began = |talk: &Talk| talk.last().conversation.created_at;
    let latest = intercom.truth().talks.values().filter(is_theirs).map(began).max()?;
    stand_otherwise(intercom, |talk| is_theirs(&talk) && began(talk) == latest)
}

fn stand_otherwise(intercom: &Intercom, which: impl Fn(&Talk) -> bool) -> Option<ConversationId> {
    let (who, is_closed) = (intercom.chance.between(1, 4).to_string(), intercom.chance.per_mille(300));
    next_turn(intercom, which, |conversation, _| {
        let state = if is_closed { State::Closed } else { State::Open };
        conversation.admin_id = (who != "3").then_some(who);
        let admin = conversation.admin_id.clone().map(Assignee::unnamed);
        let team = conversation.team_id.clone().map(Assignee::unnamed);
        conversation.now = Some(Box::new(Now { state, admin, team, ..Now::default() }));
    })
}

fn next_turn(
    intercom: &Intercom,
    which: impl Fn(&Talk) -> bool,
    change: impl FnOnce(&mut Conversation, Timestamp),
) -> Option<ConversationId> {
    let (now, from) = (intercom.time.true_second(), shown_from(intercom, Lag::Usual));
    let mut truth = intercom.truth();
    let is_it = |talk: &Talk| talk.reading == Reading::Whole && which(talk);
    let all: Vec<_> = truth.talks.iter().filter(|(_, talk)| is_it(talk)).map(|(id, _)| id).collect();
    let id = (*intercom.chance.one_of(&all)?).clone();
    let talk = truth.talks.get_mut(&id)?;
    let Turn { mut conversation, shown_from } = talk.last().clone();
    change(&mut conversation, now);
    conversation.updated_at = now.max(conversation.updated_at);
    talk.turns.push(Turn { conversation, shown_from: from.max(shown_from) });
    Some(id)
}
