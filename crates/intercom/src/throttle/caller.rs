//! Who asks for a call.

use deskbell_domain::ids::{GuildId, MemberId};

/// What a call is for, in the order in which they are served.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Urgency {
    /// A person waits for the answer.
    Command,
    /// A poll: it waits as long as it must.
    Poll,
    /// The walk over all users, which has time.
    Background,
    /// An export: a person looks at its progress, and knows that it takes minutes.
    Export,
}

/// Who asks: for what, and for whom.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Caller {
    pub(crate) urgency: Urgency,
    /// Whose limit the call counts against; none where it serves everybody.
    pub(crate) person: Option<Person>,
}

/// Somebody who types and presses.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Person {
    /// In which server.
    pub(crate) guild: GuildId,
    pub(crate) member: MemberId,
    pub(crate) purpose: Purpose,
}

/// What a person's call is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// What was asked for.
    Asked,
    /// A suggestion while something is typed.
    Suggestion,
    /// A look at what became of what was asked for.
    Look,
}

impl From<Urgency> for Caller {
    fn from(urgency: Urgency) -> Self {
        Self { urgency, person: None }
    }
}

impl Caller {
    /// Whether a person waits for the answer.
    pub fn is_waiting_person(self) -> bool {
        self.urgency == Urgency::Command
    }

    /// Whether both serve the same person, whatever they are for.
    pub fn is_of_person_of(self, other: Self) -> bool {
        let who = |caller: Self| caller.person.map(|person| (person.guild, person.member));
        who(self).is_some_and(|person| who(other) == Some(person))
    }

    /// Somebody who types or presses in a server.
    pub fn person(guild: GuildId, member: MemberId, purpose: Purpose) -> Self {
        Self { urgency: Urgency::Command, person: Some(Person { guild, member, purpose }) }
    }
}
