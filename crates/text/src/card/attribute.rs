//! Custom attributes as people read them.

use deskbell_domain::card::text::{Piece, Text, WhenStyle, shorten};
use deskbell_domain::card::{COLOUR_OF_REPLIES, Card, Size};
use deskbell_domain::contact::Contact;

/// So many are shown below a card; where there are more, a file holds all of them.
const MOST_SHOWN: usize = 40;
/// Code points of a value on a card; where one is longer, the file holds it whole.
const VALUE_SHOWN: usize = 100;
/// Code points of all names and values on a card, with room for the signs that escape them.
const ALL_SHOWN: usize = 2_000;

/// A value: a moment as one, anything else as it is.
pub(super) fn value(contact: &Contact, name: &str, value: &str) -> Text {
    match contact.moment(name, value) {
        Some(at) => Text::default().with(Piece::When(at, WhenStyle::Full)),
        None => Text::theirs(shorten(value, VALUE_SHOWN)),
    }
}

/// Whether a card cannot show all custom attributes whole, so that a reply needs a file for them.
pub fn need_a_file(contact: &Contact) -> bool {
    let length = |text: &str| text.chars().count();
    let all: usize = contact.custom.iter().map(|(name, value)| length(name) + length(value)).sum();
    contact.custom.len() > MOST_SHOWN
        || all > ALL_SHOWN
        || contact.custom.values().any(|value| length(value) > VALUE_SHOWN)
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
