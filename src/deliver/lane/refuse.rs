//! What becomes of a batch that never gets through: it is cut in halves until one event is left. Where Discord refused
//! it, it is set aside; where nobody said why, it is tried once more as a plain card before that.

use deskbell_desk::announcement::set_aside_notice;
use deskbell_desk::delivery::{InFlight, Layout, Nonce, Verdict};
use deskbell_desk::event::Entry;
use deskbell_desk::port::messenger::PostOutcome;
use deskbell_desk::port::store::Stored;
use tokio::time::Instant;

use super::{Lane, LaneStep};
use crate::deliver::reconcile::count_absent;
use crate::deliver::retry;
use crate::deliver::seat::{Fate, Flight, Refused};
use crate::deliver::suspicion::{Culprit, Suspicion};
use crate::deliver::wall;

/// What stands in a dead letter where no answer said anything.
const UNSAID: &str = "no usable answer to this message, while others were taken";

impl Lane {
    /// It never gets through. If an earlier try may have been posted, that counts only when the history shows that it was
    /// not: a dead letter of what stands in the channel would be posted twice by whoever tries it again.
    pub(super) async fn refused(
        &mut self,
        index: usize,
        entries: &[Entry],
        refused: Refused,
    ) -> Stored<LaneStep> {
        match &mut self.seats[index].flight {
            Some(flight) if flight.fate == Fate::Open => {
                flight.refused = Some(refused);
                Ok(LaneStep::Again)
            }
            _ => self.give_up(index, entries, refused).await,
        }
    }

    /// What is refused is cut in halves, until what is left is one event that can never be posted.
    pub(crate) async fn give_up(
        &mut self,
        index: usize,
        entries: &[Entry],
        refused: Refused,
    ) -> Stored<LaneStep> {
        let Some(record) = self.seats[index].flight.as_ref().map(|flight| flight.record.clone()) else {
            return Ok(LaneStep::Again);
        };
        match refused {
            refused if record.numbers.len() > 1 => self.halve(index, record, &refused).await,
            Refused::Said(reason) => self.set_aside(index, entries, reason).await,
            Refused::Unsaid if record.layout != Layout::Plain => make_plain(self, index, record).await,
            Refused::Unsaid => set_aside_if_others_pass(self, index, entries, &record).await,
        }
    }

    /// One of several events is refused: the first half goes on as a batch of its own, the rest waits again.
    async fn halve(&mut self, index: usize, whole: InFlight, refused: &Refused) -> Stored<LaneStep> {
        let numbers = whole.numbers[..whole.numbers.len().div_ceil(2).min(whole.numbers.len() - 1)].to_vec();
        tracing::warn!(
            subscription.id = whole.subscription.0,
            events = numbers.len(),
            generation = whole.generation + 1,
            "Discord takes no batch with these events, which is cut in halves"
        );
        let suspicion = match (refused, self.blocked) {
            (Refused::Unsaid, Some(blocked)) => Suspicion::of_part(blocked.way, Instant::now()),
            _ => Suspicion::default(),
        };
        let cursor_after = numbers[numbers.len() - 1];
        go_on_as(self, index, InFlight { cursor_after, numbers, ..whole }, suspicion).await
    }

    async fn set_aside(&mut self, index: usize, entries: &[Entry], reason: String) -> Stored<LaneStep> {
        let subscription = self.seats[index].subscription.id.0;
        let Some(entry) = entries.first() else { return self.settle(index, Verdict::Vanished).await };
        tracing::error!(
            subscription.id = subscription,
            journal.number = entry.number.0,
            reason,
            "an event cannot be posted and was set aside"
        );
        let event = Box::new(entry.event.clone());
        self.settle(index, Verdict::Dead { event, reason }).await
    }
}

/// The batch did not get through once more: what fails three times by itself is the culprit.
pub(super) async fn suspect(lane: &mut Lane, index: usize, entries: &[Entry]) -> Stored<LaneStep> {
    let (Some(flight), Some(blocked)) = (&mut lane.seats[index].flight, lane.blocked) else {
        return Ok(LaneStep::Again);
    };
    match flight.suspicion.failed(blocked.way, Instant::now()) {
        Culprit::Way => Ok(LaneStep::Again),
        Culprit::Message => lane.refused(index, entries, Refused::Unsaid).await,
    }
}

/// The only event is shown without a word from outside.
async fn make_plain(lane: &mut Lane, index: usize, full: InFlight) -> Stored<LaneStep> {
    tracing::warn!(
        subscription.id = full.subscription.0,
        "Discord does not take the card of an event, which is tried as a plain one"
    );
    go_on_as(lane, index, InFlight { layout: Layout::Plain, ..full }, Suspicion::default()).await
}

/// Goes on with another form of what is in flight, under another nonce.
async fn go_on_as(lane: &mut Lane, index: usize, form: InFlight, suspicion: Suspicion) -> Stored<LaneStep> {
    let (first, last) = (form.numbers[0], form.numbers[form.numbers.len() - 1]);
    let generation = form.generation + 1;
    let form = InFlight {
        generation,
        nonce: Nonce::of(form.subscription, first, last, generation),
        first_attempt: lane.shared.parts.clock.now(),
        attempts: 1,
        ..form
    };
    let was_open = lane.seats[index].flight.as_ref().is_some_and(|flight| flight.fate == Fate::Open);
    if !lane.rewrite(index, form.clone()).await? {
        return Ok(lane.conflict());
    }
    if was_open {
        // While it is still the old form's flight.
        count_absent(lane, index);
    }
    lane.pace.starts_anew();
    lane.seats[index].flight = Some(Box::new(Flight { suspicion, ..Flight::begun(form, Instant::now()) }));
    Ok(LaneStep::Again)
}

/// Even a plain card does not get through. Only if the channel takes a line in its place is the event to blame; the line
/// says what became of it. Otherwise it is the channel, and nothing is set aside.
async fn set_aside_if_others_pass(
    lane: &mut Lane,
    index: usize,
    entries: &[Entry],
    record: &InFlight,
) -> Stored<LaneStep> {
    let Some(entry) = entries.first() else { return lane.settle(index, Verdict::Vanished).await };
    let line = set_aside_notice(entry.event.kind(), &(lane.shared.parts.mention)("notify failed"));
    let nonce = Nonce::of(record.subscription, entry.number, entry.number, u32::MAX);
    if let PostOutcome::Posted { message, .. } = lane.post(&line, &nonce).await {
        if let Some(message) = message {
            lane.remember(message).await;
        }
        return lane.set_aside(index, entries, UNSAID.to_owned()).await;
    }
    acquit(lane, index);
    Ok(LaneStep::Again)
}

/// The event waits as it is, longer each time.
fn acquit(lane: &mut Lane, index: usize) {
    let Some(flight) = &mut lane.seats[index].flight else { return };
    let is_known_absent = flight.fate == Fate::Open && flight.record.may_stand.is_none();
    if is_known_absent {
        flight.fate = Fate::NotPosted;
    }
    flight.acquitted += 1;
    flight.refused = None;
    flight.suspicion = Suspicion::default();
    let pause = retry::ACQUITTAL.after(flight.acquitted);
    flight.not_before = Instant::now() + pause;
    wall::put_off(&lane.shared, lane.door.channel, pause);
    if is_known_absent {
        count_absent(lane, index);
    }
}
