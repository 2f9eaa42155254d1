//! A string of JSON while it arrives: unescaped, mended, and bounded.
//!
//! One that is longer than is kept loses first what shows nothing in a mail, and only then its end: a card shows 600
//! characters of a message, but a mail may bring megabytes of pictures and styles before its first word.

use super::skimmer::Skimmer;

/// The most bytes that are kept of a string.
pub(super) const LONGEST_TEXT: usize = 256 << 10;

/// A string, from behind its opening quote on.
#[derive(Default)]
pub(super) struct Text {
    kept: Vec<u8>,
    cut: bool,
    /// Passes over what shows nothing, once the string has become too long.
    skimmer: Option<Skimmer>,
    escape: Escape,
    /// The first half of a surrogate pair, until what follows is known.
    high: Option<u16>,
}

#[derive(Clone, Copy, Default)]
enum Escape {
    #[default]
    None,
    /// Behind a backslash.
    Begun,
    /// Within the digits of a unit of UTF-16.
    Unit { digits: u8, unit: u16 },
}

/// What reading a part of a string came to.
pub(super) enum Progress {
    /// The part is used up, and the string goes on.
    Open,
    /// The string ended; so many bytes belonged to it, the closing quote included.
    Closed(usize),
}

impl Text {
    pub(super) fn push(&mut self, part: &[u8]) -> Progress {
        let mut at = 0;
        while let Some(byte) = part.get(at).copied() {
            match self.escape {
                Escape::None => {
                    let rest = &part[at..];
                    let plain =
                        rest.iter().position(|byte| matches!(byte, b'"' | b'\\')).unwrap_or(rest.len());
                    self.keep(&rest[..plain]);
                    at += plain + 1;
                    match rest.get(plain) {
                        Some(b'"') => return Progress::Closed(at),
                        Some(_) => self.escape = Escape::Begun,
                        None => return Progress::Open,
                    }
                }
                Escape::Begun => {
                    self.unescape(byte);
                    at += 1;
                }
                Escape::Unit { digits, unit } => at += usize::from(self.digit(byte, digits, unit)),
            }
        }
        Progress::Open
    }

    /// The string as far as it was kept. Bytes that are no UTF-8 are replaced.
    pub(super) fn finish(&mut self) -> String {
        self.give_up_half();
        let held = self.skimmer.as_mut().map(Skimmer::finish).unwrap_or_default();
        self.keep_as_it_is(&held);
        let mut whole = std::mem::take(self);
        if whole.cut {
            drop_half_character(&mut whole.kept);
        }
        String::from_utf8(whole.kept)
            .unwrap_or_else(|error| String::from_utf8_lossy(error.as_bytes()).into_owned())
    }

    fn unescape(&mut self, byte: u8) {
        self.escape = Escape::None;
        match byte {
            b'u' => self.escape = Escape::Unit { digits: 0, unit: 0 },
            b'n' => self.keep(b"\n"),
            b't' => self.keep(b"\t"),
            b'r' => self.keep(b"\r"),
            b'b' => self.keep(b"\x08"),
            b'f' => self.keep(b"\x0c"),
            other => self.keep(&[other]),
        }
    }

    /// Takes a digit of a unit; whether it was one.
    fn digit(&mut self, byte: u8, digits: u8, unit: u16) -> bool {
        let Some(digit) = char::from(byte).to_digit(16).and_then(|digit| u16::try_from(digit).ok()) else {
            self.escape = Escape::None;
            self.keep_character(char::REPLACEMENT_CHARACTER);
            return false;
        };
        let unit = unit << 4 | digit;
        if digits == 3 {
            self.escape = Escape::None;
            self.take_unit(unit);
        } else {
            self.escape = Escape::Unit { digits: digits + 1, unit };
        }
        true
    }

    fn take_unit(&mut self, unit: u16) {
        let pair = self.high.filter(|_| matches!(unit, 0xDC00..=0xDFFF)).map(|high| [high, unit]);
        if let Some(pair) = pair {
            self.high = None;
            char::decode_utf16(pair).flatten().for_each(|character| self.keep_character(character));
        } else if matches!(unit, 0xD800..=0xDBFF) {
            self.give_up_half();
            self.high = Some(unit);
        } else {
            self.keep_character(char::from_u32(unit.into()).unwrap_or(char::REPLACEMENT_CHARACTER));
        }
    }

    fn keep_character(&mut self, character: char) {
        self.keep(character.encode_utf8(&mut [0; 4]).as_bytes());
    }

    fn keep(&mut self, bytes: &[u8]) {
        if !bytes.is_empty() {
            self.give_up_half();
        }
        match &self.skimmer {
            None if self.kept.len() + bytes.len() <= LONGEST_TEXT => self.kept.extend_from_slice(bytes),
            None => {
                self.skimmer = Some(Skimmer::default());
                let begun = std::mem::take(&mut self.kept);
                self.skim(&begun);
                self.skim(bytes);
            }
            Some(_) => self.skim(bytes),
        }
    }

    fn skim(&mut self, bytes: &[u8]) {
        let Some(mut skimmer) = self.skimmer.take() else { return };
        skimmer.push(bytes, &mut |worth_it| self.keep_as_it_is(worth_it));
        self.skimmer = Some(skimmer);
    }

    fn keep_as_it_is(&mut self, bytes: &[u8]) {
        let room = LONGEST_TEXT.saturating_sub(self.kept.len());
        self.cut |= bytes.len() > room;
        self.kept.extend_from_slice(&bytes[..bytes.len().min(room)]);
    }

    /// Half a surrogate pair that the other half does not follow costs one character.
    fn give_up_half(&mut self) {
        if self.high.take().is_some() {
            self.keep_character(char::REPLACEMENT_CHARACTER);
        }
    }
}

/// Takes the beginning of a character away that the cut went through.
fn drop_half_character(kept: &mut Vec<u8>) {
    let tail = kept.len().saturating_sub(3);
    let Some(lead) = kept[tail..].iter().rposition(|byte| *byte >= 0xC0).map(|at| tail + at) else { return };
    let length = match kept[lead] {
        0xF0.. => 4,
        0xE0.. => 3,
        _ => 2,
    };
    if kept.len() - lead < length {
        kept.truncate(lead);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(escaped: &[u8]) -> String {
        let mut text = Text::default();
        for byte in escaped {
            assert!(matches!(text.push(&[*byte]), Progress::Open), "it goes on");
        }
        assert!(matches!(text.push(b"\""), Progress::Closed(1)), "it ends");
        text.finish()
    }

    #[test]
    fn escapes_are_read_and_odd_ones_cost_one_character() {
        assert_eq!(read(br#"a\"\\\/\n\t\r\b\f\u00e9"#), "a\"\\/\n\t\r\u{8}\u{c}é");
        assert_eq!(
            read(br"\ud83d\ude00 \ud83d\ud83d\ude00 \udc00 \ud83dx"),
            "😀 \u{fffd}😀 \u{fffd} \u{fffd}x"
        );
        assert_eq!(read(br"\ud83d"), "\u{fffd}");
        assert_eq!(read(br"\q\u12g4"), "q\u{fffd}g4");
        assert_eq!(read(b"x\xff"), "x\u{fffd}");
    }

    #[test]
    fn a_string_is_cut_between_two_characters() {
        let mut text = Text::default();
        text.push("a".as_bytes());
        for _ in 0..LONGEST_TEXT {
            text.push("é".as_bytes());
        }
        let read = text.finish();
        assert_eq!(read.len(), LONGEST_TEXT - 1);
        assert!(read.ends_with('é'));
    }

    #[test]
    fn what_shows_nothing_costs_no_words_however_long_it_is() {
        let much = "x".repeat(3 * LONGEST_TEXT);
        for before in [
            format!("<!-- {much} -->"),
            format!("<style>{much}</style>"),
            format!("<img src=\\\"data:{much}\\\">"),
            format!("\\u003cimg src='data:{much}'\\u003e"),
            format!("<svg><path d='{much}'></svg>"),
        ] {
            let read = read_parts(&format!("{before}<p>The words</p>"));
            assert!(read.ends_with("<p>The words</p>"), "{}", &before[..20]);
            assert!(read.len() < 10_000, "{} bytes", read.len());
        }
    }

    #[test]
    fn a_string_keeps_no_more_than_its_bound_whatever_comes() {
        for piece in ["words ", "<p>words</p>", "<b a='", "<", "<!-", "<style>x</style>y", "é<é"] {
            let read = read_parts(&piece.repeat(3 * LONGEST_TEXT / piece.len()));
            assert!(read.len() <= LONGEST_TEXT, "{piece}: {}", read.len());
        }
    }

    fn read_parts(escaped: &str) -> String {
        let mut text = Text::default();
        for part in escaped.as_bytes().chunks(1_000) {
            text.push(part);
            assert!(text.kept.capacity() <= 2 * LONGEST_TEXT);
        }
        text.finish()
    }
}
