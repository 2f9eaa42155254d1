//! Counts what is sent again although it may be in the channel.

use super::consumer::Consumer;
use super::flight::Counted;
use super::sender::Sender;

/// A message is sent again that the history does not show: it was not posted, or others have deleted it. Once is enough for
/// one message, however often it is sent again.
pub(crate) fn count_absent(sender: &Sender, consumer: &mut Consumer) {
    if consumer.state.flight().is_some_and(|flight| flight.counted == Counted::No) {
        count(sender, consumer);
    }
}

/// A message is sent again that may be in the channel.
pub(crate) fn count(sender: &Sender, consumer: &mut Consumer) {
    if let Some(flight) = consumer.state.flight_mut() {
        flight.counted = Counted::Yes;
    }
    tracing::warn!(
        channel.id = sender.channel().0,
        subscription.id = consumer.subscription.id.0,
        "a message is sent again that may have been posted: the channel's history does not show it"
    );
    sender.shared.parts.status.count_possible_duplicate();
}
