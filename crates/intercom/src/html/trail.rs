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
const SUBJECT: [&str; 7] = ["subject:", "betreff:", "objet:", "objet :", "asunto:", "oggetto:", "onderwerp:"];
/// How "On Monday Ada wrote:" begins in them.
const ON: [&str; 11] = ["on ", "am ", "le ", "el ", "il ", "op ", "den ", "em ", "w dniu ", "dnia ", "från "];
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
    if let Some((from, to)) = quoted(&words[..lines.len()]) {
        lines.drain(from..to);
    }
    joined(lines)
}

/// Whether a header as Outlook writes it begins here: "From:", "Sent:" and "Subject:"; or a line of dashes with its words
/// between them.
fn begins_a_header(words: &[String]) -> bool {
    let Some(first) = words.first() else { return false };
    let stands_alone = first.starts_with("--") && first.ends_with("--");
    if stands_alone && ORIGINAL.iter().any(|original| first.contains(original)) {
        return true;
    }
    let begins = |line: &String, names: &[&str]| names.iter().any(|name| line.starts_with(name));
    let next = || words.iter().skip(1).take(HEADER_LINES);
    begins(first, &FROM)
        && next().any(|line| begins(line, &SENT))
        && (first.contains('@') || next().any(|line| begins(line, &SUBJECT)))
}

/// The lines of a plain text that quote the mail that is answered, with those that say who wrote it.
fn quoted(words: &[String]) -> Option<(usize, usize)> {
    let is_quote = |line: &String| line.starts_with('>');
    let ends = (0..words.len()).filter(|at| says_who_wrote(&words[*at]));
    let mut found = ends.filter_map(|end| Some((first_line(words, end)?, end + 1)));
    found.find_map(|(from, after)| {
        let rest = &words[after..];
        let quote = rest.iter().take_while(|line| line.is_empty() || is_quote(line)).count();
        let is_trail = rest[..quote].iter().any(is_quote) || quote == rest.len();
        is_trail.then_some((from, after + quote))
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
    let begins = |line: &str| tells_when(line) && ON.iter().any(|on| line.starts_with(on));
    if begins(&words[end]) || (words[end].contains('@') && tells_when(&words[end])) {
        return Some(end);
    }
    if let Some(before) = end.checked_sub(1).filter(|before| begins(&words[*before])) {
        return Some(before);
    }
    words[end].contains('@').then_some(end)
}

fn says_who_wrote(line: &str) -> bool {
    let line = line.trim();
    let words = line.trim_end_matches([':', ' ', '\u{a0}']);
    line.ends_with(':')
        && line.chars().count() <= LONGEST_INTRODUCTION
        && WROTE.iter().any(|wrote| words.ends_with(wrote) || words.contains(&format!(" {wrote} ")))
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
