//! One message, independent of Discord's types: what the bot posts in a channel and what it answers to a command.
//!
//! The discord crate writes it with all of Discord's limits and guards, so nothing here counts characters. What comes
//! from outside goes in as pieces of a [`Text`] that say so, and is escaped where it is written.

mod control;
mod file;
mod form;

pub use control::{Button, ButtonAction, ButtonLook, Row, SelectOption};
pub use file::File;
pub use form::{Form, FormField, Lines, Need};

use crate::card::Card;
use crate::card::text::{Piece, Text};
use crate::delivery::Reference;
use crate::mention::Called;
use crate::press::CardControl;
use crate::ring::Ring;

/// One message.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Message {
    /// The plain text.
    pub content: Content,
    /// Cards below it: at most ten, no two of which lead to the same address.
    pub cards: Vec<Card>,
    /// Controls below those, at most five rows.
    pub rows: Vec<Row>,
    /// Files.
    pub files: Vec<File>,
    /// How Discord is to treat it.
    pub flags: Flags,
    /// Whom it calls, in its text too. Whoever else is named in it is not called.
    pub calls: Option<Called>,
}

/// The plain text of a message.
#[derive(Debug, Clone, PartialEq)]
pub enum Content {
    /// Short lines above cards, which a phone's push shows: each is cut, so that the cards stay in sight.
    Lines(Text),
    /// Sentences, as long as Discord takes them.
    Sentences(Text),
}

/// How Discord treats a message.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Flags {
    /// Nobody's phone rings for it.
    pub silent: bool,
    /// Only the one who asked sees it; possible for answers to a command or press alone.
    pub ephemeral: bool,
}

impl Default for Content {
    fn default() -> Self {
        Self::Sentences(Text::default())
    }
}

impl Content {
    /// What is to be read, uncut.
    pub fn text(&self) -> &Text {
        match self {
            Self::Lines(text) | Self::Sentences(text) => text,
        }
    }

    /// What is to be read, uncut.
    pub fn into_text(self) -> Text {
        match self {
            Self::Lines(text) | Self::Sentences(text) => text,
        }
    }

    fn text_mut(&mut self) -> &mut Text {
        match self {
            Self::Lines(text) | Self::Sentences(text) => text,
        }
    }
}

impl From<Ring> for Flags {
    fn from(ring: Ring) -> Self {
        Self { silent: ring == Ring::Silent, ephemeral: false }
    }
}

impl Message {
    /// Sentences.
    pub fn of(content: Text) -> Self {
        Self { content: Content::Sentences(content), ..Self::default() }
    }

    /// A sentence of ours.
    pub fn say(sentence: impl Into<String>) -> Self {
        Self::of(Text::ours(sentence))
    }

    /// With one more card.
    #[must_use]
    pub fn card(mut self, card: Card) -> Self {
        self.cards.push(card);
        self
    }

    /// With a row of buttons below, unless there are none.
    #[must_use]
    pub fn buttons(mut self, buttons: impl IntoIterator<Item = Button>) -> Self {
        let buttons: Vec<_> = buttons.into_iter().collect();
        if !buttons.is_empty() {
            self.rows.push(Row::Buttons(buttons));
        }
        self
    }

    /// With a select below, unless there is nothing to choose.
    #[must_use]
    pub fn select(
        mut self,
        custom_id: impl Into<String>,
        placeholder: &str,
        options: Vec<SelectOption>,
    ) -> Self {
        if !options.is_empty() {
            let (custom_id, placeholder) = (custom_id.into(), placeholder.to_owned());
            self.rows.push(Row::Select { custom_id, placeholder, options });
        }
        self
    }

    /// With more text at the end.
    #[must_use]
    pub fn joined(mut self, more: Text) -> Self {
        self.content.text_mut().0.extend(more.0);
        self
    }

    /// With a text before what it says.
    #[must_use]
    pub fn after(mut self, text: Text) -> Self {
        let content = self.content.text_mut();
        *content = text.joined(std::mem::take(content));
        self
    }

    /// With small print as its last line.
    #[must_use]
    pub fn small(self, print: Text) -> Self {
        let start = if self.content.text().0.is_empty() { "-# " } else { "\n-# " };
        self.joined(Text(vec![Piece::Ours(start.to_owned())]).joined(print))
    }

    /// For the eyes of the one who asked.
    #[must_use]
    pub fn ephemeral(mut self) -> Self {
        self.flags.ephemeral = true;
        self
    }

    /// The references that the message bears: in the footers of its cards, and in what its controls carry.
    pub fn references(&self) -> impl Iterator<Item = Reference> {
        let footers = self.cards.iter().filter_map(|card| card.footer.as_ref()?.reference.clone());
        footers.chain(self.control_references())
    }

    /// Those that are left when somebody removed the cards.
    pub fn control_references(&self) -> impl Iterator<Item = Reference> {
        let custom_ids = self.rows.iter().flat_map(Row::custom_ids);
        custom_ids.filter_map(|custom_id| CardControl::parse(custom_id)?.borne().cloned())
    }
}
