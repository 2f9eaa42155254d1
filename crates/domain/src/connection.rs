//! The link between a server and a workspace, with a token of its own.

use std::collections::BTreeSet;

use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};
use strum::VariantArray as _;

use crate::event::EventKind;
use crate::ids::{GuildId, MemberId};
pub use crate::right::Right;
use crate::subscription::SuspendReason;
use crate::time::Timestamp;
use crate::workspace::{Region, Workspace};

/// A token of Intercom's, or the secret of an app: sealed in the store, and never printed.
#[derive(Debug, Clone)]
pub struct Secret(SecretString);

impl Secret {
    /// Wraps what was given.
    pub fn new(text: impl Into<String>) -> Self {
        Self(SecretString::from(text.into()))
    }

    /// The text itself, for who signs in with it and who seals it.
    pub fn expose(&self) -> &str {
        self.0.expose_secret()
    }
}

impl From<SecretString> for Secret {
    fn from(text: SecretString) -> Self {
        Self(text)
    }
}

impl PartialEq for Secret {
    fn eq(&self, other: &Self) -> bool {
        self.expose() == other.expose()
    }
}

impl Eq for Secret {}

/// Whose token it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Holder {
    /// Whoever runs the bot.
    Operator,
    /// A server that brought its own.
    Server(GuildId),
}

/// The link between a server and a workspace that somebody of the server made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Connection {
    /// The server; it has one connection at a time.
    pub guild: GuildId,
    /// The workspace, as Intercom told it.
    pub workspace: Workspace,
    /// Where Intercom's API answers for it.
    pub region: Region,
    /// The token that the server brought.
    pub token: Secret,
    /// How the token came.
    pub origin: TokenOrigin,
    /// What the server's own app signs webhooks with, if it sends any.
    pub client_secret: Option<Secret>,
    /// Who made it.
    pub made_by: MemberId,
    /// When.
    pub made_at: Timestamp,
    /// What the token may do, as it was last found out.
    pub rights: Rights,
    /// When that was.
    pub checked_at: Timestamp,
    /// Whether Intercom takes the token.
    pub standing: Standing,
    /// Counts the changes of this record: a change names the version it was made from, and 0 is none at all.
    pub version: u64,
}

impl Connection {
    /// What the server may see of the workspace: no more than its own token may read.
    pub fn sight(&self) -> Sight {
        match self.standing {
            Standing::Accepted => Sight::OfToken(self.rights.clone()),
            Standing::Refused { .. } => Sight::None,
        }
    }
}

/// What a server may see of its workspace.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum Sight {
    /// What whoever runs the bot lets it see: all of it.
    #[default]
    Whole,
    /// What its own token may read.
    OfToken(Rights),
    /// Nothing: Intercom refuses its token.
    None,
}

impl Sight {
    /// Why events of this kind are not to be seen, if so.
    pub fn bar(&self, kind: EventKind) -> Option<SuspendReason> {
        match self {
            Self::Whole => None,
            Self::OfToken(rights) => (!rights.may_show(kind)).then_some(SuspendReason::TokenLacksRight),
            Self::None => Some(SuspendReason::TokenRefused),
        }
    }
}

/// How a token came.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TokenOrigin {
    /// Somebody pasted it.
    #[default]
    Pasted,
    /// Intercom gave it to the operator's app, when somebody allowed that in a browser.
    Allowed,
}

/// Whether Intercom takes a token.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Standing {
    /// It did when it was last asked.
    #[default]
    Accepted,
    /// It has refused it since then.
    Refused {
        /// Since when.
        since: Timestamp,
    },
}

/// What a token may do.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Rights {
    /// What it may not; the rest it may, or nobody has found out that it may not.
    lacking: BTreeSet<Right>,
}

impl Rights {
    /// All but these.
    pub fn without(lacking: impl IntoIterator<Item = Right>) -> Self {
        Self { lacking: lacking.into_iter().collect() }
    }

    /// Whether it may.
    pub fn has(&self, right: Right) -> bool {
        !self.lacking.contains(&right)
    }

    /// What it may.
    pub fn held(&self) -> impl Iterator<Item = Right> {
        Right::VARIANTS.iter().copied().filter(|right| self.has(*right))
    }

    /// What it may not.
    pub fn lacking(&self) -> impl Iterator<Item = Right> {
        self.lacking.iter().copied()
    }

    /// Whether it may read everything that cards of this kind show. A conversation's card shows the person, too.
    pub fn may_show(&self, kind: EventKind) -> bool {
        kind.spec().rights.iter().all(|right| self.has(*right))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_conversation_is_shown_only_where_the_person_in_it_may_be_read_too() {
        let of = |lacking: &[Right]| Rights::without(lacking.iter().copied());
        assert!(of(&[Right::WriteContacts, Right::ReadTags]).may_show(EventKind::NewConversation));
        assert!(!of(&[Right::ReadContacts]).may_show(EventKind::NewConversation));
        assert!(!of(&[Right::ReadConversations]).may_show(EventKind::NewConversation));
        assert!(of(&[Right::ReadConversations]).may_show(EventKind::NewLead));
    }

    #[test]
    fn a_secret_is_never_printed() {
        assert!(!format!("{:?}", Secret::new("dG9rOnNlY3JldA==")).contains("dG9r"));
    }
}
