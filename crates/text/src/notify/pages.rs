//! A list that is longer than a message: pages of as many entries as fit and are easily read on a phone, in their order.

use std::ops::Range;

use deskbell_domain::card::text::{Piece, Text};

/// More on a page are no longer looked over on a phone.
const MOST: usize = 10;
/// Discord takes 2,000 code points; what stands above and below the list besides takes the rest.
const ROOM: usize = 1_850;
/// A moment, as Discord takes it.
const MOMENT: usize = 20;

/// The entries of each page, where `beside` is what every page says in addition.
pub(super) fn pages(entries: &[Text], beside: &[&Text]) -> Vec<Range<usize>> {
    let room = ROOM.saturating_sub(beside.iter().copied().map(length).sum());
    let (mut pages, mut first, mut taken) = (Vec::new(), 0, 0);
    for (index, entry) in entries.iter().enumerate() {
        let longer = taken + 1 + length(entry);
        let is_full = index - first == MOST || longer > room;
        if is_full && index > first {
            pages.push(first..index);
            (first, taken) = (index, 1 + length(entry));
        } else {
            taken = longer;
        }
    }
    pages.push(first..entries.len());
    pages
}

/// At most so many code points; what is escaped grows.
fn length(text: &Text) -> usize {
    let of = |piece: &Piece| match piece {
        Piece::Ours(text) => text.chars().count(),
        Piece::When(..) => MOMENT,
        Piece::Quote(_, most) => *most,
        Piece::Link { label, url } => 2 * label.chars().count() + url.chars().count() + 4,
        Piece::Theirs(text)
        | Piece::Bold(text)
        | Piece::Code(text)
        | Piece::Email(text)
        | Piece::Phone(text)
        | Piece::Address(text) => 2 * text.chars().count() + 4,
    };
    text.0.iter().map(of).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(lengths: &[usize]) -> Vec<Text> {
        lengths.iter().map(|length| Text::ours("x".repeat(*length))).collect()
    }

    #[test]
    fn a_page_holds_ten_short_entries_or_as_many_long_ones_as_fit() {
        assert_eq!(pages(&of(&[90; 25]), &[]), [0..10, 10..20, 20..25]);
        assert_eq!(pages(&of(&[300; 8]), &[]), [0..6, 6..8]);
        assert_eq!(pages(&of(&[300; 8]), &[&Text::ours("x".repeat(400))]), [0..4, 4..8]);
    }

    #[test]
    fn an_entry_that_fits_no_page_has_one_of_its_own() {
        assert_eq!(pages(&of(&[10, 3_000, 10]), &[]), [0..1, 1..2, 2..3]);
    }
}
