//! Whether a record is the one that somebody typed: the one place where words, e-mail addresses and phone numbers are
//! compared.
//!
//! Capital letters and accents do not count, and words may stand in any order. Whoever searches elsewhere, as Intercom
//! does with its own rules, gets the typed text from here in the forms that are worth asking for, and what comes back
//! is judged here.

use std::borrow::Cow;

use icu_normalizer::DecomposingNormalizerBorrowed;

use crate::contact::Contact;
use crate::visible::is_mark;

/// More words than this narrow nothing down any more; each costs a condition of a search.
const MOST_WORDS: usize = 5;
/// So many digits at least are a part of a phone number rather than of a name.
const LEAST_DIGITS: usize = 4;

/// A text without capital letters and accents.
pub fn folded(text: &str) -> String {
    let decomposed = DecomposingNormalizerBorrowed::new_nfkd().normalize(text);
    decomposed.chars().filter(|c| !is_mark(*c)).flat_map(char::to_lowercase).collect()
}

/// Whether two e-mail addresses are one: no service tells them apart by capital letters.
pub fn is_same_email(one: &str, other: &str) -> bool {
    one.trim().to_lowercase() == other.trim().to_lowercase()
}

/// The digits of a text.
pub fn digits(text: &str) -> String {
    text.chars().filter(char::is_ascii_digit).collect()
}

/// What somebody typed to find a person or a company.
#[derive(Clone, PartialEq, Eq)]
pub struct Wanted {
    text: String,
    words: Vec<String>,
    phone: Option<String>,
}

/// What a person typed never reaches a log line.
impl std::fmt::Debug for Wanted {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Wanted").finish_non_exhaustive()
    }
}

impl Wanted {
    /// Reads what was typed.
    pub fn parse(text: &str) -> Self {
        let text = text.trim();
        let words = text.split_whitespace().take(MOST_WORDS).map(str::to_lowercase).collect();
        Self { text: text.to_owned(), words, phone: phone_digits(text) }
    }

    /// The whole of it, as it was typed.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Its words in small letters, with their accents.
    pub fn words(&self) -> &[String] {
        &self.words
    }

    /// The halves of each word that is long enough, without accents: a word with one accent in a name has one half as it
    /// was typed.
    pub fn halves(&self) -> Vec<Vec<String>> {
        let of_letters = self.words.iter().filter(|word| word.chars().all(char::is_alphabetic));
        of_letters.map(|word| halves(&folded(word))).filter(|halves| !halves.is_empty()).collect()
    }

    /// The digits of a phone number or of its end, without the zeros before them; none where it is none.
    pub fn phone(&self) -> Option<&str> {
        self.phone.as_deref()
    }

    /// Whether a person is meant: by words of the name or e-mail address, by the external id, or by the phone number.
    pub fn means(&self, contact: &Contact) -> bool {
        let texts = [contact.name.as_deref(), contact.email.as_deref()];
        self.is_external_id_of(contact)
            || self.is_in(texts.into_iter().flatten())
            || contact.phone.as_deref().is_some_and(|phone| self.is_phone(phone))
    }

    /// Whether it is exactly the external id.
    pub fn is_external_id_of(&self, contact: &Contact) -> bool {
        contact.external_id.as_deref() == Some(&*self.text)
    }

    /// Whether each of its words stands in one of the texts; of no words that is true.
    pub fn is_in<'a>(&self, texts: impl IntoIterator<Item = &'a str>) -> bool {
        let texts: Vec<_> = texts.into_iter().map(folded).collect();
        self.words.iter().all(|word| {
            let word = folded(word);
            texts.iter().any(|text| text.contains(&word))
        })
    }

    /// Whether it is exactly this text, but for capital letters, accents and the white space between words.
    pub fn is_exactly(&self, text: &str) -> bool {
        joined(&folded(&self.text)) == joined(&folded(text))
    }

    fn is_phone(&self, phone: &str) -> bool {
        self.phone.as_ref().is_some_and(|typed| digits(phone).ends_with(typed.as_str()))
    }
}

/// A half of one letter stands in too many names.
fn halves(word: &str) -> Vec<String> {
    let letters: Vec<char> = word.chars().collect();
    let (first, last) = letters.split_at(letters.len().div_ceil(2));
    if last.len() < 2 {
        return Vec::new();
    }
    [first, last].map(|half| half.iter().collect()).into()
}

fn joined(text: &str) -> Cow<'_, str> {
    text.split_whitespace().collect::<Vec<_>>().join(" ").into()
}

/// The zeros before a number are a way to dial it: `00` for other countries, `0` within one.
fn phone_digits(text: &str) -> Option<String> {
    let is_of_phone = |c: char| c.is_ascii_digit() || c.is_whitespace() || "+-./()".contains(c);
    let digits = digits(&text.replace("(0)", "")).trim_start_matches('0').to_owned();
    (text.chars().all(is_of_phone) && digits.len() >= LEAST_DIGITS).then_some(digits)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::contact::Role;
    use crate::ids::ContactId;

    fn grace() -> Contact {
        Contact {
            name: Some("Gráce Brewster Hopper".to_owned()),
            email: Some("Grace@Navy.mil".to_owned()),
            phone: Some("+49 30 123-4567".to_owned()),
            external_id: Some("emp-42".to_owned()),
            ..Contact::bare(ContactId::new("1"), Role::User)
        }
    }

    fn means(text: &str) -> bool {
        Wanted::parse(text).means(&grace())
    }

    #[test]
    fn words_are_found_in_any_order_and_without_capitals_and_accents() {
        for text in ["grace", "HOPPER GRACE", "hópper gráce", "hopper navy", " gra  bre ", "emp-42"] {
            assert!(means(text), "{text}");
        }
        for text in ["hopper ada", "emp-4", "EMP-42", "graces"] {
            assert!(!means(text), "{text}");
        }
    }

    #[test]
    fn a_phone_number_is_found_however_it_is_dialled() {
        for text in ["+49301234567", "0049 30 1234567", "+49 (0) 30 1234567", "030 123 45 67", "4567"] {
            assert!(means(text), "{text}");
        }
        for text in ["+49301234568", "567", "130 1234567", "301234567a"] {
            assert!(!means(text), "{text}");
        }
    }

    #[test]
    fn a_word_with_one_accent_has_one_half_as_it_was_typed() {
        for (typed, name) in
            [("muller", "Müller"), ("garcia", "García"), ("dvorak", "Dvořak"), ("jose", "José")]
        {
            let [halves] = &Wanted::parse(typed).halves()[..] else { panic!("{typed} is one word") };
            assert!(
                halves.iter().any(|half| name.to_lowercase().contains(half.as_str())),
                "{halves:?} {name}"
            );
        }
        assert_eq!(Wanted::parse("hopper, 0049 30").halves(), Vec::<Vec<String>>::new());
        assert_eq!(Wanted::parse("Zoë HÖPPER").halves(), [["hop", "per"]]);
    }

    #[test]
    fn a_name_is_the_same_but_for_capitals_accents_and_spaces() {
        assert!(Wanted::parse("globex  CÖRP").is_exactly("Globex Corp"));
        assert!(!Wanted::parse("globex").is_exactly("Globex Corp"));
    }

    #[test]
    fn an_address_is_the_same_in_capitals() {
        assert!(is_same_email("Ada@Acme.io", " ada@acme.IO"));
        assert!(!is_same_email("ada@acme.io", "ada@acme.com"));
    }

    proptest! {
        #[test]
        fn folding_twice_is_folding_once(text in any::<String>()) {
            let once = folded(&text);
            prop_assert_eq!(folded(&once), once);
        }

        #[test]
        fn whoever_is_named_in_full_is_meant(name in "[A-Za-zÀ-ÿ]{1,8}( [A-Za-zÀ-ÿ]{1,8}){0,3}") {
            let contact = Contact { name: Some(name.clone()), ..grace() };
            prop_assert!(Wanted::parse(&name).means(&contact));
            prop_assert!(Wanted::parse(&name.to_uppercase()).means(&contact) || name.contains(['ß', 'ÿ']));
        }
    }
}
