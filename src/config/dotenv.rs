//! Reading a `.env`: one variable a line. What cannot be read costs its own line only, and is told by its number, once.
//! Of the line itself no more is told than the name of a variable of ours: it may hold a secret.

use std::collections::BTreeMap;
use std::io;

use super::reference;

/// Programs of Windows call this "Unicode", and begin a file with one of these.
const UTF_16: [[u8; 2]; 2] = [[0xff, 0xfe], [0xfe, 0xff]];
const NOT_UTF_8: &str =
    ".env is not written as UTF-8. Save it again with that encoding (in Notepad: Save as, Encoding, UTF-8).";

/// What a `.env` says.
#[derive(Default)]
pub(super) struct Dotenv {
    /// By name.
    pub(super) values: BTreeMap<String, String>,
    /// What could not be taken as it stands.
    pub(super) faults: Vec<Fault>,
    /// In which line a name was set last.
    lines: BTreeMap<String, usize>,
}

/// What is wrong in the file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Fault {
    /// What of it.
    pub(super) place: Place,
    /// What it is, and what to do.
    pub(super) sentence: String,
}

/// How much of the file a fault costs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    /// All of it.
    Whole,
    /// A line that is about no variable of ours.
    Line,
    /// The line of this variable.
    Variable(&'static str),
}

/// A line that says something, without its comment.
#[derive(Clone, Copy)]
struct Line<'a> {
    number: usize,
    text: &'a str,
}

impl Dotenv {
    pub(super) fn parse(content: &[u8]) -> Self {
        if UTF_16.iter().any(|mark| content.starts_with(mark)) {
            return Self::unreadable(NOT_UTF_8.to_owned());
        }
        let content = String::from_utf8_lossy(content);
        // Some editors begin a file with a byte order mark.
        let content = content.strip_prefix('\u{feff}').unwrap_or(&content);
        let mut read = Self::default();
        let whole: Vec<_> = lines(content).filter_map(|line| read.closed(line)).collect();
        let text: String = whole.iter().flat_map(|line| [line.text, "\n"]).collect();
        // Each line is whole in itself, so that there is one answer for each.
        for (line, pair) in whole.iter().zip(dotenvy::from_read_iter(text.as_bytes())) {
            match pair.ok().or_else(|| unquoted(line.text)) {
                Some((name, value)) => read.put(line, name, value),
                None => read.fault(line, &not_a_pair(line.text)),
            }
        }
        read
    }

    /// Nothing could be read, for this reason.
    pub(super) fn unreadable(sentence: String) -> Self {
        Self { faults: vec![Fault { place: Place::Whole, sentence }], ..Self::default() }
    }

    /// The line, unless it cannot be read by itself.
    fn closed<'a>(&mut self, line: Line<'a>) -> Option<Line<'a>> {
        let Some(text) = without_comment(line.text) else {
            self.fault(&line, "begins a quote that does not end there. End it, or take it out.");
            return None;
        };
        let line = Line { text, ..line };
        if text.contains(char::REPLACEMENT_CHARACTER) {
            self.fault(&line, "holds characters that are not UTF-8. Type it again, and save .env as UTF-8.");
            return None;
        }
        Some(line)
    }

    /// The last line of a name counts, as it does for Compose. That an earlier one said something else is told.
    fn put(&mut self, line: &Line<'_>, name: String, value: String) {
        if let (Some(before), Some(earlier)) = (self.values.get(&name), self.lines.get(&name))
            && !before.trim().is_empty()
            && before.trim() != value.trim()
            && let Some(known) = known(&name)
        {
            let sentence = format!(
                "Lines {earlier} and {} of .env both set {known}, to different values. Take one of them out.",
                line.number
            );
            self.faults.push(Fault { place: Place::Variable(known), sentence });
        }
        self.lines.insert(name.clone(), line.number);
        self.values.insert(name, value);
    }

    fn fault(&mut self, line: &Line<'_>, what: &str) {
        let name = known(start_and_rest(line.text).0);
        let (place, named) = match name {
            Some(name) => (Place::Variable(name), format!(" ({name})")),
            None => (Place::Line, String::new()),
        };
        let sentence = format!("Line {} of .env{named} {what}", line.number);
        self.faults.push(Fault { place, sentence });
    }
}

/// What to do about a `.env` that is there and cannot be read.
pub(super) fn unreadable(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::PermissionDenied => {
            ".env cannot be read: it belongs to another user. Give it to the user that runs Deskbell (chown), and to \
             nobody else (chmod 600 .env)."
                .to_owned()
        }
        io::ErrorKind::IsADirectory => {
            ".env is a folder. Docker makes one where a file that it is to mount is not there: take it away (rmdir \
             .env), and write the file."
                .to_owned()
        }
        io::ErrorKind::InvalidData => NOT_UTF_8.to_owned(),
        kind => format!(".env cannot be read ({kind})."),
    }
}

fn lines(content: &str) -> impl Iterator<Item = Line<'_>> {
    let numbered = content.lines().zip(1..).map(|(text, number)| Line { number, text: text.trim() });
    numbered.filter(|line| !line.text.is_empty() && !line.text.starts_with('#'))
}

/// The variable of ours that has this name.
fn known(name: &str) -> Option<&'static str> {
    reference::VARIABLES.iter().map(|variable| variable.name).find(|one| *one == name)
}

/// The name that a line begins with, and what follows it.
fn start_and_rest(line: &str) -> (&str, &str) {
    let line = bare_name(line);
    let end = line.find(|c: char| !(c.is_ascii_alphanumeric() || c == '_')).unwrap_or(line.len());
    (&line[..end], line[end..].trim_start())
}

/// What is wrong with a line that is no pair. Its value may be a secret, so the one who wrote it has to put it behind
/// the name.
fn not_a_pair(line: &str) -> String {
    let (name, rest) = start_and_rest(line);
    match known(name) {
        _ if !name.is_empty() && rest.starts_with('=') => {
            "is not NAME=value. Put the whole value in single quotes.".to_owned()
        }
        Some(name) => format!("has no = after the name. Write {name}= and then the value."),
        None => "is not NAME=value. Write it like that, or take the line out.".to_owned(),
    }
}

fn bare_name(text: &str) -> &str {
    let name = text.trim();
    name.strip_prefix("export ").map_or(name, str::trim_start)
}

/// Where a reader of a line is.
#[derive(Clone, Copy)]
enum At {
    Text,
    Space,
    Escaped,
    Quoted(char),
    EscapedInQuotes(char),
}

/// What stands before a `#` that follows white space outside of quotes; none where a quote is left open.
fn without_comment(line: &str) -> Option<&str> {
    let mut at = At::Text;
    for (place, c) in line.char_indices() {
        at = match (at, c) {
            (At::Space, '#') => return Some(line[..place].trim_end()),
            (At::Text | At::Space, '\\') => At::Escaped,
            (At::Text | At::Space, '"' | '\'') => At::Quoted(c),
            (At::Text | At::Space, c) if c.is_whitespace() => At::Space,
            (At::Text | At::Space | At::Escaped, _) => At::Text,
            (At::Quoted(quote), '\\') => At::EscapedInQuotes(quote),
            (At::Quoted(quote), c) if c == quote => At::Text,
            (At::Quoted(quote) | At::EscapedInQuotes(quote), _) => At::Quoted(quote),
        };
    }
    match at {
        At::Quoted(_) | At::EscapedInQuotes(_) => None,
        At::Text | At::Space | At::Escaped => Some(line),
    }
}

/// Several words without quotes, such as `DISCORD_TOKEN=Bot abc`: Compose takes them as they stand, and so do we.
fn unquoted(line: &str) -> Option<(String, String)> {
    let (name, value) = line.split_once('=')?;
    let name = bare_name(name);
    let is_name = name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
        && name.chars().all(|c| c.is_ascii_alphanumeric() || "_.".contains(c));
    let is_plain = !value.contains(['"', '\'', '\\', '$']);
    (is_name && is_plain).then(|| (name.to_owned(), value.trim().to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sentences(content: &str) -> String {
        let faults = Dotenv::parse(content.as_bytes()).faults;
        faults.into_iter().map(|fault| fault.sentence).collect::<Vec<_>>().join("\n")
    }

    #[test]
    fn a_line_that_cannot_be_read_is_told_by_its_place_and_costs_no_other() {
        let content = "\u{feff}DISCORD_GUILD_ID=\"Acme\" HQ\nPOLL_INTERVAL=90s\nMTIzNDU2 secret\n";
        assert_eq!(Dotenv::parse(content.as_bytes()).values["POLL_INTERVAL"], "90s");
        insta::assert_snapshot!(sentences(content), @r"
        Line 1 of .env (DISCORD_GUILD_ID) is not NAME=value. Put the whole value in single quotes.
        Line 3 of .env is not NAME=value. Write it like that, or take the line out.
        ");
    }

    #[test]
    fn a_line_that_quotes_would_not_mend_is_told_with_what_does() {
        let content = "hello world\nFOO\n=x\nDISCORD_GUILD_ID: 841200000000000001\nexport RETENTION 9d\nDISCORD_TOKEN\nINTERCOM_ACCESS_TOKEN dG9rOjE=\n";
        insta::assert_snapshot!(sentences(content), @r"
        Line 1 of .env is not NAME=value. Write it like that, or take the line out.
        Line 2 of .env is not NAME=value. Write it like that, or take the line out.
        Line 3 of .env is not NAME=value. Write it like that, or take the line out.
        Line 4 of .env (DISCORD_GUILD_ID) has no = after the name. Write DISCORD_GUILD_ID= and then the value.
        Line 5 of .env (RETENTION) has no = after the name. Write RETENTION= and then the value.
        Line 6 of .env (DISCORD_TOKEN) has no = after the name. Write DISCORD_TOKEN= and then the value.
        Line 7 of .env (INTERCOM_ACCESS_TOKEN) has no = after the name. Write INTERCOM_ACCESS_TOKEN= and then the value.
        ");
    }

    #[test]
    fn a_quote_that_does_not_end_is_told_by_its_line_and_costs_no_other() {
        let content = "# it's mine\nDISCORD_TOKEN=\"abc.def\nRETENTION=40d\nPOLL_INTERVAL='90s\nOTHER=it's\n";
        assert_eq!(Dotenv::parse(content.as_bytes()).values["RETENTION"], "40d");
        insta::assert_snapshot!(sentences(content), @r"
        Line 2 of .env (DISCORD_TOKEN) begins a quote that does not end there. End it, or take it out.
        Line 4 of .env (POLL_INTERVAL) begins a quote that does not end there. End it, or take it out.
        Line 5 of .env begins a quote that does not end there. End it, or take it out.
        ");
    }

    #[test]
    fn words_without_quotes_comments_and_spaces_at_the_end_are_read_as_they_are_meant() {
        for (line, value) in [
            ("NAME=Bot abc.def", "Bot abc.def"),
            ("export NAME = Bot abc", "Bot abc"),
            ("NAME=Acme HQ # it's ours", "Acme HQ"),
            ("NAME=abc  # it's ours", "abc"),
            ("NAME=abc   ", "abc"),
            ("NAME=a#b", "a#b"),
            ("NAME='a # b'", "a # b"),
            ("NAME=\"a \\\" b\" # c", "a \" b"),
            ("NAME=", ""),
        ] {
            let read = Dotenv::parse(line.as_bytes());
            assert_eq!(read.values.get("NAME").map(String::as_str), Some(value), "{line}: {:?}", read.faults);
        }
    }

    #[test]
    fn a_variable_that_is_set_twice_is_told_where_that_makes_a_difference() {
        let content =
            "POLL_INTERVAL=\nPOLL_INTERVAL=90s\nOTHER=1\nOTHER=2\nPOLL_INTERVAL=90s\nPOLL_INTERVAL=2m\n";
        assert_eq!(Dotenv::parse(content.as_bytes()).values["POLL_INTERVAL"], "2m");
        insta::assert_snapshot!(sentences(content), @"Lines 5 and 6 of .env both set POLL_INTERVAL, to different values. Take one of them out.");
    }

    #[test]
    fn what_is_not_utf_8_is_told_for_the_line_that_it_spoils_or_for_the_file() {
        let spoilt = Dotenv::parse(b"# f\xfcr uns\nPOLL_INTERVAL=90s\xff\nRETENTION=40d\n");
        assert_eq!(spoilt.values.keys().collect::<Vec<_>>(), ["RETENTION"]);
        insta::assert_snapshot!(spoilt.faults[0].sentence, @"Line 2 of .env (POLL_INTERVAL) holds characters that are not UTF-8. Type it again, and save .env as UTF-8.");
        let utf_16 = Dotenv::parse(b"\xff\xfeP\0O\0");
        assert_eq!((utf_16.faults[0].place, utf_16.values.len()), (Place::Whole, 0));
    }

    #[test]
    fn a_file_that_cannot_be_read_is_told_with_what_to_do() {
        let told = |kind: io::ErrorKind| unreadable(&kind.into());
        insta::assert_snapshot!(told(io::ErrorKind::PermissionDenied), @".env cannot be read: it belongs to another user. Give it to the user that runs Deskbell (chown), and to nobody else (chmod 600 .env).");
        insta::assert_snapshot!(told(io::ErrorKind::IsADirectory), @".env is a folder. Docker makes one where a file that it is to mount is not there: take it away (rmdir .env), and write the file.");
        insta::assert_snapshot!(told(io::ErrorKind::InvalidData), @".env is not written as UTF-8. Save it again with that encoding (in Notepad: Save as, Encoding, UTF-8).");
    }
}
