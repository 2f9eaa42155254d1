//! Web addresses in texts from outside, without what nobody should see: what follows `?` or `#` may be a token that
//! lets a reader log in, and so may what stands before `@`. What was cut is told by "…".
//!
//! Where an address ends is a guess wherever no blank follows it. A query ends at what no address is written with, such
//! as a quote or `，`, and at a letter of a script that puts no blanks between words, unless that letter follows a `=`,
//! a `/` or their like and so belongs to a value. Letters of all other scripts stay in the query. What follows is kept
//! back until the next blank: a `=` or `&` in it shows that it belongs to the query too. Right behind such a letter, or
//! a sign such as `|` that browsers leave in queries, ASCII is cut up to the next quote or mark of other punctuation:
//! nobody can tell a word from the rest of a token there.

use std::borrow::Cow;

use self::characters::{Sort, is_closing, is_delimiter, is_wide_closing, sort};

mod characters;

const CUT: char = '…';
/// Stands in the place of a name and a password.
const CUT_CREDENTIALS: &str = "…";
/// What begins an address in the middle of a word.
const STARTS: [&str; 2] = ["://", "www."];
/// `?` and `#` as escapes.
const MARKS: [&str; 2] = ["%3f", "%23"];
/// How much of a word is looked at for the start of an address, in bytes.
const LONGEST_START: usize = 4;

/// A text with its addresses cut.
pub fn cut_addresses(text: &str) -> Cow<'_, str> {
    // Only a word with one of these can hold what is to be cut.
    if !text.contains(['?', '#', '@', '%']) {
        return Cow::Borrowed(text);
    }
    let mut cutter = Cutter::default();
    let mut cut = cutter.read(text);
    cut.push_str(&cutter.end());
    Cow::Owned(cut)
}

/// Whether what somebody typed is what is read of it again: what Intercom is sent is whole, and cut where it is read.
pub fn is_read_as(typed: &str, read: &str) -> bool {
    cut_addresses(typed.trim()) == read
}

/// Cuts the addresses of a text that comes in pieces: an address may go on in the next one.
#[derive(Default)]
pub struct Cutter {
    place: Place,
    /// The last bytes of the word, in lower case.
    word: String,
    /// Whether the word holds a dot, as a host does.
    dotted: bool,
    /// Whether this address may stand in the query of one that was cut.
    nested: bool,
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
    Cut(Cutting),
    /// Behind what is cut, in a word that follows it without a blank.
    Joined,
    /// Behind what is cut, unless a sign of a query follows.
    Behind(Cutting),
}

/// What is known of a query while it is cut.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct Cutting {
    /// A name or a value must go on here: the last character was a delimiter, or a letter behind one.
    owed: bool,
    /// A quote or a bracket was opened in the query: what follows of its kind ends nothing.
    opened: bool,
}

impl Cutter {
    /// The next piece, cut. Its last characters may be kept back until it is known what they belong to.
    pub fn read(&mut self, piece: &str) -> String {
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
    pub fn end(&mut self) -> String {
        std::mem::take(self).held
    }

    fn take(&mut self, character: char, out: &mut String) {
        match self.place {
            Place::Outside => self.outside(character, out),
            Place::Host => self.host(character, out),
            Place::Path => self.path(character, out),
            Place::Mark => self.mark(character, out),
            Place::Perhaps => self.perhaps(character, out),
            Place::Cut(cutting) => self.query(character, cutting),
            Place::Joined => self.joined(character),
            Place::Behind(cutting) => self.behind(character, cutting, out),
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
        if begins_address(&self.word) {
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
                let before = std::mem::take(&mut self.held);
                out.push_str(if follows_words(&before) { &before } else { CUT_CREDENTIALS });
                out.push('@');
            }
            '/' | '?' | '#' => self.enter_path(character, out),
            '&' if self.nested => self.enter_path(character, out),
            _ if is_wide_closing(character) || self.closes_quote(character) => self.leave(character, out),
            _ => self.held.push(character),
        }
    }

    /// Whether a quote that came last stands behind the address, and not in it.
    fn closes_quote(&self, next: char) -> bool {
        self.held.ends_with('"') && is_closing(next)
    }

    fn enter_path(&mut self, character: char, out: &mut String) {
        out.push_str(&std::mem::take(&mut self.held));
        self.place = Place::Path;
        self.path(character, out);
    }

    /// What is held and this character stand in no address.
    fn leave(&mut self, character: char, out: &mut String) {
        out.push_str(&self.end());
        self.take(character, out);
    }

    /// A mark may be written as an escape, where one address stands in another.
    fn path(&mut self, character: char, out: &mut String) {
        if is_wide_closing(character) || character == '"' {
            return self.leave(character, out);
        }
        if matches!(character, '?' | '#') || (self.nested && character == '&') {
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
            self.place = Place::Cut(Cutting { owed: true, opened: false });
        } else if !MARKS.iter().any(|mark| mark.starts_with(&escape)) {
            // The last character may begin another escape.
            let last = if character == '%' { self.held.pop() } else { None };
            out.push_str(&std::mem::take(&mut self.held));
            self.held.extend(last);
        }
    }

    fn mark(&mut self, character: char, out: &mut String) {
        if self.closes_quote(character) {
            return self.leave(character, out);
        }
        match sort(character) {
            Sort::Closing => self.held.push(character),
            Sort::End if character == '"' => self.held.push(character),
            // Words follow a question, or they name what is asked for.
            Sort::Word | Sort::End if character != CUT => {
                self.place = Place::Perhaps;
                self.perhaps(character, out);
            }
            _ => self.cut(character, out),
        }
    }

    /// A `=` makes what is held a query; an address may also begin right behind a question.
    fn perhaps(&mut self, character: char, out: &mut String) {
        if is_wide_closing(character) || self.closes_quote(character) {
            return self.leave(character, out);
        }
        self.held.push(character);
        if character == '=' {
            self.cut(character, out);
        } else if begins_address(&self.held) {
            out.push_str(&std::mem::take(&mut self.held));
            self.place = Place::Host;
        }
    }

    /// Everything behind the mark that is held is cut.
    fn cut(&mut self, character: char, out: &mut String) {
        out.extend(self.held.chars().next());
        out.push(CUT);
        self.held.clear();
        self.place = Place::Cut(Cutting { owed: true, opened: false }.after(character));
    }

    fn query(&mut self, character: char, cutting: Cutting) {
        let next = match sort(character) {
            Sort::End | Sort::Doubtful if character.is_ascii() && cutting.opened => None,
            Sort::End if !cutting.owed => Some(Place::Behind(cutting)),
            Sort::Word | Sort::Doubtful if !cutting.owed => Some(Place::Joined),
            Sort::Closing => Some(Place::Cut(Cutting { owed: false, ..cutting })),
            _ => None,
        };
        match next {
            Some(_) => self.held.push(character),
            None => self.held.clear(),
        }
        self.place = next.unwrap_or(Place::Cut(cutting.after(character)));
    }

    fn joined(&mut self, character: char) {
        match sort(character) {
            Sort::Sign => self.go_on_cutting(character, Cutting::default()),
            Sort::End if character != CUT => {
                self.held.push(character);
                self.place = Place::Behind(Cutting::default());
            }
            Sort::Part if character.is_ascii() => {
                let is_told = self.held.ends_with(CUT);
                self.held.extend((!is_told).then_some(CUT));
            }
            _ => self.held.push(character),
        }
    }

    fn behind(&mut self, character: char, cutting: Cutting, out: &mut String) {
        if sort(character) == Sort::Sign {
            return self.go_on_cutting(character, cutting);
        }
        if self.held.ends_with('"') && !cutting.opened {
            return self.leave(character, out);
        }
        if character == '?' {
            // A question, or an address without a scheme.
            out.push_str(&std::mem::take(&mut self.held));
            self.place = Place::Mark;
        }
        self.held.push(character);
        if begins_address(&self.held) {
            out.push_str(&std::mem::take(&mut self.held));
            (self.place, self.nested) = (Place::Host, true);
        }
    }

    fn go_on_cutting(&mut self, character: char, cutting: Cutting) {
        self.held.clear();
        self.place = Place::Cut(cutting.after(character));
    }
}

impl Cutting {
    /// What is known behind a character of the query.
    fn after(self, character: char) -> Self {
        let opens =
            self.owed && character.is_ascii() && matches!(sort(character), Sort::End | Sort::Doubtful);
        let is_letter = !character.is_ascii() && character != CUT;
        Self { owed: is_delimiter(character) || opens || is_letter, opened: self.opened || opens }
    }
}

/// Whether what stands before an `@` cannot be a name and a password: words follow the host without a blank.
fn follows_words(before: &str) -> bool {
    !before.contains(':') && before.chars().any(|c| sort(c) == Sort::Word)
}

/// Whether an address begins behind these words.
fn begins_address(words: &str) -> bool {
    STARTS.iter().any(|start| {
        let tail = words.len().checked_sub(start.len()).and_then(|at| words.as_bytes().get(at..));
        tail.is_some_and(|tail| tail.eq_ignore_ascii_case(start.as_bytes()))
    })
}

#[cfg(test)]
mod tests;
