//! Which of all that a worker could do comes first.

use tokio::time::Instant;

use super::consumer::Consumer;

/// The one thing that comes first; consumers by their place in the list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Work {
    /// A batch in flight goes on.
    Resume(usize),
    /// A message that belongs to no batch is posted.
    OneOff,
    /// A suspended channel is tried.
    Probe,
    /// A dead letter is tried again.
    TryAgain(usize),
    /// The next batch is begun.
    Batch(usize),
    /// Nothing is to be done before that moment.
    Later(Instant),
    /// Nothing is to be done until somebody wakes the worker.
    Nothing,
}

/// Whose turn it was last, of the two that would keep each other from being served.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Turn {
    /// The channel's own.
    Own,
    /// Somebody's message.
    OneOff,
}

/// What else there is to do than to serve the consumers.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Beside {
    /// A message that belongs to no batch waits.
    pub(crate) one_off: bool,
    /// A suspended channel is to be tried now.
    pub(crate) probe: bool,
    pub(crate) last: Turn,
}

impl Work {
    /// Chooses. While one batch is in flight no other is begun.
    pub(crate) fn choose(consumers: &[Consumer], beside: Beside, now: Instant) -> Self {
        let serving = || consumers.iter().enumerate().filter(|(_, consumer)| consumer.is_serving());
        let flying =
            || serving().filter_map(|(index, consumer)| Some((index, consumer.state.flight()?.not_before)));
        if let Some((index, _)) = flying().find(|(_, not_before)| *not_before <= now) {
            return Self::Resume(index);
        }
        let waiting = serving().filter_map(|(index, consumer)| Some((consumer.first_waiting()?, index)));
        let batch = waiting.min().map(|(_, index)| Self::Batch(index));
        let again = serving().find(|(_, consumer)| !consumer.try_again.is_empty());
        let again = again.map(|(index, _)| Self::TryAgain(index));
        let own = beside.probe.then_some(Self::Probe).or(again).or(batch);
        // Whoever has messages posted without end must not keep the channel's events waiting.
        let own_is_due = beside.last == Turn::OneOff && own.is_some() && flying().next().is_none();
        if beside.one_off && !own_is_due {
            return Self::OneOff;
        }
        if let Some(at) = flying().map(|(_, not_before)| not_before).min() {
            return Self::Later(at);
        }
        own.unwrap_or(Self::Nothing)
    }

    /// Whose turn it is with it; none where that says nothing.
    pub(crate) fn turn(self) -> Option<Turn> {
        match self {
            Self::OneOff => Some(Turn::OneOff),
            Self::Batch(_) | Self::TryAgain(_) | Self::Probe => Some(Turn::Own),
            Self::Resume(_) | Self::Later(_) | Self::Nothing => None,
        }
    }
}
