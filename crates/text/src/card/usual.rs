//! The usual card: at most eight lines on a phone, where fields stand one below the other. Who, how to reach them, which
//! firm, what they want, who has it, and the fields that the server chose; *Show* gives the rest.

use deskbell_domain::card::chosen::ChosenField;
use deskbell_domain::card::text::{Piece, Text, shorten};
use deskbell_domain::card::{COLOUR_OF_REPLIES, Card};
use deskbell_domain::contact::Contact;
use deskbell_domain::conversation::{Activity, Conversation};
use deskbell_domain::difference::Change;
use deskbell_domain::event::EventKind;
use deskbell_domain::rich_text::RichText;
use deskbell_domain::time::Timestamp;

use super::activity::WhoEnded;
use super::contact::picture;
use super::showing::{Placement, Showing};
use super::value::{COMPANIES, email, names, phone};
use super::{activity, chosen, conversation, update};

/// So many lines at most, the headline and each field among them.
pub(super) const LINES: usize = 8;
/// So many lines tell what changed, so that there is room for whose it is.
const CHANGES: usize = 4;
/// Code points of each text from outside: what is longer would be several lines on a phone.
const SHOWN: usize = 80;
/// Code points of what somebody wants.
const WANTED: usize = 120;

/// The card of a lead or user, and what changed of them; so many lines below its headline at most.
pub(super) fn of_contact(contact: &Contact, changes: &[Change], showing: &Showing<'_>, room: usize) -> Card {
    let mut card = Card::blank(showing.size, COLOUR_OF_REPLIES);
    card.title = Some(contact.display_name());
    card.url = Some(showing.shown.links.contact(&contact.id));
    card.thumbnail = contact.image_url.as_deref().and_then(picture);
    let reach = [
        contact.email.clone().map(email),
        contact.phone.clone().map(phone),
        names(&contact.companies, COMPANIES, Placement::Channel),
    ];
    let already = [ChosenField::Email, ChosenField::Phone, ChosenField::Companies];
    let chosen = chosen::parts(contact, showing.shown.fields, &already);
    let changed = changed(contact, changes).into_iter();
    card.description = below(changed.chain(reach.into_iter().flatten()).chain(chosen), room);
    card
}

/// A line for each change; where there are too many, the last line counts those that are left out.
fn changed(contact: &Contact, changes: &[Change]) -> Vec<Text> {
    let all = update::of_changes(contact, changes, "\n").split_lines();
    let mut lines: Vec<_> = all.into_iter().filter(|line| !line.0.is_empty()).collect();
    if lines.len() > CHANGES {
        let rest = lines.split_off(CHANGES - 1).len();
        lines.push(Text::ours(format!("and {rest} more")));
    }
    lines
}

/// The card of something that happened in a conversation.
pub(super) fn of_conversation(
    conversation: &Conversation,
    what: &Activity,
    asked: Option<Timestamp>,
    showing: &Showing<'_>,
) -> Card {
    let mut card = Card::blank(showing.size, EventKind::NewConversation.colour());
    card.title = Some(conversation::title(conversation));
    card.url = Some(showing.shown.links.conversation(&conversation.id));
    card.fields
        .extend(conversation::now(conversation, asked).or_else(|| activity::handed_to(what, conversation)));
    let wanted = match what {
        Activity::Rated(rating) => {
            vec![Some(Text::ours(activity::stars(rating))), rating.remark.as_deref().and_then(quoted)]
        }
        _ => vec![quoted(&conversation::first_words(conversation)), attached(conversation)],
    };
    let ended = what.ended().map(|ended| activity::over(ended, WhoEnded::Named));
    let who = [conversation::from(conversation, " · "), firm(conversation)];
    let room = LINES - 1 - card.fields.len();
    card.description = below([ended].into_iter().chain(wanted).chain(who).flatten(), room);
    card
}

fn quoted(words: &str) -> Option<Text> {
    let words = words.split_whitespace().collect::<Vec<_>>().join(" ");
    let quote = |words: &str| Text::default().with(Piece::Quote(RichText::plain(words), WANTED));
    (!words.is_empty()).then(|| quote(&words))
}

fn attached(conversation: &Conversation) -> Option<Text> {
    let names = &conversation.attachments;
    (!names.is_empty()).then(|| Text::ours("📎 ").and_theirs(names.join(", ")))
}

fn firm(conversation: &Conversation) -> Option<Text> {
    let names = &conversation.company_names;
    (!names.is_empty()).then(|| Text::theirs(names.join(", ")))
}

/// These lines, each short, as many as there is room for.
fn below(lines: impl Iterator<Item = Text>, room: usize) -> Option<Text> {
    let lines = lines.take(room).map(short);
    lines.reduce(|above, line| above.and("\n").joined(line))
}

fn short(line: Text) -> Text {
    Text(line.0.into_iter().map(short_piece).collect())
}

fn short_piece(piece: Piece) -> Piece {
    match piece {
        Piece::Theirs(text) => Piece::Theirs(shorten(&text, SHOWN)),
        Piece::Bold(text) => Piece::Bold(shorten(&text, SHOWN)),
        Piece::Code(text) => Piece::Code(shorten(&text, SHOWN)),
        Piece::Email(text) => Piece::Email(shorten(&text, SHOWN)),
        Piece::Phone(text) => Piece::Phone(shorten(&text, SHOWN)),
        as_it_is => as_it_is,
    }
}
