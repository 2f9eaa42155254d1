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
use super::consumers::Consumers;
use super::sender::Sender;
use crate::deliver::pace::ChannelPace;

/// The Messenger ends within 15 s; a worker does not stand still should it not.
const PATIENCE: Duration = Duration::from_secs(20);
/// One message is edited once in this time: what moves often is shown as it stands then.
const BETWEEN_EDITS: Duration = Duration::from_secs(30);
/// How many messages are looked at for one that may be edited.
const LOOKED_AT: usize = 100;
/// The pause after an edit that failed: 5, 10, 20 s … 10 minutes.
const AGAIN: Backoff = Backoff::new(Duration::from_secs(5), Duration::from_mins(10));

/// When messages of a channel may be edited, as far as this process knows.
#[derive(Default)]
pub(crate) struct EditSchedule {
    pace: ChannelPace,
    failures: u32,
    /// When each was edited last, as long as that matters.
    edited: BTreeMap<MessageId, Instant>,
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
    fn ready_at(&self, now: Instant) -> Instant {
        self.pace.ready_at(now)
    }

    /// When this message may be edited.
    fn due(&self, message: MessageId, now: Instant) -> Instant {
        self.edited.get(&message).map_or(now, |at| *at + BETWEEN_EDITS)
    }

    fn spend(&mut self, message: MessageId, now: Instant) {
        self.edited.retain(|_, at| *at + BETWEEN_EDITS > now);
        self.edited.insert(message, now);
        self.pace.spend(now);
    }

    fn again_after(&mut self, asked_for: Option<Duration>, now: Instant) {
        self.failures = self.failures.saturating_add(1);
        self.pace.hold(now + asked_for.unwrap_or_else(|| AGAIN.after(self.failures)));
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
    let possible = wanted.into_iter().filter_map(|edit| Some((subscription_of(&edit, consumers)?, edit)));
    let Some((subscription, edit)) = possible.min_by_key(|(_, edit)| schedule.due(edit.message, now)) else {
        return Ok(Edited::Nothing);
    };
    let due = schedule.due(edit.message, now).max(schedule.ready_at(now));
    if due > now {
        return Ok(Edited::Later(due));
    }
    let end = match new_state(sender, &subscription, &edit).await? {
        NewState::Gone => Some(EditEnd::Gone),
        NewState::AsItIs => Some(EditEnd::Done),
        NewState::Other(message) => send(sender, schedule, &edit, &message).await,
    };
    if let Some(end) = end {
        sender.shared.parts.edits.end_edit(&edit, end).await?;
    }
    Ok(Edited::One)
}

/// The notification that posted a message, with what it was set to then. While nothing can be posted for it nothing of it
/// is edited, and where it was removed nothing ever is.
fn subscription_of(edit: &WantedEdit, consumers: &Consumers) -> Option<Subscription> {
    let mut all = consumers.all.iter().map(|consumer| &consumer.subscription);
    let of = all.find(|one| one.id == edit.shape.batch.subscription)?;
    if matches!(of.state, SubscriptionState::Suspended(_)) {
        return None;
    }
    Some(Subscription { detail: edit.shape.detail, ..of.clone() })
}

/// What a message is to show.
enum NewState {
    /// What it shows is not in the store any more.
    Gone,
    /// Nothing else than it shows.
    AsItIs,
    Other(Box<Message>),
}

async fn new_state(sender: &mut Sender, subscription: &Subscription, edit: &WantedEdit) -> Stored<NewState> {
    let is_whole = !edit.shape.batch.private && subscription.detail != Detail::Private;
    if is_whole && sender.privacy(subscription).await == Privacy::Private {
        return Ok(NewState::AsItIs);
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
            schedule.failures = 0;
            schedule.pace.told(pace, now);
            return Some(EditEnd::Done);
        }
        EditOutcome::Gone => return Some(EditEnd::Gone),
        EditOutcome::Refused { reason } => {
            tracing::warn!(
                channel.id = edit.channel.0,
                message.id = edit.message.0,
                reason,
                "Discord refuses a message's new state; it stays as it is"
            );
            return Some(EditEnd::Done);
        }
        EditOutcome::Later { after } => schedule.again_after(after, now),
        EditOutcome::Closed => schedule.again_after(Some(AGAIN.longest()), now),
        EditOutcome::Unauthorized => sender.shared.halted.cancel(),
    }
    None
}
