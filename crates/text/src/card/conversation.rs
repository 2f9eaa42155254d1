//! The card of a conversation: what it is about, the first words, who writes, from where.

use std::borrow::Cow;

use deskbell_domain::card::text::{Piece, Text, WhenStyle};
use deskbell_domain::card::{Card, CardField};
use deskbell_domain::conversation::{Author, Conversation};
use deskbell_domain::event::EventKind;
use deskbell_domain::subscription::Detail;
use deskbell_domain::time::Timestamp;
use deskbell_domain::visible::shows_anything;

use super::contact::More;
use super::showing::{Placement, Showing};
use super::standing;
use super::value::email;
use crate::field;

/// Code points of the text on a Full card.
const QUOTED_IN_FULL: usize = 500;
/// Code points of the text on a Short card.
const QUOTED_IN_SHORT: usize = 140;

/// From `asked` on it is reckoned after how long it was answered.
pub(super) fn card(conversation: &Conversation, asked: Option<Timestamp>, showing: &Showing<'_>) -> Card {
    let mut card = Card::blank(showing.size, EventKind::NewConversation.colour());
    card.title = Some(title(conversation));
    card.url = Some(showing.shown.links.conversation(&conversation.id));
    let quoted = if showing.detail == Detail::Full { QUOTED_IN_FULL } else { QUOTED_IN_SHORT };
    card.description = quote(conversation, quoted);
    card.fields = match showing.detail {
        Detail::Full => full_fields(conversation, asked, showing.placement),
        _ => short_fields(conversation, asked),
    };
    card
}

/// The subject, else who writes: the words are quoted below it anyway.
pub(crate) fn title(conversation: &Conversation) -> String {
    subject(conversation).map_or_else(|| person(conversation), str::to_owned)
}

fn subject(conversation: &Conversation) -> Option<&str> {
    conversation.subject.as_deref().map(str::trim).filter(|subject| shows_anything(subject))
}

/// What it is about, on one line: the subject and the first words, whichever there are; else what is attached.
pub(crate) fn what_it_is_about(conversation: &Conversation) -> Option<String> {
    let words = first_words(conversation);
    let parts = match subject(conversation).map(on_one_line) {
        Some(subject) if words.starts_with(&subject) => vec![words],
        Some(subject) => vec![subject, words],
        None => vec![words],
    };
    let said = parts.into_iter().filter(|part| shows_anything(part)).collect::<Vec<_>>().join(" · ");
    Some(said).filter(|said| !said.is_empty()).or_else(|| attached(conversation))
}

/// What was said, on one line, without the subject; else what is attached.
pub(crate) fn words(conversation: &Conversation) -> Option<String> {
    Some(first_words(conversation)).filter(|words| shows_anything(words)).or_else(|| attached(conversation))
}

fn attached(conversation: &Conversation) -> Option<String> {
    let attached = &conversation.attachments;
    (!attached.is_empty()).then(|| format!("📎 {}", attached.join(", ")))
}

/// The text on one line.
pub(super) fn first_words(conversation: &Conversation) -> String {
    on_one_line(&conversation.text.to_plain())
}

/// A text on one line. Addresses in it are cut when Intercom is read; those of a journal of before are cut here.
fn on_one_line(text: &str) -> String {
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

/// Who writes: name, else e-mail address, else a visitor of whom nobody knows more.
pub(crate) fn person(conversation: &Conversation) -> String {
    author(&conversation.author)
}

/// The same of who wrote any words.
pub(crate) fn author(author: &Author) -> String {
    let names = [&author.name, &author.email].into_iter().flatten().map(|text| text.trim());
    names.into_iter().find(|text| shows_anything(text)).unwrap_or("A visitor").to_owned()
}

fn quote(conversation: &Conversation, quoted: usize) -> Option<Text> {
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

fn short_fields(conversation: &Conversation, asked: Option<Timestamp>) -> Vec<CardField> {
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
    fields.extend(now(conversation, asked));
    fields
}

pub(super) fn now(conversation: &Conversation, asked: Option<Timestamp>) -> Option<CardField> {
    Some(CardField::inline("Now", standing::words(conversation, asked)?))
}

fn full_fields(
    conversation: &Conversation,
    asked: Option<Timestamp>,
    placement: Placement,
) -> Vec<CardField> {
    let mut fields = Vec::new();
    if let Some(from) = from(conversation, "\n") {
        fields.push(CardField::inline("From", from));
    }
    if let Some(admin) = &conversation.admin_name {
        fields.push(CardField::inline("Assigned to", Text::theirs(admin.clone())));
    }
    if let Some(team) = &conversation.team_name {
        fields.push(CardField::inline("Team", Text::theirs(team.clone())));
    }
    fields.extend(now(conversation, asked));
    if let Some(page) = conversation.message_url.as_deref().map(page).filter(|page| !page.is_empty()) {
        fields.push(CardField::inline("Started on", Text::theirs(page)));
    }
    fields.push(CardField::full("More", more(conversation, placement)));
    fields
}

/// Who writes and how to reach them, without what the title says.
pub(super) fn from(conversation: &Conversation, gap: &str) -> Option<Text> {
    let author = &conversation.author;
    let name = subject(conversation).map(|_| Text::theirs(person(conversation)));
    let address = author.email.clone().map(email);
    match (name, address) {
        (Some(name), Some(address)) if author.name.is_some() => Some(name.and(gap).joined(address)),
        (name, address) => address.or(name),
    }
}

/// The page's address as people read it: without its scheme.
fn page(url: &str) -> String {
    let bare = cut(url.trim());
    let bare = bare.strip_prefix("https://").or_else(|| bare.strip_prefix("http://")).unwrap_or(&bare);
    bare.trim_end_matches('/').to_owned()
}

/// Every other field of the connector, in one block. A reply has all of them; in a channel an author who is the contact
/// is named once, and so is a moment.
fn more(conversation: &Conversation, placement: Placement) -> Text {
    let author = &conversation.author;
    let contact = conversation.contact.as_ref().map(deskbell_domain::ids::ContactId::as_str);
    let is_repeated = placement == Placement::Channel && contact.is_some() && author.id.as_deref() == contact;
    let author = Some(author).filter(|_| !is_repeated);
    let (created, updated) = (conversation.created_at, conversation.updated_at);
    let mut more = More::default();
    more.code("Id", Some(conversation.id.as_str()));
    more.plain("Author Type", author.and_then(|author| author.kind.as_deref()));
    more.code("Author Id", author.and_then(|author| author.id.as_deref()));
    more.plain("User Type", contact.map(|id| user_type(conversation, id)));
    more.code("User Id", contact);
    more.code("Admin Id", conversation.admin_id.as_deref());
    when(&mut more, "Created Date Time", created);
    if placement == Placement::Reply || updated != created {
        when(&mut more, "Updated Date Time", updated);
    }
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
