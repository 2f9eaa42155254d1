//! Who is called by a message that rings: a role, or whoever has the conversation, at most once in a while.
//!
//! Whom a message calls is decided when it is begun and stands in its record, so that a repetition calls the same and
//! nobody else. A silent message calls nobody: Discord would show the name and ring for nobody.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::access::Access;
use crate::event::{Event, EventKind, Record};
use crate::ids::{AdminId, GuildId, MemberId, RoleId, WorkspaceId};
use crate::threshold;
use crate::time::UnixMillis;

/// Whom a notification calls, and how often at most.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mention {
    /// Whom.
    pub whom: Whom,
    /// In which time at most once.
    #[serde(default)]
    pub every: Every,
}

/// Whom a notification calls.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Whom {
    /// Everybody with a role.
    Role(RoleId),
    /// The member who acts as the teammate to whom the conversation is assigned.
    WhoeverHasIt,
}

/// In which time somebody is called at most once in a channel: a minute to a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Every(u32);

/// Whom a message calls.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Called {
    /// Everybody with a role.
    Role(RoleId),
    /// One member.
    Member(MemberId),
}

/// A call, as a message's record holds it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Call {
    /// Whom it is to.
    pub to: Called,
    /// When it was begun, or begun anew because it was certainly not made.
    pub at: UnixMillis,
}

impl Mention {
    /// Somebody, at most once in the usual time.
    pub fn of(whom: Whom) -> Self {
        Self { whom, every: Every::USUAL }
    }

    /// Whom a message about these events calls in a server: nobody where nobody has what it shows, where nobody acts as
    /// the teammate who has it, or where it shows what several have.
    pub fn called(
        self,
        guild: GuildId,
        access: &Access,
        of: &WorkspaceId,
        events: &[&Event],
    ) -> Option<Called> {
        match self.whom {
            Whom::Role(role) => (role != guild.everyone()).then_some(Called::Role(role)),
            Whom::WhoeverHasIt => {
                let first = holder(events.first()?)?;
                let have_all = events.iter().all(|event| holder(event) == Some(first));
                let member = access.acting_as(&AdminId::new(first), of).filter(|_| have_all)?;
                Some(Called::Member(member))
            }
        }
    }
}

impl Whom {
    /// Whether it can be asked for with a kind.
    pub fn fits(self, kind: EventKind) -> bool {
        match self {
            Self::Role(_) => true,
            Self::WhoeverHasIt => kind.is_of_conversations(),
        }
    }
}

/// The teammate who has what an event shows.
fn holder(event: &Event) -> Option<&str> {
    let Record::Conversation { conversation, .. } = &event.record else { return None };
    match &conversation.now {
        Some(now) => now.admin.as_ref().map(|admin| admin.id.as_str()),
        None => conversation.admin_id.as_deref(),
    }
}

impl Every {
    /// Where none is chosen.
    pub const USUAL: Self = Self(15 * 60);
    /// Those that are offered.
    pub const OFFERED: [Self; 6] =
        [Self(60), Self(300), Self::USUAL, Self(3600), Self(4 * 3600), Self(Self::MOST)];
    const LEAST: u32 = 60;
    const MOST: u32 = 24 * 3600;

    /// Of so many seconds; none where that is too short or too long.
    pub fn of_seconds(seconds: u32) -> Option<Self> {
        (Self::LEAST..=Self::MOST).contains(&seconds).then_some(Self(seconds))
    }

    /// In seconds.
    pub fn seconds(self) -> u32 {
        self.0
    }

    /// What somebody typed: `15m`, `1h 30m`; none where it is no duration, or none that is possible.
    pub fn parse(text: &str) -> Option<Self> {
        threshold::seconds_typed(text).and_then(Self::of_seconds)
    }

    /// Whether somebody may be called again who was called then. A clock that was set back holds a call back for no longer
    /// than this time either.
    pub fn is_over(self, last: Option<UnixMillis>, now: UnixMillis) -> bool {
        last.is_none_or(|last| now.0.abs_diff(last.0) >= u64::from(self.0) * 1000)
    }
}

impl Default for Every {
    fn default() -> Self {
        Self::USUAL
    }
}

/// In seconds, as controls have it.
impl fmt::Display for Every {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(formatter)
    }
}

impl Mention {
    /// As a part of a `custom_id`, which is short.
    pub fn code(self) -> String {
        match self.whom {
            Whom::Role(role) => format!("r{:x}-{}", role.0, self.every),
            Whom::WhoeverHasIt => format!("h-{}", self.every),
        }
    }

    /// Reads such a part.
    pub fn read(code: &str) -> Option<Self> {
        let (whom, every) = code.split_once('-')?;
        let whom = match whom.strip_prefix('r') {
            Some(role) => Whom::Role(RoleId::try_from(u64::from_str_radix(role, 16).ok()?).ok()?),
            None if whom == "h" => Whom::WhoeverHasIt,
            None => return None,
        };
        Some(Self { whom, every: Every::of_seconds(every.parse().ok()?)? })
    }
}

#[cfg(test)]
mod tests;
