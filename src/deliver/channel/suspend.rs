//! A channel that takes no messages: its subscriptions are suspended, it is probed ever more rarely, and what waited is
//! posted when it works again.
//!
//! Being closed is a property of the channel, so all its running subscriptions are suspended and taken up together. The
//! first message after a suspension is one line that says what follows; it is the probe.

use std::time::Duration;

use deskbell_domain::channel::Obstacle;
use deskbell_domain::delivery::InFlight;
use deskbell_domain::message::Message;
use deskbell_domain::port::messenger::PostOutcome;
use deskbell_domain::port::store::{ChangeOutcome, Stored};
use deskbell_domain::subscription::{Subscription, SubscriptionState, SuspendReason, Suspension};
use deskbell_text::announcement::{back_notice, on_hold_notice};
use deskbell_text::command::CommandName;
use deskbell_text::plain;
use tokio::time::Instant;

use super::consumers::Consumers;
use super::effect::Effect;
use super::flight::Fate;
use super::notice_right::{NoticeRight, Subject};
use super::probes::ProbeSchedule;
use super::record::{self, Durable};
use super::sender::{Sender, Untold};
use crate::deliver::holds::as_one;

/// Suspends the channel's running subscriptions. A batch in flight stays; that it was certainly not posted is written
/// down, so that it need not be looked for later.
pub(crate) async fn suspend(
    sender: &Sender,
    consumers: &mut Consumers,
    probes: &mut ProbeSchedule,
    obstacle: Obstacle,
) -> Stored<()> {
    let reason = SuspendReason::Channel(with_permissions(sender, probes, obstacle).await);
    for index in 0..consumers.all.len() {
        note_not_posted(sender, consumers, index).await?;
    }
    if !consumers.is_any_serving() {
        return Ok(());
    }
    let delay = probes.begin(Instant::now());
    let suspension = planned(sender, probes, reason, delay);
    let name = channel_name(sender).await;
    tracing::warn!(
        channel.id = sender.channel().0,
        channel.name = name,
        reason = plain::hold(&suspension.reason),
        "a channel takes no messages; its notifications are on hold until it does, and [Try now] below /notify list \
         tries at once"
    );
    for index in 0..consumers.all.len() {
        if consumers.all[index].is_serving() {
            let state = SubscriptionState::Suspended(suspension.clone());
            change_state(sender, consumers, index, state).await?;
        }
    }
    sender.publish(consumers);
    tell_elsewhere(sender, consumers).await
}

fn planned(sender: &Sender, probes: &ProbeSchedule, reason: SuspendReason, delay: Duration) -> Suspension {
    let since = sender.shared.parts.clock.now().seconds();
    let next_probe = since.plus(i64::try_from(delay.as_secs()).unwrap_or(i64::MAX));
    Suspension { reason, since, probes: probes.probes, next_probe, told: false }
}

/// As people know it, for the log; none where Discord does not tell.
async fn channel_name(sender: &Sender) -> Option<String> {
    sender.shared.parts.channels.name(sender.handle.guild()?, sender.channel()).await.ok()
}

/// Which permissions lack, where Discord's refusal did not say.
async fn with_permissions(sender: &Sender, probes: &mut ProbeSchedule, obstacle: Obstacle) -> Obstacle {
    let Obstacle::MissingPermissions(said) = &obstacle else { return obstacle };
    match look_at_channel(sender, probes).await {
        Ok(Some(known @ Obstacle::MissingPermissions(_))) if said.is_empty() => known,
        _ => obstacle,
    }
}

async fn look_at_channel(sender: &Sender, probes: &mut ProbeSchedule) -> Result<Option<Obstacle>, Untold> {
    let obstacle = sender.obstacle().await;
    if let Ok(seen) = &obstacle {
        probes.seen.clone_from(seen);
    }
    obstacle
}

/// The server's permissions may have changed: a suspended channel that was closed and is open now is tried at once. One
/// that looked open all the time is not: what Discord refuses there no setting tells, and servers change often.
pub(crate) async fn look_at_access(sender: &Sender, consumers: &Consumers, probes: &mut ProbeSchedule) {
    if !consumers.is_any_probed() {
        return;
    }
    let was_closed = probes.seen.is_some();
    if look_at_channel(sender, probes).await == Ok(None) && was_closed {
        probes.probe_now(Instant::now());
    }
}

async fn note_not_posted(sender: &Sender, consumers: &mut Consumers, index: usize) -> Stored<()> {
    let consumer = &mut consumers.all[index];
    let flight = consumer.state.flight();
    let certain = flight.filter(|flight| flight.fate == Fate::NotPosted && flight.record.attempts > 0);
    let Some(record) = certain.map(|flight| flight.record.clone()) else { return Ok(()) };
    if record::renew(sender, consumer, InFlight { attempts: 0, ..record }).await? == Durable::Conflict {
        consumers.conflict();
    }
    Ok(())
}

/// Writes a subscription's new state; where somebody else changed it, it is read again instead.
async fn change_state(
    sender: &Sender,
    consumers: &mut Consumers,
    index: usize,
    state: SubscriptionState,
) -> Stored<()> {
    let subscription = &mut consumers.all[index].subscription;
    let changed = Subscription { state, ..subscription.clone() };
    match sender.shared.parts.subscriptions.change_subscription(changed.clone(), None).await? {
        ChangeOutcome::Changed => {
            *subscription = Subscription { version: changed.version + 1, ..changed };
        }
        ChangeOutcome::Conflict => {
            consumers.conflict();
        }
    }
    Ok(())
}

/// Tries a suspended channel.
pub(crate) async fn probe(
    sender: &mut Sender,
    consumers: &mut Consumers,
    probes: &mut ProbeSchedule,
) -> Stored<Effect> {
    let seen = look_at_channel(sender, probes).await;
    if let Ok(Some(obstacle)) = seen {
        return probe_failed(sender, consumers, probes, Some(obstacle)).await;
    }
    let Some(line) = as_one(back_lines(sender, consumers).await?) else {
        return match seen {
            Ok(_) => take_up(sender, consumers, probes).await,
            Err(Untold) => probe_failed(sender, consumers, probes, None).await,
        };
    };
    if sender.handle.notices.claim(Subject::Back) == NoticeRight::Spent {
        // The hour's line was posted here, so the channel worked a short while ago: the batch itself is the probe.
        return take_up(sender, consumers, probes).await;
    }
    let nonce = probes.nonce(&*sender.shared.parts.random);
    match sender.post_unrecorded(&line, &nonce).await {
        Ok(outcome) => probe_answered(sender, consumers, probes, outcome).await,
        Err(error) => {
            sender.handle.notices.give_back(Subject::Back);
            Err(error)
        }
    }
}

async fn probe_answered(
    sender: &Sender,
    consumers: &mut Consumers,
    probes: &mut ProbeSchedule,
    outcome: PostOutcome,
) -> Stored<Effect> {
    if let PostOutcome::Posted { message, .. } = outcome {
        if let Some(message) = message {
            sender.remember(message).await;
        }
        return take_up(sender, consumers, probes).await;
    }
    sender.handle.notices.give_back(Subject::Back);
    match outcome {
        PostOutcome::Closed(obstacle) => probe_failed(sender, consumers, probes, Some(obstacle)).await,
        PostOutcome::Unknown if probes.is_unanswered_for_good() => {
            probe_failed(sender, consumers, probes, None).await
        }
        PostOutcome::Unknown => {
            probes.unanswered(&*sender.shared.parts.random, Instant::now());
            Ok(Effect::LookAgain)
        }
        PostOutcome::Unauthorized => Ok(Effect::Halt),
        PostOutcome::Unexplained { .. } => probe_failed(sender, consumers, probes, None).await,
        // A refusal is about the line, not about the channel.
        PostOutcome::Refused { .. } => take_up(sender, consumers, probes).await,
        PostOutcome::RateLimited { .. } | PostOutcome::TurnedAway { .. } | PostOutcome::Posted { .. } => {
            Ok(Effect::LookAgain)
        }
    }
}

/// A line for each suspended subscription for which something waits.
async fn back_lines(sender: &Sender, consumers: &Consumers) -> Stored<Vec<Message>> {
    let mut lines = Vec::new();
    for consumer in consumers.all.iter().filter(|consumer| consumer.probed_suspension().is_some()) {
        let (subscription, cursor) = (&consumer.subscription, consumer.cursor);
        let backlog = sender.shared.parts.deliveries.backlog(subscription, cursor).await?;
        if let Some(since) = backlog.since {
            lines.push(back_notice(subscription.kind, backlog.count, since));
        }
    }
    Ok(lines)
}

/// A probe got through: what was on hold goes on.
async fn take_up(sender: &Sender, consumers: &mut Consumers, probes: &mut ProbeSchedule) -> Stored<Effect> {
    for index in 0..consumers.all.len() {
        if consumers.all[index].probed_suspension().is_some() {
            change_state(sender, consumers, index, SubscriptionState::Active).await?;
        }
    }
    let name = channel_name(sender).await;
    tracing::info!(channel.id = sender.channel().0, channel.name = name, "a channel takes messages again");
    if let Some(guild) = sender.handle.guild() {
        sender.shared.holds.withdraw(guild, sender.channel());
    }
    probes.end(Instant::now());
    sender.publish(consumers);
    Ok(Effect::LookAgain)
}

async fn probe_failed(
    sender: &Sender,
    consumers: &mut Consumers,
    probes: &mut ProbeSchedule,
    obstacle: Option<Obstacle>,
) -> Stored<Effect> {
    let delay = probes.failed(Instant::now());
    for index in 0..consumers.all.len() {
        let Some(present) = consumers.all[index].probed_suspension().cloned() else { continue };
        let reason = obstacle.clone().map_or_else(|| present.reason.clone(), SuspendReason::Channel);
        let planned = planned(sender, probes, reason, delay);
        let suspension = Suspension { since: present.since, told: present.told, ..planned };
        change_state(sender, consumers, index, SubscriptionState::Suspended(suspension)).await?;
    }
    tell_elsewhere(sender, consumers).await?;
    Ok(Effect::LookAgain)
}

/// Tells in another working channel what is suspended here; where there is none it is tried with the next probe.
async fn tell_elsewhere(sender: &Sender, consumers: &Consumers) -> Stored<()> {
    let untold = || {
        let suspended = consumers.all.iter().filter_map(|one| Some((one, one.probed_suspension()?)));
        suspended.filter(|(_, suspension)| !suspension.told)
    };
    let Some(guild) = untold().next().map(|(consumer, _)| consumer.subscription.guild) else {
        return Ok(());
    };
    let parts = &sender.shared.parts;
    let mut lines = Vec::new();
    for (consumer, suspension) in untold() {
        let subscription = &consumer.subscription;
        let waiting = parts.deliveries.backlog(subscription, consumer.cursor).await?.count;
        let list = parts.command_ids.mention(CommandName::NotifyList);
        let (kind, channel) = (subscription.kind, subscription.channel);
        lines.push(on_hold_notice(kind, channel, &suspension.reason, waiting, &list));
    }
    if let Some(message) = as_one(lines) {
        sender.shared.holds.hand_in(guild, sender.channel(), message);
    }
    Ok(())
}

/// The notice was posted.
pub(crate) async fn mark_told(sender: &Sender, consumers: &mut Consumers) -> Stored<()> {
    for index in 0..consumers.all.len() {
        let suspension = consumers.all[index].probed_suspension();
        if let Some(suspension) = suspension.filter(|suspension| !suspension.told).cloned() {
            let told = Suspension { told: true, ..suspension };
            change_state(sender, consumers, index, SubscriptionState::Suspended(told)).await?;
        }
    }
    Ok(())
}
