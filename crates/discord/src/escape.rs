//! Text from outside, made harmless: what somebody types into a form on a website stands in front of the whole team.
//!
//! Three steps, in this order: characters that are not seen are stripped, markdown is escaped, the result is cut, never
//! inside an escape. Where Discord renders no markdown (labels, footers) only the first and the last step are taken.
//! Mentions need no list of their own: each begins with `<`, which is escaped; `@everyone` and `@here` are broken.

use deskbell_domain::visible::{is_joined, seen};

use crate::limits::code_points;

/// Put after the `@` of `@everyone`: it has no width and breaks the mention.
pub(crate) const WORD_JOINER: char = '\u{2060}';
/// Put where a text was cut.
pub(crate) const ELLIPSIS: char = '…';

/// Text from outside as one line where no markdown is rendered: labels, footers.
pub fn plain(text: &str, most: usize) -> String {
    cut(&broken_mentions(&one_line(text)), most)
}

/// Text from outside as one line where markdown is rendered, such as a title.
pub fn markdown(text: &str, most: usize) -> String {
    let atoms = atoms(&one_line(text), LineStart::Yes);
    let length: usize = atoms.iter().map(|atom| code_points(atom)).sum();
    if length <= most {
        return atoms.concat();
    }
    let mut kept = String::new();
    let mut room = most.saturating_sub(1);
    for atom in &atoms {
        let Some(left) = room.checked_sub(code_points(atom)) else { break };
        kept.push_str(atom);
        room = left;
    }
    if most > 0 {
        kept.push(ELLIPSIS);
    }
    kept
}

/// Cuts between two signs.
pub(crate) fn cut(text: &str, most: usize) -> String {
    if code_points(text) <= most {
        return text.to_owned();
    }
    let mut kept = String::new();
    let mut sign = String::new();
    let mut room = most;
    // A cut between what is joined would leave something else.
    for c in text.chars() {
        if !is_joined(&sign, c) {
            kept.push_str(&std::mem::take(&mut sign));
        }
        room = room.saturating_sub(1);
        if room == 0 {
            break;
        }
        sign.push(c);
    }
    kept.truncate(kept.trim_end().len());
    if most > 0 {
        kept.push(ELLIPSIS);
    }
    kept
}

/// Strips what is not seen and makes every run of white space one space.
pub(crate) fn one_line(text: &str) -> String {
    let mut line = String::with_capacity(text.len());
    for c in seen(text).chars() {
        if !is_white_space(c) {
            line.push(c);
        } else if !line.is_empty() && !line.ends_with(' ') {
            line.push(' ');
        }
    }
    line.truncate(line.trim_end().len());
    line
}

/// Strips what is not seen and keeps line breaks, at most one empty line after another.
pub(crate) fn lines(text: &str) -> Vec<String> {
    let breaks = |c: char| matches!(c, '\n' | '\r' | '\u{b}' | '\u{c}' | '\u{85}' | '\u{2028}' | '\u{2029}');
    let text = text.replace("\r\n", "\n");
    text.split(breaks).map(one_line_with_edges).collect()
}

/// As [`one_line`], but white space at the edges counts: a span may begin or end with it.
fn one_line_with_edges(text: &str) -> String {
    let inner = one_line(text);
    let text = seen(text);
    let starts = text.chars().next().is_some_and(is_white_space);
    let ends = text.chars().next_back().is_some_and(is_white_space);
    match (inner.is_empty(), starts, ends) {
        (true, true, _) => " ".to_owned(),
        (true, false, _) => String::new(),
        (false, starts, ends) => {
            format!("{}{inner}{}", if starts { " " } else { "" }, if ends { " " } else { "" })
        }
    }
}

/// Tab, line breaks and every kind of space; other controls are unseen.
fn is_white_space(c: char) -> bool {
    c.is_whitespace()
}

/// `@everyone` and `@here` with a word joiner after the `@`, in any case.
pub(crate) fn broken_mentions(text: &str) -> String {
    let mut broken = String::with_capacity(text.len());
    for (place, c) in text.char_indices() {
        broken.push(c);
        if c == '@' && calls_everybody(&text[place + 1..]) {
            broken.push(WORD_JOINER);
        }
    }
    broken
}

fn calls_everybody(after: &str) -> bool {
    ["everyone", "here"]
        .iter()
        .any(|word| after.get(..word.len()).is_some_and(|start| start.eq_ignore_ascii_case(word)))
}

/// Whether a text stands where a line begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum LineStart {
    /// The text begins a line, where some signs have a meaning.
    Yes,
    /// Something stands before it.
    No,
}

/// Escaped pieces, none of which may be cut: a character, or a character with its backslash.
pub(crate) fn atoms(text: &str, start: LineStart) -> Vec<String> {
    let mut at_start = start == LineStart::Yes;
    let text = broken_mentions(text);
    let mut atoms: Vec<String> = Vec::with_capacity(text.len());
    for c in text.chars() {
        if c == WORD_JOINER {
            // It stays with its `@`.
            if let Some(at) = atoms.last_mut() {
                at.push(c);
            }
            continue;
        }
        // A cut between what is joined would leave something else.
        if let Some(joined) = atoms.last_mut().filter(|before| is_joined(before, c)) {
            joined.push(c);
            continue;
        }
        let escaped = is_markdown(c) || (at_start && begins_a_block(c));
        atoms.push(if escaped { format!("\\{c}") } else { c.to_string() });
        at_start = at_start && c == ' ';
    }
    atoms
}

/// Characters that mean something to Discord wherever they stand.
pub(crate) fn is_markdown(c: char) -> bool {
    matches!(c, '\\' | '*' | '_' | '~' | '`' | '|' | '[' | ']' | '(' | ')' | '<')
}

/// Characters that mean something at the start of a line: headings, quotes, lists, small print.
fn begins_a_block(c: char) -> bool {
    matches!(c, '#' | '>' | '-' | '+')
}

#[cfg(test)]
mod tests;
