//! What is said and done in conversations.

use deskbell_domain::ids::ConversationId;
use deskbell_domain::port::store::Hinted;
use deskbell_domain::time::UnixMillis;
use deskbell_domain::topic::Topic;

use super::webhooks;
use crate::intercom::{self, Deed};
use crate::script::{Action, Customer, Script};
use crate::time::{MINUTE, SECOND};
use crate::world::World;

/// What turns up late has done so by then.
const BEFORE_THE_END: i64 = 100 * MINUTE;

/// Does what is said or done in conversations.
pub(super) fn do_desk(world: &World, script: &mut Script, customer: &Customer) {
    match customer {
        Customer::Act(deed) => act(world, script, *deed),
        Customer::ActTogether(deeds) => act_together(world, script, deeds),
        Customer::ActIn(id, deed) => act_in(world, script, id, *deed),
        _ => {}
    }
}

/// Somebody does something in a conversation at hand.
fn act(world: &World, script: &mut Script, deed: Deed) {
    let id = intercom::act_somewhere(&world.intercom, deed);
    done(world, script, id.as_ref(), deed);
    let (Some(id), Deed::CustomerSaysUnseen(later)) = (id, deed) else { return };
    // Later words are there before it, and something moves the conversation once it is there.
    let soon = world.chance.between(0, later.min(2 * MINUTE));
    follow(world, script, &id, soon, Deed::CustomerSays);
    follow(world, script, &id, later + world.chance.between(2 * SECOND, MINUTE), Deed::TeammateNotes);
}

/// Several things are done in one conversation within a second.
fn act_together(world: &World, script: &mut Script, deeds: &[Deed]) {
    let Some((first, others)) = deeds.split_first() else { return };
    let id = intercom::act_somewhere(&world.intercom, *first);
    done(world, script, id.as_ref(), *first);
    for deed in others {
        if let Some(id) = &id {
            act_in(world, script, id, *deed);
        }
    }
}

/// Somebody does something in this one.
fn act_in(world: &World, script: &mut Script, id: &ConversationId, deed: Deed) {
    intercom::act(&world.intercom, id, deed);
    done(world, script, Some(id), deed);
}

fn follow(world: &World, script: &mut Script, id: &ConversationId, after: i64, deed: Deed) {
    let at = UnixMillis((world.time.true_now().0 + after).min(script.end.0 - BEFORE_THE_END));
    script.at(at, Action::Customer(world.tenant, Customer::ActIn(id.clone(), deed)));
}

/// What was done is told.
fn done(world: &World, script: &mut Script, id: Option<&ConversationId>, deed: Deed) {
    let Some(id) = id else { return };
    world.tell(format_args!("{deed:?} in conversation {id}{}", last_part(world, id)));
    webhooks::send(world, script, topic_of(deed), &Hinted::Conversation(id.clone()));
}

fn last_part(world: &World, id: &ConversationId) -> String {
    let truth = world.intercom.truth();
    let talk = truth.talks.get(id);
    let lag = talk.map_or(0, |talk| talk.last().shown_from.since(world.time.true_now()));
    let part = talk.and_then(|talk| talk.desk.said.last());
    part.map_or_else(String::new, |said| {
        format!(", part {} at {}, shown in {lag} ms", said.part.id, said.part.at.0)
    })
}

fn topic_of(deed: Deed) -> &'static str {
    match deed {
        Deed::CustomerSays | Deed::CustomerSaysUnseen(_) => Topic::CustomerReplied.name(),
        Deed::Assign | Deed::AssignWithWords | Deed::Unassign | Deed::BotTakes | Deed::BotAsks => {
            Topic::ConversationAssigned.name()
        }
        Deed::Rate => Topic::ConversationRated.name(),
        Deed::Remark => "conversation.rating.remarked",
        Deed::TeammateSays | Deed::BotSays => "conversation.admin.replied",
        Deed::TeammateNotes => "conversation.admin.noted",
        Deed::Close | Deed::CloseSilently => "conversation.admin.closed",
        Deed::Reopen => "conversation.admin.opened",
        Deed::Snooze => "conversation.admin.snoozed",
        Deed::Wake => "conversation.admin.unsnoozed",
    }
}
