//! What became of a batch is written. Only this write is ever repeated, never the sending.

use deskbell_domain::delivery::{Settlement, Verdict};
use deskbell_domain::port::store::{DeliveryOutcome, Stored};

use super::consumer::Consumer;
use super::consumers::Consumers;
use super::effect::Effect;
use super::probes::ProbeSchedule;
use super::sender::Sender;
use super::state::Written;

/// Ends the batch in flight.
pub(crate) fn settle(sender: &Sender, consumer: &mut Consumer, verdict: Verdict) -> Effect {
    let parts = &sender.shared.parts;
    let at = parts.time.now();
    consumer.settle(|subscription, record| Settlement {
        in_flight: record.clone(),
        home: subscription.home(),
        kind: subscription.kind,
        detail: subscription.detail,
        verdict,
        at,
        day: (parts.day)(parts.clock.now()),
    });
    Effect::WriteSettlement
}

/// Writes what became of the last batch, if that is still to be written.
pub(crate) async fn write(
    sender: &Sender,
    consumers: &mut Consumers,
    probes: &mut ProbeSchedule,
) -> Stored<()> {
    let Some(index) = consumers.settling() else { return Ok(()) };
    let Some(settlement) = consumers.all[index].state.settlement().cloned() else { return Ok(()) };
    let outcome = sender.shared.parts.deliveries.settle(settlement).await?;
    consumers.agree();
    match consumers.all[index].state.written(outcome) {
        Written::Conflict => {
            consumers.conflict();
            Ok(())
        }
        Written::Landed(settlement) => {
            consumers.all[index].landed(&settlement.in_flight);
            probes.posted(&settlement.verdict);
            let events = settlement.in_flight.numbers.len() as u64;
            sender.shared.parts.metrics.settled(settlement.kind, &settlement.verdict, events);
            finish_skip(sender, consumers, index).await
        }
    }
}

/// Moves the cursor where a skip wants it, unless a batch is in flight.
pub(crate) async fn finish_skip(sender: &Sender, consumers: &mut Consumers, index: usize) -> Stored<()> {
    let consumer = &mut consumers.all[index];
    let Some(to) = consumer.skip_due() else { return Ok(()) };
    let (home, id) = (consumer.subscription.home(), consumer.subscription.id);
    match sender.shared.parts.deliveries.advance(&home, id, to).await? {
        DeliveryOutcome::Done => consumer.skipped(to),
        DeliveryOutcome::Conflict => {
            consumers.conflict();
        }
    }
    Ok(())
}
