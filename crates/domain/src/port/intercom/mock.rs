//! Intercom as a test says.

use async_trait::async_trait;

use super::{
    Attached, Companies, CompanyKey, CompanyPage, ContactFields, Contacts, Conversations, Created, Found,
    Intercom, IntercomError, Likeness, Move, Moved, Note, Tagging, Usage, WorkspaceFacts,
};
use crate::contact::{Company, Contact, Legacy, Role, Tag};
use crate::conversation::{Conversation, Part, Thread};
use crate::ids::{AdminId, CompanyId, ContactId, ConversationId, TagId};
use crate::nameable::Nameable;
use crate::office_hours::OpenTime;
use crate::outgoing::WordsFor;
use crate::port::search::{ContactSearch, ConversationSearch, Page, PageRequest, WaitingSearch};
use crate::teammate::{Admin, Team};
use crate::workspace::Workspace;

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
        async fn set_attribute(&self, id: &ContactId, name: &str, value: &str) -> Result<Contact, IntercomError>;
        async fn set_owner(&self, id: &ContactId, owner: &AdminId) -> Result<Contact, IntercomError>;
        async fn convert_lead(&self, id: &ContactId, fields: &ContactFields) -> Result<Contact, IntercomError>;
        async fn merge_lead(
            &self,
            lead: &ContactId,
            user: &ContactId,
            likeness: Likeness,
        ) -> Result<Contact, IntercomError>;
        async fn unarchive_contact(&self, id: &ContactId) -> Result<(), IntercomError>;
        async fn tags_of(&self, contact: &ContactId) -> Result<Vec<Tag>, IntercomError>;
        async fn tag_contact(&self, id: &ContactId, tag: &TagId, tagging: Tagging) -> Result<(), IntercomError>;
        async fn write_note(&self, id: &ContactId, by: &AdminId, text: &str) -> Result<(), IntercomError>;
        async fn notes_on(&self, id: &ContactId) -> Result<Vec<Note>, IntercomError>;
        async fn legacy(&self, id: &ContactId) -> Result<Option<Legacy>, IntercomError>;
    }

    #[async_trait]
    impl Conversations for Intercom {
        async fn search_conversations(
            &self,
            search: &ConversationSearch,
            page: &PageRequest,
        ) -> Result<Page<Conversation>, IntercomError>;
        async fn search_waiting(
            &self,
            search: &WaitingSearch,
            page: &PageRequest,
        ) -> Result<Page<Conversation>, IntercomError>;
        async fn conversation(&self, id: &ConversationId) -> Result<Option<Thread>, IntercomError>;
        async fn move_conversation(
            &self,
            id: &ConversationId,
            by: &AdminId,
            to: Move,
        ) -> Result<Moved, IntercomError>;
        async fn tag_conversation(
            &self,
            id: &ConversationId,
            by: &AdminId,
            tag: &TagId,
            tagging: Tagging,
        ) -> Result<(), IntercomError>;
        async fn say(
            &self,
            id: &ConversationId,
            by: &AdminId,
            to: WordsFor,
            text: &str,
        ) -> Result<Vec<Part>, IntercomError>;
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
