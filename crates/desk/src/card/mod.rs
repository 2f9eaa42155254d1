//! Cards: what is shown for one record, independent of Discord's types and not escaped yet.

pub mod text;

use crate::card::text::Text;
use crate::delivery::Reference;
use crate::time::Timestamp;

/// What is shown for one record.
#[derive(Debug, Clone, PartialEq)]
pub struct Card {
    /// The side's colour, as 0xRRGGBB.
    pub colour: u32,
    /// The headline, plain text from outside.
    pub title: Option<String>,
    /// Where the headline leads.
    pub url: Option<String>,
    /// A small picture; `https` only.
    pub thumbnail: Option<String>,
    /// The text under the headline.
    pub description: Option<Text>,
    /// Name and value pairs.
    pub fields: Vec<CardField>,
    /// The small print.
    pub footer: Option<Footer>,
    /// The record's own time.
    pub timestamp: Option<Timestamp>,
}

/// A name and value pair.
#[derive(Debug, Clone, PartialEq)]
pub struct CardField {
    /// The name: ours, never from outside.
    pub name: String,
    /// The value.
    pub value: Text,
    /// Whether it may stand beside others.
    pub width: Width,
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
