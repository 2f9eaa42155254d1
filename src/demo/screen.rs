//! From moments to lines: pure, so that what a terminal shows can be tested without one.
//!
//! No line is wider than the screen, if that has 40 columns. Widths are counted as terminals show them: two columns for an emoji.

use std::io::IsTerminal;

use textwrap::{Options, WordSplitter};
use unicode_width::UnicodeWidthStr;

use super::moment::{CardLine, Moment, Mood, StoryTime};
use super::paint::{Paint, Palette, Span, painted, span};

/// With less than these nothing of a card could be seen.
const LEAST: usize = 40;
const MOST: usize = 120;
/// Columns of who speaks, such as `#sales`.
const WHO: usize = 6;
/// Columns before what a person types or the bot posts: time, who, and the gaps.
const GUTTER: usize = 8 + 2 + WHO + 2;
/// Columns before what the narrator says.
const NARROW_GUTTER: usize = 8 + 2;
/// Fewer columns than these a gap between two things on one line never has.
const GAP: usize = 2;
const DOWN: u32 = 0x00D5_5E00;
const GOOD: u32 = 0x0000_9E73;
const REPLIES: u32 = 0x0058_65F2;

/// Columns.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Width(usize);

impl Width {
    /// 80 where nobody looks; else what the terminal has, up to 120.
    pub(super) fn of_terminal() -> Self {
        let stdout = std::io::stdout();
        let size = stdout.is_terminal().then(|| rustix::termios::tcgetwinsize(&stdout).ok()).flatten();
        Self(size.map_or(80, |size| usize::from(size.ws_col)).clamp(LEAST, MOST))
    }
}

/// Where moments are shown.
pub(super) struct Screen {
    pub(super) width: Width,
    pub(super) palette: Palette,
}

impl Screen {
    /// The moment as lines.
    pub(super) fn show(&self, at: StoryTime, moment: &Moment) -> String {
        let lines = match moment {
            Moment::Heading(text) => self.paragraph(text, Paint::Bold),
            Moment::Typed { who, command, answer, cards } => self.typed(at, who, [command, answer], cards),
            Moment::Posted { channel, content, cards } => self.posted(at, channel, content, cards),
            Moment::Told { mood, text } => self.told(at, *mood, text),
            Moment::Summary { mood, text, next } => self.summary(*mood, text, next),
        };
        let lines: Vec<_> = lines.iter().map(|line| painted(line, self.palette)).collect();
        lines.join("\n")
    }

    fn typed(
        &self,
        at: StoryTime,
        who: &str,
        [command, answer]: [&str; 2],
        cards: &[CardLine],
    ) -> Vec<Vec<Span>> {
        let room = self.width.0 - GUTTER;
        let left = room.saturating_sub(command.width() + answer.width());
        let mut texts = vec![];
        if answer.is_empty() || left >= GAP {
            texts.push(vec![span(command, Paint::Bold), blanks(left), span(answer, Paint::Usual)]);
        } else {
            texts.extend(wrapped(command, room).into_iter().map(|line| vec![span(line, Paint::Bold)]));
            texts.extend(wrapped(answer, room).into_iter().map(|line| vec![span(line, Paint::Usual)]));
        }
        texts.extend(cards.iter().map(|card| self.card(card)));
        after_gutter(at, who, Paint::Colour(REPLIES), texts)
    }

    fn posted(&self, at: StoryTime, channel: &str, content: &str, cards: &[CardLine]) -> Vec<Vec<Span>> {
        let room = self.width.0 - GUTTER;
        // A message without cards is all sentence; above cards one line is enough.
        let lines: Vec<_> = if cards.is_empty() {
            content.lines().flat_map(|line| wrapped(line, room)).collect()
        } else {
            content.lines().map(|line| cut(line, room)).collect()
        };
        let mut texts: Vec<_> = lines.into_iter().map(|line| vec![span(line, Paint::Usual)]).collect();
        texts.extend(cards.iter().map(|card| self.card(card)));
        let colour = cards.first().map_or(REPLIES, |card| card.colour);
        after_gutter(at, channel, Paint::Colour(colour), texts)
    }

    /// The essentials on the left, the footer on the right. Where there is no room for all of it, the title goes first,
    /// then the workspace's name, which is the same in every footer; then the essentials are cut.
    fn card(&self, card: &CardLine) -> Vec<Span> {
        let bar = "┃ ";
        let room = self.width.0 - GUTTER - bar.width();
        let whole = card.title.iter().chain(&card.essentials).cloned().collect::<Vec<_>>().join(" · ");
        let least = if card.essentials.is_empty() { whole.clone() } else { card.essentials.join(" · ") };
        let footers = [card.footer.clone(), card.footer.clone(), without_workspace(&card.footer)];
        let [first, second, last] = [whole, least.clone(), least];
        let fits = |(text, footer): &(String, String)| text.width() + GAP + footer.width() <= room;
        let choices = [first, second, last.clone()].into_iter().zip(footers);
        let (text, footer) = choices.into_iter().find(fits).unwrap_or_else(|| {
            let footer = cut(&without_workspace(&card.footer), room - GAP);
            (cut(&last, room - GAP - footer.width()), footer)
        });
        let gap = blanks(room - text.width() - footer.width());
        vec![span(bar, Paint::Colour(card.colour)), span(text, Paint::Usual), gap, span(footer, Paint::Dim)]
    }

    fn told(&self, at: StoryTime, mood: Mood, text: &str) -> Vec<Vec<Span>> {
        let lines = wrapped(text, self.width.0 - NARROW_GUTTER);
        let start = |number: usize| {
            if number == 0 { span(format!("{at}  "), Paint::Dim) } else { blanks(NARROW_GUTTER) }
        };
        lines
            .into_iter()
            .enumerate()
            .map(|(number, line)| vec![start(number), span(line, paint(mood))])
            .collect()
    }

    fn summary(&self, mood: Mood, text: &str, next: &str) -> Vec<Vec<Span>> {
        let paint = paint(mood);
        if text.width() + 3 + next.width() <= self.width.0 {
            return vec![vec![span(text, paint), blanks(3), span(next, Paint::Usual)]];
        }
        let mut lines = self.paragraph(text, paint);
        lines.extend(self.paragraph(next, Paint::Usual));
        lines
    }

    fn paragraph(&self, text: &str, paint: Paint) -> Vec<Vec<Span>> {
        wrapped(text, self.width.0).into_iter().map(|line| vec![span(line, paint)]).collect()
    }
}

fn paint(mood: Mood) -> Paint {
    match mood {
        Mood::Plain => Paint::Usual,
        Mood::Trouble => Paint::Colour(DOWN),
        Mood::Good => Paint::Colour(GOOD),
    }
}

/// The first line begins with when and who, the others are indented as far.
fn after_gutter(at: StoryTime, who: &str, paint: Paint, texts: Vec<Vec<Span>>) -> Vec<Vec<Span>> {
    let who = cut(who, WHO);
    let first = [span(format!("{at}  "), Paint::Dim), blanks(0), blanks(WHO - who.width() + GAP)];
    texts
        .into_iter()
        .enumerate()
        .map(|(number, text)| {
            let mut line = if number == 0 { first.to_vec() } else { vec![blanks(GUTTER)] };
            if number == 0 {
                line[1] = span(who.clone(), paint);
            }
            line.extend(text);
            line
        })
        .collect()
}

/// `New lead · Acme · k7f2qabc` as `New lead · k7f2qabc`.
fn without_workspace(footer: &str) -> String {
    match footer.split(" · ").collect::<Vec<_>>()[..] {
        [kind, _, reference] => format!("{kind} · {reference}"),
        _ => footer.to_owned(),
    }
}

fn blanks(columns: usize) -> Span {
    span(" ".repeat(columns), Paint::Usual)
}

fn wrapped(text: &str, width: usize) -> Vec<String> {
    // Names such as Ctrl-C stay whole.
    let options = Options::new(width).word_splitter(WordSplitter::NoHyphenation);
    textwrap::wrap(text, options).into_iter().map(|line| line.trim_end().to_owned()).collect()
}

/// The text, or as much of it as there is room for, and "…".
fn cut(text: &str, room: usize) -> String {
    if text.width() <= room {
        return text.to_owned();
    }
    let fits = |end: &usize| text[..*end].trim_end().width() < room;
    let ends = text.char_indices().map(|(at, _)| at);
    match ends.take_while(|end| *end == 0 || fits(end)).last() {
        Some(end) if room > 0 => format!("{}…", text[..end].trim_end_matches([' ', '·'])),
        _ => String::new(),
    }
}

#[cfg(test)]
mod tests;
