//! A message of a conversation: the first one, and each of its parts.

use deskbell_domain::{
    conversation::{Author, Part},
    rich_text::RichText,
};
use serde_json::Value;

use crate::html;
use crate::wire::lenient::{at, id, text, text_of};

const MOST_ATTACHMENTS: usize = 20;
const LONGEST_ATTACHMENT: usize = 200;

/// What a message says, and who wrote it.
pub(super) struct Message {
    pub(super) author: Author,
    pub(super) text: RichText,
    pub(super) attachments: Vec<String>,
}

impl Message {
    pub(super) fn of(message: &Value) -> Self {
        Self {
            author: author(message),
            text: body(message).unwrap_or_default(),
            attachments: attachments(at(message, "/attachments")).unwrap_or_default(),
        }
    }

    pub(super) fn of_part(part: &Part) -> Self {
        let Part { author, text, attachments, .. } = part.clone();
        Self { author, text, attachments }
    }

    /// Whether it says anything.
    pub(super) fn is_something(&self) -> bool {
        !self.text.is_blank() || !self.attachments.is_empty()
    }
}

/// Who wrote a message.
pub(super) fn author(message: &Value) -> Author {
    Author {
        kind: text(at(message, "/author/type")),
        id: id(at(message, "/author/id")),
        name: text(at(message, "/author/name")),
        email: text(at(message, "/author/email")),
    }
}

fn body(message: &Value) -> Option<RichText> {
    let subject = at(message, "/subject").as_str().map(|subject| html::read(subject).to_plain());
    let text = html::read_mail(at(message, "/body").as_str()?, subject.as_deref());
    Some(text).filter(|text| !text.is_blank())
}

fn attachments(value: &Value) -> Option<Vec<String>> {
    let names = value.as_array()?.iter().filter_map(|file| text_of(at(file, "/name"), LONGEST_ATTACHMENT));
    Some(names.take(MOST_ATTACHMENTS).collect())
}

/// Whether a lead, a user or a visitor wrote it.
pub(super) fn is_customer(author: &Author) -> bool {
    matches!(author.kind.as_deref(), Some("user" | "lead" | "contact" | "visitor"))
}
