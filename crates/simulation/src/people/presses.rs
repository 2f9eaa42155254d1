//! What members do with conversations: what they were told must be how it stood, and nobody may lose a conversation to
//! somebody who did not say so.

use deskbell_domain::conversation::State;
use deskbell_domain::ids::{AdminId, ConversationId};
use deskbell_domain::message::Message;
use deskbell_domain::press::desk::{DeskAct, DeskPress};
use deskbell_intercom::Caller;
use deskbell_text::desk as text;

use super::book::Press;
use super::controls::carried;
use crate::intercom::{Act, Standing};
use crate::ledger::Promise;
use crate::personal::shown;
use crate::world::World;

/// What somebody is told of a conversation.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Claim {
    Mine,
    /// Another teammate has it; which, as far as the name tells.
    Held(Option<String>),
    Nobodys,
    Closed,
    Open,
}

/// Intercom is about to do it: nobody who was known to have the conversation loses it without a confirmation.
pub(crate) fn moves(world: &World, caller: Caller, id: &ConversationId, by: &AdminId, to: Act) {
    let state = world.people.lock();
    let Some(press) = state.presses.iter().rev().find(|press| press.is_of(caller, id)) else { return };
    if to != Act::Take || press.act == DeskAct::TakeOver {
        return;
    }
    let mut reads = state.reads.iter().rev().filter(|read| read.worked && read.conversation == *id);
    let known = reads.find(|read| read.caller == caller).map(|read| read.at);
    let truth = world.intercom.truth();
    let Some(talk) = truth.talks.get(id) else { return };
    let Some(holder) = talk.last().conversation.admin_id.as_ref() else { return };
    if *holder != by.as_str() && known.is_some_and(|known| talk.held_from() < known) {
        let what = format!("teammate {holder} loses conversation {id} to {by}, who did not confirm it");
        world.ledger().breach(Promise::Overwritten, what, vec![format!("conversation {id}")]);
    }
}

/// Somebody is told how a conversation stands.
pub(super) fn answered(world: &World, number: usize, message: &Message) {
    let state = world.people.lock();
    let Some(press) = state.presses.get(number) else { return };
    let (id, claim) = (&press.conversation, claim(message, press));
    world.tell(format_args!("{:?} of conversation {id} by {}: {claim:?}", press.act, press.admin));
    let Some(claim) = claim else { return };
    let strict = matches!(claim, Claim::Mine | Claim::Held(_) | Claim::Nobodys);
    let from = press.moved.filter(|_| strict).unwrap_or(press.began);
    let blind = state.reads.iter().rev().find(|read| press.is_of(read.caller, &read.conversation));
    if blind.is_some_and(|read| !read.worked) {
        return;
    }
    let stood = world.intercom.truth().talks.get(id).map(|talk| talk.stood_since(from)).unwrap_or_default();
    if !stood.iter().any(|standing| claim.holds(standing, &press.admin)) {
        let what = format!("{:?} of conversation {id} by {}: told {claim:?}", press.act, press.admin);
        let about = vec![format!("conversation {id}")];
        world.ledger().breach(Promise::Misled, format!("{what}, and it stood {stood:?}"), about);
    }
}
impl Claim {
    fn holds(&self, standing: &Standing, me: &AdminId) -> bool {
        let holder = standing.admin.as_deref();
        match self {
            Self::Mine => holder == Some(me.as_str()),
            Self::Held(Some(other)) => holder == Some(other.as_str()),
            Self::Held(None) => holder.is_some_and(|holder| holder != me.as_str()),
            Self::Nobodys => holder.is_none(),
            Self::Closed => standing.state == State::Closed,
            Self::Open => standing.state != State::Closed,
        }
    }
}

/// What an answer says of how the conversation stands, if it says anything.
fn claim(message: &Message, press: &Press) -> Option<Claim> {
    let (said, id) = (shown(message), &press.conversation);
    let is = |other: Message| said == shown(&other);
    let me = [format!("teammate {}", press.admin), text::nameless().to_owned()];
    let of_me = |sentence: &dyn Fn(&str) -> Message| me.iter().any(|me| is(sentence(me)));
    if of_me(&|me| text::taken(me, false, id))
        || of_me(&|me| text::taken(me, true, id))
        || of_me(&|me| text::had_it(me, id))
    {
        Some(Claim::Mine)
    } else if is(text::is_closed(id)) {
        Some(Claim::Closed)
    } else if carried(message).contains(&DeskPress::Do(DeskAct::TakeOver, id.clone())) {
        let named = said.strip_prefix("teammate ").and_then(|rest| rest.split(' ').next());
        Some(Claim::Held(named.map(str::to_owned)))
    } else if is(text::nobodys(id)) {
        Some(Claim::Nobodys)
    } else if of_me(&|me| text::closed(me, id)) || is(text::was_closed(id)) {
        Some(Claim::Closed)
    } else if of_me(&|me| text::reopened(me)) || is(text::was_open()) {
        Some(Claim::Open)
    } else {
        None
    }
}
