//! Custom attributes as people read them.

use deskbell_domain::card::text::{Piece, Text, WhenStyle};
use deskbell_domain::card::{COLOUR_OF_REPLIES, Card, Size};
use deskbell_domain::contact::Contact;

/// So many are shown below a card; where there are more, a file holds all of them.
const MOST_SHOWN: usize = 40;

/// A value: a moment as one, anything else as it is.
pub(super) fn value(contact: &Contact, name: &str, value: &str) -> Text {
    match contact.moment(name, value) {
        Some(at) => Text::default().with(Piece::When(at, WhenStyle::Full)),
        None => Text::theirs(value),
    }
}

/// How many custom attributes a reply leaves to a file.
pub fn beyond(contact: &Contact) -> usize {
    contact.custom.len().saturating_sub(MOST_SHOWN)
}

/// The custom attributes of a lead or user, each on a line of its own; none where there are none.
pub fn card_of_attributes(contact: &Contact) -> Option<Card> {
    if contact.custom.is_empty() {
        return None;
    }
    let mut card = Card::blank(Size::Lines, COLOUR_OF_REPLIES);
    card.title = Some("Custom attributes".to_owned());
    let shown = contact.custom.iter().take(MOST_SHOWN);
    let line = |name: &String, text: &String| {
        Text::default().with(Piece::Bold(name.clone())).and(" ").joined(value(contact, name, text))
    };
    card.lines = shown.map(|(name, text)| line(name, text)).collect();
    Some(card)
}
