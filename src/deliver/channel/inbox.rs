//! What is sent to a channel's worker, in the order in which it came.

use std::collections::VecDeque;
use std::sync::{Mutex, MutexGuard, PoisonError};

use deskbell_domain::channel::Obstacle;
use deskbell_domain::ids::{GuildId, SubscriptionId};
use tokio::sync::oneshot;

use super::one_off::OneOffMessage;

/// What a worker is told to do between two messages.
#[derive(Debug)]
pub(crate) enum Control {
    /// The bot is not in this server any more.
    GuildGone(GuildId),
    /// Nothing can be posted here.
    Close(Obstacle),
    /// Drop what waits for a subscription; the answer is how many events that were.
    SkipToNow {
        /// The notification whose waiting events are skipped.
        id: SubscriptionId,
        /// Where the number of skipped events is told.
        answer: oneshot::Sender<u64>,
    },
    /// The notice that this channel is suspended was posted elsewhere.
    SuspensionTold,
    /// Something of this very channel changed.
    ChannelChanged,
}

/// What was sent to a worker and not taken yet.
#[derive(Debug, Default)]
pub(crate) struct Inbox(Mutex<Queues>);

#[derive(Debug, Default)]
struct Queues {
    controls: VecDeque<Control>,
    messages: VecDeque<OneOffMessage>,
    /// Somebody is about to send something.
    reserved: bool,
}

impl Inbox {
    pub(super) fn control(&self, control: Control) {
        self.lock().controls.push_back(control);
    }

    pub(crate) fn next_control(&self) -> Option<Control> {
        take_first(&mut self.lock().controls)
    }

    /// Puts a control back that could not be followed yet.
    pub(crate) fn put_back_control(&self, control: Control) {
        self.lock().controls.push_front(control);
    }

    pub(super) fn message(&self, message: OneOffMessage) {
        let mut queues = self.lock();
        queues.reserved = false;
        queues.messages.push_back(message);
    }

    /// Whether a message waits for which somebody still does.
    pub(crate) fn has_message(&self) -> bool {
        let mut queues = self.lock();
        while queues.messages.front().is_some_and(OneOffMessage::is_forgotten) {
            take_first(&mut queues.messages);
        }
        !queues.messages.is_empty()
    }

    pub(crate) fn next_message(&self) -> Option<OneOffMessage> {
        take_first(&mut self.lock().messages)
    }

    /// Puts a message back that has to wait.
    pub(crate) fn put_back_message(&self, message: OneOffMessage) {
        self.lock().messages.push_front(message);
    }

    /// Keeps the worker from retiring until something was sent to it.
    pub(super) fn reserve(&self) {
        self.lock().reserved = true;
    }

    /// Whether nothing waits here. Whoever reserved it without sending anything delays the end by one look only.
    pub(super) fn is_quiet(&self) -> bool {
        let mut queues = self.lock();
        let reserved = std::mem::take(&mut queues.reserved);
        !reserved && queues.controls.is_empty() && queues.messages.is_empty()
    }

    fn lock(&self) -> MutexGuard<'_, Queues> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The first of a queue; one that is empty then keeps no room, for nearly all are empty nearly always.
fn take_first<T>(queue: &mut VecDeque<T>) -> Option<T> {
    let first = queue.pop_front();
    if queue.is_empty() {
        queue.shrink_to_fit();
    }
    first
}
