//! Calls about conversations.

use deskbell_domain::{
    conversation::Conversation,
    ids::ConversationId,
    port::intercom::{ConversationSearch, IntercomError, Page, PageRequest},
};

use crate::{call::Call, client::IntercomClient, contacts, search, wire};

impl IntercomClient {
    pub(crate) async fn page_of_conversations(
        &self,
        wanted: &ConversationSearch,
        page: &PageRequest,
    ) -> Result<Page<Conversation>, IntercomError> {
        let call = Call::ask("conversations/search").body(search::conversations(wanted, page));
        let keys = wire::conversation::LIST_KEYS;
        Ok(self.send_list(&call, &keys, wire::conversation::read, wire::page::read).await?)
    }

    pub(crate) async fn read_conversation(
        &self,
        id: &ConversationId,
    ) -> Result<Option<Conversation>, IntercomError> {
        let call = Call::get("conversations/{id}").with(id.as_str());
        contacts::or_missing(self.send(&call, wire::conversation::read).await)
    }
}
