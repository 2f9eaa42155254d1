//! Cards: what is shown for one record, independent of Discord's types and not escaped yet.
//!
//! The same builders serve notifications and replies. Every field of Microsoft's connector for Intercom
//! (`docs/design.md`) that Intercom gives stands on a Full card under the connector's name; a Private card holds
//! nothing personal in any part, not even the link, which is an id. Lengths are kept by the discord crate, which
//! alone knows how long a text becomes when it is escaped.

mod activity;
mod attribute;
mod brief;
mod chosen;
mod contact;
mod conversation;
mod fate;
mod reply;
mod showing;
mod standing;
mod subject;
mod took;
mod update;
mod usual;
mod value;

pub(crate) use activity::stars;
pub use attribute::{card_of_attributes, need_a_file as attributes_need_a_file};
pub use brief::line;
pub use contact::{empty_fields, not_given};
pub(crate) use conversation::{author, person, title, what_it_is_about, words};
pub use reply::for_contact;
pub use showing::{Placement, Showing, Shown};
pub(crate) use standing::words as how_it_stands;
pub use subject::{subject_company, subject_name};
pub(crate) use took::{after, exactly};
pub use update::field_list;

use deskbell_domain::card::text::{Piece, Text, WhenStyle};
use deskbell_domain::card::{COLOUR_OF_CLOSED, Card, Size, Width};
use deskbell_domain::conversation::Activity;
use deskbell_domain::event::{Actor, Event, Record};
use deskbell_domain::subscription::Detail;
use deskbell_domain::time::Timestamp;

/// The card of an event.
pub fn for_event(event: &Event, showing: &Showing<'_>) -> Card {
    let mut card = match (showing.detail, showing.size) {
        (Detail::Private, _) => private(event, showing),
        (_, Size::Brief | Size::Lines) => brief::card(event, showing),
        (_, Size::Normal) => whole(event, showing),
    };
    if showing.detail != Detail::Private
        && let Some(line) = fate::line(event, showing.shown.links)
    {
        add_line(&mut card, line);
    }
    card.colour = colour(event);
    card.footer = Some(showing.footer(event.kind().word()));
    if showing.size == Size::Normal {
        card.timestamp = Some(time_of(event)).filter(|time| *time != Timestamp::default());
    }
    card
}

/// What the team is done with is grey.
fn colour(event: &Event) -> u32 {
    match &event.record {
        Record::Conversation { conversation, .. } if standing::is_closed(conversation) => COLOUR_OF_CLOSED,
        Record::Conversation { what, .. } if what.ended().is_some() => COLOUR_OF_CLOSED,
        _ => event.kind().colour(),
    }
}

fn whole(event: &Event, showing: &Showing<'_>) -> Card {
    let mut card = match &event.record {
        _ if showing.detail == Detail::Card => usual_card(event, showing),
        Record::Lead { contact } | Record::Identified { contact } | Record::User { contact, .. } => {
            contact::card(contact, showing)
        }
        Record::Update { contact, changes } => {
            let mut card = contact::card(contact, showing);
            card.description = Some(update::of_changes(contact, changes, "\n"));
            card
        }
        Record::Conversation { conversation, what } => {
            let mut card = activity::card(what, conversation::card(conversation, asked(event), showing));
            if showing.detail == Detail::Short {
                card.fields.extend(activity::handed_to(what, conversation));
            }
            card
        }
    };
    if let Some(actor) = &event.actor {
        add_actor(&mut card, actor);
    }
    card
}

fn usual_card(event: &Event, showing: &Showing<'_>) -> Card {
    // The headline has a line, and so have who caused it and what became of it.
    let told =
        usize::from(event.actor.is_some()) + usize::from(fate::line(event, showing.shown.links).is_some());
    let room = usual::LINES - 1 - told;
    match &event.record {
        Record::Lead { contact } | Record::Identified { contact } | Record::User { contact, .. } => {
            usual::of_contact(contact, &[], showing, room)
        }
        Record::Update { contact, changes } => usual::of_contact(contact, changes, showing, room),
        Record::Conversation { conversation, what } => {
            usual::of_conversation(conversation, what, asked(event), showing)
        }
    }
}

/// From when on it counts after how long a conversation was answered: from what its card tells of. Of a wait its own words
/// say it.
fn asked(event: &Event) -> Option<Timestamp> {
    let Record::Conversation { conversation, what } = &event.record else { return None };
    match what {
        Activity::Started => conversation.customer_spoke_at(),
        Activity::Replied | Activity::HandedOver => Some(event.at),
        Activity::Rated(_) | Activity::Unanswered(_) => None,
    }
}

/// "Added by @mark with /lead create": the last line of the card.
fn add_actor(card: &mut Card, actor: &Actor) {
    add_line(
        card,
        Text::ours(format!("Added by <@{}> with ", actor.member)).and_theirs(actor.command.clone()),
    );
}

fn add_line(card: &mut Card, line: Text) {
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
        Record::Lead { .. } => came_in("A new lead came in.", "A new lead came in ", event.at),
        Record::Identified { .. } => came_in("A lead left an address.", "A lead left an address ", event.at),
        Record::User { .. } => came_in("A new user came in.", "A new user came in ", event.at),
        Record::Conversation { what, .. } => activity::private(what),
        Record::Update { changes, .. } => match field_list(changes) {
            Some(fields) => Text::ours("A user changed: ").and_theirs(fields).and("."),
            None => Text::ours("A user changed."),
        },
    };
    card.description = Some(sentence);
    card
}

/// The sentence without a moment, or the one that ends with it.
fn came_in(alone: &str, before: &str, at: Timestamp) -> Text {
    if at == Timestamp::default() {
        return Text::ours(alone);
    }
    Text::ours(before).with(Piece::When(at, WhenStyle::Relative)).and(".")
}

/// The record's own time: what stands beside the footer.
fn time_of(event: &Event) -> Timestamp {
    match &event.record {
        Record::Lead { contact } | Record::User { contact, .. } => contact.created_at,
        Record::Conversation { conversation, what: Activity::Started } => conversation.created_at,
        Record::Identified { .. } | Record::Update { .. } | Record::Conversation { .. } => event.at,
    }
}

#[cfg(test)]
mod tests;
