//! What was asked when something failed.

use deskbell_text::command::CommandName;

/// What was asked when it failed: decides whether it may simply be tried again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Effect {
    /// Something would have changed.
    Write,
    /// Nothing would; the `custom_id` of [Try again], where there is one.
    Read {
        /// What the button carries.
        again: Option<String>,
    },
}

impl Effect {
    /// Of a command, named with its group: what only shows something does not speak of changes when it fails.
    pub(crate) fn of_command(command: &str) -> Self {
        match CommandName::of(command) {
            Some(
                CommandName::LeadCreate
                | CommandName::UserCreate
                | CommandName::NotifyAdd
                | CommandName::NotifyPause
                | CommandName::NotifyResume
                | CommandName::NotifyTest
                | CommandName::AccessAdd
                | CommandName::AccessRemove,
            ) => Self::Write,
            _ => Self::Read { again: None },
        }
    }
}
