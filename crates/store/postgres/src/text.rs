//! Texts as they stand in the database, which takes none with a NUL in it; an id of Intercom may have one.

use std::borrow::Cow;

/// Says that the letter behind it stands for another.
const MARK: char = '\u{1}';
const NUL: &str = "\u{1}0";
const THE_MARK: &str = "\u{1}1";

/// The form in which a text stands there. No two texts have the same, and what a text begins with, its form begins with.
pub(crate) fn stored(text: &str) -> Cow<'_, str> {
    if text.contains(['\0', MARK]) {
        text.replace(MARK, THE_MARK).replace('\0', NUL).into()
    } else {
        text.into()
    }
}

/// The text that stands there in this form.
pub(crate) fn read(stored: String) -> String {
    if stored.contains(MARK) { stored.replace(NUL, "\0").replace(THE_MARK, "\u{1}") } else { stored }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_text_is_read_as_it_was_written_and_none_as_another() {
        let mut texts = std::collections::BTreeSet::from([String::new()]);
        for _ in 0..3 {
            let longer = |text: &String| ["\0", "\u{1}", "0", "1"].map(|letter| format!("{text}{letter}"));
            let more: Vec<_> = texts.iter().flat_map(longer).collect();
            texts.extend(more);
        }
        let forms: std::collections::BTreeSet<_> = texts.iter().map(|text| stored(text)).collect();
        assert_eq!(forms.len(), texts.len());
        assert!(forms.iter().all(|form| !form.contains('\0')));
        for text in &texts {
            assert_eq!(&read(stored(text).into_owned()), text);
        }
    }
}
