//! The pieces of a text as parts that know how to be cut.

use deskbell_domain::card::text::{Piece, Text, WhenStyle};
use deskbell_domain::rich_text::RichText;

use super::quote;
use crate::address;
use crate::escape::{ELLIPSIS, LineStart, WORD_JOINER, atoms, broken_mentions, one_line};
use crate::limits::{code_points, discord};

/// A piece, escaped.
pub(super) enum Part {
    /// Markdown of ours: cut only at the end of a line.
    Ours(String),
    /// Something that can be cut between atoms; what it begins with is always closed.
    Divisible {
        /// What it begins with.
        open: String,
        /// What must not be cut.
        atoms: Vec<String>,
        /// What it ends with.
        close: String,
    },
    /// All or nothing.
    Atom(String),
    /// Formatted text, at most so long.
    Quote(RichText, usize),
}

/// The parts of a text.
pub(super) fn of(text: &Text) -> Vec<Part> {
    let mut line = String::new();
    let mut parts: Vec<Part> = Vec::with_capacity(text.0.len());
    for piece in &text.0 {
        let start = if is_start(&line) { LineStart::Yes } else { LineStart::No };
        let part = part(piece, start);
        let whole = part.whole();
        if !matches!(part, Part::Ours(_)) && collide(&line, &whole) {
            parts.push(Part::Atom(WORD_JOINER.to_string()));
        }
        line.push_str(&whole);
        if let Some(newest) = line.rfind('\n') {
            line.drain(..=newest);
        }
        parts.push(part);
    }
    parts
}

/// Whether what stands on the line so far lets a block begin behind it.
fn is_start(line: &str) -> bool {
    line.chars().all(|c| matches!(c, ' ' | '>' | '#' | '-' | '+' | '.') || c.is_ascii_digit())
}

/// Two marks of one kind that meet would be read as one.
fn collide(before: &str, after: &str) -> bool {
    let Some(last) = before.chars().last().filter(|last| matches!(last, '*' | '`')) else { return false };
    let is_escaped = before[..before.len() - 1].ends_with('\\');
    !is_escaped && after.starts_with(last)
}

fn part(piece: &Piece, start: LineStart) -> Part {
    match piece {
        Piece::Ours(ours) => Part::Ours(ours.clone()),
        Piece::Theirs(theirs) => divisible("", atoms(&readable(theirs), start), ""),
        Piece::Bold(theirs) => divisible("**", atoms(&readable(theirs), LineStart::No), "**"),
        Piece::Code(theirs) => code(theirs),
        Piece::Email(address) => address::email(address).map_or_else(|| code(address), Part::Atom),
        Piece::Phone(number) => address::phone(number).map_or_else(|| code(number), Part::Atom),
        Piece::Link { label, url } => link(label, url, start),
        Piece::Address(url) => address::link(url).map_or_else(|| code(url), Part::Atom),
        Piece::When(at, style) => Part::Atom(format!("<t:{}:{}>", at.0, letter(*style))),
        Piece::Quote(rich, most) => Part::Quote(rich.clone(), *most),
    }
}

/// One line of what is seen; of a flood only as much as is always cut anyway.
fn readable(theirs: &str) -> String {
    let end = theirs.char_indices().nth(discord::EMBED_SUM).map_or(theirs.len(), |(end, _)| end);
    one_line(&theirs[..end])
}

fn divisible(open: &str, atoms: Vec<String>, close: &str) -> Part {
    if atoms.is_empty() {
        return Part::Atom(String::new());
    }
    Part::Divisible { open: open.to_owned(), atoms, close: close.to_owned() }
}

/// Inline code: nothing in it is markdown but the backtick, which becomes an apostrophe.
pub(super) fn code(theirs: &str) -> Part {
    let theirs = broken_mentions(&readable(theirs).replace('`', "'"));
    divisible("`", theirs.chars().map(String::from).collect(), "`")
}

/// A label from outside that leads to an address of ours. Discord shows a masked link whose label looks like an address
/// as raw text, so that look is broken. Without a usable address only the label stays.
fn link(label: &str, url: &str, start: LineStart) -> Part {
    let label = readable(label).replace("://", &format!(":{WORD_JOINER}//"));
    match address::of_ours(url) {
        Some(url) => divisible("[", atoms(&label, LineStart::No), &format!("]({url})")),
        None => divisible("", atoms(&label, start), ""),
    }
}

fn letter(style: WhenStyle) -> char {
    match style {
        WhenStyle::Relative => 'R',
        WhenStyle::Full => 'f',
        WhenStyle::Date => 'D',
        WhenStyle::Time => 't',
    }
}

impl Part {
    /// The whole text, however long it is.
    pub(super) fn whole(&self) -> String {
        match self {
            Self::Ours(text) | Self::Atom(text) => text.clone(),
            Self::Divisible { open, atoms, close } => format!("{open}{}{close}", atoms.concat()),
            Self::Quote(rich, most) => quote::quote(rich, *most),
        }
    }

    /// As much of it as fits in `room`, and "…".
    pub(super) fn cut(&self, room: usize) -> String {
        match self {
            Self::Atom(_) => ELLIPSIS.to_string(),
            Self::Ours(text) => format!("{}{ELLIPSIS}", whole_lines(text, room)),
            Self::Divisible { open, atoms, close } => cut_atoms(open, atoms, close, room),
            Self::Quote(rich, most) => quote::quote(rich, (*most).min(room + 1)),
        }
    }

    /// How many marks of bold are in it, if it is ours.
    pub(super) fn bold_marks(&self) -> usize {
        match self {
            Self::Ours(text) => text.matches("**").count(),
            _ => 0,
        }
    }
}

/// The "…" stands inside what is closed, so that it belongs to the cut text; a link that has no room becomes its label.
fn cut_atoms(open: &str, atoms: &[String], close: &str, room: usize) -> String {
    let marks = code_points(open) + code_points(close);
    let (open, close, mut left) = match room.checked_sub(marks) {
        Some(left) if left > 0 => (open, close, left),
        _ if open == "[" => ("", "", room),
        _ => return ELLIPSIS.to_string(),
    };
    let mut kept = String::from(open);
    for atom in atoms {
        let Some(rest) = left.checked_sub(code_points(atom)) else { break };
        kept.push_str(atom);
        left = rest;
    }
    kept.push(ELLIPSIS);
    kept.push_str(close);
    kept
}

fn whole_lines(text: &str, room: usize) -> String {
    let mut kept = String::new();
    for line in text.split_inclusive('\n') {
        if code_points(&kept) + code_points(line) > room {
            break;
        }
        kept.push_str(line);
    }
    kept
}
