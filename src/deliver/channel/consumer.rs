//! A subscription at its channel's worker: how far it has come, what waits for it, and where its batch is.

use deskbell_domain::delivery::{DeadLetter, InFlight, Settlement, Source};
use deskbell_domain::ids::{AmendmentNumber, JournalNumber};
use deskbell_domain::layout::Crowd;
use deskbell_domain::port::store::{Look, Progress, Waiting};
use deskbell_domain::subscription::{Subscription, SubscriptionState, Suspension};
use deskbell_domain::time::UnixMillis;
use tokio::time::{Duration, Instant};

use super::state::State;

/// A cursor is moved over so many events that are not for it at once, or over fewer after a while: each such move is a
/// write, and nothing waits for it.
const ADVANCE_OVER: u64 = 100;
const ADVANCE_EVERY: Duration = Duration::from_mins(5);

/// A subscription at its channel's worker.
#[derive(Debug)]
pub(crate) struct Consumer {
    pub(crate) subscription: Subscription,
    /// Whether its server and workspace are ours.
    pub(crate) bound: Bound,
    pub(crate) cursor: JournalNumber,
    pub(crate) state: State,
    /// What the last look into the journal found; none where another is due.
    pub(crate) look: Option<Look>,
    /// Whether the line above the present backlog was posted.
    pub(crate) backlog_line: BacklogLine,
    /// The crowd that is being served.
    pub(crate) crowd: Option<Crowd>,
    /// Dead letters that a person tries again.
    pub(crate) try_again: Vec<DeadLetter>,
    /// Where the cursor goes once the dead letter in flight has landed.
    pub(crate) skip_to: Option<JournalNumber>,
    /// Events that wait again although a message that showed them may stand in the channel.
    doubt: Option<Doubt>,
    /// When the cursor was last moved over events that are not for it.
    advanced: Instant,
}

/// A batch of which nobody knows whether it was posted was refused when it was sent again, and cut: what is left of it is
/// looked for before it is sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Doubt {
    /// The last event that the batch showed.
    pub(crate) until: JournalNumber,
    /// When the batch was first sent.
    pub(crate) since: UnixMillis,
}

/// Whether a subscription's server and workspace are ours.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Bound {
    /// Its events are posted by this worker.
    Here,
    /// They are not: it is not served.
    Elsewhere,
}

/// Whether the line above a backlog was posted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum BacklogLine {
    /// Not for the present one.
    Due,
    /// The line stands in the channel already.
    Posted,
}

/// Where a cursor can be moved to, and when.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Advance {
    pub(crate) to: JournalNumber,
    pub(crate) due: Instant,
}

/// The crowd that a batch is a part of.
fn crowd_of(record: &InFlight) -> Option<Crowd> {
    record.crowd_until.map(|until| Crowd { until, layout: record.layout })
}

impl Consumer {
    /// What waits up to this event may stand in the channel since then. Half of a half leaves the doubt about the other
    /// half as it was.
    pub(crate) fn doubt_until(&mut self, until: JournalNumber, since: UnixMillis) {
        let further = self.doubt.map_or(until, |doubt| doubt.until.max(until));
        self.doubt = Some(Doubt { until: further, since });
    }

    /// Whether an event that waits may stand in the channel.
    pub(crate) fn doubt_about(&self, number: JournalNumber) -> Option<Doubt> {
        self.doubt.filter(|doubt| number <= doubt.until)
    }

    /// Takes a subscription and its progress, and from the consumer it had what only memory knows.
    pub(crate) fn new(
        subscription: Subscription,
        progress: Progress,
        former: Option<Self>,
        now: Instant,
    ) -> Self {
        let begun = progress.in_flight.as_ref().and_then(crowd_of);
        let known = former.as_ref().and_then(|former| former.crowd);
        let crowd = [progress.crowd, begun, known].into_iter().flatten().max_by_key(|crowd| crowd.until);
        let (state, backlog_line, skip_to, doubt, advanced) = match former {
            Some(former) => {
                (former.state, former.backlog_line, former.skip_to, former.doubt, former.advanced)
            }
            None => (State::Idle, BacklogLine::Due, None, None, now),
        };
        Self {
            subscription,
            bound: Bound::Here,
            cursor: progress.cursor,
            state: State::stored(progress.in_flight, state, now),
            look: None,
            backlog_line,
            crowd,
            try_again: Vec::new(),
            doubt,
            skip_to,
            advanced,
        }
    }

    /// Whether messages go out for it.
    pub(crate) fn is_serving(&self) -> bool {
        self.bound == Bound::Here && self.subscription.is_active()
    }

    pub(crate) fn first_waiting(&self) -> Option<JournalNumber> {
        self.waiting().first().map(|waiting| waiting.number)
    }

    /// The first of what waits, as far as it was looked up.
    pub(crate) fn waiting(&self) -> &[Waiting] {
        self.look.as_ref().map_or(&[], |look| &look.waiting)
    }

    /// The last amendment that what waits shows.
    pub(crate) fn amended(&self) -> AmendmentNumber {
        self.look.as_ref().map(|look| look.amended).unwrap_or_default()
    }

    /// Its suspension, where trying again can end it.
    pub(crate) fn probed_suspension(&self) -> Option<&Suspension> {
        match &self.subscription.state {
            SubscriptionState::Suspended(suspension)
                if self.bound == Bound::Here && suspension.reason.can_be_probed() =>
            {
                Some(suspension)
            }
            _ => None,
        }
    }

    /// What waits for it was looked up.
    pub(crate) fn looked(&mut self, look: Look) {
        if look.waiting.is_empty() && self.bound == Bound::Here {
            self.backlog_line = BacklogLine::Due;
        }
        self.look = Some(look);
    }

    /// A batch is durable. What it is a part of is a crowd from now on, and not before: where the record was not kept, the
    /// next try is the first of its crowd and rings.
    pub(crate) fn has_begun(&mut self, record: &InFlight) {
        if record.source == Source::Journal {
            self.crowd = crowd_of(record);
        }
    }

    /// The end of its batch is known, and is to be written.
    pub(crate) fn settle(&mut self, settlement: impl FnOnce(&Subscription, &InFlight) -> Settlement) {
        if self.state.flight().is_some_and(|flight| flight.record.backlog.is_some()) {
            self.backlog_line = BacklogLine::Posted;
        }
        self.state.settle(|record| settlement(&self.subscription, record));
    }

    /// The end of its batch is written.
    pub(crate) fn landed(&mut self, record: &InFlight) {
        self.look = None;
        match record.source {
            Source::Journal => self.cursor = self.cursor.max(record.cursor_after),
            Source::DeadLetter(id) => self.try_again.retain(|letter| letter.id != id),
        }
    }

    /// Where its cursor is to be moved for a skip; not while a batch is in flight.
    pub(crate) fn skip_due(&self) -> Option<JournalNumber> {
        self.skip_to.filter(|_| matches!(self.state, State::Idle))
    }

    /// Its cursor was moved for a skip.
    pub(crate) fn skipped(&mut self, to: JournalNumber) {
        self.cursor = self.cursor.max(to);
        self.skip_to = None;
        self.look = None;
    }

    /// Where its cursor can be moved to; none where it is there already, or something is for it.
    pub(crate) fn next_advance(&self) -> Option<Advance> {
        let idle = matches!(self.state, State::Idle);
        let look = self.look.as_ref().filter(|look| look.waiting.is_empty() && idle)?;
        let can_move = self.bound == Bound::Here && look.head > self.cursor;
        can_move.then_some(Advance { to: look.head, due: self.advanced + ADVANCE_EVERY })
    }

    /// The same, where it is worth a write by now.
    pub(crate) fn due_advance(&self, now: Instant) -> Option<JournalNumber> {
        let advance = self.next_advance()?;
        (now >= advance.due || advance.to.0 - self.cursor.0 >= ADVANCE_OVER).then_some(advance.to)
    }

    /// Its cursor was moved over what is not for it.
    pub(crate) fn advanced(&mut self, to: JournalNumber, now: Instant) {
        self.cursor = self.cursor.max(to);
        self.advanced = now;
    }
}
