//! What of a very long text is worth its room: markup that shows nothing is passed over while the text arrives.
//!
//! A mail may bring a picture, a style sheet or a comment of many megabytes before its first word. Comments, scripts,
//! styles and drawings are left out, a value of an attribute and a tag are cut, and all that is remembered is in which of
//! them the text is. What is no markup stays as it is.

/// A longer value of an attribute is cut, in bytes: an address that is shown, and a style, are shorter.
const LONGEST_VALUE: usize = 2 << 10;
/// A tag that is longer loses what follows, in bytes.
const LONGEST_TAG: usize = 8 << 10;
/// A longer name is that of no element that is left out, in bytes.
const LONGEST_NAME: usize = 10;
/// Elements that are left out with all that stands in them.
const LEFT_OUT: [&str; 8] = ["script", "style", "iframe", "noembed", "noframes", "title", "textarea", "svg"];

/// Where in the text it is.
#[derive(Default)]
pub(super) struct Skimmer {
    within: Within,
    /// What began with `<`, until it is known what it is; or the name of the element that is left out.
    begun: Vec<u8>,
}

#[derive(Debug, Clone, Copy, Default)]
enum Within {
    #[default]
    Text,
    /// Behind a `<`.
    Begun,
    Comment {
        /// How many dashes came last.
        dashes: usize,
    },
    Tag(Tag),
    /// In the content of an element that is left out; so many bytes of its end tag were seen.
    LeftOut(usize),
    /// In its end tag.
    EndTag,
}

/// A tag behind its name.
#[derive(Debug, Clone, Copy, Default)]
struct Tag {
    /// Whether its element is left out, and so is the tag.
    left_out: bool,
    kept: usize,
    /// Whether a value comes next.
    value: bool,
    quote: Option<Quote>,
}

/// A value in quotes.
#[derive(Debug, Clone, Copy)]
struct Quote {
    mark: u8,
    length: usize,
    /// Whether the quote that began it was kept.
    kept: bool,
    /// Whether the rest of it is left out.
    full: bool,
}

impl Skimmer {
    /// Reads a part of the text and hands out what stays of it.
    pub(super) fn push(&mut self, mut part: &[u8], keep: &mut impl FnMut(&[u8])) {
        while let Some(first) = part.first().copied() {
            if matches!(self.within, Within::Text) {
                let plain = part.iter().position(|byte| *byte == b'<').unwrap_or(part.len());
                keep(&part[..plain]);
                part = &part[plain..];
                if !part.is_empty() {
                    self.begin();
                    part = &part[1..];
                }
                continue;
            }
            self.take(first, keep);
            part = &part[1..];
        }
    }

    /// What was held back until it was known what it is.
    pub(super) fn finish(&mut self) -> Vec<u8> {
        if matches!(self.within, Within::Begun) { std::mem::take(&mut self.begun) } else { Vec::new() }
    }

    fn begin(&mut self) {
        self.within = Within::Begun;
        self.begun.clear();
        self.begun.push(b'<');
    }

    fn take(&mut self, byte: u8, keep: &mut impl FnMut(&[u8])) {
        match self.within {
            Within::Text | Within::Begun => self.begun(byte, keep),
            Within::Comment { dashes } => {
                self.within = match byte {
                    b'>' if dashes >= 2 => Within::Text,
                    b'-' => Within::Comment { dashes: dashes + 1 },
                    _ => Within::Comment { dashes: 0 },
                }
            }
            Within::Tag(tag) => self.tag(tag, byte, keep),
            Within::LeftOut(seen) => self.left_out(byte, seen),
            Within::EndTag if byte == b'>' => self.within = Within::Text,
            Within::EndTag => {}
        }
    }

    fn begun(&mut self, byte: u8, keep: &mut impl FnMut(&[u8])) {
        if byte == b'<' {
            keep(&self.begun);
            return self.begin();
        }
        self.begun.push(byte);
        if self.begun == b"<!--" {
            self.within = Within::Comment { dashes: 2 };
            return;
        }
        let name = &self.begun[1..];
        let goes_on =
            b"!--".starts_with(name) || (byte.is_ascii_alphanumeric() && name.len() <= LONGEST_NAME);
        if goes_on {
            return;
        }
        let (end, name) = name.split_last().unwrap_or((&byte, name));
        let left_out = LEFT_OUT.iter().any(|one| name.eq_ignore_ascii_case(one.as_bytes()));
        let is_tag = name.first().unwrap_or(end).is_ascii_alphabetic() || (name.is_empty() && *end == b'/');
        if left_out {
            self.begun.pop();
        } else {
            keep(&self.begun);
        }
        let tag = Tag { left_out, ..Tag::default() };
        self.within = match byte {
            b'>' if left_out => Within::LeftOut(0),
            b'>' => Within::Text,
            _ if is_tag => Within::Tag(tag),
            _ => Within::Text,
        };
    }

    fn tag(&mut self, mut tag: Tag, byte: u8, keep: &mut impl FnMut(&[u8])) {
        if tag.quote.is_none() && byte == b'>' {
            self.within = if tag.left_out { Within::LeftOut(0) } else { Within::Text };
            if !tag.left_out {
                keep(b">");
            }
            return;
        }
        if tag.takes(byte) {
            tag.kept += 1;
            keep(&[byte]);
        }
        self.within = Within::Tag(tag);
    }

    /// Looks for the end tag of the element that is left out: its name stands behind the `<` of what was begun.
    fn left_out(&mut self, byte: u8, seen: usize) {
        let wanted = match seen {
            0 => b'<',
            1 => b'/',
            _ => self.begun[seen - 1].to_ascii_lowercase(),
        };
        let seen = match byte.to_ascii_lowercase() {
            byte if byte == wanted => seen + 1,
            b'<' => 1,
            _ => 0,
        };
        let is_whole = seen == self.begun.len() + 1;
        self.within = if is_whole { Within::EndTag } else { Within::LeftOut(seen) };
    }
}

impl Tag {
    /// Goes on by a byte that does not end it; whether the byte stays.
    fn takes(&mut self, byte: u8) -> bool {
        let has_room = self.kept < LONGEST_TAG && !self.left_out;
        let Some(quote) = &mut self.quote else {
            let opens = self.value && matches!(byte, b'"' | b'\'');
            self.quote = opens.then_some(Quote { mark: byte, length: 0, kept: has_room, full: false });
            self.value = byte == b'=' || (self.value && byte.is_ascii_whitespace());
            return has_room;
        };
        if byte == quote.mark {
            let kept = quote.kept;
            self.quote = None;
            return kept;
        }
        quote.length += 1;
        // A character is left out as a whole.
        quote.full |= byte & 0xC0 != 0x80 && (quote.length > LONGEST_VALUE || !has_room);
        quote.kept && !quote.full
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn skimmed(parts: &[&str]) -> String {
        let (mut skimmer, mut kept) = (Skimmer::default(), Vec::new());
        for part in parts {
            skimmer.push(part.as_bytes(), &mut |bytes| kept.extend_from_slice(bytes));
        }
        kept.extend(skimmer.finish());
        String::from_utf8(kept).unwrap()
    }

    #[test]
    fn what_shows_nothing_is_passed_over_and_the_words_stay() {
        for (text, kept) in [
            ("<p>a</p><!-- x > - -- y --><b>c</b>", "<p>a</p><b>c</b>"),
            ("a<!-->b<!--->c<!-- x --!>d--> e", "abc e"),
            ("<STYLE type=\"a>b\">p > a { }</div></styl </style >x<script>if (a<b) '</p>'</script>y", "xy"),
            ("<svg viewBox='0 0'><path d='M0'/><title>t</title></svg>x<style/>p{}</style>", "x"),
            (
                "a < b <3 <- <!doctype html><Styled>x</Styled> <",
                "a < b <3 <- <!doctype html><Styled>x</Styled> <",
            ),
            ("<<!-- x -->b <sty", "<b <sty"),
        ] {
            assert_eq!(skimmed(&[text]), kept, "{text}");
        }
    }

    #[test]
    fn a_value_or_a_tag_that_is_too_long_keeps_its_beginning_and_the_rest_of_the_text() {
        let picture = format!("<img alt=\"a > b\" src='{}' class=\"c\">words", "é".repeat(300_000));
        let value = "é".repeat(LONGEST_VALUE / 2);
        assert_eq!(skimmed(&[&picture]), format!("<img alt=\"a > b\" src='{value}' class=\"c\">words"));
        let unquoted = skimmed(&[&format!("<img src=data:{} alt=x>words", "x".repeat(300_000))]);
        assert!(unquoted.len() < LONGEST_TAG + 100 && unquoted.ends_with("x>words"), "{}", unquoted.len());
        let many = skimmed(&[&format!("<p {}>words", "a=\"é\" ".repeat(100_000))]);
        assert!(many.len() < LONGEST_TAG + 100 && many.ends_with(">words"), "{}", many.len());
    }

    proptest! {
        #[test]
        fn a_text_is_skimmed_alike_however_it_comes(
            text in "(<|>|<!--|-->|<style|</style|[\"'= a/-])*", at in 0_usize..60
        ) {
            let (one, two) = text.split_at(text.floor_char_boundary(at.min(text.len())));
            let bytes: Vec<_> = text.split("").collect();
            prop_assert_eq!(skimmed(&[one, two]), skimmed(&[&text]));
            prop_assert_eq!(skimmed(&bytes), skimmed(&[&text]));
        }

        #[test]
        fn a_text_without_markup_stays_as_it_is(text in "[^<]*") {
            prop_assert_eq!(skimmed(&[&text]), text);
        }
    }
}
