//! Every sentence that commands say: pure functions that make a [`Reply`], one file a group.
//!
//! A reply is one sentence on what happened, one on what to do, then small print. What comes from outside
//! goes in as [`Piece::Theirs`] and its like, so that it is escaped where it is written.

pub(crate) mod access;
pub(crate) mod audience;
mod channel;
mod contact;
mod conversation;
pub(crate) mod delivery;
mod export;
mod failure;
pub(crate) mod help;
mod list;
pub(crate) mod notify;
pub(crate) mod setup;
pub(crate) mod status;
mod trouble;

use deskbell_domain::announcement::{Button, ButtonAction, ButtonLook, SelectOption};
use deskbell_domain::card::Card;
use deskbell_domain::card::text::{Piece, Text};
use deskbell_domain::ids::{ChannelId, RoleId};

pub(crate) use deskbell_domain::number::number;

pub(crate) use channel::{ask_before_public_share, shared, skipped};
pub(crate) use contact::{
    LegacyAnswer, Route, Shown, lead_created, only_restored, pick_contact, shared_card, show, user_saved,
    with_namesakes,
};
pub(crate) use conversation::conversation;
pub(crate) use export::{Ending, export_done, export_progress};
pub(crate) use failure::{bug, failure, slow};
pub(crate) use list::{ExportButton, list_page};

/// What is said, independent of Discord's types.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Reply {
    /// The sentences.
    pub content: Text,
    /// Cards below them.
    pub cards: Vec<Card>,
    /// Controls below those, at most five rows.
    pub rows: Vec<Row>,
    /// Files.
    pub files: Vec<File>,
}

/// A row of controls.
#[derive(Debug, Clone, PartialEq)]
pub enum Row {
    /// Up to five buttons.
    Buttons(Vec<Control>),
    /// A choice of up to 25.
    Pick {
        /// What the choice carries besides its values.
        custom_id: String,
        /// What stands in it before a choice.
        placeholder: String,
        /// What can be chosen.
        options: Vec<SelectOption>,
    },
    /// A choice of a channel that takes messages.
    PickChannel {
        /// What the choice carries.
        custom_id: String,
        /// What stands in it before a choice.
        placeholder: String,
        /// What was chosen before.
        chosen: Vec<ChannelId>,
        /// How many must be chosen at least, and may be at most.
        count: std::ops::RangeInclusive<u8>,
    },
    /// A choice of roles; an empty one takes all away.
    PickRoles {
        /// What the choice carries.
        custom_id: String,
        /// What stands in it before a choice.
        placeholder: String,
        /// What was chosen before.
        chosen: Vec<RoleId>,
        /// How many can be chosen.
        most: u8,
    },
}

/// A button, which may be greyed rather than missing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Control {
    /// The button.
    pub button: Button,
    /// Whether it cannot be pressed now.
    pub greyed: bool,
}

/// A file.
#[derive(Clone, PartialEq, Eq)]
pub struct File {
    /// Its name.
    pub name: String,
    /// What is in it.
    pub bytes: Vec<u8>,
}

/// Exports hold customers' data.
impl std::fmt::Debug for File {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("File").field("bytes", &self.bytes.len()).finish_non_exhaustive()
    }
}

impl Reply {
    /// Sentences.
    pub(crate) fn of(content: Text) -> Self {
        Self { content, ..Self::default() }
    }

    /// A sentence of ours.
    pub(crate) fn say(sentence: impl Into<String>) -> Self {
        Self::of(Text::ours(sentence))
    }

    /// With a card below.
    #[must_use]
    pub(crate) fn card(mut self, card: Card) -> Self {
        self.cards.push(card);
        self
    }

    /// With a row of buttons below.
    #[must_use]
    pub(crate) fn buttons(mut self, buttons: impl IntoIterator<Item = Control>) -> Self {
        let buttons: Vec<_> = buttons.into_iter().collect();
        if !buttons.is_empty() {
            self.rows.push(Row::Buttons(buttons));
        }
        self
    }

    /// With a select below, unless there is nothing to choose.
    #[must_use]
    pub(crate) fn pick(
        mut self,
        custom_id: impl Into<String>,
        placeholder: &str,
        options: Vec<SelectOption>,
    ) -> Self {
        if !options.is_empty() {
            let (custom_id, placeholder) = (custom_id.into(), placeholder.to_owned());
            self.rows.push(Row::Pick { custom_id, placeholder, options });
        }
        self
    }

    /// With small print as its last line.
    #[must_use]
    pub(crate) fn small(mut self, print: Text) -> Self {
        let start = if self.content.0.is_empty() { "-# " } else { "\n-# " };
        self.content.0.push(Piece::Ours(start.to_owned()));
        self.content = self.content.joined(print);
        self
    }
}

/// A grey button.
pub(crate) fn button(label: &str, custom_id: impl Into<String>) -> Control {
    control(label, ButtonAction::Press(custom_id.into()), ButtonLook::Secondary)
}

/// The button to press.
pub(crate) fn primary(label: &str, custom_id: impl Into<String>) -> Control {
    control(label, ButtonAction::Press(custom_id.into()), ButtonLook::Primary)
}

/// A red button: it cannot be undone, or shows something to everybody.
pub(crate) fn danger(label: &str, custom_id: impl Into<String>) -> Control {
    control(label, ButtonAction::Press(custom_id.into()), ButtonLook::Danger)
}

/// A button that opens an address.
pub(crate) fn link(label: &str, url: impl Into<String>) -> Control {
    control(label, ButtonAction::Open(url.into()), ButtonLook::Secondary)
}

fn control(label: &str, action: ButtonAction, look: ButtonLook) -> Control {
    Control { button: Button { label: label.to_owned(), action, look }, greyed: false }
}

impl Control {
    /// Greyed where `it_is`: at the end of a list a button does not go away.
    #[must_use]
    pub(crate) fn greyed_if(mut self, it_is: bool) -> Self {
        self.greyed = it_is;
        self
    }
}

/// `1 lead`, `2,031 leads`.
pub(crate) fn counted(count: u64, word: &str) -> String {
    format!("{} {word}{}", number(count), if count == 1 { "" } else { "s" })
}

/// `Send Messages`, `Send Messages and Embed Links`, `A, B and C`, each in bold.
pub(crate) fn bold_list(names: &[&str]) -> String {
    let bold: Vec<_> = names.iter().map(|name| format!("**{name}**")).collect();
    match bold.as_slice() {
        [] => String::new(),
        [one] => one.clone(),
        [first @ .., last] => format!("{} and {last}", first.join(", ")),
    }
}

#[cfg(test)]
pub(crate) mod tests;
