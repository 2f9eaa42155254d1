//! Calls about conversations.

use async_trait::async_trait;
use deskbell_domain::{
    conversation::{Conversation, Part, Thread},
    ids::{AdminId, ConversationId, TagId},
    outgoing::WordsFor,
    port::intercom::{
        ConversationSearch, Conversations, IntercomError, Move, Moved, Page, PageRequest, Recipient, Tagging,
        WaitingSearch,
    },
    rich_text::RichText,
};
use reqwest::StatusCode;
use serde_json::{Value, json};

use crate::{
    call::{Call, Effect},
    client::IntercomClient,
    contacts, html,
    json::{Listed, Shape},
    refusal::{Failure, Refusal},
    search, typed, wire,
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

    /// A teammate who has it already, and a state that it is in already, are refused: by some workspaces with 422, by
    /// others with 400.
    async fn move_conversation(
        &self,
        id: &ConversationId,
        by: &AdminId,
        to: Move,
    ) -> Result<Moved, IntercomError> {
        let call = Call::post("conversations/{id}/parts", Effect::Writes).with(id.as_str());
        match self.send(&call.body(body_of(by, &to)), |_| Some(())).await {
            Ok(()) => Ok(Moved::Now),
            Err(Failure::Answered(refusal)) if is_so_already(&refusal) => Ok(Moved::Before),
            Err(failure) => Err(failure.into()),
        }
    }

    /// Taking off one that is not on is refused as what does not exist is.
    async fn tag_conversation(
        &self,
        id: &ConversationId,
        by: &AdminId,
        tag: &TagId,
        tagging: Tagging,
    ) -> Result<(), IntercomError> {
        let call = match tagging {
            Tagging::On => Call::post("conversations/{id}/tags", Effect::Writes)
                .with(id.as_str())
                .body(json!({"id": tag.as_str(), "admin_id": by.as_str()})),
            Tagging::Off => Call::delete("conversations/{id}/tags/{tag_id}")
                .with(id.as_str())
                .with(tag.as_str())
                .body(json!({"admin_id": by.as_str()})),
        };
        Ok(self.send(&call, |_| Some(())).await?)
    }

    /// The description's answers hold only the new part, and it types them as all of them.
    async fn say(
        &self,
        id: &ConversationId,
        by: &AdminId,
        to: WordsFor,
        text: &str,
    ) -> Result<Vec<Part>, IntercomError> {
        let call = Call::post("conversations/{id}/reply", Effect::WritesOnce).with(id.as_str());
        let call = call.body(words(by, to, text));
        let times = self.shared.record_times();
        let part = |part: &Value| wire::conversation::read_part(part, times);
        // Words that arrived are not unknown because the answer is of a form that nobody expects.
        let whole = |listed: Listed<ReadPart>| {
            let thread = wire::conversation::read_thread(&listed.rest, listed.records, times);
            Some(thread.map_or_else(Vec::new, |thread| thread.parts))
        };
        Ok(self.send_list(&call, Shape::RecordWith(PARTS), part, whole).await?)
    }

    fn read_again(&self, text: &str) -> RichText {
        html::read_mail(&typed::as_html(text), None)
    }
}

async fn conversations(client: &IntercomClient, search: Value) -> Result<Page<Conversation>, IntercomError> {
    let call = Call::ask("conversations/search").body(search);
    let (keys, times) = (wire::conversation::LIST_KEYS, client.shared.record_times());
    let record = |record: &Value| wire::conversation::read(record, times);
    Ok(client.send_list(&call, &keys, record, wire::page::read).await?)
}

fn words(by: &AdminId, to: WordsFor, text: &str) -> Value {
    let kind = match to {
        WordsFor::Customer => "comment",
        WordsFor::Team => "note",
    };
    json!({"message_type": kind, "type": "admin", "admin_id": by.as_str(), "body": typed::as_html(text)})
}

fn body_of(by: &AdminId, to: &Move) -> Value {
    let by = by.as_str();
    match to {
        Move::Mine => {
            json!({"message_type": "assignment", "type": "admin", "admin_id": by, "assignee_id": by})
        }
        Move::Closed => json!({"message_type": "close", "type": "admin", "admin_id": by}),
        Move::Open => json!({"message_type": "open", "admin_id": by}),
        Move::Snoozed(until) => {
            json!({"message_type": "snoozed", "admin_id": by, "snoozed_until": until.0})
        }
        Move::Given(to) => {
            let (kind, id) = match to {
                Recipient::Admin(id) => ("admin", id.as_str()),
                Recipient::Team(id) => ("team", id.as_str()),
            };
            json!({"message_type": "assignment", "type": kind, "admin_id": by, "assignee_id": id})
        }
    }
}

fn is_so_already(refusal: &Refusal) -> bool {
    matches!(
        refusal.status,
        StatusCode::BAD_REQUEST | StatusCode::CONFLICT | StatusCode::UNPROCESSABLE_ENTITY
    ) && refusal.message.to_ascii_lowercase().contains("already")
}

#[cfg(test)]
mod tests {
    use deskbell_domain::outgoing::Outgoing;
    use deskbell_domain::time::{RecordTimes, Timestamp};

    use super::*;

    #[test]
    fn a_move_is_made_in_the_name_of_a_teammate() {
        let all = [
            Move::Mine,
            Move::Closed,
            Move::Open,
            Move::Snoozed(Timestamp(1_763_889_600)),
            Move::Given(Recipient::Admin(AdminId::new("815"))),
            Move::Given(Recipient::Team("7".to_owned())),
        ];
        let made = all.map(|to| body_of(&AdminId::new("814"), &to).to_string());
        insta::assert_snapshot!(made.join("\n"), @r#"
        {"admin_id":"814","assignee_id":"814","message_type":"assignment","type":"admin"}
        {"admin_id":"814","message_type":"close","type":"admin"}
        {"admin_id":"814","message_type":"open"}
        {"admin_id":"814","message_type":"snoozed","snoozed_until":1763889600}
        {"admin_id":"814","assignee_id":"815","message_type":"assignment","type":"admin"}
        {"admin_id":"814","assignee_id":"7","message_type":"assignment","type":"team"}
        "#);
    }

    #[test]
    fn words_are_sent_as_they_were_typed() {
        let text = "5 < 6 & **bold**\nsecond line\n\n<script>";
        let made =
            [WordsFor::Customer, WordsFor::Team].map(|to| words(&AdminId::new("814"), to, text).to_string());
        insta::assert_snapshot!(made.join("\n"), @r#"
        {"admin_id":"814","body":"<p>5 &lt; 6 &amp; **bold**<br>second line</p><p>&lt;script&gt;</p>","message_type":"comment","type":"admin"}
        {"admin_id":"814","body":"<p>5 &lt; 6 &amp; **bold**<br>second line</p><p>&lt;script&gt;</p>","message_type":"note","type":"admin"}
        "#);
    }

    /// Of a part with this body in Grace's name, whether it is what she typed.
    fn is_found(typed: &str, shown: &str) -> bool {
        let part = json!({"id": "2", "part_type": "comment", "created_at": 1_734_537_400, "body": shown,
            "author": {"type": "admin", "id": "814"}});
        let record = json!({"id": "1", "conversation_parts": {"conversation_parts": [part]}}).to_string();
        let times = RecordTimes::at(None);
        let (shape, part) =
            (Shape::RecordWith(PARTS), |part: &Value| wire::conversation::read_part(part, times));
        let listed = crate::json::read_as(shape, record.as_bytes(), part).expect("it is JSON");
        let thread =
            wire::conversation::read_thread(&listed.rest, listed.records, times).expect("it has an id");
        let sent = json!({"to": "customer", "conversation": "1", "customer": "Ada", "member": 9, "admin": "814",
            "text": typed, "known": [], "channel": 20, "answer": {"application": 0, "interaction": 0, "token": ""},
            "stage": {"sending": 1_734_537_400}});
        let sent: Outgoing = serde_json::from_value(sent).expect("it is how words are kept");
        let read = html::read_mail(&typed::as_html(typed), None);
        sent.found_in(&read, &thread.parts, &[].into()).is_some()
    }

    #[test]
    fn words_that_arrived_are_found_whatever_is_left_out_where_they_are_read() {
        let long = "👍 – ".repeat(400);
        for typed in [
            "It is open.",
            "As you wrote:\n\n> Where is it?\n\nIt is open.",
            "It is open.\n\nOn Mon, 3 Nov 2025 at 10:00, Ada <ada@acme.test> wrote:\n> Where is it?",
            "> Where is it?",
            "-----Original Message-----\nFrom: Ada\nSent: Monday\nSubject: Hello\n\nWhere is it?",
            "See https://acme.test/a?token=1#b, and acme.test/b?c=d.",
            "https://acme.test/a?token=1",
            &long,
        ] {
            assert!(is_found(typed, &typed::as_html(typed)), "{typed}");
            assert!(!is_found(typed, "") && !is_found(typed, "<p>Another</p>"), "{typed}");
        }
        let linked = r#"<p>See <a href="https://acme.test/a">acme.test/a</a></p>"#;
        assert!(is_found("See acme.test/a", linked));
    }
}
