//! What a command that failed would have done.

use deskbell_text::command::CommandName;
use deskbell_text::failure::Effect;

/// Of a command, named with its group: what only shows something does not speak of changes when it fails.
pub(crate) fn of_command(command: &str) -> Effect {
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
        ) => Effect::Write,
        _ => Effect::Read { again: None },
    }
}
