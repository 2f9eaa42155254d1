//! Cards: what is shown for one record, independent of Discord's types and not escaped yet.
//!
//! The same builders serve notifications and replies. Every field of the seed that Intercom gives stands on a Full
//! card under the seed's name; a Private card holds nothing personal in any part, not even the link, which is an id.
//! Lengths are kept by the discord crate, which alone knows how long a text becomes when it is escaped.

mod brief;
mod contact;
mod conversation;
mod reply;
pub mod text;
mod update;

pub use brief::line as update_line;
pub use contact::{empty_fields, not_given};
pub use reply::for_contact;
pub use update::{field_list, of_changes};

use crate::card::text::Text;
use crate::delivery::Reference;
use crate::event::{Actor, Event, EventKind, Record};
use crate::links::Links;
use crate::subscription::Detail;
use crate::time::Timestamp;

/// The colour of replies and of what the bot says of itself.
pub const COLOUR_OF_REPLIES: u32 = 0x0058_65F2;
/// The colour of a sample.
pub const COLOUR_OF_SAMPLES: u32 = 0x0099_AAB5;
/// The colour of trouble.
pub const COLOUR_OF_TROUBLE: u32 = 0x00D5_5E00;

/// What is shown for one record.
#[derive(Debug, Clone, PartialEq)]
pub struct Card {
    /// How much room it may take.
    pub size: Size,
    /// The side's colour, as 0xRRGGBB.
    pub colour: u32,
    /// The headline, plain text from outside.
    pub title: Option<String>,
    /// Where the headline leads: an address of Intercom's application.
    pub url: Option<String>,
    /// A small picture; `https` only.
    pub thumbnail: Option<String>,
    /// The text under the headline.
    pub description: Option<Text>,
    /// Lines under it, each cut by itself, so that all of them can be seen.
    pub lines: Vec<Text>,
    /// Name and value pairs.
    pub fields: Vec<CardField>,
    /// The small print.
    pub footer: Option<Footer>,
    /// The record's own time.
    pub timestamp: Option<Timestamp>,
}

impl Card {
    /// A card with nothing on it.
    pub fn blank(size: Size, colour: u32) -> Self {
        Self {
            size,
            colour,
            title: None,
            url: None,
            thumbnail: None,
            description: None,
            lines: Vec::new(),
            fields: Vec::new(),
            footer: None,
            timestamp: None,
        }
    }
}

/// How much room a card may take.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Size {
    /// Three fit in a message.
    Normal,
    /// Ten fit in a message.
    Brief,
    /// It has a message of its own, made of lines.
    Lines,
}

/// A name and value pair.
#[derive(Debug, Clone, PartialEq)]
pub struct CardField {
    /// The name: ours, never from outside.
    pub name: String,
    /// The value.
    pub value: Text,
    /// Whether it may stand beside others.
    pub width: Width,
}

impl CardField {
    /// A field that may stand beside others.
    pub fn inline(name: impl Into<String>, value: Text) -> Self {
        Self { name: name.into(), value, width: Width::Inline }
    }

    /// A field with a row of its own.
    pub fn full(name: impl Into<String>, value: Text) -> Self {
        Self { name: name.into(), value, width: Width::Full }
    }
}

/// Whether a field may stand beside others.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Width {
    /// It may: three a row on a desktop.
    Inline,
    /// It has a row of its own.
    Full,
}

/// The small print: kind · workspace · reference.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Footer {
    /// The kind's word; with it the colour is never the only sign.
    pub word: String,
    /// The workspace's name.
    pub workspace: String,
    /// The reference of the (first) event, where the card shows one.
    pub reference: Option<Reference>,
    /// How many more events the card stands for.
    pub more: u32,
}

/// How a card is to be shown.
#[derive(Debug, Clone)]
pub struct Showing<'a> {
    /// How much of the record.
    pub detail: Detail,
    /// How much room.
    pub size: Size,
    /// For the footer.
    pub workspace_name: &'a str,
    /// For the headline's link.
    pub links: &'a Links,
    /// For the footer of a card about an event.
    pub reference: Option<Reference>,
    /// Where it stands.
    pub placement: Placement,
}

/// Where a card stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Placement {
    /// In a channel, for everybody there.
    Channel,
    /// In a reply, for the one who asked: with the picture's address, and a lead's external id as "Lead Id".
    Reply,
}

impl Showing<'_> {
    fn footer(&self, word: &str) -> Footer {
        Footer {
            word: word.to_owned(),
            workspace: self.workspace_name.to_owned(),
            reference: self.reference.clone(),
            more: 0,
        }
    }
}

/// The card of an event.
pub fn for_event(event: &Event, showing: &Showing<'_>) -> Card {
    let mut card = match (showing.detail, showing.size) {
        (Detail::Private, _) => private(event, showing),
        (_, Size::Brief | Size::Lines) => brief::card(event, showing),
        (_, Size::Normal) => whole(event, showing),
    };
    card.colour = event.kind().colour();
    card.footer = Some(showing.footer(event.kind().word()));
    if showing.size == Size::Normal {
        card.timestamp = Some(time_of(event)).filter(|time| *time != Timestamp::default());
    }
    card
}

fn whole(event: &Event, showing: &Showing<'_>) -> Card {
    let mut card = match &event.record {
        Record::Lead { contact } | Record::User { contact, .. } => contact::card(contact, showing),
        Record::Update { contact, changes } => {
            let mut card = contact::card(contact, showing);
            card.description = Some(of_changes(changes, "\n"));
            card
        }
        Record::Conversation { conversation } => conversation::card(conversation, showing),
    };
    if let Some(actor) = &event.actor {
        add_actor(&mut card, actor);
    }
    card
}

/// "Added by @mark with /lead create": the last line of the card.
fn add_actor(card: &mut Card, actor: &Actor) {
    let line = Text::ours(format!("Added by <@{}> with ", actor.member)).and_theirs(actor.command.clone());
    match card.fields.last_mut() {
        Some(more) if more.width == Width::Full => {
            more.value = std::mem::take(&mut more.value).and("\n").joined(line);
        }
        _ => {
            let above = card.description.take().map(|text| text.and("\n")).unwrap_or_default();
            card.description = Some(above.joined(line));
        }
    }
}

/// Nothing personal: neither name nor link, only that something happened, and when.
fn private(event: &Event, showing: &Showing<'_>) -> Card {
    let mut card = Card::blank(showing.size, event.kind().colour());
    let sentence = match &event.record {
        Record::Lead { .. } => came_in("A new lead came in", event.at),
        Record::User { .. } => came_in("A new user came in", event.at),
        Record::Conversation { .. } => Text::ours("A user started a conversation."),
        Record::Update { changes, .. } => match field_list(changes) {
            Some(fields) => Text::ours("A user changed: ").and_theirs(fields).and("."),
            None => Text::ours("A user changed."),
        },
    };
    card.description = Some(sentence);
    card
}

fn came_in(what: &str, at: Timestamp) -> Text {
    if at == Timestamp::default() {
        return Text::ours(format!("{what}."));
    }
    Text::ours(format!("{what} ")).with(text::Piece::When(at, text::WhenStyle::Relative)).and(".")
}

/// The record's own time: what stands beside the footer.
fn time_of(event: &Event) -> Timestamp {
    match &event.record {
        Record::Lead { contact } | Record::User { contact, .. } => contact.created_at,
        Record::Update { .. } => event.at,
        Record::Conversation { conversation } => conversation.created_at,
    }
}

/// The name of the one whom an event is about, as far as it has one.
pub fn subject_name(event: &Event) -> Option<String> {
    match &event.record {
        Record::Lead { contact } | Record::User { contact, .. } | Record::Update { contact, .. } => {
            Some(contact.display_name())
        }
        Record::Conversation { conversation } => conversation::person(conversation),
    }
}

/// The first company's name of the one whom an event is about.
pub fn subject_company(event: &Event) -> Option<&str> {
    match &event.record {
        Record::Lead { contact } | Record::User { contact, .. } | Record::Update { contact, .. } => {
            contact.companies.items.iter().find_map(|company| company.name.as_deref())
        }
        Record::Conversation { conversation } => conversation.company_names.first().map(String::as_str),
    }
}

/// What several events of a kind are called at the start of a sentence: "New leads", "User updates".
pub fn plural(kind: EventKind) -> &'static str {
    match kind {
        EventKind::NewLead => "New leads",
        EventKind::NewUser => "New users",
        EventKind::UserUpdated => "User updates",
        EventKind::NewConversation => "New conversations",
    }
}

#[cfg(test)]
mod tests;
