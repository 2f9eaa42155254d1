//! The row of spans while it grows: white space collapsed as HTML does, line breaks owed until text follows, and never
//! more visible code points than were asked for.

use deskbell_domain::rich_text::{RichText, Span, Style};
use deskbell_domain::visible::is_unseen;

use super::list::Marker;

/// More line breaks than this in a row show nothing more.
const MOST_BREAKS: usize = 2;

/// What becomes of white space.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Spacing {
    /// A run of it is one space.
    Collapsed,
    /// It stays as it is.
    Kept,
}

/// A place in the text, to come back to.
#[derive(Debug, Clone, Copy)]
pub(super) struct TextPlace {
    spans: usize,
    bytes_in_last: usize,
    left: usize,
    owed: Owed,
}

/// What must be written before the next visible character.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct Owed {
    breaks: usize,
    space: bool,
    /// A cell of a table ended.
    cell: bool,
    marker: Option<Marker>,
}

#[derive(Default)]
pub(super) struct Writer {
    spans: Vec<Span>,
    /// Code points that may still be written.
    left: usize,
    owed: Owed,
}

impl Writer {
    pub(super) fn new(most: usize) -> Self {
        Self { left: most, ..Self::default() }
    }

    pub(super) fn is_full(&self) -> bool {
        self.left == 0
    }

    pub(super) fn write(&mut self, text: &str, style: Style, spacing: Spacing) {
        for character in text.chars() {
            if self.is_full() {
                return;
            }
            match character {
                '\n' if spacing == Spacing::Kept => self.break_line(),
                '\r' if spacing == Spacing::Kept => {}
                ' ' | '\t' if spacing == Spacing::Kept && !self.spans.is_empty() => {
                    self.settle(style);
                    self.put(' ', style);
                }
                // Needed between letters, as in Persian; beside white space it only fills.
                '\u{200c}' if !self.is_within_word() => {}
                _ if is_invisible(character) => {}
                _ if character.is_whitespace() => self.space(),
                _ => {
                    self.part_from_link(character);
                    self.settle(style);
                    self.put(character, style);
                }
            }
        }
    }

    /// An address that was written out ends where white space begins: what follows it must not become part of it.
    fn part_from_link(&mut self, next: char) {
        let ends_sentence = matches!(next, '.' | ',' | ';' | ':' | '!' | '?' | ')' | '"' | '\'');
        if self.spans.last().is_some_and(|span| span.style == Style::Link) && !ends_sentence {
            self.space();
        }
    }

    /// Writes a text whole or, where it has no room, not at all.
    pub(super) fn write_whole(&mut self, text: &str, style: Style) {
        let owed = self.owed.breaks + 3;
        if text.chars().count() + owed > self.left {
            return;
        }
        self.settle(Style::Plain);
        text.chars().for_each(|character| self.put(character, style));
    }

    pub(super) fn space(&mut self) {
        self.owed.space = true;
    }

    /// What follows stands on a line of its own.
    pub(super) fn new_line(&mut self) {
        self.owed.breaks = self.owed.breaks.max(1);
    }

    /// One line further.
    pub(super) fn break_line(&mut self) {
        self.owed.breaks = (self.owed.breaks + 1).min(MOST_BREAKS);
    }

    /// What follows is an item of a list.
    pub(super) fn mark_item(&mut self, marker: Marker) {
        self.new_line();
        self.owed.marker = Some(marker);
    }

    /// What follows on the same line is another cell.
    pub(super) fn end_cell(&mut self) {
        self.owed.space = true;
        self.owed.cell = true;
    }

    pub(super) fn place(&self) -> TextPlace {
        TextPlace {
            spans: self.spans.len(),
            bytes_in_last: self.spans.last().map_or(0, |span| span.text.len()),
            left: self.left,
            owed: self.owed,
        }
    }

    /// What was written since.
    pub(super) fn since(&self, place: &TextPlace) -> String {
        let in_last = place.spans.checked_sub(1).and_then(|last| self.spans.get(last));
        let tail = in_last.and_then(|span| span.text.get(place.bytes_in_last..)).unwrap_or_default();
        let after = self.spans.get(place.spans..).unwrap_or_default();
        std::iter::once(tail).chain(after.iter().map(|span| span.text.as_str())).collect()
    }

    /// Takes back what was written since.
    pub(super) fn back_to(&mut self, place: &TextPlace) {
        self.spans.truncate(place.spans);
        if let Some(last) = self.spans.last_mut() {
            last.text.truncate(place.bytes_in_last);
        }
        self.left = place.left;
        self.owed = place.owed;
    }

    /// How much was written, in bytes.
    pub(super) fn bytes(&self) -> usize {
        self.spans.iter().map(|span| span.text.len()).sum()
    }

    /// What was written, in all styles.
    pub(super) fn text(&self) -> String {
        self.spans.iter().map(|span| span.text.as_str()).collect()
    }

    /// Takes back everything behind so many bytes.
    pub(super) fn truncate(&mut self, bytes: usize) {
        let mut room = bytes;
        for span in &mut self.spans {
            let kept = room.min(span.text.len());
            self.left += span.text[kept..].chars().count();
            span.text.truncate(kept);
            room -= kept;
        }
        self.spans.retain(|span| !span.text.is_empty());
        self.owed = Owed::default();
        self.new_line();
    }

    pub(super) fn finish(mut self) -> RichText {
        self.spans.retain(|span| !span.text.is_empty());
        while let Some(last) = self.spans.last_mut() {
            last.text.truncate(last.text.trim_end().len());
            if !last.text.is_empty() {
                break;
            }
            self.spans.pop();
        }
        RichText(self.spans)
    }

    fn is_within_word(&self) -> bool {
        self.owed == Owed::default() && !self.spans.is_empty()
    }

    /// Writes what is owed. Nothing is owed before the first character but what marks an item.
    fn settle(&mut self, style: Style) {
        let owed = std::mem::take(&mut self.owed);
        let begun = !self.spans.is_empty();
        // White space is plain but within one style: markdown takes no style that ends in white space.
        let within = style != Style::Link && self.spans.last().is_some_and(|span| span.style == style);
        let between = if within { style } else { Style::Plain };
        if begun && owed.breaks > 0 {
            (0..owed.breaks).for_each(|_| self.put('\n', between));
        } else if begun && owed.cell {
            " · ".chars().for_each(|character| self.put(character, Style::Plain));
        } else if begun && owed.space {
            self.put(' ', between);
        }
        if let Some(marker) = owed.marker {
            marker.to_string().chars().for_each(|character| self.put(character, Style::Plain));
        }
    }

    fn put(&mut self, character: char, style: Style) {
        if self.left == 0 {
            return;
        }
        self.left -= 1;
        match self.spans.last_mut() {
            Some(span) if span.style == style => span.text.push(character),
            _ => self.spans.push(Span { text: character.into(), style }),
        }
    }
}

/// Characters that mails use to fill their preview lines and that show nothing, and controls. What may join the
/// characters around it is for whoever writes the text to judge.
fn is_invisible(character: char) -> bool {
    let may_join = matches!(character, '\u{200c}' | '\u{200d}' | '\u{e0020}'..='\u{e007f}');
    is_unseen(character) && !may_join && !character.is_whitespace()
}
