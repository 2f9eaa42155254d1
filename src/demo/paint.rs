//! Colours on the terminal: 24 bits where it is one and `NO_COLOR` is not set, else none.

use std::io::IsTerminal;

use anstyle::{Effects, RgbColor, Style};

/// Whether colours are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Palette {
    Plain,
    Coloured,
}

impl Palette {
    /// What the terminal takes. `NO_COLOR` is the only variable that the demo looks at (no-color.org).
    pub(super) fn of_terminal() -> Self {
        let is_unwanted = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
        if std::io::stdout().is_terminal() && !is_unwanted { Self::Coloured } else { Self::Plain }
    }
}

/// How a span looks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Paint {
    Usual,
    Bold,
    Dim,
    /// 24 bits.
    Colour(u32),
}

/// A piece of a line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Span {
    pub(super) text: String,
    pub(super) paint: Paint,
}

pub(super) fn span(text: impl Into<String>, paint: Paint) -> Span {
    Span { text: text.into(), paint }
}

/// A line with its colours, without blanks at its end.
pub(super) fn painted(line: &[Span], palette: Palette) -> String {
    let whole: String = line.iter().map(|span| render(span, palette)).collect();
    whole.trim_end().to_owned()
}

fn render(span: &Span, palette: Palette) -> String {
    let style = style(span.paint);
    if palette == Palette::Plain || span.paint == Paint::Usual {
        return span.text.clone();
    }
    format!("{style}{}{style:#}", span.text)
}

fn style(paint: Paint) -> Style {
    match paint {
        Paint::Usual => Style::new(),
        Paint::Bold => Style::new().effects(Effects::BOLD),
        Paint::Dim => Style::new().effects(Effects::DIMMED),
        Paint::Colour(colour) => {
            let [_, red, green, blue] = colour.to_be_bytes();
            Style::new().fg_color(Some(RgbColor(red, green, blue).into()))
        }
    }
}
