//! Formatted text from outside as a quote: every line begins with `> `, every style is closed on its line, and the
//! whole is cut at a word.

use deskbell_domain::rich_text::{RichText, Span, Style};

use crate::address;
use crate::escape::{ELLIPSIS, LineStart, WORD_JOINER, atoms, broken_mentions, lines};
use crate::limits::code_points;

const PREFIX: &str = "> ";

/// A run of atoms in one style, on one line.
struct Run {
    mark: &'static str,
    atoms: Vec<String>,
}

/// The quote, at most `most` code points long with its marks.
pub(super) fn quote(rich: &RichText, most: usize) -> String {
    let lines = runs_by_line(rich);
    let whole = lines.iter().map(|line| length(line)).sum::<usize>() + lines.len().saturating_sub(1);
    // One place is for the "…" where something is left out.
    let room = if whole > most { most.saturating_sub(1) } else { most };
    let mut writer = Writer { out: String::new(), room, end: End::Open };
    for (place, line) in lines.iter().enumerate() {
        writer.line(line, if place > 0 { "\n> " } else { PREFIX });
        if writer.end != End::Open {
            break;
        }
    }
    if writer.end == End::Full && most > 0 {
        let end = writer.out.trim_end_matches("\n> ").len();
        writer.out.truncate(end);
        writer.out.push(ELLIPSIS);
    }
    writer.out
}

fn length(line: &[Run]) -> usize {
    let runs = line.iter().map(|run| {
        // One more for the joiner that keeps two styles apart.
        2 * run.mark.len() + 1 + run.atoms.iter().map(|atom| code_points(atom)).sum::<usize>()
    });
    PREFIX.len() + runs.sum::<usize>()
}

struct Writer {
    out: String,
    room: usize,
    end: End,
}

/// Whether more can be written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum End {
    /// It can.
    Open,
    /// There is no more room.
    Full,
    /// There is no more room, and the text says so.
    Told,
}

impl Writer {
    fn line(&mut self, line: &[Run], start: &str) {
        let before = self.out.len();
        if !self.push(start) {
            return;
        }
        let begun = self.out.len();
        for run in line {
            self.run(run);
            if self.end != End::Open {
                break;
            }
        }
        if self.end == End::Full && self.out.len() == begun {
            self.out.truncate(before);
        }
    }

    fn run(&mut self, run: &Run) {
        let joiner = run.mark.chars().next().is_some_and(|mark| self.out.ends_with(mark))
            && !self.out.ends_with("\\*");
        let marks = 2 * run.mark.len() + usize::from(joiner);
        let first = run.atoms.first().map_or(0, |atom| code_points(atom));
        if self.room < marks + first {
            self.end = End::Full;
            return;
        }
        self.room -= marks;
        if joiner {
            self.out.push(WORD_JOINER);
        }
        self.out.push_str(run.mark);
        let before = self.out.len();
        if !run.atoms.iter().all(|atom| self.push(atom)) {
            back_to_a_word(&mut self.out, before);
            self.out.push(ELLIPSIS);
            self.end = End::Told;
        }
        self.out.push_str(run.mark);
    }

    fn push(&mut self, atom: &str) -> bool {
        let length = code_points(atom);
        if length > self.room {
            self.end = End::Full;
            return false;
        }
        self.room -= length;
        self.out.push_str(atom);
        true
    }
}

/// Drops a cut word, if the word before it is near.
fn back_to_a_word(out: &mut String, from: usize) {
    let near = out[from..].char_indices().rev().take(24).find(|(_, c)| *c == ' ');
    if let Some((place, _)) = near.filter(|(place, _)| *place > 0) {
        out.truncate(from + place);
    }
}

fn runs_by_line(rich: &RichText) -> Vec<Vec<Run>> {
    let mut all: Vec<Vec<Run>> = vec![Vec::new()];
    for span in &rich.0 {
        for (place, line) in lines(&span.text).into_iter().enumerate() {
            if place > 0 {
                all.push(Vec::new());
            }
            if let Some(current) = all.last_mut() {
                let start = if is_blank(current) { LineStart::Yes } else { LineStart::No };
                push_runs(current, span, &line, start);
            }
        }
    }
    without_empty_edges(all)
}

fn is_blank(line: &[Run]) -> bool {
    line.iter().all(|run| run.atoms.iter().all(|atom| atom.trim().is_empty()))
}

/// White space at the edges of a styled run stands outside its marks: Discord does not take them else.
fn push_runs(line: &mut Vec<Run>, span: &Span, text: &str, start: LineStart) {
    let inner = text.trim();
    if inner.is_empty() {
        if !text.is_empty() && !is_blank(line) {
            line.push(Run { mark: "", atoms: vec![" ".to_owned()] });
        }
        return;
    }
    if text.starts_with(' ') && !is_blank(line) {
        line.push(Run { mark: "", atoms: vec![" ".to_owned()] });
    }
    line.push(styled(span.style, inner, start));
    if text.ends_with(' ') {
        line.push(Run { mark: "", atoms: vec![" ".to_owned()] });
    }
}

fn styled(style: Style, text: &str, start: LineStart) -> Run {
    match style {
        Style::Plain => Run { mark: "", atoms: plain_atoms(text, start) },
        Style::Bold => Run { mark: "**", atoms: atoms(text, LineStart::No) },
        Style::Italic => Run { mark: "*", atoms: atoms(text, LineStart::No) },
        Style::Struck => Run { mark: "~~", atoms: atoms(text, LineStart::No) },
        Style::Code => Run {
            mark: "`",
            atoms: broken_mentions(&text.replace('`', "'")).chars().map(String::from).collect(),
        },
        Style::Link => match address::link(text) {
            Some(link) => Run { mark: "", atoms: vec![link] },
            None => Run { mark: "", atoms: atoms(text, start) },
        },
    }
}

/// Words, among which web addresses stand as links do: an escape within one would break it.
fn plain_atoms(text: &str, start: LineStart) -> Vec<String> {
    let mut all = Vec::with_capacity(text.len());
    for (place, word) in text.split(' ').enumerate() {
        if place > 0 {
            all.push(" ".to_owned());
        }
        let start = if place == 0 { start } else { LineStart::No };
        let bare = word.trim_end_matches(['.', ',', '!', '?', ';', ':', ')', '"', '\'']);
        let is_web = bare.starts_with("https://") || bare.starts_with("http://");
        match address::link(bare).filter(|_| is_web) {
            Some(link) => {
                all.push(link);
                all.extend(atoms(&word[bare.len()..], LineStart::No));
            }
            None => all.extend(atoms(word, start)),
        }
    }
    all
}

/// No empty line at the edges, and never two in a row.
fn without_empty_edges(all: Vec<Vec<Run>>) -> Vec<Vec<Run>> {
    let mut kept: Vec<Vec<Run>> = Vec::with_capacity(all.len());
    for line in all {
        let after_blank = kept.last().is_none_or(|last| is_blank(last));
        if !(is_blank(&line) && after_blank) {
            kept.push(line);
        }
    }
    if kept.last().is_some_and(|last| is_blank(last)) {
        kept.pop();
    }
    kept
}
