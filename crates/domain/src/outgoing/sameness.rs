//! Whether words that a conversation shows are those that a member sent.
//!
//! Between the two stands whatever Intercom makes of spaces, marks and addresses, so letters and digits are compared. An
//! address that gets a scheme, or is written out beside itself, is the same word. Where there are no letters, such as in
//! an emoji, everything else is compared: never nothing with nothing, as parts without words are most of a conversation.

use crate::address_cut::cut_addresses;
use crate::rich_text::KEPT_CODE_POINTS;

/// Letters and digits that are compared at most.
const COMPARED: usize = 300;

/// Whether they are the same, as far as either is kept: of long words it is the beginning, which the other begins with.
pub(crate) fn are_same(ours: &str, theirs: &str) -> bool {
    let (mut one, mut other) = (letters(ours), letters(theirs));
    if one.is_empty() {
        (one, other) = (signs(ours), signs(theirs));
    }
    if one.is_empty() || other.is_empty() {
        return false;
    }
    let begins = |text: &str, whole: &str, beginning: &str| is_cut(text) && whole.starts_with(beginning);
    one == other || begins(theirs, &one, &other) || begins(ours, &other, &one)
}

fn is_cut(text: &str) -> bool {
    text.chars().nth(KEPT_CODE_POINTS - 1).is_some()
}

fn letters(text: &str) -> String {
    let mut words: Vec<String> = Vec::new();
    for word in cut_addresses(text).split_whitespace() {
        let read = bare(word);
        // A link is read with its words before it where those do not say all of it.
        let is_told_already = word.contains("://") && words.last() == Some(&read);
        words.extend((!is_told_already).then_some(read));
    }
    words.concat().chars().take(COMPARED).collect()
}

/// The letters and digits of a word. Of an address those that are written the same everywhere: without a scheme, in small
/// letters, and without what may be an escape.
fn bare(word: &str) -> String {
    let rest = word.split_once("://").map_or(word, |(_, rest)| rest);
    let is_address = rest.len() < word.len() || rest.find('.').is_some_and(|dot| rest[dot..].contains('/'));
    if !is_address {
        return word.chars().filter(|c| c.is_alphanumeric()).collect();
    }
    let mut pieces = rest.split('%');
    let first = pieces.next().unwrap_or_default();
    let unescaped = pieces.map(|piece| piece.get(2..).unwrap_or_default());
    let plain = std::iter::once(first).chain(unescaped).flat_map(str::chars);
    plain.filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_lowercase()).collect()
}

fn signs(text: &str) -> String {
    text.chars().filter(|c| !c.is_whitespace()).take(COMPARED).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_without_letters_are_the_same_only_as_themselves() {
        for (ours, theirs) in [("👍", "👍"), ("👍 🎉", "👍🎉"), ("???", "? ? ?")] {
            assert!(are_same(ours, theirs), "{ours} {theirs}");
        }
        for (ours, theirs) in
            [("👍", ""), ("👍", " "), ("👍", "🎉"), ("👍", "👍 Done"), ("Done", "👍"), ("", "")]
        {
            assert!(!are_same(ours, theirs), "{ours} {theirs}");
        }
    }

    #[test]
    fn an_address_is_the_same_word_whatever_became_of_its_scheme_and_its_query() {
        for (ours, theirs) in [
            ("acme.com/a", "https://acme.com/a"),
            ("See acme.com/a.", "See acme.com/a https://acme.com/a."),
            ("https://Acme.com/A?token=1", "https://acme.com/A?…"),
            ("https://acme.com/über", "https://acme.com/%C3%BCber"),
            ("https://acme.com", "https://acme.com/"),
        ] {
            assert!(are_same(ours, theirs), "{ours} {theirs}");
        }
        for (ours, theirs) in [
            ("https://acme.com/a", ""),
            ("https://acme.com/a", "https://acme.com/b"),
            ("See https://acme.com/a", "See https://acme.com/b"),
        ] {
            assert!(!are_same(ours, theirs), "{ours} {theirs}");
        }
    }

    #[test]
    fn of_long_words_the_beginning_is_enough_and_of_short_ones_it_is_not() {
        // Few letters, so that all that is kept has less than what is compared.
        let sparse = "a – – – ".repeat(200);
        let kept: String = sparse.chars().take(KEPT_CODE_POINTS).collect();
        assert!(are_same(&sparse, &kept) && are_same(&kept, &sparse));
        assert!(!are_same("a", &kept), "a short reply is no beginning of a long one");
        assert!(!are_same(&kept, "a"));
        assert!(!are_same("Hello there", "Hello"));
        assert!(!are_same("No no no", "No"));
    }
}
