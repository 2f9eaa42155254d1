//! The port to Intercom: one method a call, outcomes as types, errors by what the caller can do.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;

use crate::contact::{Company, Contact, Legacy, Role, Tag};
use crate::conversation::{Conversation, Thread};
use crate::ids::{CompanyId, ContactId, GuildId, MemberId};
use crate::nameable::Nameable;
use crate::office_hours::OpenTime;
use crate::workspace::Workspace;

pub use super::search::{
    ContactFilter, ContactSearch, ContactSort, ConversationSearch, IdEnding, Order, Page, PageCursor,
    PageRequest, WaitingSearch,
};
pub use super::unanswered::{NoConnection, Unanswered};
pub use crate::teammate::{Admin, Team};

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

/// Leads and users. A handle carries who asks: the throttle serves commands first.
#[async_trait]
pub trait Contacts: Send + Sync {
    /// One page of a contact search.
    async fn search_contacts(
        &self,
        search: &ContactSearch,
        page: &PageRequest,
    ) -> Result<Page<Contact>, IntercomError>;

    /// A lead or user by Intercom's id. Follows one merge.
    async fn contact(&self, id: &ContactId) -> Result<Found, IntercomError>;

    /// A user by external id.
    async fn contact_by_external_id(&self, external_id: &str) -> Result<Option<Contact>, IntercomError>;

    /// Makes a contact. Never repeated after an unknown outcome where the role is lead.
    async fn create_contact(&self, role: Role, fields: &ContactFields) -> Result<Created, IntercomError>;

    /// Changes the fields that are set.
    async fn update_contact(&self, id: &ContactId, fields: &ContactFields) -> Result<Contact, IntercomError>;

    /// Makes a lead a user and changes the fields that are set; the id stays. Refused where a user has the e-mail address.
    async fn convert_lead(&self, id: &ContactId, fields: &ContactFields) -> Result<Contact, IntercomError>;

    /// Takes a contact out of the archive.
    async fn unarchive_contact(&self, id: &ContactId) -> Result<(), IntercomError>;

    /// The tags of a contact, with names.
    async fn tags_of(&self, contact: &ContactId) -> Result<Vec<Tag>, IntercomError>;

    /// The legacy API's record of a contact (`GET /users/{id}`, Intercom-Version 1.4). `None` where it answers
    /// anything but 200: then it is not asked again before the next start.
    async fn legacy(&self, id: &ContactId) -> Result<Option<Legacy>, IntercomError>;
}

/// Conversations. A handle carries who asks: the throttle serves commands first.
#[async_trait]
pub trait Conversations: Send + Sync {
    /// One page of conversations.
    async fn search_conversations(
        &self,
        search: &ConversationSearch,
        page: &PageRequest,
    ) -> Result<Page<Conversation>, IntercomError>;

    /// One page of conversations whose customers wait.
    async fn search_waiting(
        &self,
        search: &WaitingSearch,
        page: &PageRequest,
    ) -> Result<Page<Conversation>, IntercomError>;

    /// One conversation, with its 500 latest parts at most.
    async fn conversation(&self, id: &crate::ids::ConversationId) -> Result<Option<Thread>, IntercomError>;
}

/// Companies, and who is in them. A handle carries who asks: the throttle serves commands first.
#[async_trait]
pub trait Companies: Send + Sync {
    /// One page of the companies list, most recently active first; pages count from 1, 60 a page.
    async fn companies(&self, page: u32) -> Result<CompanyPage, IntercomError>;

    /// A company by Intercom's id.
    async fn company(&self, id: &CompanyId) -> Result<Option<Company>, IntercomError>;

    /// A company by its exact name or its `company_id`.
    async fn find_company(&self, key: &CompanyKey) -> Result<Option<Company>, IntercomError>;

    /// All companies of a contact, with names.
    async fn companies_of(&self, contact: &ContactId) -> Result<Vec<Company>, IntercomError>;

    /// Puts a contact into a company.
    async fn attach_company(
        &self,
        contact: &ContactId,
        company: &CompanyId,
    ) -> Result<Attached, IntercomError>;
}

/// The workspace itself: which it is, its tags, its teammates and teams, and what things are called. A handle carries who asks: the throttle serves
/// commands first.
#[async_trait]
pub trait WorkspaceFacts: Send + Sync {
    /// `GET /me`: which workspace the token belongs to.
    async fn workspace(&self) -> Result<Workspace, IntercomError>;

    /// All tags.
    async fn tags(&self) -> Result<Vec<Tag>, IntercomError>;

    /// All teammates, id and name.
    async fn admins(&self) -> Result<Vec<Admin>, IntercomError>;

    /// All teams, id and name.
    async fn teams(&self) -> Result<Vec<Team>, IntercomError>;

    /// The name of one thing; none where it is gone or has none.
    async fn name(&self, of: &Nameable) -> Result<Option<String>, IntercomError>;

    /// The names of the custom attributes of leads and users that are dates.
    async fn date_attributes(&self) -> Result<Vec<String>, IntercomError>;

    /// When the workspace is open by its default schedule: the first of its schedules, with the days that differ.
    async fn open_time(&self) -> Result<OpenTime, IntercomError>;
}

/// One workspace of Intercom.
pub trait Intercom: Contacts + Conversations + Companies + WorkspaceFacts {
    /// How many calls were made and what is allowed.
    fn usage(&self) -> Usage;
}

#[cfg(any(test, feature = "mock"))]
mockall::mock! {
    /// Intercom as a test says.
    pub Intercom {}

    #[async_trait]
    impl Contacts for Intercom {
        async fn search_contacts(
            &self,
            search: &ContactSearch,
            page: &PageRequest,
        ) -> Result<Page<Contact>, IntercomError>;
        async fn contact(&self, id: &ContactId) -> Result<Found, IntercomError>;
        async fn contact_by_external_id(&self, external_id: &str) -> Result<Option<Contact>, IntercomError>;
        async fn create_contact(&self, role: Role, fields: &ContactFields) -> Result<Created, IntercomError>;
        async fn update_contact(&self, id: &ContactId, fields: &ContactFields) -> Result<Contact, IntercomError>;
        async fn convert_lead(&self, id: &ContactId, fields: &ContactFields) -> Result<Contact, IntercomError>;
        async fn unarchive_contact(&self, id: &ContactId) -> Result<(), IntercomError>;
        async fn tags_of(&self, contact: &ContactId) -> Result<Vec<Tag>, IntercomError>;
        async fn legacy(&self, id: &ContactId) -> Result<Option<Legacy>, IntercomError>;
    }

    #[async_trait]
    impl Conversations for Intercom {
        async fn search_conversations(
            &self,
            search: &ConversationSearch,
            page: &PageRequest,
        ) -> Result<Page<Conversation>, IntercomError>;
        async fn search_waiting(&self, search: &WaitingSearch, page: &PageRequest) -> Result<Page<Conversation>, IntercomError>;
        async fn conversation(&self, id: &crate::ids::ConversationId) -> Result<Option<Thread>, IntercomError>;
    }

    #[async_trait]
    impl Companies for Intercom {
        async fn companies(&self, page: u32) -> Result<CompanyPage, IntercomError>;
        async fn company(&self, id: &CompanyId) -> Result<Option<Company>, IntercomError>;
        async fn find_company(&self, key: &CompanyKey) -> Result<Option<Company>, IntercomError>;
        async fn companies_of(&self, contact: &ContactId) -> Result<Vec<Company>, IntercomError>;
        async fn attach_company(
            &self,
            contact: &ContactId,
            company: &CompanyId,
        ) -> Result<Attached, IntercomError>;
    }

    #[async_trait]
    impl WorkspaceFacts for Intercom {
        async fn workspace(&self) -> Result<Workspace, IntercomError>;
        async fn tags(&self) -> Result<Vec<Tag>, IntercomError>;
        async fn admins(&self) -> Result<Vec<Admin>, IntercomError>;
        async fn teams(&self) -> Result<Vec<Team>, IntercomError>;
        async fn name(&self, of: &Nameable) -> Result<Option<String>, IntercomError>;
        async fn date_attributes(&self) -> Result<Vec<String>, IntercomError>;
        async fn open_time(&self) -> Result<OpenTime, IntercomError>;
    }

    impl Intercom for Intercom {
        fn usage(&self) -> Usage;
    }
}

/// A page of companies.
#[derive(Clone, PartialEq, Eq)]
pub struct CompanyPage {
    /// The companies.
    pub items: Vec<Company>,
    /// Whether there is another page.
    pub more: bool,
}

/// What is known by an id.
#[derive(Debug, Clone, PartialEq)]
pub enum Found {
    /// The contact itself.
    Contact(Box<Contact>),
    /// It was merged into this one.
    Merged(Box<Contact>),
    /// Nothing.
    Missing,
}

/// The fields that a command can set; what is `None` stays as it is.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct ContactFields {
    /// E-mail address.
    pub email: Option<String>,
    /// Phone number.
    pub phone: Option<String>,
    /// Name.
    pub name: Option<String>,
    /// The picture's address.
    pub image_url: Option<String>,
    /// For a user, the external id.
    pub external_id: Option<String>,
}

/// How making a contact ended.
#[derive(Debug, Clone, PartialEq)]
pub enum Created {
    /// It was made.
    Contact(Box<Contact>),
    /// A contact like it exists already.
    Conflict {
        /// Which, where Intercom says so.
        id: Option<ContactId>,
        /// Whether that one is archived.
        archived: Archived,
    },
}

/// Whether a contact is archived.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Archived {
    /// It is.
    Yes,
    /// It is not.
    No,
}

/// How attaching a company ended.
#[derive(Clone, PartialEq, Eq)]
pub enum Attached {
    /// It is attached.
    Company(Company),
    /// The company (or the contact) no longer exists.
    Gone,
    /// The contact is in too many companies already.
    LimitReached,
}

/// What a company is looked up by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CompanyKey {
    /// Its exact name.
    Name(String),
    /// Its owner's id for it.
    CompanyId(String),
}

/// How much of the throttle is used.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Usage {
    /// Calls in the last 60 s.
    pub last_minute: u32,
    /// Calls allowed in 60 s.
    pub limit: u32,
    /// How many of them polls may use: the rest is kept free for commands.
    pub for_polls: u32,
    /// How long the last answered call took.
    pub latency: Option<Duration>,
    /// Records that came since the start and of which not even an id could be read, each counted once.
    pub unreadable: u64,
}

/// Why Intercom did not do what was asked.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum IntercomError {
    /// The token is refused (401): nothing works before somebody renews it.
    #[error("intercom refused the token")]
    Refused {
        /// Intercom's code, such as `token_revoked`.
        code: Option<String>,
    },
    /// The token may not do this (403, or 401 while the token is good for other calls): wait until somebody changes that.
    #[error("intercom did not allow it: {lack}")]
    Forbidden {
        /// What is missing.
        lack: Lack,
    },
    /// Too many calls, and waiting would take too long: try again after that time.
    #[error("intercom allows no more calls for {} s", after.as_secs())]
    RateLimited {
        /// How long.
        after: Duration,
    },
    /// The person who asks has made too many calls: try again after that time.
    #[error("the person has made too many calls; more are allowed in {} s", after.as_secs())]
    TooMany {
        /// How long.
        after: Duration,
    },
    /// Intercom is down or cannot be reached, and it is certain that nothing was changed.
    #[error("intercom gave no usable answer: {0}")]
    Unavailable(Unanswered),
    /// A call that changes something was sent, and nobody knows whether it did.
    #[error("intercom did not answer; the outcome is unknown")]
    OutcomeUnknown,
    /// Intercom does not accept what was sent: its code and, without customer data, its words.
    #[error("intercom refused the request ({code})")]
    Invalid {
        /// Intercom's code, such as `parameter_invalid`.
        code: String,
        /// Intercom's message, for the person who asked.
        message: String,
    },
    /// What the call is about does not exist.
    #[error("intercom does not know it")]
    Missing,
    /// Intercom does not say which workspace the token belongs to, and the operator has not said it either.
    #[error("intercom does not say which workspace the token belongs to")]
    NoWorkspace,
}

/// What a token lacks for a call that it may not make.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, thiserror::Error)]
pub enum Lack {
    /// A permission of the app.
    #[error("the permission \"{}\" is missing", .0.label())]
    Permission(TokenPermission),
    /// The workspace's plan does not include it.
    #[error("the workspace's plan does not include it")]
    Plan,
}

/// A permission that a token can have, as Intercom's Developer Hub lists them under Authentication.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum TokenPermission {
    /// To search and read leads, users and companies.
    ReadContacts,
    /// To make and change leads and users.
    WriteContacts,
    /// To search and read conversations.
    ReadConversations,
    /// To list teammates.
    ReadAdmins,
    /// To list tags.
    ReadTags,
}

impl TokenPermission {
    /// What the Developer Hub calls it.
    pub fn label(self) -> &'static str {
        match self {
            Self::ReadContacts => "Read and list users and companies",
            Self::WriteContacts => "Write users and companies",
            Self::ReadConversations => "Read conversations",
            Self::ReadAdmins => "Read admins",
            Self::ReadTags => "Read tags",
        }
    }
}
