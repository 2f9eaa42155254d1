//! Calls about leads and users.

use async_trait::async_trait;

use super::error::IntercomError;
use crate::contact::{Contact, Legacy, Role, Tag};
use crate::ids::{AdminId, ContactId, TagId};
use crate::port::intercom::conversations::Tagging;
use crate::port::search::{ContactSearch, Page, PageRequest};
use crate::rich_text::RichText;
use crate::time::Timestamp;

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

    /// Gives a custom attribute this value.
    async fn set_attribute(&self, id: &ContactId, name: &str, value: &str) -> Result<Contact, IntercomError>;

    /// Makes a teammate the owner of a contact. Intercom compares nothing: of several the last one counts.
    async fn set_owner(&self, id: &ContactId, owner: &AdminId) -> Result<Contact, IntercomError>;

    /// Makes a lead a user and changes the fields that are set; the id stays. Refused where a user has the e-mail address.
    async fn convert_lead(&self, id: &ContactId, fields: &ContactFields) -> Result<Contact, IntercomError>;

    /// Merges a lead into a user, for ever. Intercom refuses those who are unlike unless it is told that this is meant.
    async fn merge_lead(
        &self,
        lead: &ContactId,
        user: &ContactId,
        likeness: Likeness,
    ) -> Result<Contact, IntercomError>;

    /// Takes a contact out of the archive.
    async fn unarchive_contact(&self, id: &ContactId) -> Result<(), IntercomError>;

    /// The tags of a contact, with names.
    async fn tags_of(&self, contact: &ContactId) -> Result<Vec<Tag>, IntercomError>;

    /// Puts a tag on a contact or takes it off. Twice is the same as once, but a tag that is off is missing when it is
    /// taken off. What is missing is the contact or the tag.
    async fn tag_contact(&self, id: &ContactId, tag: &TagId, tagging: Tagging) -> Result<(), IntercomError>;

    /// Writes a note on a contact, in the name of a teammate. Never repeated after an unknown outcome.
    async fn write_note(&self, id: &ContactId, by: &AdminId, text: &str) -> Result<(), IntercomError>;

    /// The newest notes on a contact.
    async fn notes_on(&self, id: &ContactId) -> Result<Vec<Note>, IntercomError>;

    /// The legacy API's record of a contact (`GET /users/{id}`, Intercom-Version 1.4). `None` where it answers
    /// anything but 200: then it is not asked again before the next start.
    async fn legacy(&self, id: &ContactId) -> Result<Option<Legacy>, IntercomError>;
}

/// A note on a contact.
#[derive(Clone, PartialEq, Eq)]
pub struct Note {
    /// When it was written.
    pub at: Timestamp,
    /// The teammate who wrote it, where Intercom says so.
    pub author: Option<AdminId>,
    /// What it says.
    pub text: RichText,
}

/// Customer data never reaches a log line.
impl std::fmt::Debug for Note {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter
            .debug_struct("Note")
            .field("at", &self.at)
            .field("author", &self.author)
            .finish_non_exhaustive()
    }
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

/// Whether two contacts share an e-mail address or a phone number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Likeness {
    /// They do.
    Alike,
    /// They do not, and whoever has them merged knows that.
    Unlike,
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
