//! Brief cards: a headline and one line, so that ten fit in a message; and the lines of a crowd.

use deskbell_domain::card::chosen::{CardFields, ChosenField};
use deskbell_domain::card::text::{Piece, Text, WhenStyle, shorten};
use deskbell_domain::card::{COLOUR_OF_REPLIES, Card};
use deskbell_domain::contact::Contact;
use deskbell_domain::conversation::{Activity, Conversation};
use deskbell_domain::event::{Event, Record};
use deskbell_domain::links::Links;
use deskbell_domain::time::Timestamp;

use super::activity::WhoEnded;
use super::showing::{Placement, Showing};
use super::value::{COMPANIES, created, email, names, phone};
use super::{activity, chosen, conversation, subject, update};

/// Code points of a conversation's first words.
const WORDS_SHOWN: usize = 100;
/// Code points of them within a line.
const WORDS_IN_A_LINE: usize = 60;
/// Code points of a company's name within a line.
const COMPANY_SHOWN: usize = 30;
/// Code points of a name within a line.
const NAME_SHOWN: usize = 60;

pub(super) fn card(event: &Event, showing: &Showing<'_>) -> Card {
    let mut card = Card::blank(showing.size, event.kind().colour());
    match &event.record {
        Record::Lead { contact } | Record::User { contact, .. } => return contact_card(contact, showing),
        Record::Update { contact, changes } => {
            card.title = Some(contact.display_name());
            card.url = Some(showing.shown.links.contact(&contact.id));
            card.description = Some(update::of_changes(contact, changes, " · "));
        }
        Record::Conversation { conversation, what } => {
            card.title = Some(conversation::title(conversation));
            card.url = Some(showing.shown.links.conversation(&conversation.id));
            card.description = Some(conversation_line(conversation, what, event.at));
        }
    }
    card
}

pub(super) fn contact_card(contact: &Contact, showing: &Showing<'_>) -> Card {
    let mut card = Card::blank(showing.size, COLOUR_OF_REPLIES);
    card.title = Some(contact.display_name());
    card.url = Some(showing.shown.links.contact(&contact.id));
    card.description = Some(contact_line(contact, showing.shown.fields)).filter(|line| !line.0.is_empty());
    card
}

/// `<ada@acme.io> · Acme Ltd · vip · Berlin · 2 minutes ago`.
fn contact_line(contact: &Contact, chosen: &CardFields) -> Text {
    let already = [ChosenField::Email, ChosenField::Companies, ChosenField::CreatedAt];
    let reach = [contact.email.clone().map(email), names(&contact.companies, COMPANIES, Placement::Channel)];
    let parts = reach.into_iter().flatten().chain(chosen::parts(contact, chosen, &already));
    dotted(parts.chain(created(contact, WhenStyle::Relative)))
}

/// Who writes, where the headline says something else, and what they say.
fn conversation_line(conversation: &Conversation, what: &Activity, at: Timestamp) -> Text {
    let who = conversation::person(conversation);
    let is_told = conversation::title(conversation) == who;
    let (words, rating, at) = match what {
        Activity::Started => (conversation::first_words(conversation), None, conversation.created_at),
        Activity::Replied | Activity::HandedOver => (conversation::first_words(conversation), None, at),
        Activity::Unanswered(wait) => (conversation::first_words(conversation), None, wait.since),
        Activity::Rated(rating) => {
            (rating.remark.clone().unwrap_or_default(), Some(activity::stars(rating)), at)
        }
    };
    let parts = [
        what.ended().map(|ended| activity::over(ended, WhoEnded::Named)),
        rating.map(Text::ours),
        (!is_told).then(|| Text::theirs(shorten(&who, NAME_SHOWN))),
        (!words.is_empty()).then(|| Text::theirs(shorten(&words, WORDS_SHOWN))),
        relative(at),
    ];
    dotted(parts.into_iter().flatten())
}

fn relative(at: Timestamp) -> Option<Text> {
    (at != Timestamp::default()).then(|| Text::default().with(Piece::When(at, WhenStyle::Relative)))
}

fn dotted(parts: impl Iterator<Item = Text>) -> Text {
    parts.fold(
        Text::default(),
        |line, part| {
            if line.0.is_empty() { part } else { line.and(" · ").joined(part) }
        },
    )
}

/// One event as a line: `[Ada Lovelace](https://…) <ada@acme.io> · Acme Ltd`, of an update
/// `**[Ada Lovelace](https://…)** Email ada@old.io → ada@acme.io`.
pub fn line(event: &Event, links: &Links) -> Text {
    let label = shorten(&subject::subject_name(event), NAME_SHOWN);
    match &event.record {
        Record::Lead { contact } | Record::User { contact, .. } => {
            let link = Text::default().with(Piece::Link { label, url: links.contact(&contact.id) });
            behind(link, reach(contact))
        }
        Record::Update { contact, changes } => {
            let link = Piece::Link { label, url: links.contact(&contact.id) };
            Text::ours("**").with(link).and("** ").joined(update::of_changes(contact, changes, " · "))
        }
        Record::Conversation { conversation, what } => {
            let url = links.conversation(&conversation.id);
            behind(Text::default().with(Piece::Link { label, url }), said(conversation, what))
        }
    }
}

fn behind(name: Text, rest: Text) -> Text {
    if rest.0.is_empty() { name } else { name.and(" ").joined(rest) }
}

/// How to reach somebody, and which firm it is.
fn reach(contact: &Contact) -> Text {
    let address = contact.email.clone().map(email).or_else(|| contact.phone.clone().map(phone));
    let firm = contact.companies.items.iter().find_map(|company| company.name.as_deref());
    let firm = firm.map(|name| Text::theirs(shorten(name, COMPANY_SHOWN)));
    dotted([address, firm].into_iter().flatten())
}

/// What became of it, what somebody wants, or what they thought of it.
fn said(conversation: &Conversation, what: &Activity) -> Text {
    if let Activity::Rated(rating) = what {
        return Text::ours(activity::stars(rating));
    }
    if let Some(ended) = what.ended() {
        return activity::over(ended, WhoEnded::Named);
    }
    let words = conversation::what_it_is_about(conversation);
    words.map(|words| Text::theirs(shorten(&words, WORDS_IN_A_LINE))).unwrap_or_default()
}
