//! What a card without personal data carries of its event: nothing that says whom it is about.

use crate::delivery::Reference;
use crate::event::Event;
use crate::ids::{JournalNumber, SubscriptionId};

/// An event that a card shows, by its place in the journal. Only the store knows which event stands there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ShownEvent {
    /// The notification that showed it.
    pub subscription: SubscriptionId,
    /// Its place.
    pub number: JournalNumber,
    /// Its reference, which is on the card too.
    pub reference: Reference,
}

impl ShownEvent {
    /// As the value of a select whose `custom_id` names the notification.
    pub fn to_option(&self) -> String {
        format!("{}:{}", self.number, self.reference)
    }

    /// Reads such a value, if it is exactly one.
    pub fn of_option(subscription: SubscriptionId, text: &str) -> Option<Self> {
        let (number, reference) = text.split_once(':')?;
        let number = JournalNumber(number.parse().ok()?);
        let read = Self { subscription, number, reference: Reference::parse(reference)? };
        (read.to_option() == text).then_some(read)
    }

    /// Whether the event at that place is the one that was shown: the server may be connected to another workspace by
    /// now, whose journal has another event there.
    pub fn is(&self, event: &Event) -> bool {
        Reference::of(&event.id, self.subscription) == self.reference
    }
}
