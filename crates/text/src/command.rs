//! The commands by name, as sentences mention them.

use std::collections::BTreeMap;
use std::sync::{PoisonError, RwLock};

/// A command, named with its group.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum CommandName {
    /// `/lead get`.
    LeadGet,
    /// `/lead list`.
    LeadList,
    /// `/lead create`.
    LeadCreate,
    /// `/lead export`.
    LeadExport,
    /// `/user get`.
    UserGet,
    /// `/user create`.
    UserCreate,
    /// `/conversation get`.
    ConversationGet,
    /// `/notify add`.
    NotifyAdd,
    /// `/notify list`.
    NotifyList,
    /// `/notify pause`.
    NotifyPause,
    /// `/notify resume`.
    NotifyResume,
    /// `/notify test`.
    NotifyTest,
    /// `/notify failed`.
    NotifyFailed,
    /// `/notify remove`.
    NotifyRemove,
    /// `/setup`.
    Setup,
    /// `/connection`.
    Connection,
    /// `/privacy`.
    Privacy,
    /// `/audit`.
    Audit,
    /// `/access add`.
    AccessAdd,
    /// `/access list`.
    AccessList,
    /// `/access remove`.
    AccessRemove,
    /// `/status`.
    Status,
    /// `/help`.
    Help,
}

impl CommandName {
    /// All of them.
    pub const ALL: [Self; 23] = [
        Self::LeadGet,
        Self::LeadList,
        Self::LeadCreate,
        Self::LeadExport,
        Self::UserGet,
        Self::UserCreate,
        Self::ConversationGet,
        Self::NotifyAdd,
        Self::NotifyList,
        Self::NotifyPause,
        Self::NotifyResume,
        Self::NotifyTest,
        Self::NotifyFailed,
        Self::NotifyRemove,
        Self::Setup,
        Self::Connection,
        Self::Privacy,
        Self::Audit,
        Self::AccessAdd,
        Self::AccessList,
        Self::AccessRemove,
        Self::Status,
        Self::Help,
    ];

    /// As Discord knows it: `lead get`.
    pub fn name(self) -> &'static str {
        match self {
            Self::LeadGet => "lead get",
            Self::LeadList => "lead list",
            Self::LeadCreate => "lead create",
            Self::LeadExport => "lead export",
            Self::UserGet => "user get",
            Self::UserCreate => "user create",
            Self::ConversationGet => "conversation get",
            Self::NotifyAdd => "notify add",
            Self::NotifyList => "notify list",
            Self::NotifyPause => "notify pause",
            Self::NotifyResume => "notify resume",
            Self::NotifyTest => "notify test",
            Self::NotifyFailed => "notify failed",
            Self::NotifyRemove => "notify remove",
            Self::Setup => "setup",
            Self::Connection => "connection",
            Self::Privacy => "privacy",
            Self::Audit => "audit",
            Self::AccessAdd => "access add",
            Self::AccessList => "access list",
            Self::AccessRemove => "access remove",
            Self::Status => "status",
            Self::Help => "help",
        }
    }

    /// As people type it: `/lead get`.
    pub fn typed(self) -> String {
        format!("/{}", self.name())
    }

    /// The command of this name, if it is one.
    pub fn of(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|command| command.name() == name)
    }

    /// The group that Discord has an id for: `lead`.
    fn group(self) -> &'static str {
        let name = self.name();
        name.split_once(' ').map_or(name, |(group, _)| group)
    }
}

/// The ids under which Discord knows our commands: what makes `</lead get:123>` a link.
#[derive(Default)]
pub struct CommandIds(RwLock<BTreeMap<String, u64>>);

impl CommandIds {
    /// Takes the id of a group of commands, or of a command without one.
    pub fn learn(&self, group: &str, id: u64) {
        self.0.write().unwrap_or_else(PoisonError::into_inner).insert(group.to_owned(), id);
    }

    /// A command as a link, or as code while its id is unknown.
    pub fn mention(&self, command: CommandName) -> String {
        match self.0.read().unwrap_or_else(PoisonError::into_inner).get(command.group()) {
            Some(id) => format!("</{}:{id}>", command.name()),
            None => format!("`{}`", command.typed()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_command_is_a_link_once_discord_has_told_the_id_of_its_group() {
        let ids = CommandIds::default();
        assert_eq!(ids.mention(CommandName::NotifyList), "`/notify list`");
        ids.learn("notify", 7);
        ids.learn("setup", 8);
        assert_eq!(ids.mention(CommandName::NotifyList), "</notify list:7>");
        assert_eq!(ids.mention(CommandName::Setup), "</setup:8>");
    }

    #[test]
    fn every_command_is_found_by_its_name() {
        assert!(CommandName::ALL.into_iter().all(|command| CommandName::of(command.name()) == Some(command)));
        assert_eq!(CommandName::of("notify"), None);
    }
}
