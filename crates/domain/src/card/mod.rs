//! What a card consists of, whatever it shows: independent of Discord's types and not escaped yet. What stands on it is
//! chosen where the sentences are (`deskbell-text`); lengths are kept by the discord crate, which alone knows how long a
//! text becomes when it is escaped.

pub mod chosen;
pub mod text;

use crate::card::text::Text;
use crate::delivery::Reference;
use crate::time::Timestamp;

/// The colour of replies and of what the bot says of itself.
pub const COLOUR_OF_REPLIES: u32 = 0x0058_65F2;
/// The colour of a sample.
pub const COLOUR_OF_SAMPLES: u32 = 0x0099_AAB5;
/// The colour of what the team is done with.
pub const COLOUR_OF_CLOSED: u32 = 0x0099_AAB5;
/// The colour of trouble.
pub const COLOUR_OF_TROUBLE: u32 = 0x00D5_5E00;

/// What is shown for one record.
#[derive(Debug, Clone, PartialEq)]
pub struct Card {
    /// How much room it may take.
    pub size: Size,
    /// The side's colour, as 0xRRGGBB.
    pub colour: u32,
    /// The headline, plain text from outside.
    pub title: Option<String>,
    /// Where the headline leads: an address of Intercom's application.
    pub url: Option<String>,
    /// A small picture; `https` only.
    pub thumbnail: Option<String>,
    /// The text under the headline.
    pub description: Option<Text>,
    /// Lines under it, each cut by itself, so that all of them can be seen.
    pub lines: Vec<Text>,
    /// Name and value pairs.
    pub fields: Vec<CardField>,
    /// The small print.
    pub footer: Option<Footer>,
    /// The record's own time.
    pub timestamp: Option<Timestamp>,
}

impl Card {
    /// A card with nothing on it.
    pub fn blank(size: Size, colour: u32) -> Self {
        Self {
            size,
            colour,
            title: None,
            url: None,
            thumbnail: None,
            description: None,
            lines: Vec::new(),
            fields: Vec::new(),
            footer: None,
            timestamp: None,
        }
    }
}

/// How much room a card may take.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Size {
    /// Three fit in a message.
    Normal,
    /// Ten fit in a message.
    Brief,
    /// It has a message of its own, made of lines.
    Lines,
}

/// A name and value pair.
#[derive(Debug, Clone, PartialEq)]
pub struct CardField {
    /// The name: ours, or that of a custom attribute.
    pub name: String,
    /// The value.
    pub value: Text,
    /// Whether it may stand beside others.
    pub width: Width,
}

impl CardField {
    /// A field that may stand beside others.
    pub fn inline(name: impl Into<String>, value: Text) -> Self {
        Self { name: name.into(), value, width: Width::Inline }
    }

    /// A field with a row of its own.
    pub fn full(name: impl Into<String>, value: Text) -> Self {
        Self { name: name.into(), value, width: Width::Full }
    }
}

/// Whether a field may stand beside others.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Width {
    /// It may: three a row on a desktop.
    Inline,
    /// It has a row of its own.
    Full,
}

/// The small print: kind · workspace · reference.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Footer {
    /// The kind's word; with it the colour is never the only sign.
    pub word: String,
    /// The workspace's name.
    pub workspace: String,
    /// The reference of the (first) event, where the card shows one.
    pub reference: Option<Reference>,
    /// How many more events the card stands for.
    pub more: u32,
}
