//! Words that members typed: what of them stands at Intercom, and what their writers are told.

use deskbell_domain::ids::{AdminId, ConversationId};
use deskbell_domain::message::Message;
use deskbell_domain::outgoing::WordsFor;
use deskbell_domain::port::messenger::PostOutcome;
use deskbell_domain::press::desk::{DeskPress, WordsAct};

use super::book::{Typed, Words};
use super::controls::carried;
use super::told::Told;
use crate::ledger::Promise;
use crate::world::World;

/// Words arrive at Intercom.
pub(crate) fn stand(world: &World, (id, by): (&ConversationId, &AdminId), to: WordsFor, text: &str) {
    let typed = Typed { to, conversation: id.clone(), admin: by.clone() };
    let mut state = world.people.lock();
    let words = state.words.iter_mut().find(|words| words.texts.iter().any(|one| one == text));
    let about = vec![format!("{text:?}"), format!("conversation {id}")];
    let breach = |promise, what: &str| {
        world.ledger().breach(promise, format!("words {text:?} {what}"), about.clone());
    };
    let Some(words) = words else {
        return breach(Promise::Forged, "stand at Intercom, and nobody typed them into a form");
    };
    words.stand += 1;
    if words.typed.to != to {
        breach(Promise::Leaked, "were typed for others than those who read them");
    } else if words.typed != typed {
        breach(Promise::WrongPlace, "stand in another conversation, or in another name");
    }
}

/// Somebody is shown something of words.
pub(super) fn shown(world: &World, number: usize, message: &Message) {
    let mut state = world.people.lock();
    let Some(words) = state.words.get_mut(number) else { return };
    let told = Told::of(message, words.typed.to);
    world.tell(format_args!("of words {:?} somebody is told: {told:?}", words.texts[0]));
    words.told.push(told);
    words.shown = Some(message.clone());
}

/// A message is sent to a channel: perhaps one that calls for a writer.
pub(crate) fn calls(world: &World, message: &Message, outcome: &PostOutcome) {
    let Some(DeskPress::Words(WordsAct::Show, key)) = carried(message).into_iter().next() else { return };
    let mut state = world.people.lock();
    let of_key = |words: &&mut Words| words.key.as_deref() == Some(key.as_str());
    let Some(words) = state.words.iter_mut().find(of_key) else { return };
    world.tell(format_args!("the writer of words {:?} is called: {outcome:?}", words.texts[0]));
    match outcome {
        PostOutcome::Posted { .. } => {
            words.told.push(Told::InChannel);
            words.shown = Some(message.clone());
        }
        PostOutcome::Closed(_) | PostOutcome::Refused { .. } => words.nowhere = true,
        _ => {}
    }
}
