//! A card's text as Discord's markdown: what is ours as it is, what is from outside escaped, and the whole cut to a
//! length, never inside an escape, a link, a moment or an address.

mod parts;
mod quote;
#[cfg(test)]
pub(crate) mod scan;

use deskbell_domain::card::text::Text;

use crate::limits::code_points;
use parts::Part;

/// As many lines stand above cards.
const MOST_LINES: usize = 10;

/// The text, at most `most` code points long. Where it is cut stands "…".
pub fn text(text: &Text, most: usize) -> String {
    let parts = parts::of(text);
    let whole: String = parts.iter().map(Part::whole).collect();
    if code_points(&whole) <= most { whole } else { cut(&parts, most) }
}

/// The text line by line, each at most `most` code points long.
pub fn text_by_line(text: &Text, most: usize) -> String {
    let lines = text.split_lines();
    let lines: Vec<_> = lines.iter().take(MOST_LINES).map(|line| self::text(line, most)).collect();
    lines.join("\n")
}

/// What is kept always leaves room for "…" and for the marks that close bold of ours.
fn cut(parts: &[Part], most: usize) -> String {
    let mut kept = String::new();
    let mut marks = 0;
    for part in parts {
        let marks_after = marks + part.bold_marks();
        let whole = part.whole();
        if code_points(&kept) + code_points(&whole) + reserve(marks_after) <= most {
            kept.push_str(&whole);
            marks = marks_after;
            continue;
        }
        let room = most.saturating_sub(code_points(&kept) + reserve(marks));
        kept.push_str(&part.cut(room));
        break;
    }
    if marks % 2 == 1 {
        kept.push_str("**");
    }
    // Only a limit below the marks themselves comes to this.
    if code_points(&kept) <= most { kept } else { String::new() }
}

fn reserve(bold_marks: usize) -> usize {
    1 + if bold_marks % 2 == 1 { 2 } else { 0 }
}

#[cfg(test)]
pub(crate) mod tests;
