//! A subscription at its lane: how far it has come, what waits for it, and its batch in flight.

use deskbell_desk::delivery::{DeadLetter, InFlight, Source};
use deskbell_desk::ids::JournalNumber;
use deskbell_desk::port::store::{Progress, Waiting};
use deskbell_desk::subscription::{Subscription, SubscriptionState, Suspension};
use deskbell_desk::time::UnixMillis;
use tokio::time::{Duration, Instant};

use crate::deliver::suspicion::Suspicion;

/// How long Discord recognises a nonce, taken carefully.
const NONCE_WINDOW: Duration = Duration::from_mins(2);
/// How long after a message was sent it may still come into being, taken carefully.
const COMES_LATE: Duration = Duration::from_secs(30);

/// A subscription at its lane.
#[derive(Debug)]
pub(crate) struct Seat {
    pub(crate) subscription: Subscription,
    /// Whether its server and workspace are ours.
    pub(crate) bound: Bound,
    pub(crate) cursor: JournalNumber,
    /// Boxed, like all that a lane rarely has: most of the many lanes wait.
    pub(crate) flight: Option<Box<Flight>>,
    /// What the last look into the journal found; none where another is due.
    pub(crate) look: Option<Look>,
    /// Whether the line above the present backlog was posted.
    pub(crate) backlog_line: BacklogLine,
    /// Dead letters that a person tries again.
    pub(crate) try_again: Vec<DeadLetter>,
    /// Where the cursor goes once the dead letter in flight has landed.
    pub(crate) skip_to: Option<JournalNumber>,
    /// When the cursor was last moved over events that are not for it.
    pub(crate) advanced: Instant,
}

/// What a look into the journal found. The two belong together: a cursor may be moved to the head of the look that found
/// nothing, and to no later one, under which something may wait by now.
#[derive(Debug)]
pub(crate) struct Look {
    /// The journal's head, read before anything else.
    pub(crate) head: JournalNumber,
    /// The first of what waits.
    pub(crate) waiting: Vec<Waiting>,
}

/// Whether a subscription's server and workspace are ours.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Bound {
    /// They are.
    Here,
    /// They are not: it is not served.
    Elsewhere,
}

/// Whether the line above a backlog was posted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum BacklogLine {
    /// Not for the present one.
    Due,
    /// It was.
    Posted,
}

/// A batch in flight.
#[derive(Debug)]
pub(crate) struct Flight {
    pub(crate) record: InFlight,
    pub(crate) fate: Fate,
    /// When this process first sent it or read it: the wall clock may be set meanwhile, this one is not.
    pub(crate) begun: Instant,
    pub(crate) failures: u32,
    pub(crate) not_before: Instant,
    /// When it was last sent again although nobody could look whether it stands there.
    pub(crate) unseen: Option<Instant>,
    /// What Discord refused it with, while an earlier try of it may have been posted: the history decides.
    pub(crate) refused: Option<Refused>,
    /// When its fate was last left open.
    pub(crate) opened: Instant,
    /// How far it is to blame for not getting through.
    pub(crate) suspicion: Suspicion,
    /// How often it was left as it is because its channel took no other message either.
    pub(crate) acquitted: u32,
    /// Whether it was counted as one that may have been posted before it was sent again.
    pub(crate) counted: Counted,
}

/// A refusal that is believed once the history shows that no earlier try was posted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Refused {
    /// Discord refuses what stands in it: its words, as they stand in a dead letter.
    Said(String),
    /// It does not get through while others do, and nobody says why.
    Unsaid,
}

/// Whether a message was counted as a possible duplicate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Counted {
    /// Not yet.
    No,
    /// It was.
    Yes,
}

/// What is known of a batch in flight.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fate {
    /// Certainly not posted.
    NotPosted,
    /// Perhaps posted.
    Open,
}

impl Seat {
    /// Takes a subscription and its progress, and from its former seat what only memory knows.
    pub(crate) fn new(
        subscription: Subscription,
        progress: Progress,
        former: Option<Self>,
        now: Instant,
    ) -> Self {
        let (flight, backlog_line, skip_to, advanced) = match former {
            Some(former) => (former.flight, former.backlog_line, former.skip_to, former.advanced),
            None => (None, BacklogLine::Due, None, now),
        };
        let flight = progress.in_flight.map(|record| match flight {
            Some(known) if known.record == record => known,
            _ => Box::new(Flight::found(record, now)),
        });
        Self {
            subscription,
            bound: Bound::Here,
            cursor: progress.cursor,
            flight,
            look: None,
            backlog_line,
            try_again: Vec::new(),
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

    /// Its hold, where trying again can end it.
    pub(crate) fn probed_hold(&self) -> Option<&Suspension> {
        match &self.subscription.state {
            SubscriptionState::Suspended(hold)
                if self.bound == Bound::Here && hold.reason.can_be_probed() =>
            {
                Some(hold)
            }
            _ => None,
        }
    }

    /// Its batch was settled.
    pub(crate) fn landed(&mut self, record: &InFlight) {
        self.flight = None;
        self.look = None;
        match record.source {
            Source::Journal => self.cursor = self.cursor.max(record.cursor_after),
            Source::DeadLetter(id) => self.try_again.retain(|letter| letter.id != id),
        }
    }
}

impl Flight {
    /// A batch that is about to be sent for the first time.
    pub(crate) fn begun(record: InFlight, now: Instant) -> Self {
        Self {
            record,
            fate: Fate::NotPosted,
            begun: now,
            failures: 0,
            not_before: now,
            unseen: None,
            refused: None,
            opened: now,
            suspicion: Suspicion::default(),
            acquitted: 0,
            counted: Counted::No,
        }
    }

    /// Another try of a dead letter that may have been posted when it was first tried: it is looked for first.
    pub(crate) fn of_doubtful_letter(record: InFlight, now: Instant) -> Self {
        Self { fate: Fate::Open, ..Self::begun(record, now) }
    }

    /// A batch that another process, or a lane that is gone, has left. A record without attempts says that it was
    /// certainly not posted.
    fn found(record: InFlight, now: Instant) -> Self {
        let fate = if record.attempts == 0 { Fate::NotPosted } else { Fate::Open };
        Self { fate, ..Self::begun(record, now) }
    }

    /// From when on a message that is not in the history will not appear there any more.
    pub(crate) fn comes_until(&self) -> Instant {
        self.opened + COMES_LATE
    }

    /// Whether it was sent again unseen so lately that Discord recognises its nonce.
    pub(crate) fn is_recognised_unseen(&self, now: Instant) -> bool {
        self.unseen.is_some_and(|sent| now < sent + NONCE_WINDOW)
    }

    /// Whether Discord may have forgotten its nonce. A negative age counts as old: the clock was set.
    pub(crate) fn is_old(&self, wall: UnixMillis, now: Instant) -> bool {
        let age = u64::try_from(wall.since(self.record.first_attempt)).map(Duration::from_millis);
        let young = age.is_ok_and(|age| age < NONCE_WINDOW) && now < self.begun + NONCE_WINDOW;
        // What it may have been posted as had another nonce.
        let had_another_nonce = self.record.may_stand.is_some() && self.record.attempts > 0;
        had_another_nonce || !young
    }
}
