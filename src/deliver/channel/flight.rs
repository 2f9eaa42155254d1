//! A batch in flight: its durable record, and what this process has learnt of it.

use deskbell_domain::delivery::InFlight;
use deskbell_domain::time::UnixMillis;
use tokio::time::{Duration, Instant};

use super::suspicion::Suspicion;

/// How long Discord recognises a nonce, taken carefully.
const NONCE_WINDOW: Duration = Duration::from_mins(2);
/// How long after a message was sent it may still come into being, taken carefully.
const COMES_LATE: Duration = Duration::from_secs(30);

/// A batch in flight.
#[derive(Debug)]
pub(crate) struct Flight {
    pub(crate) record: InFlight,
    pub(crate) fate: Fate,
    /// When this process first sent it: the wall clock may be set meanwhile, this one is not. None where another has sent
    /// it: a clock that was set while nobody lived tells nothing of how long ago that was.
    pub(crate) begun: Option<Instant>,
    pub(crate) failures: u32,
    pub(crate) not_before: Instant,
    /// When it was last sent again although nobody could look whether it is in the channel.
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
    /// Discord refuses its content: its words, as they are kept in a dead letter.
    Said(String),
    /// It does not get through while others do, and nobody says why: what is kept in a dead letter in place of a reason.
    Unsaid(String),
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
    /// Posted, but not as which message.
    Unnamed,
}

/// What a batch in flight needs to go on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Due {
    /// It is sent, again or for the first time.
    Send(Attempt),
    /// It is looked for in the channel: Discord may have forgotten its nonce, or did not say as which message it stands.
    Find,
    /// It was refused, and it is looked for in the channel whether an earlier try was posted.
    Decide(Refused),
}

/// As what a batch in flight is sent again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Attempt {
    /// As if for the first time: it was certainly not posted, and the time in its record is worth nothing any more.
    First,
    /// As a repetition of the first attempt.
    Repeated,
}

impl Flight {
    /// A batch that is about to be sent for the first time.
    pub(crate) fn begun(record: InFlight, now: Instant) -> Self {
        Self {
            record,
            fate: Fate::NotPosted,
            begun: Some(now),
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

    /// What may have been posted when it was first tried, in another message: it is looked for first.
    pub(crate) fn of_doubtful(record: InFlight, now: Instant) -> Self {
        Self { fate: Fate::Open, ..Self::begun(record, now) }
    }

    /// What may stand in the channel in another form, where nobody can look: it is sent all the same now, and looked for
    /// if that does not get through.
    pub(crate) fn of_unseen(record: InFlight, now: Instant) -> Self {
        Self { unseen: Some(now), ..Self::of_doubtful(record, now) }
    }

    /// A batch that another process, or a worker that is gone, has left: it is looked for, however young its record seems.
    /// A record without attempts says that it was certainly not posted.
    pub(crate) fn found(record: InFlight, now: Instant) -> Self {
        let fate = if record.attempts == 0 { Fate::NotPosted } else { Fate::Open };
        Self { fate, begun: None, ..Self::begun(record, now) }
    }

    /// What it needs to go on.
    pub(crate) fn due(&self, wall: UnixMillis, now: Instant) -> Due {
        if let Some(refused) = self.refused.clone() {
            return Due::Decide(refused);
        }
        let old = self.is_old(wall, now);
        match self.fate {
            Fate::Unnamed => Due::Find,
            Fate::Open if old && !self.is_recognised_unseen(now) => Due::Find,
            Fate::NotPosted if old || self.record.attempts == 0 => Due::Send(Attempt::First),
            Fate::Open | Fate::NotPosted => Due::Send(Attempt::Repeated),
        }
    }

    /// Its record was replaced by another of the same batch.
    pub(crate) fn renewed(&mut self, record: InFlight, now: Instant) {
        if self.record.first_attempt != record.first_attempt {
            self.begun = Some(now);
        }
        self.record = record;
    }

    /// The history does not show what another process has sent: it goes out again as it was.
    pub(crate) fn repeats(&mut self, now: Instant) {
        self.begun = Some(now);
    }

    /// The history does not show it: it goes out as if for the first time. What was sent just before may still come.
    pub(crate) fn starts_over(&mut self, now: Instant) {
        self.fate = if now < self.comes_until() { Fate::Open } else { Fate::NotPosted };
        self.begun = Some(now);
        self.failures = 0;
    }

    /// Its channel takes nothing else either, so it is not to blame and waits as it is, for that long.
    pub(crate) fn acquit(&mut self, pause: Duration, now: Instant) {
        self.refused = None;
        self.suspicion = Suspicion::default();
        self.not_before = now + pause;
    }

    /// From when on a message that is not in the history will not appear there any more.
    pub(crate) fn comes_until(&self) -> Instant {
        self.opened + COMES_LATE
    }

    /// Whether it was sent again unseen so lately that Discord recognises its nonce.
    fn is_recognised_unseen(&self, now: Instant) -> bool {
        self.unseen.is_some_and(|sent| now < sent + NONCE_WINDOW)
    }

    /// Whether Discord may have forgotten its nonce, as far as clocks tell. A negative age counts as old: the wall clock
    /// was set.
    pub(crate) fn seems_old(&self, wall: UnixMillis, now: Instant) -> bool {
        let age = u64::try_from(wall.since(self.record.first_attempt)).map(Duration::from_millis);
        let young = age.is_ok_and(|age| age < NONCE_WINDOW)
            && self.begun.is_none_or(|begun| now < begun + NONCE_WINDOW);
        // What it may have been posted as had another nonce.
        let had_another_nonce = self.record.may_stand.is_some() && self.record.attempts > 0;
        had_another_nonce || !young
    }

    /// Whether it is looked for before it is sent again.
    fn is_old(&self, wall: UnixMillis, now: Instant) -> bool {
        self.begun.is_none() || self.seems_old(wall, now)
    }
}
