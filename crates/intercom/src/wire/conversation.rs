//! Conversations, from the 2.x API (`source`) and from the 1.x API (`conversation_message`).

use deskbell_domain::{
    conversation::{Author, Conversation, Start},
    ids::{ContactId, ConversationId},
    rich_text::RichText,
};
use serde_json::Value;

use super::lenient::{admin_id, at, first, flag, id, page_url, text, text_of, timestamp};
use crate::html;

const MOST_ATTACHMENTS: usize = 20;
const LONGEST_ATTACHMENT: usize = 200;
const LONGEST_SUBJECT: usize = 256;

/// Reads a conversation; `None` without an id.
pub(crate) fn read(record: &Value) -> Option<Conversation> {
    let author = Author {
        kind: of_source(record, "/author/type", text),
        id: of_source(record, "/author/id", id),
        name: of_source(record, "/author/name", text),
        email: of_source(record, "/author/email", text),
    };
    Some(Conversation {
        id: ConversationId::new(id(at(record, "/id"))?),
        created_at: timestamp(at(record, "/created_at")).unwrap_or_default(),
        updated_at: timestamp(at(record, "/updated_at")).unwrap_or_default(),
        subject: of_source(record, "/subject", subject).or_else(|| subject(at(record, "/title"))),
        text: of_source(record, "/body", body).unwrap_or_default(),
        attachments: of_source(record, "/attachments", attachments).unwrap_or_default(),
        message_url: of_source(record, "/url", page_url),
        contact: contact(record, &author),
        admin_id: admin(record),
        admin_name: None,
        company_names: Vec::new(),
        start: start(record, &author),
        author,
    })
}

/// What stands below the first message, whatever it is called.
fn of_source<T>(record: &Value, path: &str, read: impl Fn(&Value) -> Option<T>) -> Option<T> {
    let paths = ["/source", "/conversation_message"].map(|source| format!("{source}{path}"));
    first(record, &paths.each_ref().map(String::as_str), read)
}

/// Subjects are HTML as bodies are, but one line.
fn subject(value: &Value) -> Option<String> {
    let line = html::read(value.as_str()?).to_plain();
    let line = line.split_whitespace().collect::<Vec<_>>().join(" ");
    text_of(&Value::from(line), LONGEST_SUBJECT)
}

fn body(value: &Value) -> Option<RichText> {
    Some(html::read(value.as_str()?)).filter(|text| !text.is_blank())
}

fn attachments(value: &Value) -> Option<Vec<String>> {
    let names = value.as_array()?.iter().filter_map(|file| text_of(at(file, "/name"), LONGEST_ATTACHMENT));
    Some(names.take(MOST_ATTACHMENTS).collect())
}

/// The first contact that takes part; where none is listed, the customer who wrote.
fn contact(record: &Value, author: &Author) -> Option<ContactId> {
    let listed =
        first(record, &["/contacts/contacts/0/id", "/contacts/0/id", "/user/id", "/customers/0/id"], id);
    let writer = || is_customer(author).then(|| author.id.clone()).flatten();
    listed.or_else(writer).map(ContactId::new)
}

fn admin(record: &Value) -> Option<String> {
    let assigned = || {
        let is_admin = text(at(record, "/assignee/type")).is_none_or(|kind| kind == "admin");
        is_admin.then(|| admin_id(at(record, "/assignee/id"))).flatten()
    };
    admin_id(at(record, "/admin_assignee_id")).or_else(assigned)
}

/// A record that does not tell counts as a customer's: rather a card too many than a customer unheard.
fn start(record: &Value, author: &Author) -> Start {
    if !at(record, "/ticket").is_null() && flag(at(record, "/ticket")) != Some(false) {
        return Start::Ticket;
    }
    let delivered_as = of_source(record, "/delivered_as", text);
    let untold = delivered_as.is_none() && author.kind.is_none();
    if untold || delivered_as.as_deref() == Some("customer_initiated") || is_customer(author) {
        Start::Customer
    } else {
        Start::Team
    }
}

fn is_customer(author: &Author) -> bool {
    matches!(author.kind.as_deref(), Some("user" | "lead" | "contact"))
}

/// The list of a conversation search, under both of its names.
pub(crate) const LIST_KEYS: [&str; 2] = ["conversations", "data"];

#[cfg(test)]
mod tests;
