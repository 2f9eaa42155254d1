//! Rows of buttons and selects below a message.

use std::ops::RangeInclusive;

use crate::ids::{ChannelId, RoleId};

/// A row of controls.
#[derive(Debug, Clone, PartialEq)]
pub enum Row {
    /// Up to five buttons.
    Buttons(Vec<Button>),
    /// A choice of one of up to 25 options.
    Select {
        /// What the choice carries besides its value.
        custom_id: String,
        /// What stands in it before a choice.
        placeholder: String,
        /// What can be chosen.
        options: Vec<SelectOption>,
    },
    /// A choice of channels that take messages.
    SelectChannels {
        /// What the choice carries besides its values.
        custom_id: String,
        /// What stands in it before a choice.
        placeholder: String,
        /// What was chosen before.
        chosen: Vec<ChannelId>,
        /// How many must be chosen at least, and may be at most.
        count: RangeInclusive<u8>,
    },
    /// A choice of roles; an empty one takes all away.
    SelectRoles {
        /// What the choice carries besides its values.
        custom_id: String,
        /// What stands in it before a choice.
        placeholder: String,
        /// What was chosen before.
        chosen: Vec<RoleId>,
        /// How many can be chosen.
        most: u8,
    },
}

/// One option of a select.
#[derive(Clone, PartialEq, Eq)]
pub struct SelectOption {
    /// What is read; plain text from outside.
    pub label: String,
    /// What is read below it in small letters: plain text from outside that tells it from others of that label.
    pub description: Option<String>,
    /// What the press carries.
    pub value: String,
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
    /// Whether it cannot be pressed now: at the end of a list a button does not go away.
    pub greyed: bool,
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

impl Row {
    /// What presses of its controls send to the bot.
    pub fn custom_ids(&self) -> Vec<&str> {
        match self {
            Self::Buttons(buttons) => buttons.iter().filter_map(Button::custom_id).collect(),
            Self::Select { custom_id, .. }
            | Self::SelectChannels { custom_id, .. }
            | Self::SelectRoles { custom_id, .. } => vec![custom_id.as_str()],
        }
    }

    /// The same, to be changed.
    pub fn custom_ids_mut(&mut self) -> Vec<&mut String> {
        match self {
            Self::Buttons(buttons) => buttons.iter_mut().filter_map(Button::custom_id_mut).collect(),
            Self::Select { custom_id, .. }
            | Self::SelectChannels { custom_id, .. }
            | Self::SelectRoles { custom_id, .. } => vec![custom_id],
        }
    }
}

impl Button {
    /// A grey button.
    pub fn secondary(label: &str, custom_id: impl Into<String>) -> Self {
        Self::new(label, ButtonAction::Press(custom_id.into()), ButtonLook::Secondary)
    }

    /// The button to press.
    pub fn primary(label: &str, custom_id: impl Into<String>) -> Self {
        Self::new(label, ButtonAction::Press(custom_id.into()), ButtonLook::Primary)
    }

    /// A red button: it cannot be undone, or shows something to everybody.
    pub fn danger(label: &str, custom_id: impl Into<String>) -> Self {
        Self::new(label, ButtonAction::Press(custom_id.into()), ButtonLook::Danger)
    }

    /// A button that opens an address.
    pub fn link(label: &str, url: impl Into<String>) -> Self {
        Self::new(label, ButtonAction::Open(url.into()), ButtonLook::Secondary)
    }

    fn new(label: &str, action: ButtonAction, look: ButtonLook) -> Self {
        Self { label: label.to_owned(), action, look, greyed: false }
    }

    /// Greyed where `it_is`.
    #[must_use]
    pub fn greyed_if(mut self, it_is: bool) -> Self {
        self.greyed = it_is;
        self
    }

    /// What a press sends to the bot, if it sends anything.
    pub fn custom_id(&self) -> Option<&str> {
        match &self.action {
            ButtonAction::Press(custom_id) => Some(custom_id),
            ButtonAction::Open(_) => None,
        }
    }

    fn custom_id_mut(&mut self) -> Option<&mut String> {
        match &mut self.action {
            ButtonAction::Press(custom_id) => Some(custom_id),
            ButtonAction::Open(_) => None,
        }
    }
}

/// Labels hold customers' names.
impl std::fmt::Debug for SelectOption {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("SelectOption").finish_non_exhaustive()
    }
}
