use deskbell_domain::card::text::Text;
use deskbell_domain::card::{COLOUR_OF_REPLIES, CardField};
use proptest::prelude::*;

use super::*;

fn card(size: Size, values: &[usize]) -> Card {
    let mut card = Card::blank(size, COLOUR_OF_REPLIES);
    card.title = Some("Ada Lovelace".to_owned());
    card.fields = (1..)
        .zip(values)
        .map(|(number, length)| {
            CardField::inline(format!("Field {number}"), Text::theirs("x".repeat(*length)))
        })
        .collect();
    card
}

#[test]
fn one_flooded_field_costs_no_other_field_its_words() {
    let mut flooded = card(Size::Brief, &[10, 290, 20]);
    flooded.description = Some(Text::theirs("y".repeat(700)));
    let rendered = Rendered::of(&flooded, limits::BRIEF_CARD);
    let lengths: Vec<_> = rendered.fields.iter().map(|field| code_points(&field.value)).collect();
    assert_eq!(lengths[0], 10);
    assert_eq!(lengths[2], 20);
    assert!(lengths[1] > 200, "{lengths:?}");
    assert!(rendered.length() <= limits::BRIEF_CARD);
}

#[test]
fn a_field_in_which_nothing_can_be_read_is_left_out() {
    let mut blank = card(Size::Normal, &[1]);
    blank.fields.push(CardField::inline("Phone", Text::theirs("\u{200b}\n")));
    assert_eq!(Rendered::of(&blank, limits::CARD).fields.len(), 1);
}

#[test]
fn a_card_in_which_nothing_can_be_read_is_still_a_card() {
    let mut blank = Card::blank(Size::Normal, COLOUR_OF_REPLIES);
    blank.title = Some(" \u{202e} ".to_owned());
    assert_eq!(Rendered::of(&blank, limits::CARD).description.as_deref(), Some("–"));
}

#[test]
fn every_line_is_seen_though_one_is_endless() {
    let mut lines = Card::blank(Size::Lines, COLOUR_OF_REPLIES);
    lines.lines =
        vec![Text::theirs("x".repeat(9_000)), Text::theirs("the second"), Text::theirs("the third")];
    let description = Rendered::of(&lines, limits::MESSAGE).description.unwrap();
    assert!(description.ends_with("…\nthe second\nthe third"));
    assert!(code_points(&description) <= discord::DESCRIPTION);
}

proptest! {
    #[test]
    fn a_fair_share_fits_and_wastes_nothing(lengths in prop::collection::vec(0..500_usize, 0..12), room in 0..3_000_usize) {
        let share = fair_share(&lengths, room);
        let used: usize = lengths.iter().map(|length| *length.min(&share)).sum();
        prop_assert!(used <= room);
        let one_more: usize = lengths.iter().map(|length| *length.min(&share.saturating_add(1))).sum();
        prop_assert!(share == usize::MAX || one_more > room);
    }
}

#[test]
fn a_time_that_no_calendar_has_is_left_out() {
    let shown = |seconds| {
        let at = Some(deskbell_domain::time::Timestamp(seconds));
        let card = Card { timestamp: at, ..Card::blank(Size::Normal, 0) };
        serde_json::to_value(embed(&card)).unwrap()["timestamp"].clone()
    };
    // Whether fractions are written depends on what else serenity is built with.
    let begins = |seconds, text| shown(seconds).as_str().is_some_and(|shown| shown.starts_with(text));
    assert!(begins(1_734_537_453, "2024-12-18T15:57:33"));
    assert!(begins(253_402_300_799, "9999-12-31T23:59:59"));
    for odd in [i64::MIN, i64::MAX, 253_402_300_800] {
        assert!(shown(odd).is_null(), "{odd}");
    }
}
