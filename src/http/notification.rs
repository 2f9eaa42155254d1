//! What a webhook says, as far as it is believed: which workspace, and which record is worth a look.
//!
//! The rest of it is left alone: its form follows a version that is set elsewhere, it may be older than what Intercom
//! answers, and parts of it may be missing. What happened is read from Intercom.

use deskbell_domain::ids::{ContactId, ConversationId, WorkspaceId};
use deskbell_domain::port::store::Hinted;
use deskbell_domain::topic::Topic;
use deskbell_domain::webhook::Heard;
use serde::Deserialize;

/// The longest id that is taken for one.
const LONGEST_ID: usize = 64;

/// What a webhook says.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Notification {
    pub(super) workspace: WorkspaceId,
    /// None where it is about something else.
    pub(super) heard: Option<Heard>,
}

/// A key that stands twice is refused: two readers could read two things.
#[derive(Deserialize)]
struct Envelope {
    app_id: String,
    #[serde(default)]
    topic: Option<String>,
    #[serde(default)]
    data: Option<Data>,
}

#[derive(Deserialize)]
struct Data {
    #[serde(default)]
    item: Option<Item>,
}

#[derive(Deserialize)]
struct Item {
    #[serde(default)]
    id: Option<Id>,
    /// Whom a tag was given to.
    #[serde(default)]
    contact: Option<Owner>,
    /// Who was merged into it, of whom nobody else tells that it is gone.
    #[serde(default)]
    merged_from: Option<Owner>,
}

#[derive(Deserialize)]
struct Owner {
    #[serde(default)]
    id: Option<Id>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Id {
    Text(String),
    Number(u64),
}

impl Id {
    /// None for what cannot be an id: it goes into an address.
    fn text(self) -> Option<String> {
        let text = match self {
            Self::Text(text) => text,
            Self::Number(number) => number.to_string(),
        };
        let is_id = |text: &String| {
            let known = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
            !text.is_empty() && text.len() <= LONGEST_ID && text.bytes().all(known)
        };
        Some(text).filter(is_id)
    }
}

impl Notification {
    /// Reads a body that Intercom signed; none for one that is no notification.
    pub(super) fn read(body: &[u8]) -> Option<Self> {
        let envelope: Envelope = serde_json::from_slice(body).ok()?;
        let workspace = WorkspaceId::new(Id::Text(envelope.app_id).text()?);
        let item = envelope.data.and_then(|data| data.item);
        let heard =
            envelope.topic.as_deref().zip(item).and_then(|(topic, item)| {
                Some(Heard { topic: Topic::named(topic), of: hinted(topic, item)? })
            });
        Some(Self { workspace, heard })
    }
}

/// What a topic is about. One that nobody knows yet may be about a record like any other of its family.
fn hinted(topic: &str, item: Item) -> Option<Hinted> {
    let owner = item.merged_from.or(item.contact).and_then(|owner| owner.id);
    match topic.split('.').next()? {
        "contact" => Some(Hinted::Contact(ContactId::new(owner.or(item.id)?.text()?))),
        "conversation" => Some(Hinted::Conversation(ConversationId::new(item.id?.text()?))),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn about(topic: &str, item: &str) -> Option<Hinted> {
        let body = format!(r#"{{"app_id":"abc123","topic":"{topic}","data":{{"item":{item}}}}}"#);
        let notification = Notification::read(body.as_bytes()).expect("it is one");
        assert_eq!(notification.workspace, WorkspaceId::new("abc123"));
        let heard = notification.heard?;
        assert_eq!(heard.topic, Topic::named(topic));
        Some(heard.of)
    }

    #[test]
    fn a_notification_names_a_contact_or_a_conversation() {
        let lead = Some(Hinted::Contact(ContactId::new("c-1")));
        assert_eq!(about("contact.lead.created", r#"{"type":"contact","id":"c-1","name":"Ada"}"#), lead);
        assert_eq!(about("contact.user.updated", r#"{"id":"c-1"}"#), lead);
        assert_eq!(about("contact.user.tag.created", r#"{"id":"7","contact":{"id":"c-1"}}"#), lead);
        let merged = r#"{"id":"c-2","merged_from":{"type":"contact","id":"c-1"}}"#;
        assert_eq!(about("contact.merged", merged), lead);
        assert_eq!(about("contact.something.new", r#"{"id":"c-1","contact":null}"#), lead);
        let conversation = Some(Hinted::Conversation(ConversationId::new("9")));
        for item in [r#"{"id":"9"}"#, r#"{"id":9,"source":{"body":"hello"}}"#] {
            assert_eq!(about("conversation.user.created", item), conversation);
        }
    }

    #[test]
    fn what_is_about_something_else_or_has_no_such_id_names_none() {
        assert_eq!(about("ping", r#"{"id":null,"message":"hello"}"#), None);
        assert_eq!(about("company.created", r#"{"id":"1"}"#), None);
        assert_eq!(about("contact.deleted", "null"), None);
        for id in ["../admins", "a b", "", "ü", &"7".repeat(65)] {
            assert_eq!(about("contact.lead.created", &format!(r#"{{"id":"{id}"}}"#)), None, "{id}");
        }
    }

    #[test]
    fn what_is_no_notification_is_none() {
        for body in [
            "",
            "hello",
            "[]",
            "{}",
            r#"{"app_id":7}"#,
            r#"{"app_id":"abc123","app_id":"other"}"#,
            r#"{"app_id":"../x","topic":"ping"}"#,
        ] {
            assert_eq!(Notification::read(body.as_bytes()), None, "{body}");
        }
    }
}
