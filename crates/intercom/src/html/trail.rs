//! The mail that is answered, as mail programs quote it below the answer.

use deskbell_domain::rich_text::{RichText, Span, Style};
use html5ever::tokenizer::Tag;

use super::element::attribute;

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
/// How Outlook marks where it begins.
const BEGINNINGS: [&str; 4] =
    ["divrplyfwdmsg", "appendonsend", "olk_src_body_section", "ms-outlook-mobile-reference-message"];
const FORWARDS: [&str; 5] = [
    "forwarded message",
    "weitergeleitete nachricht",
    "message transféré",
    "mensaje reenviado",
    "messaggio inoltrato",
];
/// "On Monday Ada wrote:" in the languages in which mail programs say it.
const WROTE: [&str; 10] = [
    "wrote",
    "schrieb",
    "a écrit",
    "escribió",
    "ha scritto",
    "schreef",
    "skrev",
    "escreveu",
    "napisał",
    "kirjoitti",
];
/// "Original Message" likewise.
const ORIGINAL: [&str; 6] = [
    "original message",
    "ursprüngliche nachricht",
    "message d'origine",
    "mensaje original",
    "messaggio originale",
    "oorspronkelijk bericht",
];
const FROM: [&str; 4] = ["from:", "von:", "de:", "da:"];
const SENT: [&str; 10] = [
    "sent:",
    "date:",
    "gesendet:",
    "datum:",
    "envoyé:",
    "envoyé :",
    "enviado:",
    "fecha:",
    "inviato:",
    "data:",
];
/// How many lines below the sender the time stands at most.
const HEADER_LINES: usize = 4;
/// How long the line before a quote is at most, in code points.
const LONGEST_INTRODUCTION: usize = 250;

/// Whether a mail is passed on to somebody who did not get it: then its quote is what it says.
pub(super) fn is_forward(html: &str) -> bool {
    let start = html.get(..html.floor_char_boundary(64 << 10)).unwrap_or_default().to_lowercase();
    FORWARDS.iter().any(|words| start.contains(words))
}

/// Whether an element holds the mail that is answered.
pub(super) fn is(tag: &Tag) -> bool {
    let classes = attribute(tag, "class").unwrap_or_default();
    let is_cited = &*tag.name == "blockquote"
        && attribute(tag, "type").is_some_and(|kind| kind.eq_ignore_ascii_case("cite"));
    is_cited
        || classes.split_ascii_whitespace().any(|class| QUOTES.iter().any(|quote| class.starts_with(quote)))
}

/// Whether everything from here on is the mail that is answered.
pub(super) fn begins_at(tag: &Tag) -> bool {
    // Outlook puts an "x_" before an id for each time that a mail was quoted.
    let id = attribute(tag, "id").unwrap_or_default().to_lowercase();
    BEGINNINGS.iter().any(|beginning| id.trim_start_matches("x_") == *beginning)
}

/// A text without the trail that its lines tell of.
pub(super) fn without_trail(text: RichText) -> RichText {
    let mut lines = lines(text);
    let words: Vec<String> = lines.iter().map(|line| plain(line)).collect();
    if let Some(at) = (0..words.len()).find(|at| begins_a_header(&words[*at..])) {
        lines.truncate(at);
    }
    let words = &words[..lines.len()];
    let Some((from, to)) = introduction(words) else { return joined(lines) };
    let quoted = words[to..].iter().take_while(|line| line.is_empty() || line.starts_with('>')).count();
    lines.drain(from..to + quoted);
    joined(lines)
}

/// Whether a header as Outlook writes it begins here: "From:", and soon "Sent:"; or a line of dashes with its words.
fn begins_a_header(words: &[String]) -> bool {
    let Some(first) = words.first() else { return false };
    let names_sender = FROM.iter().any(|from| first.starts_with(from));
    let dashes = first.starts_with('-') && ORIGINAL.iter().any(|original| first.contains(original));
    let mut next = words.iter().skip(1).take(HEADER_LINES);
    dashes || (names_sender && next.any(|line| SENT.iter().any(|sent| line.starts_with(sent))))
}

/// The lines "On Monday Ada wrote:", of which there may be two.
fn introduction(words: &[String]) -> Option<(usize, usize)> {
    let end = words.iter().position(|line| says_who_wrote(line))?;
    let is_told_there = |line: &str| line.contains('@') || line.contains(|c: char| c.is_ascii_digit());
    if is_told_there(&words[end]) && !words[end].starts_with('<') {
        return Some((end, end + 1));
    }
    let before = end.checked_sub(1).filter(|before| is_told_there(&words[*before]))?;
    Some((before, end + 1))
}

fn says_who_wrote(line: &str) -> bool {
    line.ends_with(':')
        && line.chars().count() <= LONGEST_INTRODUCTION
        && WROTE.iter().any(|wrote| {
            line.trim_end_matches([':', ' ', '\u{a0}']).ends_with(wrote)
                || line.contains(&format!(" {wrote} "))
        })
}

fn plain(line: &[Span]) -> String {
    line.iter().map(|span| span.text.as_str()).collect::<String>().trim().to_lowercase()
}

fn lines(text: RichText) -> Vec<Vec<Span>> {
    let mut lines = vec![Vec::new()];
    for span in text.0 {
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
