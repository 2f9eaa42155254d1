//! The mail that is answered, as mail programs quote it below the answer.

use std::ops::Range;

use deskbell_domain::rich_text::{RichText, Span, Style};
use html5ever::tokenizer::Tag;

use self::words::{Header, says_forwarded, says_who_wrote};
use super::element::attribute;

mod words;

/// What becomes of the mail that is answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Trail {
    /// It is left out.
    Cut,
    /// It is shown: nothing else can be read, or it is what was forwarded.
    Kept,
}

/// How Gmail, Yahoo, Thunderbird, Proton and Apple mark the quote.
const QUOTES: [&str; 6] = [
    "gmail_quote",
    "yahoo_quoted",
    "moz-cite-prefix",
    "protonmail_quote",
    "zmail_extra",
    "moz-email-headers-table",
];
/// Of these, in which the quotes are elements by themselves, so that answers may stand between them.
const HOLDERS: [&str; 2] = ["gmail_quote", "protonmail_quote"];
/// How Outlook marks where it begins.
const BEGINNINGS: [&str; 4] =
    ["divrplyfwdmsg", "appendonsend", "olk_src_body_section", "ms-outlook-mobile-reference-message"];
/// How many lines below the sender the time stands at most.
const HEADER_LINES: usize = 4;
/// Whether a mail is passed on to somebody who did not get it: then its quote is what it says. `own` is what is left of
/// it without the quote, and `marked` where in the whole text the first quote begins that is marked as one.
///
/// A line says that a mail is passed on, and counts only where no quote begins before it: a mail that was passed on may
/// be answered, too. Outlook has no such line; there the words show it that stand alone above.
pub(super) fn is_passed_on(own: &RichText, whole: &RichText, marked: Option<usize>) -> bool {
    let text = whole.to_plain();
    let words: Vec<String> = text.split('\n').map(|line| line.trim().to_lowercase()).collect();
    let points =
        || own.to_plain().lines().next().is_some_and(|line| words::is_pointer(&line.trim().to_lowercase()));
    let Some(at) = words.iter().position(|line| says_forwarded(line)) else { return points() };
    let before: usize = text.split('\n').take(at).map(|line| line.len() + 1).sum();
    let is_marked_before =
        marked.and_then(|from| text.get(from..before)).is_some_and(|text| !text.trim().is_empty());
    let is_quoted_before = (0..at).any(|line| begins_quote(&words, line));
    !(is_marked_before || is_quoted_before) || points()
}

fn begins_quote(words: &[String], line: usize) -> bool {
    words[line].starts_with('>')
        || begins_a_header(&words[line..])
        || (says_who_wrote(&words[line]) && first_line(words, line).is_some())
}

/// Whether the subject of a mail says that it is passed on.
pub(super) fn is_forwarded(subject: &str) -> bool {
    words::is_forwarded(subject)
}

/// Whether an element holds the mail that is answered.
pub(super) fn is(tag: &Tag) -> bool {
    let classes = attribute(tag, "class").unwrap_or_default();
    let is_cited = &*tag.name == "blockquote"
        && attribute(tag, "type").is_some_and(|kind| kind.eq_ignore_ascii_case("cite"));
    is_cited
        || classes.split_ascii_whitespace().any(|class| QUOTES.iter().any(|quote| class.starts_with(quote)))
}

/// Whether an element holds quotes of the mail that is answered, and perhaps answers between them.
pub(super) fn may_hold_answers(tag: &Tag) -> bool {
    let classes = attribute(tag, "class").unwrap_or_default();
    let is_holder = |class: &str| HOLDERS.iter().any(|holder| class.starts_with(holder));
    &*tag.name != "blockquote" && classes.split_ascii_whitespace().any(is_holder)
}

/// Whether an element is a quote of the mail that is answered, and nothing else.
pub(super) fn is_quote(tag: &Tag) -> bool {
    &*tag.name == "blockquote" && is(tag)
}

/// Whether everything from here on is the mail that is answered.
pub(super) fn begins_at(tag: &Tag) -> bool {
    // Outlook puts an "x_" before an id for each time that a mail was quoted.
    let id = attribute(tag, "id").unwrap_or_default().to_lowercase();
    BEGINNINGS.iter().any(|beginning| id.trim_start_matches("x_") == *beginning)
}

/// A text without the trail that its lines tell of; none where they tell of none.
pub(super) fn without_trail(text: &RichText) -> Option<RichText> {
    let mut lines = lines(text);
    let words: Vec<String> = lines.iter().map(|line| plain(line)).collect();
    let header = (0..words.len()).find(|at| begins_a_header(&words[*at..]));
    lines.truncate(header.unwrap_or(usize::MAX));
    let quoted = quoted(&words[..lines.len()]);
    let is_told = header.is_some() || quoted.is_some();
    lines.drain(quoted.unwrap_or_default());
    is_told.then(|| joined(lines))
}

/// Whether a header as Outlook writes it begins here: "From:", "Sent:" and "Subject:"; or a line of dashes with its words
/// between them.
fn begins_a_header(words: &[String]) -> bool {
    let Some(first) = words.first() else { return false };
    if words::says_original(first) {
        return true;
    }
    let next = || words.iter().skip(1).filter(|line| !line.is_empty()).take(HEADER_LINES);
    let has = |header| next().any(|line| words::header(line) == Some(header));
    words::header(first) == Some(Header::From)
        && has(Header::Sent)
        && (first.contains('@') || has(Header::Subject))
}

/// The lines of a plain text that quote the mail that is answered, with those that say who wrote it.
fn quoted(words: &[String]) -> Option<Range<usize>> {
    let is_quote = |line: &String| line.starts_with('>');
    let ends = (0..words.len()).filter(|at| says_who_wrote(&words[*at]));
    let mut found = ends.filter_map(|end| Some((first_line(words, end)?, end + 1)));
    found.find_map(|(from, after)| {
        let rest = &words[after..];
        let quote = rest.iter().take_while(|line| line.is_empty() || is_quote(line)).count();
        let is_trail = rest[..quote].iter().any(is_quote) || quote == rest.len();
        is_trail.then_some(from..after + quote)
    })
}

/// Where a text that ends with "On Monday Ada wrote:" says that, in bytes.
pub(super) fn introduction(text: &str) -> Option<usize> {
    let end = text.trim_end().len();
    let start = text[..end].rfind('\n').map_or(0, |at| at + 1);
    if !says_who_wrote(&text[start..end].to_lowercase()) {
        return None;
    }
    let before = text[..start].trim_end().rfind('\n').map_or(0, |at| at + 1);
    let words = [text[before..start].trim().to_lowercase(), text[start..end].trim().to_lowercase()];
    first_line(&words, 1).map(|line| if line == 0 { before } else { start })
}

/// The line in which "On Monday Ada wrote:" begins, which goes on in the next where the name is long.
fn first_line(words: &[String], end: usize) -> Option<usize> {
    let tells_when = |line: &str| line.contains(|c: char| c.is_ascii_digit());
    let begins = |line: &str| tells_when(line) && words::begins_with_when(line);
    if begins(&words[end]) || (words[end].contains('@') && tells_when(&words[end])) {
        return Some(end);
    }
    if let Some(before) = end.checked_sub(1).filter(|before| begins(&words[*before])) {
        return Some(before);
    }
    words[end].contains('@').then_some(end)
}

fn plain(line: &[Span]) -> String {
    line.iter().map(|span| span.text.as_str()).collect::<String>().trim().to_lowercase()
}

fn lines(text: &RichText) -> Vec<Vec<Span>> {
    let mut lines = vec![Vec::new()];
    for span in &text.0 {
        for (place, piece) in span.text.split('\n').enumerate() {
            if place > 0 {
                lines.push(Vec::new());
            }
            if let Some(line) = lines.last_mut().filter(|_| !piece.is_empty()) {
                line.push(Span { text: piece.to_owned(), style: span.style });
            }
        }
    }
    lines
}

/// The lines with breaks between them, none at the edges, spans of one style as one.
fn joined(lines: Vec<Vec<Span>>) -> RichText {
    let mut spans: Vec<Span> = Vec::new();
    for (place, line) in lines.into_iter().enumerate() {
        // A break belongs to the style around it, so that a style goes on over several lines.
        let around = line
            .first()
            .map(|next| next.style)
            .filter(|next| spans.last().is_some_and(|last| last.style == *next));
        let broken =
            (place > 0).then(|| Span { text: "\n".to_owned(), style: around.unwrap_or(Style::Plain) });
        for span in broken.into_iter().chain(line) {
            match spans.last_mut() {
                Some(last) if last.style == span.style => last.text.push_str(&span.text),
                _ => spans.push(span),
            }
        }
    }
    trimmed(spans)
}

fn trimmed(mut spans: Vec<Span>) -> RichText {
    while let Some(last) = spans.last_mut() {
        last.text.truncate(last.text.trim_end().len());
        if !last.text.is_empty() {
            break;
        }
        spans.pop();
    }
    while let Some(first) = spans.first_mut() {
        first.text.drain(..first.text.len() - first.text.trim_start().len());
        if !first.text.is_empty() {
            break;
        }
        spans.remove(0);
    }
    RichText(spans)
}
