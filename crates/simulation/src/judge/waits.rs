//! Customers who waited, as those who made them wait kept it: each is told once for each step that somebody asked for,
//! while it lasts, and known by its first words.

use deskbell_domain::conversation::{Activity, Closing, Ended, State, Unanswered};
use deskbell_domain::event::{Entry, Event, EventId, Record};
use deskbell_domain::ids::ConversationId;
use deskbell_domain::office_hours::OpenTime;
use deskbell_domain::port::store::Journal as _;
use deskbell_domain::threshold::Threshold;
use deskbell_domain::time::{Timestamp, UnixMillis};

use super::happened::{Happened, Key};
use super::verdict::Verdict;
use crate::intercom::{Reading, Talk, Truth, Waited};
use crate::ledger::{Breach, Promise};
use crate::process::Process;
use crate::time::SECOND;
use crate::world::World;

/// How far before the end nothing is asked yet, in seconds: a reading may not have come since.
const SETTLES: i64 = 7 * 3600;

/// The waits that lasted past a step.
pub(super) fn happened(truth: &Truth, step: Threshold) -> Vec<Happened> {
    let readable = truth.talks.iter().filter(|(_, talk)| talk.reading == Reading::Whole);
    let found = readable.flat_map(|(id, talk)| {
        let waits = talk.waits.all.iter().filter(|wait| !wait.is_blurred);
        waits.filter_map(move |wait| lasted(id, talk, wait, step, &truth.open))
    });
    found.collect()
}

fn lasted(
    id: &ConversationId,
    talk: &Talk,
    wait: &Waited,
    step: Threshold,
    open: &OpenTime,
) -> Option<Happened> {
    let (stretch, over) = wait.reaches(step, open)?;
    let turn = talk.turns.iter().find(|turn| turn.at() >= stretch.from)?;
    Some(Happened {
        key: Key::Wait(id.clone(), known_by(id, wait), step),
        at: wait.may_reach(step, open)?,
        shown_from: turn.shown_from.max(millis(over)),
        shown_to: stretch.until.map(millis),
        excuse: None,
    })
}

/// What became of each wait that was told stands beside it in the end, so that its card says so.
pub(super) async fn check_ended(process: &Process, world: &World, verdict: &mut Verdict) {
    for (event, how, at) in ended_long_ago(world) {
        let now = process.raw.event(&world.workspace().id, &event).await;
        let now = now.expect("the judge reads the engine itself, in which no fault is planned");
        let Some(Unanswered { since, ended, .. }) = now.as_ref().and_then(told) else { continue };
        let lasted = world.intercom.truth().open.open_seconds(*since, at);
        // What was closed without a word may have been opened before anybody looked, and answered then.
        let is_so = |ended: &Ended| how == Closing::Closed || (ended.how, ended.seconds) == (how, lasted);
        if !ended.as_ref().is_some_and(is_so) {
            let what = format!("{event} ended after {lasted} s, {how:?}, and its card says {ended:?}");
            verdict.breaches.push(Breach { promise: Promise::Untrue, what, about: vec![event.to_string()] });
        }
    }
}

/// Waits that somebody was told of, and that were over long before the end. Those that some reading shows otherwise are left
/// out, and those that were closed without a word and opened again: nothing tells that they are over.
fn ended_long_ago(world: &World) -> Vec<(EventId, Closing, Timestamp)> {
    let (truth, ledger) = (world.intercom.truth(), world.ledger());
    let long_ago = world.time.true_now().seconds().minus(SETTLES);
    let is_followed = |event: &Event| {
        let mut there = ledger.wishes.values().filter(|wish| wish.removed.is_none());
        there.any(|wish| wish.made.takes(event.kind(), event.threshold()) && wish.made.floor <= event.at)
    };
    let of_waits = ledger.journal.iter().map(|entry| &entry.event).filter(|event| is_followed(event));
    let ended = of_waits.filter_map(|event| {
        let Record::Conversation { conversation, .. } = &event.record else { return None };
        let talk = truth.talks.get(&conversation.id)?;
        let known = known(event, told(event)?.threshold)?;
        let mut waits = talk.waits.all.iter().filter(|wait| !wait.is_blurred && !wait.was_closed);
        let wait = waits.find(|wait| known_by(&conversation.id, wait) == known)?;
        let (at, how) = wait.ended.filter(|(at, _)| *at < long_ago)?;
        let is_closed = talk.last().conversation.now.as_ref().is_some_and(|now| now.state == State::Closed);
        (how == Closing::Answered || is_closed).then(|| (event.id.clone(), how, at))
    });
    ended.collect()
}

fn told(event: &Event) -> Option<&Unanswered> {
    match &event.record {
        Record::Conversation { what: Activity::Unanswered(told), .. } => Some(told),
        _ => None,
    }
}

/// By what the wait is known of which an event tells that this step of it is over.
fn known(event: &Event, step: Threshold) -> Option<String> {
    let told = event.id.to_string();
    let known = told.strip_prefix("unanswered:")?.strip_suffix(&format!(":{step}"))?;
    Some(known.to_owned())
}

/// By what a wait is known for ever.
fn known_by(id: &ConversationId, wait: &Waited) -> String {
    wait.begun_by.as_ref().map_or_else(|| format!("conversation-{id}"), ToString::to_string)
}

/// Which wait an entry tells of.
pub(super) fn key(
    truth: &Truth,
    (id, talk): (&ConversationId, &Talk),
    entry: &Entry,
    step: Threshold,
) -> Result<Key, &'static str> {
    let known = known(&entry.event, step).ok_or("no step of a wait")?;
    let waits = &talk.waits.all;
    let key = Key::Wait(id.clone(), known.clone(), step);
    let Some(wait) = waits.iter().find(|wait| known_by(id, wait) == known && !wait.is_blurred) else {
        let is_blurred = waits.iter().any(|wait| wait.is_blurred);
        return if is_blurred { Ok(key) } else { Err("no wait began there") };
    };
    let at = entry.event.at;
    if !wait.stretches.iter().any(|stretch| stretch.has(at)) {
        return Err("nobody waited then");
    }
    let (earliest, surely) = (wait.may_reach(step, &truth.open), wait.reaches(step, &truth.open));
    if earliest.is_none_or(|earliest| at < earliest) || surely.is_some_and(|(_, over)| at > over) {
        return Err("its time was not over then");
    }
    Ok(key)
}

fn millis(at: Timestamp) -> UnixMillis {
    UnixMillis(at.0 * SECOND)
}
