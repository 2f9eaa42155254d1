//! What people type, read once: an address that is none never reaches Intercom.

use std::fmt;

use email_address::Options;
use url::Url;

use crate::matching::digits;

/// Intercom's longest e-mail address.
const EMAIL_LIMIT: usize = 254;
/// What stands before an address in a link.
const MAILTO: &str = "mailto:";
/// A number has no more digits with its country.
const E164_DIGITS: usize = 15;
/// Discord shows no longer address of a picture.
const URL_LIMIT: usize = 2048;

macro_rules! checked_text {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, PartialEq, Eq)]
        pub struct $name(String);

        impl $name {
            /// As it is sent.
            pub fn as_str(&self) -> &str {
                &self.0
            }

            /// As it is sent.
            pub fn into_string(self) -> String {
                self.0
            }
        }

        /// What a person typed never reaches a log line.
        impl fmt::Debug for $name {
            fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.debug_struct(stringify!($name)).finish_non_exhaustive()
            }
        }
    };
}

checked_text!(
    /// An e-mail address with a domain that has a dot.
    Email
);
checked_text!(
    /// A phone number with its country, as E.164 writes it: `+49301234567`.
    Phone
);
checked_text!(
    /// An `https` address without user and password.
    ImageUrl
);

impl Email {
    /// Reads an address; none where it is not one.
    pub fn parse(text: &str) -> Option<Self> {
        let text = bare_address(text);
        let options = Options::default().with_required_tld().without_display_text().without_domain_literal();
        let fits = text.len() <= EMAIL_LIMIT && !text.contains(char::is_control);
        (fits && email_address::EmailAddress::parse_with_options(text, options).is_ok())
            .then(|| Self(text.to_owned()))
    }

    /// In small letters: so an address is written to Intercom, whose search tells capital letters apart.
    pub fn in_small_letters(&self) -> String {
        self.0.to_lowercase()
    }
}

/// An address without what comes along where it is copied: blanks, `<…>`, `mailto:` before it, the mark that ends a
/// sentence after it.
fn bare_address(text: &str) -> &str {
    let text = text.trim();
    let text = text.strip_prefix('<').and_then(|text| text.strip_suffix('>')).unwrap_or(text);
    let scheme = text.get(..MAILTO.len()).filter(|start| start.eq_ignore_ascii_case(MAILTO));
    // What follows a question mark in such a link is a subject or a text.
    let text = scheme.map_or(text, |scheme| text[scheme.len()..].split('?').next().unwrap_or_default());
    text.trim_end_matches(['.', ',', ';']).trim()
}

impl Phone {
    /// Reads a number as people write it, with its country: `+49 (0) 30 1234567`, `0049 30/1234567`. What stands only
    /// for calls from within the country falls away. A number that its country's plan does not have is taken as it is
    /// written, since plans change, unless something in it would have to be guessed.
    pub fn parse(text: &str) -> Option<Self> {
        let plain: String = text.trim().chars().filter(|c| !is_separator(*c)).collect();
        let written = plain.strip_prefix('+').or_else(|| plain.strip_prefix("00"))?;
        let fits = (7..=16).contains(&written.len())
            && written.bytes().all(|b| b.is_ascii_digit())
            && !written.starts_with('0');
        let number = fits.then(|| phonenumber::parse(None, format!("+{written}")).ok()).flatten()?;
        let number_is_valid = number.is_valid();
        let number = number.format().mode(phonenumber::Mode::E164).to_string();
        let is_as_written = digits(&number) == written && written.len() <= E164_DIGITS;
        (number_is_valid || (is_as_written && !text.contains("(0)"))).then_some(Self(number))
    }

    /// Whether a stored number is the same, however it is written.
    pub fn is_same_as(&self, stored: &str) -> bool {
        Self::parse(stored).as_ref() == Some(self) || digits(&self.0) == digits(stored)
    }
}

fn is_separator(c: char) -> bool {
    c.is_whitespace() || matches!(c, '-' | '.' | '/' | '(' | ')' | '\u{2011}' | '\u{2013}')
}

impl ImageUrl {
    /// Reads an address; none where it is not one.
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        let url = Url::parse(text).ok()?;
        let fits = text.len() <= URL_LIMIT
            && url.scheme() == "https"
            && url.host_str().is_some_and(|host| host.contains('.'))
            && url.username().is_empty()
            && url.password().is_none();
        fits.then(|| Self(url.into()))
    }
}

/// Text of one line: control characters fall away; none where nothing is left.
pub fn line(text: &str) -> Option<String> {
    let kept: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    let kept = kept.trim();
    (!kept.is_empty()).then(|| kept.to_owned())
}

/// Whether a text looks like one of Intercom's own ids of contacts and companies: 24 hexadecimal digits.
pub fn is_record_id(text: &str) -> bool {
    text.len() == 24 && text.bytes().all(|b| b.is_ascii_hexdigit())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn phone(text: &str) -> Option<String> {
        Phone::parse(text).map(Phone::into_string)
    }

    #[test]
    fn an_address_needs_a_name_and_a_domain_with_a_dot() {
        assert!(Email::parse(" ada@acme.io ").is_some());
        assert!(Email::parse("ada+sales@mail.acme.co.uk").is_some());
        for meant in [
            "<ada@acme.io>",
            "mailto:ada@acme.io",
            "mailto:ada@acme.io?subject=Hi",
            "<MAILTO:ada@acme.io>",
            " ada@acme.io. ",
            "ada@acme.io,",
        ] {
            assert_eq!(
                Email::parse(meant).map(Email::into_string).as_deref(),
                Some("ada@acme.io"),
                "{meant}"
            );
        }
        for bad in [
            "ada@acme",
            "ada",
            "<ada@acme.io",
            "mailto:",
            "@acme.io",
            "Ada <ada@acme.io>",
            "ada@[127.0.0.1]",
            "a b@acme.io",
            "",
        ] {
            assert!(Email::parse(bad).is_none(), "{bad}");
        }
    }

    #[test]
    fn a_phone_number_is_sent_with_its_country_and_without_ornaments() {
        assert_eq!(phone("+49 (30) 123-45.67"), Some("+49301234567".to_owned()));
        assert_eq!(phone("0049 30 1234567"), Some("+49301234567".to_owned()));
        for bad in ["030 1234567", "+49", "+0301234567", "+49 30 call me", "+1234567890123456", ""] {
            assert_eq!(phone(bad), None, "{bad}");
        }
    }

    #[test]
    fn the_zero_for_calls_within_a_country_falls_away_where_it_is_one() {
        for text in ["+49 (0) 30 1234567", "+49 030 1234567", "0049 (0)30/1234567"] {
            assert_eq!(phone(text), Some("+49301234567".to_owned()), "{text}");
        }
        assert_eq!(phone("+44 (0)20 7946 0958"), Some("+442079460958".to_owned()));
        // In Italy the zero belongs to the number.
        assert_eq!(phone("+39 06 6982 1234"), Some("+390669821234".to_owned()));
    }

    #[test]
    fn a_number_that_no_plan_has_is_taken_as_written_but_never_guessed() {
        assert_eq!(phone("+1 555 555 0123"), Some("+15555550123".to_owned()));
        assert_eq!(phone("+999 1234567"), None);
    }

    #[test]
    fn the_same_number_written_otherwise_is_no_change() {
        let typed = Phone::parse("+49 30 1234567").expect("a number");
        assert!(typed.is_same_as("+49 (30) 123 45 67"));
        assert!(typed.is_same_as("+49 (0)30 1234567"));
        assert!(!typed.is_same_as("+49 30 1234568"));
    }

    #[test]
    fn a_picture_must_be_on_https_and_hide_no_password() {
        assert!(ImageUrl::parse("https://acme.io/ada.png").is_some());
        for bad in
            ["http://acme.io/a.png", "https://a:b@acme.io/a.png", "acme.io/a.png", "https://localhost/a"]
        {
            assert!(ImageUrl::parse(bad).is_none(), "{bad}");
        }
    }

    #[test]
    fn a_line_loses_what_would_break_it() {
        assert_eq!(line(" Ada\nLovelace "), Some("Ada Lovelace".to_owned()));
        assert_eq!(line(" \t "), None);
    }
}
