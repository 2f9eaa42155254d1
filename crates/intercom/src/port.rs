//! The port, method by method.

use std::sync::Arc;

use async_trait::async_trait;
use deskbell_domain::{
    contact::{Company, Contact, Legacy, Role, Tag},
    conversation::Conversation,
    ids::{CompanyId, ContactId, ConversationId},
    port::intercom::{
        Admin, Attached, CompanyKey, CompanyPage, ContactFields, ContactSearch, ConversationSearch, Created,
        Found, Intercom, IntercomError, IntercomHandles, OnBehalfOf, Page, PageRequest, Usage,
    },
    workspace::Workspace,
};

use crate::{
    client::IntercomClient,
    throttle::{Caller, Purpose, Urgency},
};

impl IntercomHandles for IntercomClient {
    fn handle(&self, whom: OnBehalfOf) -> Arc<dyn Intercom> {
        Arc::new(self.for_caller(whom.into()))
    }
}

impl From<OnBehalfOf> for Caller {
    fn from(whom: OnBehalfOf) -> Self {
        match whom {
            OnBehalfOf::Command(member) => Self::person(member, Purpose::Asked),
            OnBehalfOf::Suggestion(member) => Self::person(member, Purpose::Suggestion),
            OnBehalfOf::Everybody => Urgency::Command.into(),
            OnBehalfOf::Poll => Urgency::Poll.into(),
            OnBehalfOf::AllUsers => Urgency::Background.into(),
            OnBehalfOf::Export => Urgency::Export.into(),
        }
    }
}

#[async_trait]
impl Intercom for IntercomClient {
    async fn workspace(&self) -> Result<Workspace, IntercomError> {
        self.read_workspace().await
    }

    async fn search_contacts(
        &self,
        search: &ContactSearch,
        page: &PageRequest,
    ) -> Result<Page<Contact>, IntercomError> {
        self.page_of_contacts(search, page).await
    }

    async fn search_conversations(
        &self,
        search: &ConversationSearch,
        page: &PageRequest,
    ) -> Result<Page<Conversation>, IntercomError> {
        self.page_of_conversations(search, page).await
    }

    async fn contact(&self, id: &ContactId) -> Result<Found, IntercomError> {
        self.read_contact(id).await
    }

    async fn contact_by_external_id(&self, external_id: &str) -> Result<Option<Contact>, IntercomError> {
        self.find_by_external_id(external_id).await
    }

    async fn create_contact(&self, role: Role, fields: &ContactFields) -> Result<Created, IntercomError> {
        self.make_contact(role, fields).await
    }

    async fn update_contact(&self, id: &ContactId, fields: &ContactFields) -> Result<Contact, IntercomError> {
        self.change_contact(id, fields).await
    }

    async fn unarchive_contact(&self, id: &ContactId) -> Result<(), IntercomError> {
        self.take_out_of_archive(id).await
    }

    async fn attach_company(
        &self,
        contact: &ContactId,
        company: &CompanyId,
    ) -> Result<Attached, IntercomError> {
        self.put_into_company(contact, company).await
    }

    async fn companies_of(&self, contact: &ContactId) -> Result<Vec<Company>, IntercomError> {
        self.list_companies_of(contact).await
    }

    async fn tags_of(&self, contact: &ContactId) -> Result<Vec<Tag>, IntercomError> {
        self.list_tags_of(contact).await
    }

    async fn companies(&self, page: u32) -> Result<CompanyPage, IntercomError> {
        self.page_of_companies(page).await
    }

    async fn company(&self, id: &CompanyId) -> Result<Option<Company>, IntercomError> {
        self.read_company(id).await
    }

    async fn find_company(&self, key: &CompanyKey) -> Result<Option<Company>, IntercomError> {
        self.look_company_up(key).await
    }

    async fn tags(&self) -> Result<Vec<Tag>, IntercomError> {
        self.list_tags().await
    }

    async fn admins(&self) -> Result<Vec<Admin>, IntercomError> {
        self.list_admins().await
    }

    async fn conversation(&self, id: &ConversationId) -> Result<Option<Conversation>, IntercomError> {
        self.read_conversation(id).await
    }

    async fn legacy(&self, id: &ContactId) -> Result<Option<Legacy>, IntercomError> {
        Ok(self.ask_legacy(id).await)
    }

    fn usage(&self) -> Usage {
        Usage { unreadable: self.shared.unreadable.count(), ..self.shared.throttle.usage() }
    }
}
