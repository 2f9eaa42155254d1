//! Web addresses in texts from outside, without what nobody should see: what follows `?` or `#` may be a token that
//! lets a reader log in, and so may what stands before `@`. What was cut is told by "…".

use std::borrow::Cow;

const CUT: char = '…';
/// What may follow an address without belonging to it.
const CLOSING: [char; 14] = [')', ']', '}', '>', '"', '\'', '”', '’', '.', ',', ';', ':', '!', '?'];
/// What begins an address in the middle of a word.
const STARTS: [&str; 2] = ["://", "www."];
/// `?` and `#` as escapes.
const MARKS: [&str; 2] = ["%3f", "%23"];
/// How much of a word is looked at for the start of an address, in bytes.
const LONGEST_START: usize = 4;

/// A text with its addresses cut.
pub(crate) fn cut_addresses(text: &str) -> Cow<'_, str> {
    // Only a word with one of these can hold what is to be cut.
    if !text.contains(['?', '#', '@', '%']) {
        return Cow::Borrowed(text);
    }
    let mut cutter = Cutter::default();
    let mut cut = cutter.read(text);
    cut.push_str(&cutter.end());
    Cow::Owned(cut)
}

/// Cuts the addresses of a text that comes in pieces: an address may go on in the next one.
#[derive(Default)]
pub(crate) struct Cutter {
    place: Place,
    /// The last bytes of the word, in lower case.
    word: String,
    /// Whether the word holds a dot, as a host does.
    dotted: bool,
    /// What may still turn out to be a part of what is cut, or what stands behind it.
    held: String,
}

/// Where in a word a character stands.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
enum Place {
    /// In no address.
    #[default]
    Outside,
    /// Where the host is, or a name and a password before it.
    Host,
    /// Behind the host.
    Path,
    /// Right behind `?` or `#`.
    Mark,
    /// Behind a `?` or `#` that may begin a query: it does where a `=` follows.
    Perhaps,
    /// In what is cut.
    Cut,
}

impl Cutter {
    /// The next piece, cut. Its last characters may be kept back until it is known what they belong to.
    pub(crate) fn read(&mut self, piece: &str) -> String {
        let mut out = String::with_capacity(piece.len());
        for character in piece.chars() {
            if character.is_whitespace() {
                out.push_str(&self.end());
                out.push(character);
            } else {
                self.take(character, &mut out);
            }
        }
        out
    }

    /// The word ends: what was kept back belongs to no address.
    pub(crate) fn end(&mut self) -> String {
        self.place = Place::Outside;
        self.word.clear();
        self.dotted = false;
        std::mem::take(&mut self.held)
    }

    fn take(&mut self, character: char, out: &mut String) {
        match self.place {
            Place::Outside => self.outside(character, out),
            Place::Host => self.host(character, out),
            Place::Path => self.path(character, out),
            Place::Perhaps => self.perhaps(character, out),
            Place::Mark | Place::Cut if CLOSING.contains(&character) => self.held.push(character),
            Place::Mark => self.cut(out),
            Place::Cut => self.held.clear(),
        }
    }

    /// A `=` makes what is held a query; an address may also begin right behind a question.
    fn perhaps(&mut self, character: char, out: &mut String) {
        self.held.push(character);
        if character == '=' {
            self.cut(out);
        } else if STARTS.iter().any(|start| self.held.to_lowercase().ends_with(start)) {
            out.push_str(&std::mem::take(&mut self.held));
            self.place = Place::Host;
        }
    }

    /// Everything behind the mark that is held is cut.
    fn cut(&mut self, out: &mut String) {
        out.extend(self.held.chars().next());
        out.push(CUT);
        self.held.clear();
        self.place = Place::Cut;
    }

    /// A mark may be written as an escape, where one address stands in another.
    fn path(&mut self, character: char, out: &mut String) {
        if matches!(character, '?' | '#') {
            out.push_str(&std::mem::take(&mut self.held));
            self.held.push(character);
            self.place = Place::Mark;
            return;
        }
        self.held.push(character);
        let escape = self.held.to_ascii_lowercase();
        if MARKS.contains(&escape.as_str()) {
            out.push(CUT);
            self.held.clear();
            self.place = Place::Cut;
        } else if !MARKS.iter().any(|mark| mark.starts_with(&escape)) {
            // The last character may begin another escape.
            let last = if character == '%' { self.held.pop() } else { None };
            out.push_str(&std::mem::take(&mut self.held));
            self.held.extend(last);
        }
    }

    fn outside(&mut self, character: char, out: &mut String) {
        if character == '?' || (character == '#' && self.dotted) {
            self.held.push(character);
            self.place = Place::Perhaps;
            return;
        }
        out.push(character);
        self.word.extend(character.to_lowercase());
        let longest = self.word.len().saturating_sub(LONGEST_START);
        self.word.drain(..self.word.ceil_char_boundary(longest));
        if STARTS.iter().any(|start| self.word.ends_with(start)) {
            self.place = Place::Host;
        } else if character == '/' && self.dotted {
            // A host without a scheme, such as `example.com/reset?token=…`.
            self.place = Place::Path;
        }
        self.dotted |= character == '.';
    }

    /// What may be a name and a password is kept back until an `@` tells.
    fn host(&mut self, character: char, out: &mut String) {
        match character {
            '@' => {
                self.held.clear();
                out.extend([CUT, '@']);
            }
            '/' | '?' | '#' => {
                out.push_str(&std::mem::take(&mut self.held));
                self.place = Place::Path;
                self.take(character, out);
            }
            _ => self.held.push(character),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn what_may_be_a_token_is_cut_wherever_the_address_stands() {
        for (text, cut) in [
            ("https://a.test/reset?token=s3", "https://a.test/reset?…"),
            ("(https://a.test/reset?token=s3)", "(https://a.test/reset?…)"),
            ("HTTPS://A.test/?t=s3 now", "HTTPS://A.test/?… now"),
            ("x,https://a.test?t=s3, y", "x,https://a.test?…, y"),
            ("see https://a.test/b#t=s3.", "see https://a.test/b#…."),
            ("\"https://a.test/b?t=s3&u=https://b.test?v=s3\"", "\"https://a.test/b?…\""),
            ("www.a.test/b?t=s3", "www.a.test/b?…"),
            ("a.test/b?t=s3", "a.test/b?…"),
            ("ftp://a.test/b?t=s3", "ftp://a.test/b?…"),
            ("a.test?t=s3", "a.test?…"),
            ("What?https://a.test/r#s3", "What?https://a.test/r#…"),
            ("Why?https://ada:s3@a.test/b", "Why?https://…@a.test/b"),
            ("localhost:8080/r?t=s3", "localhost:8080/r?…"),
            (
                "https://t.test/L0/https:%2F%2Fa.test%2Fr%3Ft=s3/1",
                "https://t.test/L0/https:%2F%2Fa.test%2Fr…",
            ),
            ("https://ada:s3@a.test/b", "https://…@a.test/b"),
            ("[https://a.test/?t=s3](https://b.test/?t=s3)", "[https://a.test/?…)"),
            ("https://a.test/?t=(s3)x)", "https://a.test/?…)"),
        ] {
            assert_eq!(cut_addresses(text), cut, "{text}");
        }
    }

    #[test]
    fn what_is_no_token_stays() {
        for text in [
            "Did you see https://a.test/b?",
            "100%? 50%25 off at https://a.test/50%25",
            "Really?Yes",
            "Really (https://a.test/b?)?!",
            "What? #1 & more",
            "ada@a.test",
            "https://a.test/b/c",
            "C# or F#?",
            "either/or? 3/4#12",
        ] {
            assert_eq!(cut_addresses(text), text);
        }
    }

    proptest! {
        #[test]
        fn pieces_are_cut_as_the_whole_is(text in "[a-z:/.?#@() ]{0,40}", at in 0_usize..40) {
            let (one, two) = text.split_at(at.min(text.len()));
            let mut cutter = Cutter::default();
            let pieces = [cutter.read(one), cutter.read(two), cutter.end()].concat();
            prop_assert_eq!(pieces, cut_addresses(&text).into_owned());
        }

        #[test]
        fn cutting_twice_changes_nothing(text in "[a-z:/.?#@() ]{0,40}") {
            let once = cut_addresses(&text).into_owned();
            prop_assert_eq!(cut_addresses(&once).into_owned(), once);
        }
    }
}
