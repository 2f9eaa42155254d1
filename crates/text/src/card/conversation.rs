//! The card of a conversation: what it is about, the first words, who writes, from where.

use std::borrow::Cow;

use deskbell_domain::card::text::{Piece, Text, WhenStyle};
use deskbell_domain::card::{Card, CardField};
use deskbell_domain::conversation::Conversation;
use deskbell_domain::event::EventKind;
use deskbell_domain::subscription::Detail;
use deskbell_domain::time::Timestamp;

use super::contact::{More, email};
use super::showing::Showing;
use crate::field;

/// Code points of the text on a Full card.
const QUOTED_IN_FULL: usize = 500;
/// Code points of the text on a Short card.
const QUOTED_IN_SHORT: usize = 140;
/// Code points of the text that stand in for a missing subject.
const TITLE_FROM_TEXT: usize = 80;

pub(super) fn card(conversation: &Conversation, showing: &Showing<'_>) -> Card {
    let mut card = Card::blank(showing.size, EventKind::NewConversation.colour());
    card.title = Some(title(conversation));
    card.url = Some(showing.links.conversation(&conversation.id));
    let quoted = if showing.detail == Detail::Full { QUOTED_IN_FULL } else { QUOTED_IN_SHORT };
    card.description = words(conversation, quoted);
    card.fields = match showing.detail {
        Detail::Full => full_fields(conversation),
        _ => short_fields(conversation),
    };
    card
}

/// The subject, else the first words, else "No text".
pub(super) fn title(conversation: &Conversation) -> String {
    let subject = conversation.subject.as_deref().map(str::trim).filter(|subject| !subject.is_empty());
    if let Some(subject) = subject {
        return subject.to_owned();
    }
    let words = first_words(conversation);
    if words.is_empty() {
        "No text".to_owned()
    } else {
        deskbell_domain::card::text::shorten(&words, TITLE_FROM_TEXT)
    }
}

/// The text on one line. Addresses in it are cut when Intercom is read; those of a journal of before are cut here.
pub(super) fn first_words(conversation: &Conversation) -> String {
    let text = conversation.text.to_plain();
    let words = text.split_whitespace().map(|word| {
        let is_web = word.starts_with("https://") || word.starts_with("http://");
        if is_web { cut(word) } else { word.into() }
    });
    words.collect::<Vec<_>>().join(" ")
}

/// An address without query and fragment, which may hold tokens; "…" says that something was cut.
fn cut(address: &str) -> Cow<'_, str> {
    match address.find(['?', '#']) {
        Some(at) => format!("{}…", &address[..=at]).into(),
        None => address.into(),
    }
}

/// Who writes: name, else e-mail address, else the tail of the contact's id.
pub(super) fn person(conversation: &Conversation) -> Option<String> {
    let author = &conversation.author;
    [&author.name, &author.email]
        .into_iter()
        .flatten()
        .map(|text| text.trim().to_owned())
        .find(|text| !text.is_empty())
        .or_else(|| {
            let id = conversation.contact.as_ref()?.as_str();
            let tail = id.char_indices().rev().nth(5).map_or(id, |(start, _)| &id[start..]);
            Some(format!("Lead or user …{tail}"))
        })
}

fn words(conversation: &Conversation, quoted: usize) -> Option<Text> {
    let mut text = Text::default();
    if !conversation.text.is_blank() {
        text = text.with(Piece::Quote(conversation.text.clone(), quoted));
    }
    if !conversation.attachments.is_empty() {
        let gap = if text.0.is_empty() { "" } else { "\n" };
        text = text.and(format!("{gap}📎 ")).and_theirs(conversation.attachments.join(", "));
    }
    (!text.0.is_empty()).then_some(text)
}

fn short_fields(conversation: &Conversation) -> Vec<CardField> {
    let mut fields = Vec::new();
    if let Some(address) = &conversation.author.email {
        fields.push(CardField::inline(field::EMAIL, email(address.clone())));
    }
    if !conversation.company_names.is_empty() {
        fields.push(CardField::inline(
            field::COMPANY_NAME,
            Text::theirs(conversation.company_names.join(", ")),
        ));
    }
    fields
}

fn full_fields(conversation: &Conversation) -> Vec<CardField> {
    let mut fields = Vec::new();
    if let Some(from) = from(conversation) {
        fields.push(CardField::inline("From", from));
    }
    if let Some(admin) = &conversation.admin_name {
        fields.push(CardField::inline("Assigned to", Text::theirs(admin.clone())));
    }
    if let Some(page) = conversation.message_url.as_deref().map(page).filter(|page| !page.is_empty()) {
        fields.push(CardField::inline("Started on", Text::theirs(page)));
    }
    fields.push(CardField::full("More", more(conversation)));
    fields
}

fn from(conversation: &Conversation) -> Option<Text> {
    let author = &conversation.author;
    match (&author.name, &author.email) {
        (Some(name), Some(address)) => {
            Some(Text::theirs(name.clone()).and("\n").with(Piece::Email(address.clone())))
        }
        (Some(name), None) => Some(Text::theirs(name.clone())),
        (None, Some(address)) => Some(email(address.clone())),
        (None, None) => person(conversation).map(Text::theirs),
    }
}

/// The page's address as people read it: without its scheme.
fn page(url: &str) -> String {
    let bare = cut(url.trim());
    let bare = bare.strip_prefix("https://").or_else(|| bare.strip_prefix("http://")).unwrap_or(&bare);
    bare.trim_end_matches('/').to_owned()
}

fn more(conversation: &Conversation) -> Text {
    let author = &conversation.author;
    let contact = conversation.contact.as_ref().map(deskbell_domain::ids::ContactId::as_str);
    let mut more = More::default();
    more.code("Id", Some(conversation.id.as_str()));
    more.plain("Author Type", author.kind.as_deref());
    more.code("Author Id", author.id.as_deref());
    more.plain("User Type", contact.map(|id| user_type(conversation, id)));
    more.code("User Id", contact);
    more.code("Admin Id", conversation.admin_id.as_deref());
    when(&mut more, "Created Date Time", conversation.created_at);
    when(&mut more, "Updated Date Time", conversation.updated_at);
    more.0
}

/// Intercom says of a conversation's contacts only that they are contacts; the author's type says more where the
/// author is that contact.
fn user_type<'a>(conversation: &'a Conversation, contact: &str) -> &'a str {
    let author = &conversation.author;
    match (&author.id, &author.kind) {
        (Some(id), Some(kind)) if id == contact => kind,
        _ => "contact",
    }
}

fn when(more: &mut More, name: &str, at: Timestamp) {
    if at != Timestamp::default() {
        more.piece(name, Piece::When(at, WhenStyle::Full));
    }
}
