//! What was asked when something failed.

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
        match command {
            "lead create" | "user create" | "notify add" | "notify pause" | "notify resume"
            | "notify test" | "access add" | "access remove" => Self::Write,
            _ => Self::Read { again: None },
        }
    }
}
