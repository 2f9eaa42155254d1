//! The events of a batch, as its record shows them: what is learnt of an event while its message is on its way changes
//! nothing of it, so that a message that is sent again says the same.

use deskbell_domain::delivery::{DeadLetter, InFlight, Source};
use deskbell_domain::event::Entry;
use deskbell_domain::ids::AmendmentNumber;
use deskbell_domain::port::store::Stored;

use super::consumer::Consumer;
use super::sender::Sender;

/// The last amendment by now: what a message shows that was certainly not posted before.
pub(crate) async fn last_amendment(sender: &Sender, consumer: &Consumer) -> Stored<AmendmentNumber> {
    let deliveries = &sender.shared.parts.deliveries;
    Ok(deliveries.look(&consumer.subscription, consumer.cursor, 0).await?.amended)
}

/// The events of a batch that are still there.
pub(crate) async fn of_record(sender: &Sender, consumer: &Consumer, record: &InFlight) -> Stored<Vec<Entry>> {
    match record.source {
        Source::Journal => journaled(sender, consumer, record).await,
        Source::DeadLetter(id) => {
            let store = &sender.shared.parts.deliveries;
            let letters = store.dead_letters(&consumer.subscription.home()).await?;
            match letters.into_iter().find(|letter| letter.id == id) {
                Some(letter) => Ok(vec![of_letter(sender, consumer, record, letter).await?]),
                None => Ok(Vec::new()),
            }
        }
    }
}

/// The event of a dead letter: as it stands in the journal, where names are amended; else as it was set aside.
pub(crate) async fn of_letter(
    sender: &Sender,
    consumer: &Consumer,
    record: &InFlight,
    letter: DeadLetter,
) -> Stored<Entry> {
    let kept = journaled(sender, consumer, record).await?;
    let set_aside = Entry { number: letter.number, event: letter.event };
    Ok(kept.into_iter().find(|entry| entry.event.id == set_aside.event.id).unwrap_or(set_aside))
}

async fn journaled(sender: &Sender, consumer: &Consumer, record: &InFlight) -> Stored<Vec<Entry>> {
    let store = &sender.shared.parts.deliveries;
    store.entries(&consumer.subscription.workspace, &record.numbers, record.amended).await
}
