//! The port to Intercom: one method a call, outcomes as types, errors by what the caller can do.

mod companies;
mod contacts;
mod conversations;
mod error;
mod facts;
#[cfg(any(test, feature = "mock"))]
mod mock;
mod usage;

use std::sync::Arc;

use crate::ids::{GuildId, MemberId};

pub use self::companies::{Attached, Companies, CompanyKey, CompanyPage};
pub use self::contacts::{Archived, ContactFields, Contacts, Created, Found, Likeness, Note};
pub use self::conversations::{Conversations, Move, Moved, Recipient, Tagging};
pub use self::error::IntercomError;
pub use self::facts::WorkspaceFacts;
#[cfg(any(test, feature = "mock"))]
pub use self::mock::MockIntercom;
pub use self::usage::Usage;
pub use super::search::{
    ContactFilter, ContactSearch, ContactSort, ConversationSearch, IdEnding, Order, Page, PageCursor,
    PageRequest, WaitingSearch,
};
pub use super::token_permission::{Lack, TokenPermission};
pub use super::unanswered::{NoConnection, Unanswered};
pub use crate::teammate::{Admin, InboxSeat, Team};

/// Makes handles of one workspace that carry for whom they ask.
pub trait IntercomHandles: Send + Sync {
    /// A handle whose calls are served, and counted, as this one's.
    fn handle(&self, whom: OnBehalfOf) -> Arc<dyn Intercom>;
}

/// For whom or for what Intercom is asked. One person has so many calls a minute, in all servers of a workspace together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OnBehalfOf {
    /// Somebody who typed a command or pressed a button in this server.
    Command(GuildId, MemberId),
    /// What is read again because of something that somebody did there, so that all are told how it stands. It counts not
    /// among the person's calls.
    Look(GuildId, MemberId),
    /// Somebody who is still typing there: these calls leave some of the person's to the command.
    Suggestion(GuildId, MemberId),
    /// An export, which goes after everybody else and counts against nobody.
    Export,
    /// What serves everybody who types a command, such as the list of companies.
    Everybody,
    /// The polls of the workspace.
    Poll,
    /// The walk over all users: at most a third of the throttle.
    AllUsers,
}

/// One workspace of Intercom.
pub trait Intercom: Contacts + Conversations + Companies + WorkspaceFacts {
    /// How many calls were made and what is allowed.
    fn usage(&self) -> Usage;
}
