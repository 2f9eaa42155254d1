//! What Intercom's answers say, from their bytes alone: the same reading as the client's, without a client.
//!
//! For whoever has an answer that somebody recorded, or, as the fuzz targets, made up. `None` is an answer that the
//! client takes for none: no JSON, or nothing of what was asked for in it.

use deskbell_domain::{
    contact::{Contact, Role, Tag},
    conversation::Conversation,
    port::intercom::{Admin, CompanyPage, IntercomError, Page},
    rich_text::RichText,
    time::RecordTimes,
    workspace::Workspace,
};
use reqwest::{StatusCode, header::HeaderMap};
use serde_json::Value;

use crate::{html, json, refusal::Refusal, transport::Head, wire};

/// A page of a contact search, for `asked_for` or for both roles.
pub fn contacts(body: &[u8], asked_for: Option<Role>) -> Option<Page<Contact>> {
    let record = |record: &Value| wire::contact::read(record, asked_for, RecordTimes::at(None));
    wire::page::read(json::list(body, &wire::contact::LIST_KEYS, record)?)
}

/// A page of a conversation search.
pub fn conversations(body: &[u8]) -> Option<Page<Conversation>> {
    let record = |record: &Value| wire::conversation::read(record, RecordTimes::at(None));
    wire::page::read(json::list(body, &wire::conversation::LIST_KEYS, record)?)
}

/// A page of the companies list.
pub fn companies(body: &[u8]) -> Option<CompanyPage> {
    wire::company::read_page(json::list(body, &wire::company::LIST_KEYS, wire::company::read)?)
}

/// A list of tags.
pub fn tags(body: &[u8]) -> Option<Vec<Tag>> {
    wire::company::read_tags(json::list(body, &wire::company::TAG_KEYS, wire::company::read_tag)?)
}

/// The list of teammates.
pub fn admins(body: &[u8]) -> Option<Vec<Admin>> {
    json::list(body, &wire::company::ADMIN_KEYS, wire::company::read_admin)?.records
}

/// `GET /me`, where no setting names the workspace.
pub fn workspace(body: &[u8]) -> Option<Workspace> {
    wire::workspace::read(&json::read(body)?, None)
}

/// Any answer, as one record.
pub fn json(body: &[u8]) -> Option<Value> {
    json::read(body)
}

/// A refusal that concerns one call. A status that there is not counts as a 400.
pub fn refusal(status: u16, body: &[u8]) -> IntercomError {
    let status = StatusCode::from_u16(status).unwrap_or(StatusCode::BAD_REQUEST);
    Refusal::read(&Head { status, headers: HeaderMap::new() }, json::read(body).as_ref()).into()
}

/// A message's body.
pub fn rich_text(html: &str) -> RichText {
    html::read(html)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_is_read_as_the_client_reads_it() {
        let page =
            contacts(br#"{"data":[{"id":"a","role":"user"},{"id":"b"},7]}"#, Some(Role::Lead)).unwrap();
        assert_eq!(page.items.iter().map(|item| item.role).collect::<Vec<_>>(), [Role::User, Role::Lead]);
        assert!(contacts(b"<html>", None).is_none());
        assert_eq!(refusal(404, b"null"), IntercomError::Missing);
    }

    #[test]
    fn words_behind_megabytes_that_show_nothing_are_read() {
        let much = "x".repeat(2 << 20);
        for before in [
            format!("<style>{much}</style>"),
            format!("<!--{much}-->"),
            format!("<img src='{much}' alt='Ada'>"),
        ] {
            let body = format!("{before}<p>The words</p>");
            let answer = serde_json::json!({"conversations": [{"id": "1", "source": {"body": body}}]});
            let page = conversations(answer.to_string().as_bytes()).unwrap();
            let words = page.items[0].text.to_plain();
            assert!(words.ends_with("The words"), "{words}");
            assert!(!before.contains("alt") || words.starts_with("[Ada]"), "{words}");
        }
    }
}
