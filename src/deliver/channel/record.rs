//! The record of a batch in flight. Nothing is sent before it is durable.

use deskbell_domain::delivery::InFlight;
use deskbell_domain::port::store::{DeliveryOutcome, Stored};
use tokio::time::Instant;

use super::consumer::Consumer;
use super::flight::Flight;
use super::sender::Sender;

/// Whether the record is in the store as it was meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[must_use]
pub(crate) enum Durable {
    /// The record is written: the message may leave.
    Yes,
    /// Something else is there.
    Conflict,
}

impl From<DeliveryOutcome> for Durable {
    fn from(outcome: DeliveryOutcome) -> Self {
        match outcome {
            DeliveryOutcome::Done => Self::Yes,
            DeliveryOutcome::Conflict => Self::Conflict,
        }
    }
}

/// Makes the record of a new batch durable.
pub(crate) async fn begin(sender: &Sender, consumer: &mut Consumer, record: InFlight) -> Stored<Durable> {
    let home = consumer.subscription.home();
    let begun = sender.shared.parts.deliveries.begin(&home, record.clone(), None).await?;
    let durable = Durable::from(begun);
    if durable == Durable::Yes {
        consumer.state.begin(Flight::begun(record, Instant::now()));
    }
    Ok(durable)
}

/// Replaces the record of the batch in flight.
pub(crate) async fn renew(sender: &Sender, consumer: &mut Consumer, record: InFlight) -> Stored<Durable> {
    let home = consumer.subscription.home();
    let Some(flight) = consumer.state.flight_mut() else { return Ok(Durable::Conflict) };
    let replaced = Some(flight.record.nonce.clone());
    let begun = sender.shared.parts.deliveries.begin(&home, record.clone(), replaced).await?;
    let durable = Durable::from(begun);
    if durable == Durable::Yes {
        flight.renewed(record, Instant::now());
    }
    Ok(durable)
}
