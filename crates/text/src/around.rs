//! What sentences need of the world around them.

use deskbell_domain::time::Timestamp;

use crate::command::{CommandIds, CommandName};

/// The ids of commands, and now.
#[derive(Clone, Copy)]
pub struct Around<'a> {
    /// What makes commands clickable.
    pub command_ids: &'a CommandIds,
    /// The present, for what is told as still to come.
    pub now: Timestamp,
}

impl Around<'_> {
    /// A command as a link.
    pub fn mention(self, command: CommandName) -> String {
        self.command_ids.mention(command)
    }
}
