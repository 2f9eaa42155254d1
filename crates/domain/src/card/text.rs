//! The text of a card as pieces, each of which says where it comes from, so that the discord crate can escape what is
//! from outside and leave alone what is ours.

use std::fmt;

use crate::rich_text::RichText;
use crate::time::Timestamp;

/// Pieces, one after the other.
#[derive(Clone, Default, PartialEq)]
pub struct Text(pub Vec<Piece>);

/// One piece of text.
#[derive(Clone, PartialEq)]
pub enum Piece {
    /// Markdown that we wrote.
    Ours(String),
    /// From outside: to be escaped.
    Theirs(String),
    /// From outside, in bold.
    Bold(String),
    /// From outside, as inline code.
    Code(String),
    /// An e-mail address: a link where it passes a strict pattern, else inline code.
    Email(String),
    /// A phone number: a link where it passes a strict pattern, else inline code.
    Phone(String),
    /// A label from outside that leads to an address of ours (Intercom's application, never a customer's).
    Link {
        /// What is read.
        label: String,
        /// Where it leads.
        url: String,
    },
    /// An `https` address from outside that stands as itself: no words hide where it leads.
    Address(String),
    /// A moment, in each reader's own zone and language.
    When(Timestamp, WhenStyle),
    /// Formatted text from outside, quoted, at most this many code points.
    Quote(RichText, usize),
}

/// How a moment is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WhenStyle {
    /// "2 minutes ago".
    Relative,
    /// Date and time.
    Full,
    /// Date.
    Date,
    /// Time of day.
    Time,
}

/// Customer data never reaches a log line.
impl fmt::Debug for Text {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Text").field("pieces", &self.0.len()).finish_non_exhaustive()
    }
}

impl Text {
    /// Markdown that we wrote.
    pub fn ours(text: impl Into<String>) -> Self {
        Self(vec![Piece::Ours(text.into())])
    }

    /// Text from outside.
    pub fn theirs(text: impl Into<String>) -> Self {
        Self(vec![Piece::Theirs(text.into())])
    }

    /// Adds a piece.
    #[must_use]
    pub fn with(mut self, piece: Piece) -> Self {
        self.0.push(piece);
        self
    }

    /// Adds markdown that we wrote.
    #[must_use]
    pub fn and(self, text: impl Into<String>) -> Self {
        self.with(Piece::Ours(text.into()))
    }

    /// Adds text from outside.
    #[must_use]
    pub fn and_theirs(self, text: impl Into<String>) -> Self {
        self.with(Piece::Theirs(text.into()))
    }

    /// The lines of it: cut where [`Text::and`] added a line break alone.
    pub fn split_lines(&self) -> Vec<Self> {
        let is_break = |piece: &Piece| matches!(piece, Piece::Ours(text) if text == "\n");
        self.0.split(is_break).map(|line| Self(line.to_vec())).collect()
    }

    /// Adds another text.
    #[must_use]
    pub fn joined(mut self, other: Self) -> Self {
        self.0.extend(other.0);
        self
    }
}

/// The text, cut to at most `most` code points, at the end of a word where one is near, with "…".
pub fn shorten(text: &str, most: usize) -> String {
    if text.chars().count() <= most {
        return text.to_owned();
    }
    let kept: String = text.chars().take(most.saturating_sub(1)).collect();
    let near = kept.chars().count().saturating_sub(20);
    let end = kept
        .char_indices()
        .enumerate()
        .filter(|(place, (_, c))| *place >= near && c.is_whitespace())
        .last()
        .map_or(kept.len(), |(_, (index, _))| index);
    format!("{}…", kept[..end].trim_end())
}
