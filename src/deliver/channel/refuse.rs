//! What becomes of a batch that never gets through: a picture that Discord refuses is left out; else it is cut in halves
//! until one event is left. That is tried once more as a plain card, without a word from outside, and then set aside.

use deskbell_domain::delivery::{InFlight, Layout, Nonce, Verdict};
use deskbell_domain::event::Entry;
use deskbell_domain::message::Message;
use deskbell_domain::port::messenger::PostOutcome;
use deskbell_domain::port::store::Stored;
use deskbell_text::announcement::set_aside_notice;
use deskbell_text::command::CommandName;
use tokio::time::Instant;

use super::consumer::Consumer;
use super::duplicates::count_absent;
use super::effect::Effect;
use super::entries as events;
use super::flight::{Fate, Flight, Refused};
use super::notice_right::{NoticeRight, Subject};
use super::one_off::{OneOffMessage, Purpose};
use super::pictures;
use super::record::{self, Durable};
use super::sender::Sender;
use super::settle::settle;
use super::suspicion::Suspicion;
use crate::deliver::{reachability, retry};

/// What is refused is shown without what was refused, until what is left is one event that can never be posted.
pub(crate) async fn give_up(
    sender: &mut Sender,
    consumer: &mut Consumer,
    entries: &[Entry],
    refused: Refused,
) -> Stored<Effect> {
    let Some(record) = consumer.state.flight().map(|flight| flight.record.clone()) else {
        return Ok(Effect::LookAgain);
    };
    if let Refused::Said(reason) = &refused
        && record.may_stand.is_none()
        && let Some(form) = pictures::without_refused(&record, entries, reason)
    {
        return leave_pictures_out(sender, consumer, form).await;
    }
    match refused {
        refused if record.numbers.len() > 1 => halve(sender, consumer, record, &refused).await,
        // What may stand in the channel already must not come there as a plain card too.
        Refused::Said(_) if record.layout != Layout::Plain && record.may_stand.is_none() => {
            make_plain(sender, consumer, record).await
        }
        Refused::Said(reason) => {
            tell_in_its_place(sender, entries);
            Ok(set_aside(sender, consumer, entries, reason))
        }
        Refused::Unsaid(_) if record.layout != Layout::Plain => make_plain(sender, consumer, record).await,
        Refused::Unsaid(reason) => set_aside_if_others_pass(sender, consumer, entries, &record, reason).await,
    }
}

/// A picture that Discord does not take costs the picture, and nothing else.
async fn leave_pictures_out(sender: &mut Sender, consumer: &mut Consumer, form: InFlight) -> Stored<Effect> {
    tracing::warn!(
        subscription.id = form.subscription.0,
        pictures = form.without_picture.len(),
        "Discord does not take a picture, which is left out"
    );
    go_on_as(sender, consumer, form, Suspicion::default()).await
}

/// One of several events is refused: the first half goes on as a batch of its own, the rest waits again.
async fn halve(
    sender: &mut Sender,
    consumer: &mut Consumer,
    whole: InFlight,
    refused: &Refused,
) -> Stored<Effect> {
    let numbers = whole.numbers[..whole.numbers.len().div_ceil(2).min(whole.numbers.len() - 1)].to_vec();
    tracing::warn!(
        subscription.id = whole.subscription.0,
        events = numbers.len(),
        generation = whole.generation + 1,
        "Discord takes no batch with these events, which is cut in halves"
    );
    let suspicion = match (refused, sender.blocked) {
        (Refused::Unsaid(_), Some(blocked)) => Suspicion::of_part(blocked.reachability, Instant::now()),
        _ => Suspicion::default(),
    };
    let doubt = whole.may_stand.zip(whole.numbers.last().copied());
    let cursor_after = numbers[numbers.len() - 1];
    let half = InFlight { cursor_after, numbers, ..whole };
    let effect = go_on_as(sender, consumer, half, suspicion).await?;
    // Until the half is durable the whole is in flight, which is looked for as it is.
    if let Some((since, until)) = doubt.filter(|_| effect == Effect::LookAgain) {
        consumer.doubt_until(until, since);
    }
    Ok(effect)
}

/// One silent line says where the card would stand that it does not.
fn tell_in_its_place(sender: &Sender, entries: &[Entry]) {
    let Some(entry) = entries.first() else { return };
    if sender.handle.notices.claim(Subject::SetAside) == NoticeRight::Granted {
        let nonce = Nonce::of_notice(sender.shared.parts.random.number());
        let message = line_in_its_place(sender, entry);
        sender.handle.send(OneOffMessage { message, nonce, purpose: Purpose::SetAside });
    }
}

fn line_in_its_place(sender: &Sender, entry: &Entry) -> Message {
    let failed = sender.shared.parts.command_ids.mention(CommandName::NotifyFailed);
    set_aside_notice(entry.event.kind(), &failed)
}

fn set_aside(sender: &Sender, consumer: &mut Consumer, entries: &[Entry], reason: String) -> Effect {
    let Some(entry) = entries.first() else { return settle(sender, consumer, Verdict::Vanished) };
    tracing::error!(
        subscription.id = consumer.subscription.id.0,
        journal.number = entry.number.0,
        reason,
        "an event cannot be posted and was set aside; /notify failed shows it, with [Try again] and [Drop]"
    );
    let event = Box::new(entry.event.clone());
    settle(sender, consumer, Verdict::Dead { event, reason })
}

/// The only event is shown without a word from outside.
async fn make_plain(sender: &mut Sender, consumer: &mut Consumer, full: InFlight) -> Stored<Effect> {
    tracing::warn!(
        subscription.id = full.subscription.0,
        "Discord does not take the card of an event, which is tried as a plain one"
    );
    let plain = InFlight { layout: Layout::Plain, ..full };
    go_on_as(sender, consumer, plain, Suspicion::default()).await
}

/// Goes on with another form of what is in flight. Another part of it has another nonce. The same events keep theirs, so
/// that an earlier attempt whose fate was unknown, and that arrives late, is not posted beside this form.
async fn go_on_as(
    sender: &mut Sender,
    consumer: &mut Consumer,
    form: InFlight,
    suspicion: Suspicion,
) -> Stored<Effect> {
    let is_same = consumer.state.flight().is_some_and(|flight| flight.record.numbers == form.numbers);
    let form = if is_same {
        InFlight { attempts: 1, ..form }
    } else {
        let amended = events::last_amendment(sender, consumer).await?;
        part(sender, InFlight { amended, ..form })
    };
    let was_open = consumer.state.flight().is_some_and(|flight| flight.fate == Fate::Open);
    if record::renew(sender, consumer, form.clone()).await? == Durable::Conflict {
        return Ok(Effect::Conflict);
    }
    if was_open {
        // While it is still the old form's flight.
        count_absent(sender, consumer);
    }
    sender.pace.starts_anew();
    let now = Instant::now();
    let flight =
        if form.may_stand.is_some() { Flight::of_unseen(form, now) } else { Flight::begun(form, now) };
    consumer.state.begin(Flight { suspicion, ..flight });
    Ok(Effect::LookAgain)
}

/// A part as a batch of its own.
fn part(sender: &Sender, form: InFlight) -> InFlight {
    let (first, last) = (form.numbers[0], form.numbers[form.numbers.len() - 1]);
    let generation = form.generation + 1;
    InFlight {
        generation,
        nonce: Nonce::of(form.subscription, first, last, generation),
        first_attempt: sender.shared.parts.clock.now(),
        attempts: 1,
        ..form
    }
}

/// Even a plain card does not get through. Only if the channel takes a line in its place is the event to blame; the line
/// says what became of it. Otherwise it is the channel, and nothing is set aside.
async fn set_aside_if_others_pass(
    sender: &mut Sender,
    consumer: &mut Consumer,
    entries: &[Entry],
    record: &InFlight,
    reason: String,
) -> Stored<Effect> {
    let Some(entry) = entries.first() else { return Ok(settle(sender, consumer, Verdict::Vanished)) };
    let line = line_in_its_place(sender, entry);
    let nonce = Nonce::of(record.subscription, entry.number, entry.number, u32::MAX);
    if let PostOutcome::Posted { message, .. } = sender.post_unrecorded(&line, &nonce).await? {
        if let Some(message) = message {
            sender.remember(message).await;
        }
        return Ok(set_aside(sender, consumer, entries, reason));
    }
    acquit(sender, consumer);
    Ok(Effect::LookAgain)
}

/// The event waits as it is, longer each time.
fn acquit(sender: &Sender, consumer: &mut Consumer) {
    let Some(flight) = consumer.state.flight_mut() else { return };
    let is_known_absent = flight.fate == Fate::Open && flight.record.may_stand.is_none();
    if is_known_absent {
        flight.fate = Fate::NotPosted;
    }
    flight.acquitted += 1;
    let pause = retry::ACQUITTAL.after(flight.acquitted);
    flight.acquit(pause, Instant::now());
    reachability::put_off(&sender.shared, sender.channel(), pause);
    if is_known_absent {
        count_absent(sender, consumer);
    }
}
