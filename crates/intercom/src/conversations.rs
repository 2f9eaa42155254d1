//! Calls about conversations.

use async_trait::async_trait;
use deskbell_domain::{
    conversation::{Conversation, Thread},
    ids::ConversationId,
    port::intercom::{ConversationSearch, Conversations, IntercomError, Page, PageRequest, WaitingSearch},
};

use serde_json::Value;

use crate::{
    call::Call,
    client::IntercomClient,
    contacts,
    json::{Listed, Shape},
    search, wire,
    wire::conversation::{PARTS, ReadPart},
};

#[async_trait]
impl Conversations for IntercomClient {
    async fn search_conversations(
        &self,
        wanted: &ConversationSearch,
        page: &PageRequest,
    ) -> Result<Page<Conversation>, IntercomError> {
        conversations(self, search::conversations(wanted, page)).await
    }

    async fn search_waiting(
        &self,
        wanted: &WaitingSearch,
        page: &PageRequest,
    ) -> Result<Page<Conversation>, IntercomError> {
        conversations(self, search::waiting(wanted, page)).await
    }

    async fn conversation(&self, id: &ConversationId) -> Result<Option<Thread>, IntercomError> {
        let call = Call::get("conversations/{id}").with(id.as_str());
        let times = self.shared.record_times();
        let part = |part: &Value| wire::conversation::read_part(part, times);
        let whole =
            |listed: Listed<ReadPart>| wire::conversation::read_thread(&listed.rest, listed.records, times);
        contacts::or_missing(self.send_list(&call, Shape::RecordWith(PARTS), part, whole).await)
    }
}

async fn conversations(client: &IntercomClient, search: Value) -> Result<Page<Conversation>, IntercomError> {
    let call = Call::ask("conversations/search").body(search);
    let (keys, times) = (wire::conversation::LIST_KEYS, client.shared.record_times());
    let record = |record: &Value| wire::conversation::read(record, times);
    Ok(client.send_list(&call, &keys, record, wire::page::read).await?)
}
