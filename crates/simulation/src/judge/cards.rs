//! The cards that live on: in the end each shows how its conversation stands.

use std::collections::BTreeMap;

use deskbell_domain::bounds::CARDS_LIVE;
use deskbell_domain::conversation::{Activity, Conversation, State};
use deskbell_domain::event::{Event, EventId, EventKind, Record};
use deskbell_domain::ids::{AmendmentNumber, ConversationId};
use deskbell_domain::port::store::{
    Deliveries as _, Edits as _, Journal as _, Subscriptions as _, WantedEdit,
};
use deskbell_domain::time::Timestamp;

use super::desk;
use super::verdict::Verdict;
use crate::intercom::Reading;
use crate::ledger::{Breach, Promise, Wish};
use crate::process::Process;
use crate::time::MINUTE;
use crate::world::World;

/// How far before the end nothing is asked yet: a poll may not have come since, nor the walk that finds what the index
/// showed late.
const SETTLES: i64 = 7 * 3600;

/// For so long a message may wait for its edit: those of one channel are edited one by one, at Discord's pace for old ones.
const EDITED_WITHIN: i64 = 10 * MINUTE;

const WHOLE: &str = "the judge reads the engine itself, in which no fault is planned";

/// The journal says how each conversation stands, and no message waits for its edit.
pub(super) async fn check(process: &Process, world: &World, verdict: &mut Verdict) {
    let wishes: Vec<_> = world.ledger().wishes.values().cloned().collect();
    // What was announced before a notification was made may have moved while nobody asked for conversations.
    let is_followed = |event: &Event| {
        let of_kind = wishes.iter().filter(|wish| wish.made.kind == EventKind::NewConversation);
        of_kind.filter(|wish| wish.removed.is_none()).any(|wish| wish.made.floor <= event.at)
    };
    for (id, truth) in standing_long(world) {
        let event = EventId::conversation_created(&id);
        let event = process.raw.event(&world.workspace().id, &event).await.expect(WHOLE);
        if let Some(event) = event.filter(|event| is_young(world, event) && is_followed(event))
            && !stands_so(&event, &truth)
        {
            let (is, says) = (standing(&truth), told(&event).map(standing));
            let what = format!("conversation {id} stands otherwise than its card says: {is:?}, not {says:?}");
            let about = vec![format!("conversation_created:{id}"), format!("conversation Some({id:?})")];
            verdict.breaches.push(Breach { promise: Promise::Untrue, what, about });
        }
    }
    check_remarks(process, world, &wishes, verdict).await;
    for wish in wishes.iter().filter(|wish| wish.removed.is_none()) {
        check_wanted(process, world, wish.made.channel, verdict).await;
    }
}

/// What a customer added to a rating stands in what was announced of it.
async fn check_remarks(process: &Process, world: &World, wishes: &[Wish], verdict: &mut Verdict) {
    let is_followed = |at: Timestamp| {
        let of_kind = wishes.iter().filter(|wish| wish.made.kind == EventKind::Rated);
        of_kind.filter(|wish| wish.removed.is_none()).any(|wish| wish.made.floor <= at)
    };
    for (id, truth) in standing_long(world) {
        let Some(rating) = desk::rating_of(&truth) else { continue };
        let event = EventId::rated(&id, rating.at);
        let event = process.raw.event(&world.workspace().id, &event).await.expect(WHOLE);
        let Some(event) = event.filter(|event| is_young(world, event) && is_followed(event.at)) else {
            continue;
        };
        let told = match &event.record {
            Record::Conversation { what: Activity::Rated(told), .. } => told.remark.as_ref(),
            _ => None,
        };
        if told != rating.remark.as_ref() {
            let what = format!("what was added to the rating of conversation {id} is not told");
            let about = vec![format!("rated:{id}"), format!("in conversation {id}")];
            verdict.breaches.push(Breach { promise: Promise::Untrue, what, about });
        }
    }
}

/// The conversations that have not moved for so long that everybody must know how they stand.
fn standing_long(world: &World) -> BTreeMap<ConversationId, Conversation> {
    let now = world.time.true_now();
    let truth = world.intercom.truth();
    let whole = truth.talks.iter().filter(|(_, talk)| talk.reading == Reading::Whole);
    let last = whole.map(|(id, talk)| (id, talk.last()));
    let long = last.filter(|(_, turn)| now.since(turn.shown_from) > SETTLES * 1000);
    long.map(|(id, turn)| (id.clone(), turn.conversation.clone())).collect()
}

fn is_young(world: &World, event: &Event) -> bool {
    world.time.true_now().seconds().minus(CARDS_LIVE) < event.at
}

fn stands_so(event: &Event, truth: &Conversation) -> bool {
    told(event).is_some_and(|told| standing(told) == standing(truth))
}

/// What the journal says of it.
fn told(event: &Event) -> Option<&Conversation> {
    match &event.record {
        Record::Conversation { conversation, .. } => Some(conversation),
        _ => None,
    }
}

/// Who has it, and whether it is done.
fn standing(one: &Conversation) -> (Option<&str>, State) {
    (one.admin_id.as_deref(), one.now.as_deref().map_or(State::Open, |now| now.state))
}

/// Whether there was time for the edit since the last thing was learnt of what the message shows.
async fn is_wanted_long(process: &Process, world: &World, edit: &WantedEdit) -> bool {
    let (workspace, numbers) = (&world.workspace().id, &edit.shape.batch.numbers);
    let shown = process.raw.entries(workspace, numbers, AmendmentNumber::LATEST).await.expect(WHOLE);
    let now = world.time.true_now();
    let moved = &world.ledger().late_names.moved;
    let last = shown.iter().filter_map(|entry| moved.get(&entry.event.id)).max();
    last.is_none_or(|last| now.since(*last) > EDITED_WITHIN)
}

/// What was wanted is done, where messages can be edited.
async fn check_wanted(
    process: &Process,
    world: &World,
    channel: deskbell_domain::ids::ChannelId,
    verdict: &mut Verdict,
) {
    let wanted = process.raw.wanted_edits(&world.workspace().id, channel, 100).await.expect(WHOLE);
    let active = process.raw.workspace_subscriptions(&world.workspace().id).await.expect(WHOLE);
    for edit in wanted {
        let is_active = active.iter().any(|one| one.id == edit.shape.batch.subscription && one.is_active());
        if is_active && is_wanted_long(process, world, &edit).await {
            let what = format!("#{channel}: message {} waits for an edit for ever", edit.message.0);
            let about = vec![format!("#{channel}")];
            verdict.breaches.push(Breach { promise: Promise::Untrue, what, about });
        }
    }
}
