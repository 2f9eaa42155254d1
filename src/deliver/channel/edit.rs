//! Keeps posted cards true: edits a message that no longer shows what is known, once nothing is left to post.
//!
//! An edit is a wanted state, not an event: it may be repeated, skipped where another follows, and never rings. A message
//! is edited in the shape in which it was posted, so that a card without personal data never becomes whole.

use std::collections::BTreeMap;
use std::time::Duration;

use deskbell_domain::backoff::Backoff;
use deskbell_domain::delivery::InFlight;
use deskbell_domain::event::Entry;
use deskbell_domain::ids::{AmendmentNumber, MessageId};
use deskbell_domain::message::Message;
use deskbell_domain::port::messenger::EditOutcome;
use deskbell_domain::port::store::{EditEnd, Stored, WantedEdit};
use deskbell_domain::subscription::{Detail, Subscription, SubscriptionState};
use deskbell_text::announcement::for_batch;
use tokio::time::{Instant, timeout};

use super::audience::Privacy;
use super::consumer::Bound;
use super::consumers::Consumers;
use super::sender::Sender;
use crate::deliver::pace::ChannelPace;

/// The Messenger ends within 15 s; a worker does not stand still should it not.
const PATIENCE: Duration = Duration::from_secs(20);
/// One message is edited once in this time: what moves often is shown as it stands then.
const BETWEEN_EDITS: Duration = Duration::from_secs(30);
/// So often a message is tried: after a day or so it stays as it is.
const MOST_FAILURES: u32 = 100;
/// How many messages are looked at for one that may be edited.
const LOOKED_AT: usize = 100;
/// The pause after an edit that failed: 5, 10, 20 s … 10 minutes.
const AGAIN: Backoff = Backoff::new(Duration::from_secs(5), Duration::from_mins(10));

/// When messages of a channel may be edited, as far as this process knows.
#[derive(Default)]
pub(crate) struct EditSchedule {
    pace: ChannelPace,
    /// What was tried lately, as long as that matters.
    tried: BTreeMap<MessageId, Tried>,
}

/// The last try to edit a message.
#[derive(Debug, Clone, Copy)]
struct Tried {
    /// When the next may be made.
    next: Instant,
    /// How often in a row it failed.
    failures: u32,
}

/// What became of looking for a message to edit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Edited {
    /// One was dealt with.
    One,
    /// There is one, and not now.
    Later(Instant),
    /// There is none.
    Nothing,
}

impl EditSchedule {
    /// When this message may be edited.
    fn due(&self, message: MessageId, now: Instant) -> Instant {
        self.tried.get(&message).map_or(now, |tried| tried.next)
    }

    /// Of those that may be edited now the ones that failed least, so that one that Discord does not take lets others go
    /// first; else the next.
    fn place(&self, message: MessageId, now: Instant) -> (bool, u32, Instant) {
        let (due, tried) = (self.due(message, now), self.tried.get(&message));
        let is_early = due > now;
        (is_early, tried.filter(|_| !is_early).map_or(0, |tried| tried.failures), due)
    }

    fn spend(&mut self, message: MessageId, now: Instant) {
        self.tried.retain(|_, tried| tried.next > now || tried.failures > 0);
        let failures = self.tried.get(&message).map_or(0, |tried| tried.failures);
        self.tried.insert(message, Tried { next: now + BETWEEN_EDITS, failures });
        self.pace.spend(now);
    }

    /// It is to be repeated: whatever is the matter with this message, others have their turn first. A pause that Discord
    /// asks for is one for all of them.
    fn failed(&mut self, message: MessageId, asked_for: Option<Duration>, now: Instant) -> Option<EditEnd> {
        let tried = self.tried.entry(message).or_insert(Tried { next: now, failures: 0 });
        tried.failures = tried.failures.saturating_add(1);
        tried.next = now + asked_for.unwrap_or_else(|| AGAIN.after(tried.failures)).max(BETWEEN_EDITS);
        if let Some(pause) = asked_for {
            self.pace.hold(now + pause);
        }
        (tried.failures >= MOST_FAILURES).then_some(EditEnd::Done)
    }

    fn ended(&mut self, message: MessageId) {
        if let Some(tried) = self.tried.get_mut(&message) {
            tried.failures = 0;
        }
    }
}

/// Edits the first message that is to be edited and may be.
pub(crate) async fn edit_next(
    sender: &mut Sender,
    consumers: &Consumers,
    schedule: &mut EditSchedule,
    now: Instant,
) -> Stored<Edited> {
    let parts = &sender.shared.parts;
    let wanted = parts.edits.wanted_edits(&parts.workspace.id, sender.channel(), LOOKED_AT).await?;
    let mut possible = Vec::new();
    for edit in wanted {
        match subscription_of(&edit, consumers) {
            Whose::Served(subscription) => possible.push((subscription, edit)),
            Whose::OnHold => {}
            Whose::Nobodys => {
                parts.edits.end_edit(&edit, EditEnd::Gone).await?;
                return Ok(Edited::One);
            }
        }
    }
    let Some((subscription, edit)) =
        possible.iter().min_by_key(|(_, edit)| schedule.place(edit.message, now))
    else {
        return Ok(Edited::Nothing);
    };
    let silent = now + parts.pace.silent_for(now);
    let due = schedule.due(edit.message, now).max(schedule.pace.ready_at(now)).max(silent);
    if due > now {
        return Ok(Edited::Later(due));
    }
    let end = match new_state(sender, subscription, edit).await? {
        NewState::Gone => Some(EditEnd::Gone),
        NewState::AsItIs => Some(EditEnd::Done),
        NewState::NotKnown => schedule.failed(edit.message, None, now),
        NewState::Other(message) => {
            let cluster = &sender.shared.parts.cluster;
            cluster.confirm().await?;
            cluster.may_send()?;
            send(sender, schedule, edit, &message).await
        }
    };
    if let Some(end) = end {
        schedule.ended(edit.message);
        sender.shared.parts.edits.end_edit(edit, end).await?;
    }
    Ok(Edited::One)
}

/// For whom a message was posted.
enum Whose {
    /// For this notification, with what it was set to then.
    Served(Box<Subscription>),
    /// For one for which nothing can be posted now: nothing of it is edited either.
    OnHold,
    /// For none that there is any more, or none of a server that sees the workspace: it is never edited again.
    Nobodys,
}

fn subscription_of(edit: &WantedEdit, consumers: &Consumers) -> Whose {
    let mut all = consumers.all.iter();
    let Some(of) = all.find(|one| one.subscription.id == edit.shape.batch.subscription) else {
        return Whose::Nobodys;
    };
    match &of.subscription.state {
        _ if of.bound == Bound::Elsewhere => Whose::Nobodys,
        SubscriptionState::Suspended(suspension) if !suspension.reason.can_be_probed() => Whose::Nobodys,
        SubscriptionState::Suspended(_) => Whose::OnHold,
        SubscriptionState::Active | SubscriptionState::Paused { .. } => {
            Whose::Served(Box::new(Subscription { detail: edit.shape.detail, ..of.subscription.clone() }))
        }
    }
}

/// What a message is to show.
enum NewState {
    /// What it shows is not in the store any more, or its channel is gone.
    Gone,
    /// Nothing else than it shows.
    AsItIs,
    /// Nobody knows whether its readers may see it: Discord does not tell who they are.
    NotKnown,
    Other(Box<Message>),
}

async fn new_state(sender: &mut Sender, subscription: &Subscription, edit: &WantedEdit) -> Stored<NewState> {
    let is_whole = !edit.shape.batch.private && subscription.detail != Detail::Private;
    if is_whole && sender.shared.misbinding(subscription).is_some() {
        return Ok(NewState::AsItIs);
    }
    if is_whole && sender.privacy(subscription).await == Privacy::Private {
        return Ok(match &sender.audience {
            audience if audience.is_gone() => NewState::Gone,
            audience if audience.is_known() => NewState::AsItIs,
            _ => NewState::NotKnown,
        });
    }
    let shape = &edit.shape.batch;
    let before = entries(sender, edit, shape.amended).await?;
    let after = entries(sender, edit, edit.wanted).await?;
    if after.len() < shape.numbers.len() {
        return Ok(NewState::Gone);
    }
    let parts = &sender.shared.parts;
    let render = |amended, entries: &[Entry]| {
        let seen = parts.seen(subscription.guild, entries);
        for_batch(subscription, &InFlight { amended, ..shape.clone() }, &seen, parts.shown())
    };
    let (before, after) = (render(shape.amended, &before), render(edit.wanted, &after));
    let is_same = before.cards == after.cards && before.rows == after.rows;
    Ok(if is_same { NewState::AsItIs } else { NewState::Other(Box::new(after)) })
}

async fn entries(sender: &Sender, edit: &WantedEdit, amended: AmendmentNumber) -> Stored<Vec<Entry>> {
    let deliveries = &sender.shared.parts.deliveries;
    deliveries.entries(&edit.home.workspace, &edit.shape.batch.numbers, amended).await
}

/// Sends an edit; none where it is to be repeated.
async fn send(
    sender: &mut Sender,
    schedule: &mut EditSchedule,
    edit: &WantedEdit,
    message: &Message,
) -> Option<EditEnd> {
    schedule.spend(edit.message, Instant::now());
    let sent = sender.shared.parts.messenger.edit(edit.channel, edit.message, message);
    let outcome = timeout(PATIENCE, sent).await.unwrap_or(EditOutcome::Later { after: None });
    let now = Instant::now();
    match outcome {
        EditOutcome::Edited { pace } => {
            schedule.pace.told(pace, now);
            Some(EditEnd::Done)
        }
        EditOutcome::Gone => Some(EditEnd::Gone),
        EditOutcome::Refused { reason } => {
            tracing::warn!(
                channel.id = edit.channel.0,
                message.id = edit.message.0,
                reason,
                "Discord refuses a message's new state; it stays as it is"
            );
            Some(EditEnd::Done)
        }
        EditOutcome::Later { after } => schedule.failed(edit.message, after, now),
        EditOutcome::Closed => schedule.failed(edit.message, Some(AGAIN.longest()), now),
        EditOutcome::Unauthorized => {
            sender.shared.halted.cancel();
            None
        }
    }
}
