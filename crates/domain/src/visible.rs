//! What of a text from outside is seen, and whether anything is.

use icu_properties::props::{
    CanonicalCombiningClass, ExtendedPictographic, GeneralCategory, GeneralCategoryGroup, JoiningType,
};
use icu_properties::{CodePointMapData, CodePointSetData};

/// More marks than this on one letter paint over the lines around it; no language writes so many.
const MOST_MARKS: usize = 4;
/// The longest flag that is written with tags, such as that of a county, has seven of them.
const MOST_TAGS: usize = 8;

/// Families and flags are long; what is longer is no one sign any more.
const LONGEST_JOINED: usize = 15;

const NON_JOINER: char = '\u{200c}';
const JOINER: char = '\u{200d}';
const EMOJI_SELECTOR: char = '\u{fe0f}';
const TAGGED_FLAG: char = '\u{1f3f4}';
const END_OF_TAGS: char = '\u{e007f}';

/// Whether a character is a control, turns the direction of writing, or has no width: it hides or disguises text. All
/// that Unicode calls ignorable, but for the selectors that make a character an emoji.
pub fn is_unseen(c: char) -> bool {
    c.is_control()
        || matches!(c,
            '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}' | '\u{180b}'..='\u{180f}'
            | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{2800}' | '\u{3164}'
            | '\u{feff}' | '\u{ffa0}' | '\u{fff0}'..='\u{fffb}' | '\u{1bca0}'..='\u{1bca3}' | '\u{1d173}'..='\u{1d17a}'
            | '\u{e0000}'..='\u{e0fff}')
}

/// Whether anything of a text can be seen. A name of characters without width is no name.
pub fn shows_anything(text: &str) -> bool {
    text.chars().any(|c| !c.is_whitespace() && !is_unseen(c))
}

/// The text without what is not seen. What is not seen by itself but joins what stands around it stays: the joiners of
/// Persian, Hindi and emoji, and the tags of flags. White space stays as it is.
pub fn seen(text: &str) -> String {
    let mut kept = String::with_capacity(text.len());
    let mut marks = 0;
    let mut rest = text.chars();
    while let Some(c) = rest.next() {
        let after = rest.as_str();
        if c == TAGGED_FLAG {
            marks = 0;
            kept.push(c);
            let tags = tags_at(after);
            kept.push_str(tags);
            rest = after[tags.len()..].chars();
        } else if is_joiner(c) {
            // It stands between marks of one letter, so the count goes on, and joins nothing where the next is too many.
            let next = after.chars().find(|c| is_joiner(*c) || is_kept(*c));
            let is_idle = marks >= MOST_MARKS && next.is_some_and(is_mark);
            kept.extend((!is_idle && joins(c, &kept, next)).then_some(c));
        } else if is_kept(c) {
            marks = if is_mark(c) { marks + 1 } else { 0 };
            kept.extend((marks <= MOST_MARKS).then_some(c));
        }
    }
    kept
}

/// Whether a character stays whatever stands around it.
fn is_kept(c: char) -> bool {
    c.is_whitespace() || !is_unseen(c)
}

fn is_joiner(c: char) -> bool {
    matches!(c, JOINER | NON_JOINER)
}

/// Whether a joiner changes what is seen: between letters or emoji, behind a virama, which it gives another form even
/// where the word ends (the old spelling of Malayalam's final consonants), and behind a letter that would be joined to
/// the next one.
fn joins(joiner: char, before: &str, after: Option<char>) -> bool {
    let Some(before) = before.chars().next_back() else { return false };
    let between = |is: fn(char) -> bool| is(before) && after.is_some_and(is);
    let at_end = joiner == JOINER && !after.is_some_and(is_joiner) && is_joined_to_next(before);
    match joiner {
        JOINER if between(|c| is_letter(c) || is_emoji(c)) => true,
        NON_JOINER if between(is_letter) => true,
        _ => at_end || is_virama(before),
    }
}

/// Whether a mark takes its vowel from a consonant.
fn is_virama(c: char) -> bool {
    CodePointMapData::<CanonicalCombiningClass>::new().get(c) == CanonicalCombiningClass::Virama
}

/// Whether a letter has another form where one follows it, as in Arabic.
fn is_joined_to_next(c: char) -> bool {
    let joining = CodePointMapData::<JoiningType>::new().get(c);
    matches!(joining, JoiningType::DualJoining | JoiningType::LeftJoining)
}

/// The tags of a flag, if they are whole.
fn tags_at(text: &str) -> &str {
    let is_tag = |c: char| matches!(c, '\u{e0020}'..=END_OF_TAGS);
    let end =
        text.char_indices().take(MOST_TAGS).take_while(|(_, c)| is_tag(*c)).find(|(_, c)| *c == END_OF_TAGS);
    end.map_or("", |(at, c)| &text[..at + c.len_utf8()])
}

/// A letter of a script that joiners mean something in, or what stands on one. In Latin they show nothing, and only tell
/// apart what looks the same.
fn is_letter(c: char) -> bool {
    let category = CodePointMapData::<GeneralCategory>::new().get(c);
    !c.is_ascii()
        && (GeneralCategoryGroup::Letter.contains(category) || GeneralCategoryGroup::Mark.contains(category))
        && !matches!(c, EMOJI_SELECTOR | '\u{c0}'..='\u{24f}' | '\u{300}'..='\u{36f}' | '\u{1ab0}'..='\u{1aff}'
            | '\u{1dc0}'..='\u{1eff}' | '\u{20d0}'..='\u{20ff}' | '\u{fe20}'..='\u{fe2f}')
}

fn is_emoji(c: char) -> bool {
    let is_tone = matches!(c, '\u{1f3fb}'..='\u{1f3ff}');
    is_tone || c == EMOJI_SELECTOR || CodePointSetData::new::<ExtendedPictographic>().contains(c)
}

/// Whether a character belongs to what stands before it: a mark, a joiner, a skin tone, a tag, or what a joiner joins.
pub fn is_joined(before: &str, c: char) -> bool {
    let is_tone_or_tag = matches!(c, '\u{1f3fb}'..='\u{1f3ff}' | '\u{e0020}'..=END_OF_TAGS);
    let joins = |c: char| matches!(c, JOINER | NON_JOINER);
    let is_short = before.chars().nth(LONGEST_JOINED).is_none();
    is_short && (is_mark(c) || joins(c) || is_tone_or_tag || before.ends_with(joins))
}

/// Whether a character is a mark on the letter before it, such as an accent.
pub fn is_mark(c: char) -> bool {
    let category = CodePointMapData::<GeneralCategory>::new().get(c);
    matches!(category, GeneralCategory::NonspacingMark | GeneralCategory::EnclosingMark)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn what_joins_letters_and_emoji_stays() {
        for text in [
            "👩\u{200d}💻 👩🏽\u{200d}💻 ❤\u{fe0f}\u{200d}🔥",
            "🏴\u{e0067}\u{e0062}\u{e0073}\u{e0063}\u{e0074}\u{e007f}",
            "می\u{200c}خواهم",
            "क\u{94d}\u{200d}ष",
            "അവന\u{d4d}\u{200d}",
            "അവന\u{d4d}\u{200d} വന\u{d4d}നു.",
            "ක\u{dca}\u{200d}ර",
            "سال ه\u{200d}.ق",
            "Ada\u{a0}Lovelace\tof London",
        ] {
            assert_eq!(seen(text), text);
        }
    }

    #[test]
    fn what_joins_nothing_is_stripped() {
        assert_eq!(seen("\u{200d}Ada\u{200d}"), "Ada");
        assert_eq!(seen("A\u{200c}d\u{200d}a"), "Ada");
        assert_eq!(seen("م\u{200c}\u{200c} ی"), "م ی");
        assert_eq!(seen("ر\u{200d} ی"), "ر ی", "a letter that nothing follows in its word has no other form");
        assert_eq!(seen("ക\u{d4d}\u{200d}\u{200d}\u{200c}"), "ക\u{d4d}\u{200d}");
        assert_eq!(seen("🏴\u{e0067}\u{e0062} \u{e0041}\u{e007f}"), "🏴 ");
        assert_eq!(seen("a\u{202e}b\u{2066}c\u{feff}\u{ad}d\u{7}\u{e0101}\u{180b}"), "abcd");
    }

    #[test]
    fn a_letter_has_at_most_four_marks() {
        let stacked = format!("a{}b e\u{301}", "\u{335}".repeat(40));
        assert_eq!(seen(&stacked), format!("a{}b e\u{301}", "\u{335}".repeat(4)));
    }

    #[test]
    fn a_joiner_between_marks_makes_no_room_for_more() {
        for mark in
            ["\u{1dc4}", "\u{335}", "\u{20dd}", "\u{fe20}", "\u{1ab0}", "\u{651}", "\u{941}", "\u{94d}"]
        {
            for joiner in ["\u{200d}", "\u{200c}", "\u{200d}\u{200c}"] {
                let stacked = format!("a{}", format!("{}{joiner}", mark.repeat(4)).repeat(10));
                let marks = seen(&stacked).chars().filter(|c| is_mark(*c)).count();
                assert_eq!(marks, 4, "{}", stacked.escape_unicode());
            }
        }
    }

    proptest! {
        #[test]
        fn what_is_seen_is_seen_again(text in any::<String>()) {
            let once = seen(&text);
            prop_assert_eq!(seen(&once), once);
        }

        #[test]
        fn joiners_and_marks_in_any_order_are_seen_again(text in "[aمرക\u{d4d}\u{651}\u{1dc4}\u{200c}\u{200d}\u{180b}\u{202e} 🏴👩]{0,16}") {
            let once = seen(&text);
            prop_assert_eq!(seen(&once), once);
        }
    }
}
