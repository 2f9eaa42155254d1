//! A batch whose fate is open: sent again with the same nonce while Discord recognises it, looked for in the channel
//! when it may not do so any more, and when another process has sent it. What is not found there, or cannot be looked
//! for, is sent again, and counted: somebody may have deleted it (exception (a) of the promise in ARCHITECTURE.md).

use deskbell_domain::connection::Sight;
use deskbell_domain::delivery::{InFlight, Reference, Source, Verdict};
use deskbell_domain::event::Entry;
use deskbell_domain::ids::MessageId;
use deskbell_domain::mention::Call;
use deskbell_domain::message::Message;
use deskbell_domain::port::messenger::{FindOutcome, Passed, Sought};
use deskbell_domain::port::store::Stored;
use deskbell_domain::subscription::Subscription;
use deskbell_domain::time::UnixMillis;
use deskbell_text::announcement::for_batch;
use tokio::time::Instant;

use super::audience::Privacy;
use super::consumer::Consumer;
use super::duplicates::{count, count_absent};
use super::effect::Effect;
use super::entries;
use super::flight::{Attempt, Due, Fate, Refused};
use super::record::{self, Durable};
use super::refuse::give_up;
use super::send::send;
use super::sender::Sender;
use super::settle::settle;
use super::state::Next;
use crate::deliver::parts::DeliveryParts;
use crate::deliver::reachability::Failure;

/// How long before the first attempt the look into the history begins: Discord's clock may be behind ours.
const LOOK_BACK_MS: i64 = 60_000;
/// By how much this machine's clock may have been ahead when the record was made, where no older message of ours is known.
const CLOCK_AHEAD_MS: i64 = 24 * 60 * 60 * 1000;

/// Takes up a batch in flight: of this process, of one that was killed, or of a channel that was suspended.
pub(crate) async fn resume(sender: &mut Sender, consumer: &mut Consumer) -> Stored<Effect> {
    let now = sender.shared.parts.clock.now();
    let Some(due) = consumer.state.due(now, Instant::now()) else { return Ok(Effect::LookAgain) };
    let Some(record) = consumer.state.flight().map(|flight| flight.record.clone()) else {
        return Ok(Effect::LookAgain);
    };
    let shown = match due {
        Due::Send(attempt) => renewed(sender, consumer, &record, attempt).await?,
        Due::Find | Due::Decide(_) => record.clone(),
    };
    let entries = entries::of_record(sender, consumer, &shown).await?;
    if entries.is_empty() {
        return Ok(settle(sender, consumer, Verdict::Vanished));
    }
    match due {
        Due::Decide(refused) => decide(sender, consumer, &entries, refused).await,
        Due::Find => look_for(sender, consumer, &entries).await,
        Due::Send(_) => {
            // Nothing is sent without a write before: another process may have taken the work.
            if shown == record {
                sender.shared.parts.cluster.confirm().await?;
            } else if record::renew(sender, consumer, shown).await? == Durable::Conflict {
                return Ok(Effect::Conflict);
            }
            send(sender, consumer, &entries).await
        }
    }
}

/// The record as it goes out now. The time of the first attempt, and with it what is known of the events, is renewed only
/// where the batch was certainly not posted. A channel that became public makes the batch private: Discord recognises the
/// nonce, not the body.
async fn renewed(
    sender: &mut Sender,
    consumer: &Consumer,
    record: &InFlight,
    attempt: Attempt,
) -> Stored<InFlight> {
    let mut renewed = record.clone();
    renewed.private |= sender.privacy(&consumer.subscription).await == Privacy::Private;
    match attempt {
        Attempt::First => {
            let now = sender.shared.parts.clock.now();
            renewed.first_attempt = now;
            renewed.mention = record.mention.map(|call| Call { at: now, ..call });
            renewed.attempts = 1;
            renewed.amended = entries::last_amendment(sender, consumer).await?;
        }
        // Nothing is sent before the store has taken a write again.
        Attempt::Repeated if sender.shared.is_unwritable() => {
            renewed.attempts = record.attempts.saturating_add(1);
        }
        Attempt::Repeated => {}
    }
    Ok(renewed)
}

async fn look_for(sender: &mut Sender, consumer: &mut Consumer, entries: &[Entry]) -> Stored<Effect> {
    let outcome = find(sender, consumer, entries).await?;
    if consumer.state.flight().is_some_and(|flight| flight.fate == Fate::Unnamed) {
        // It is looked for once: it stands there whatever comes of that, and is never sent again.
        let message = match outcome {
            FindOutcome::Found(message) => Some(message),
            _ => None,
        };
        return Ok(settle(sender, consumer, Verdict::Posted(message)));
    }
    match outcome {
        FindOutcome::Found(message) => Ok(settle(sender, consumer, Verdict::Posted(Some(message)))),
        FindOutcome::Absent => match consumer.state.flight_mut() {
            // If the clock is right Discord recognises it, should it come yet.
            Some(flight) if !flight.seems_old(sender.shared.parts.clock.now(), Instant::now()) => {
                flight.repeats(Instant::now());
                Ok(Effect::LookAgain)
            }
            _ => start_over(sender, consumer).await,
        },
        FindOutcome::Unreadable => Ok(send_unseen(sender, consumer).await),
        later => Ok(look_later(sender, consumer, later).await),
    }
}

/// What was refused after a try of unknown fate: it counts as refused only if it was not posted before.
async fn decide(
    sender: &mut Sender,
    consumer: &mut Consumer,
    entries: &[Entry],
    refused: Refused,
) -> Stored<Effect> {
    match find(sender, consumer, entries).await? {
        FindOutcome::Found(message) => Ok(settle(sender, consumer, Verdict::Posted(Some(message)))),
        FindOutcome::Absent => match consumer.state.refused_and_absent(refused, Instant::now()) {
            Next::GiveUp(refused) => give_up(sender, consumer, entries, refused).await,
            _ => Ok(Effect::LookAgain),
        },
        FindOutcome::Unreadable => give_up_unseen(sender, consumer, entries, refused).await,
        later => Ok(look_later(sender, consumer, later).await),
    }
}

/// Discord did not answer what was asked of the history.
async fn look_later(sender: &mut Sender, consumer: &mut Consumer, outcome: FindOutcome) -> Effect {
    let failure = match outcome {
        FindOutcome::TurnedAway { after } => Failure::TurnedAway(after, Passed::No),
        _ => Failure::Unanswered,
    };
    sender.did_not_pass(failure).await;
    let now = Instant::now();
    match (consumer.state.flight_mut(), failure) {
        (Some(flight), Failure::TurnedAway(..)) => flight.try_after(sender.blocked, now),
        (Some(flight), Failure::Unanswered) => {
            flight.wait_before_repeat(&*sender.shared.parts.random, now);
        }
        (None, _) => {}
    }
    Effect::LookAgain
}

/// It is refused, and nobody can look whether it was posted before: what becomes of it bears that in mind.
async fn give_up_unseen(
    sender: &mut Sender,
    consumer: &mut Consumer,
    entries: &[Entry],
    refused: Refused,
) -> Stored<Effect> {
    let obstacle = sender.obstacle().await;
    let Some(flight) = consumer.state.flight_mut() else { return Ok(Effect::LookAgain) };
    if let Ok(Some(obstacle)) = obstacle {
        flight.refused = None;
        return Ok(Effect::Suspend(obstacle));
    }
    flight.record.may_stand.get_or_insert(flight.record.first_attempt);
    give_up(sender, consumer, entries, refused).await
}

/// Looks from a minute before the first attempt; where that finds nothing also from a day earlier, or from the oldest
/// message known to be ours if that is older still, for the record's time is worth nothing if this machine's clock was
/// wrong. Then nobody can tell by the time which messages are older than the batch, so only its reference counts; one
/// that bears none and says the same may be it.
async fn find(sender: &Sender, consumer: &Consumer, entries: &[Entry]) -> Stored<FindOutcome> {
    let (Some(flight), Some(first)) = (consumer.state.flight(), entries.first()) else {
        return Ok(FindOutcome::Absent);
    };
    let parts = &sender.shared.parts;
    let channel = sender.channel();
    let known = parts.deliveries.own_messages(&consumer.subscription.home(), channel).await?;
    let record = &flight.record;
    let begun = record.may_stand.map_or(record.first_attempt, |since| since.min(record.first_attempt));
    let oldest = known.last().map(|message| message.made_at());
    let older = known.iter().filter(|message| message.made_at() <= begun).max().copied();
    let since = UnixMillis(begun.0.saturating_sub(LOOK_BACK_MS));
    let sought = Sought {
        reference: Reference::of(&first.event.id, consumer.subscription.id),
        since,
        forms: forms(parts, &consumer.subscription, record, entries),
        line_after: older.unwrap_or(MessageId(0)),
        known,
    };
    let found = parts.messenger.find(channel, &sought).await;
    let (FindOutcome::Absent, Some(oldest)) = (&found, oldest) else { return Ok(found) };
    let oldest = oldest.min(UnixMillis(since.0.saturating_sub(CLOCK_AHEAD_MS)));
    let by_reference = Sought { since: oldest, forms: Vec::new(), ..sought.clone() };
    match parts.messenger.find(channel, &by_reference).await {
        FindOutcome::Unreadable => return Ok(FindOutcome::Absent),
        FindOutcome::Absent => {}
        found => return Ok(found),
    }
    let by_line = Sought { since: oldest, line_after: MessageId(0), ..sought };
    Ok(match parts.messenger.find(channel, &by_line).await {
        FindOutcome::Found(_) => FindOutcome::Unreadable,
        found => found,
    })
}

/// It is not there: the same again, as if for the first time. Whether it was never posted, or somebody deleted it
/// meanwhile, nobody can tell, so it is counted.
async fn start_over(sender: &mut Sender, consumer: &mut Consumer) -> Stored<Effect> {
    let Some(record) = consumer.state.flight().map(|flight| flight.record.clone()) else {
        return Ok(Effect::LookAgain);
    };
    let first_attempt = sender.shared.parts.clock.now();
    let amended = entries::last_amendment(sender, consumer).await?;
    let mention = record.mention.map(|call| Call { at: first_attempt, ..call });
    let renewed = InFlight { first_attempt, attempts: 1, may_stand: None, amended, mention, ..record };
    if record::renew(sender, consumer, renewed).await? == Durable::Conflict {
        return Ok(Effect::Conflict);
    }
    if let Some(flight) = consumer.state.flight_mut() {
        flight.starts_over(Instant::now());
    }
    count_absent(sender, consumer);
    Ok(Effect::LookAgain)
}

/// Nobody can look. If that is because the channel is closed, its fate stays open until it is not.
async fn send_unseen(sender: &Sender, consumer: &mut Consumer) -> Effect {
    if let Ok(Some(obstacle)) = sender.obstacle().await {
        return Effect::Suspend(obstacle);
    }
    count(sender, consumer);
    // Its fate stays open: if it is refused now, it may be in the channel all the same.
    if let Some(flight) = consumer.state.flight_mut() {
        flight.unseen = Some(Instant::now());
    }
    Effect::LookAgain
}

/// As what a batch may have been sent: it turns private when its channel becomes public between two tries, and loses names
/// or gets them when the server's token may read less or more. A dead letter is known by its reference alone: what says the
/// same may be a later message, and to take that for it loses the event.
fn forms(
    parts: &DeliveryParts,
    subscription: &Subscription,
    record: &InFlight,
    entries: &[Entry],
) -> Vec<Message> {
    let form = |private, entries: &[Entry]| {
        let record = InFlight { private, ..record.clone() };
        for_batch(subscription, &record, entries, parts.shown())
    };
    let mut nameless = entries.to_vec();
    for entry in &mut nameless {
        Sight::None.limit(&mut entry.event.record);
    }
    let seen = parts.seen(subscription.guild, entries);
    match record.source {
        Source::Journal => {
            vec![form(false, &seen), form(true, &seen), form(false, entries), form(false, &nameless)]
        }
        Source::DeadLetter(_) => Vec::new(),
    }
}
