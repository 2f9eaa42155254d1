//! Reads text as Discord does, as far as harm goes. Written from Discord's rules and not from our escaping, so that the
//! one checks the other.

/// Put by us where two marks would run together, and to break mentions and what looks like an address.
const WORD_JOINER: char = '\u{2060}';

/// No language puts more marks on a letter.
const MOST_MARKS: usize = 4;

/// Where our own links lead.
const OUR_LINKS: [&str; 3] =
    ["https://app.intercom.com/", "https://app.eu.intercom.com/", "https://app.au.intercom.com/"];

/// What may be live in a text.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Live {
    /// Nothing: it is somebody's words.
    Nothing,
    /// What our cards put there: moments, addresses that can be tapped, links into Intercom.
    OfOurs,
}

/// Panics where a text does harm that a reader cannot see coming.
pub fn assert_harmless(text: &str, live: Live) {
    assert_visible(text);
    assert!(!calls_everybody(text), "it calls everybody: {text:?}");
    for line in text.split('\n') {
        Reader { rest: line, whole: text, live, stars: 0, strokes: 0 }.read();
    }
}

/// Panics where a text that Discord shows as it is (a footer, a label) is not what is seen of it.
pub fn assert_plain(text: &str) {
    assert_visible(text);
    assert!(!text.contains('\n'), "it has two lines: {text:?}");
    assert!(!calls_everybody(text), "it calls everybody: {text:?}");
}

/// The length as Discord counts it.
pub fn length(text: &str) -> usize {
    text.chars().count()
}

fn calls_everybody(text: &str) -> bool {
    let text = text.to_lowercase();
    text.contains("@everyone") || text.contains("@here")
}

/// No control characters but line breaks, nothing that turns the direction of writing, nothing without width.
fn assert_visible(text: &str) {
    let mut before = None;
    let mut marks = 0;
    let mut all = text.chars().peekable();
    while let Some(c) = all.next() {
        let next = all.peek().copied();
        marks = match c {
            '\u{300}'..='\u{36f}'
            | '\u{1ab0}'..='\u{1aff}'
            | '\u{1dc0}'..='\u{1dff}'
            | '\u{20d0}'..='\u{20ff}' => marks + 1,
            '\u{200c}' | '\u{200d}' => marks,
            _ => 0,
        };
        assert!(marks <= MOST_MARKS, "marks that paint over other lines: {text:?}");
        match c {
            '\n' => {}
            WORD_JOINER => {
                // An address is broken before the slash by which Discord would know it.
                let breaks = before == Some('@') || next == Some('/');
                let parts = matches!(next, Some('*' | '`'));
                assert!(breaks || parts, "a joiner that nobody needs: {text:?}");
            }
            // What joins letters or emoji stays where it does so.
            '\u{200c}' | '\u{200d}' => {
                let joins = |c: Option<char>| c.is_some_and(|c| !c.is_ascii() && !is_ignorable(c));
                // In the scripts of Asia one may also give the last letter of a word another form.
                let ends_word = matches!(before, Some('\u{600}'..='\u{1dbf}' | '\u{a000}'..='\u{1e943}'));
                assert!(joins(before) && (joins(next) || ends_word), "a joiner of nothing: {text:?}");
            }
            '\u{e0020}'..='\u{e007f}' => {
                let is_tag = |c: char| c == '\u{1f3f4}' || matches!(c, '\u{e0020}'..='\u{e007e}');
                assert!(before.is_some_and(is_tag), "a tag of nothing: {text:?}");
            }
            _ => assert!(!c.is_control() && !is_ignorable(c), "{c:?} cannot be seen: {text:?}"),
        }
        before = Some(c);
    }
}

/// Unicode's `Default_Ignorable_Code_Point` and the blank Braille pattern, without the variation selectors that emoji
/// need.
fn is_ignorable(c: char) -> bool {
    matches!(c,
        '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}'..='\u{1160}' | '\u{17b4}'..='\u{17b5}' | '\u{180b}'..='\u{180f}'
        | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{2800}' | '\u{3164}'
        | '\u{feff}' | '\u{ffa0}' | '\u{fff0}'..='\u{fffb}' | '\u{1bca0}'..='\u{1bca3}' | '\u{1d173}'..='\u{1d17a}'
        | '\u{e0000}'..='\u{e0fff}')
}

/// One line, from its beginning.
struct Reader<'a> {
    rest: &'a str,
    whole: &'a str,
    live: Live,
    stars: usize,
    strokes: usize,
}

impl Reader<'_> {
    fn read(mut self) {
        self.block();
        while let Some(c) = self.rest.chars().next() {
            let length = match c {
                '\\' => self.escape(),
                '`' => self.code(),
                '<' => self.bracket(),
                '[' => self.link(),
                '*' => {
                    self.stars += 1;
                    1
                }
                '~' if self.rest.starts_with("~~") => {
                    self.strokes += 1;
                    2
                }
                // Without a label before them they are only what they look like.
                '(' | ')' if self.live == Live::OfOurs => 1,
                ']' | '(' | ')' | '_' | '~' | '|' => self.harm("live markdown"),
                _ if self.rest.starts_with("https://") || self.rest.starts_with("http://") => self.address(),
                _ => c.len_utf8(),
            };
            self.rest = &self.rest[length..];
        }
        let is_closed = self.stars.is_multiple_of(2) && self.strokes.is_multiple_of(2);
        assert!(is_closed, "a style that is not closed on its line: {:?}", self.whole);
    }

    /// What is no quote of ours must not begin a heading, a list, small print or another quote.
    fn block(&mut self) {
        self.rest = self.rest.strip_prefix("> ").unwrap_or(self.rest);
        let begun = self.rest.trim_start_matches(' ');
        if self.live == Live::Nothing && begun.starts_with(['#', '>', '-', '+']) {
            self.harm("a live block");
        }
    }

    fn harm(&self, what: &str) -> ! {
        panic!("{what} at {:?} in {:?}", self.rest, self.whole)
    }

    /// A backslash before a sign makes it a sign; before anything else it is one itself.
    fn escape(&self) -> usize {
        let next = self.rest.chars().nth(1);
        1 + next.filter(char::is_ascii_punctuation).map_or(0, char::len_utf8)
    }

    /// As many backticks as it begins with close it.
    fn code(&self) -> usize {
        let open = self.rest.len() - self.rest.trim_start_matches('`').len();
        let inner = &self.rest[open..];
        let mut place = 0;
        while let Some(at) = inner[place..].find('`') {
            let run = inner[place + at..].len() - inner[place + at..].trim_start_matches('`').len();
            if run == open {
                return open + place + at + run;
            }
            place += at + run;
        }
        self.harm("code that is not closed")
    }

    fn bracket(&self) -> usize {
        let end = self.rest.find('>');
        let inner = end.map(|end| &self.rest[1..end]).filter(|_| self.live == Live::OfOurs);
        // "Added by @ada with /lead create".
        let is_actor = |inner: &str| is_member(inner) && self.rest[inner.len() + 2..].starts_with(" with ");
        if inner
            .is_some_and(|inner| is_moment(inner) || is_phone(inner) || is_email(inner) || is_actor(inner))
        {
            return end.map_or(1, |end| end + 1);
        }
        self.harm("a live mention or link")
    }

    /// A label, and behind it an address of Intercom's.
    fn link(&self) -> usize {
        let ours = (self.live == Live::OfOurs).then(|| OUR_LINKS.iter().find_map(|link| self.link_to(link)));
        ours.flatten().unwrap_or_else(|| self.harm("a masked link"))
    }

    fn link_to(&self, target: &str) -> Option<usize> {
        let close = self.rest.find(&format!("]({target}"))?;
        let label = &self.rest[1..close];
        let mut escaped = false;
        for c in label.chars() {
            match c {
                _ if escaped => escaped = false,
                '\\' => escaped = true,
                '[' | ']' | '(' | ')' | '<' | '`' => return None,
                _ => {}
            }
        }
        let end = close + self.rest[close..].find(')')?;
        (!escaped && !self.rest[close + 2..end].contains([' ', '\\'])).then_some(end + 1)
    }

    /// A bare address: Discord makes it a link up to the next white space, and reads no markdown in it.
    fn address(&self) -> usize {
        let safe = |c: char| c.is_ascii_alphanumeric() || "-._/:%!$&+,=".contains(c);
        self.rest.find(|c| !safe(c)).unwrap_or(self.rest.len())
    }
}

fn is_moment(inner: &str) -> bool {
    let moment = inner.strip_prefix("t:").and_then(|moment| moment.split_once(':'));
    moment.is_some_and(|(at, style)| at.parse::<i64>().is_ok() && matches!(style, "R" | "f" | "D" | "t"))
}

fn is_member(inner: &str) -> bool {
    inner.strip_prefix('@').is_some_and(|id| !id.is_empty() && id.bytes().all(|digit| digit.is_ascii_digit()))
}

fn is_phone(inner: &str) -> bool {
    inner.strip_prefix('+').is_some_and(|digits| {
        (7..=15).contains(&digits.len()) && digits.bytes().all(|digit| digit.is_ascii_digit())
    })
}

fn is_email(inner: &str) -> bool {
    let fits = |c: char| c.is_ascii_alphanumeric() || "._%+-".contains(c);
    inner.split_once('@').is_some_and(|(name, host)| {
        name.starts_with(|c: char| c.is_ascii_alphanumeric())
            && name.chars().all(fits)
            && host.contains('.')
            && host.chars().all(fits)
    })
}
