//! What is said to the bot of a Workflow rings for nobody, and what is said to people does: those who say it keep to whom.

use deskbell_domain::conversation::{Activity, Conversation};
use deskbell_domain::event::{Entry, EventId, Record};
use deskbell_domain::ids::PartId;

use super::verdict::Verdict;
use crate::intercom::{Talk, Truth};
use crate::ledger::{Breach, Promise};
use crate::world::World;

/// Checks every message of a customer that is told.
pub(super) fn check(world: &World, verdict: &mut Verdict) {
    let (truth, ledger) = (world.intercom.truth(), world.ledger());
    for entry in &ledger.journal {
        if let Some(fault) = fault(&truth, entry) {
            let what = format!("journal {}, {}: {fault}", entry.number.0, entry.event.id);
            let about = vec![entry.event.id.to_string(), format!("journal {}:", entry.number.0)];
            verdict.breaches.push(Breach { promise: Promise::Rung, what, about });
        }
    }
}

fn fault(truth: &Truth, entry: &Entry) -> Option<&'static str> {
    let Record::Conversation { conversation, what } = &entry.event.record else { return None };
    let talk = truth.talks.get(&conversation.id)?;
    let workflow = talk.workflow().filter(|workflow| !workflow.is_blurred())?;
    let is_with_bot = is_with_bot(conversation);
    let is_heard = match what {
        Activity::Started => false,
        Activity::Replied => workflow.heard(part(talk, &entry.event.id)?),
        Activity::HandedOver | Activity::Rated(_) | Activity::Unanswered(_) => return None,
    };
    match (is_heard, is_with_bot) {
        (true, false) => Some("was said to a bot, and is told as if people were meant"),
        // Whoever reads it when a bot has it may leave that to the bot.
        (false, true) if !workflow.had_since(entry.event.at) => Some("no bot has it, and nobody is rung"),
        _ => None,
    }
}

fn is_with_bot(conversation: &Conversation) -> bool {
    conversation.now.as_ref().is_some_and(|now| now.is_with_bot)
}

/// The part of which an event tells.
fn part<'a>(talk: &'a Talk, event: &EventId) -> Option<&'a PartId> {
    let mut parts = talk.desk.said.iter().map(|said| &said.part.id);
    parts.find(|part| EventId::customer_replied(part) == *event)
}
