//! Text with the little formatting that survives the way from an e-mail to a chat.
//!
//! Read once from HTML by the Intercom client, kept in the journal, and written as Discord markdown by the discord
//! crate, which escapes it. Nothing in here is escaped, and no link hides its target.

use serde::{Deserialize, Serialize};

/// The most visible code points that are kept of a text; a card shows 500.
pub const KEPT_CODE_POINTS: usize = 600;

/// A text as a row of spans. Line breaks are `\n` inside a span.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct RichText(pub Vec<Span>);

/// A piece of text in one style.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Span {
    /// The text, unescaped.
    #[serde(rename = "t")]
    pub text: String,
    /// How it looks.
    #[serde(rename = "s", default, skip_serializing_if = "Style::is_plain")]
    pub style: Style,
}

/// How a span looks.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Style {
    /// As it is.
    #[default]
    Plain,
    /// Strong.
    Bold,
    /// Emphasis.
    Italic,
    /// Struck through.
    Struck,
    /// Fixed width.
    Code,
    /// An `http` or `https` address that stands as itself.
    Link,
}

impl Style {
    #[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes a reference")]
    fn is_plain(&self) -> bool {
        *self == Self::Plain
    }
}

impl RichText {
    /// Text without formatting.
    pub fn plain(text: impl Into<String>) -> Self {
        Self(vec![Span { text: text.into(), style: Style::Plain }])
    }

    /// The words without their formatting.
    pub fn to_plain(&self) -> String {
        self.0.iter().map(|span| span.text.as_str()).collect()
    }

    /// Whether nothing can be read.
    pub fn is_blank(&self) -> bool {
        self.0.iter().all(|span| span.text.trim().is_empty())
    }
}
