//! Calls about conversations.

use async_trait::async_trait;
use deskbell_domain::{
    conversation::Conversation,
    ids::ConversationId,
    port::intercom::{ConversationSearch, Conversations, IntercomError, Page, PageRequest},
};

use crate::{call::Call, client::IntercomClient, contacts, search, wire};

#[async_trait]
impl Conversations for IntercomClient {
    async fn search_conversations(
        &self,
        wanted: &ConversationSearch,
        page: &PageRequest,
    ) -> Result<Page<Conversation>, IntercomError> {
        let call = Call::ask("conversations/search").body(search::conversations(wanted, page));
        let keys = wire::conversation::LIST_KEYS;
        Ok(self.send_list(&call, &keys, wire::conversation::read, wire::page::read).await?)
    }

    async fn conversation(&self, id: &ConversationId) -> Result<Option<Conversation>, IntercomError> {
        let call = Call::get("conversations/{id}").with(id.as_str());
        contacts::or_missing(self.send(&call, wire::conversation::read).await)
    }
}
