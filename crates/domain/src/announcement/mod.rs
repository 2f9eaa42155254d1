//! Messages that the bot posts in a channel, independent of Discord's types.
//!
//! A batch of events becomes a message by [`for_batch`], a pure function: however often a batch is sent, it looks the
//! same. What the bot says of itself is in [`notice`], what it shows to try out a notification in `sample`.

mod batch;
pub mod notice;
mod sample;

pub use batch::for_batch;
pub use notice::{
    Opened, audience_buttons, back_notice, became_public_notice, on_hold_notice, set_aside_notice,
    set_up_notice, trouble_notice, trouble_over_notice,
};
pub use sample::sample;

use crate::card::Card;
use crate::card::text::Text;
use crate::delivery::Reference;
use crate::press::CardControl;
use crate::subscription::Alert;

/// One message.
#[derive(Debug, Clone, PartialEq)]
pub struct Announcement {
    /// The plain line that a phone's push shows; at most 120 code points, but for the line of a backlog.
    pub content: Text,
    /// At most ten cards, no two of which lead to the same address.
    pub cards: Vec<Card>,
    /// Buttons and selects, at most five rows.
    pub rows: Vec<ControlRow>,
    /// Whether it rings.
    pub alert: Alert,
}

impl Announcement {
    /// The references that the message bears: in the footers of its cards, and in what its controls carry.
    pub fn references(&self) -> impl Iterator<Item = Reference> {
        let footers = self.cards.iter().filter_map(|card| card.footer.as_ref()?.reference.clone());
        footers.chain(self.control_references())
    }

    /// Those that are left when somebody removed the cards.
    pub fn control_references(&self) -> impl Iterator<Item = Reference> {
        let custom_ids = self.rows.iter().flat_map(|row| match row {
            ControlRow::Select { custom_id, .. } => vec![custom_id.as_str()],
            ControlRow::Buttons(buttons) => buttons.iter().filter_map(Button::custom_id).collect(),
        });
        custom_ids.filter_map(|custom_id| CardControl::parse(custom_id)?.reference)
    }
}

/// A row below a message.
#[derive(Debug, Clone, PartialEq)]
pub enum ControlRow {
    /// Up to five buttons.
    Buttons(Vec<Button>),
    /// One select of up to 25 options.
    Select {
        /// What the press carries.
        custom_id: String,
        /// What stands in it before a choice.
        placeholder: String,
        /// Label and value of each option.
        options: Vec<SelectOption>,
    },
}

/// One option of a select.
#[derive(Clone, PartialEq, Eq)]
pub struct SelectOption {
    /// What is read; plain text from outside.
    pub label: String,
    /// What the press carries.
    pub value: String,
}

impl std::fmt::Debug for SelectOption {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("SelectOption").finish_non_exhaustive()
    }
}

/// A button.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Button {
    /// What is read.
    pub label: String,
    /// What it does.
    pub action: ButtonAction,
    /// How it looks.
    pub look: ButtonLook,
}

impl Button {
    /// What a press sends to the bot, if it sends anything.
    pub fn custom_id(&self) -> Option<&str> {
        match &self.action {
            ButtonAction::Press(custom_id) => Some(custom_id),
            ButtonAction::Open(_) => None,
        }
    }
}

/// What a button does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ButtonAction {
    /// Sends this to the bot: at most 100 characters.
    Press(String),
    /// Opens this address.
    Open(String),
}

/// How a button looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ButtonLook {
    /// The one to press.
    Primary,
    /// Grey.
    Secondary,
    /// Red: it cannot be undone, or shows something to everybody.
    Danger,
}

#[cfg(test)]
mod tests;
