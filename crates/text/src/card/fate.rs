//! The last line of a card that says what became of a lead or user since it was posted.

use deskbell_domain::card::text::{Piece, Text, WhenStyle, shorten};
use deskbell_domain::event::{Event, Record};
use deskbell_domain::links::Links;
use deskbell_domain::person::Fate;

/// Code points of the name of whoever it was merged into.
const NAME_SHOWN: usize = 60;

/// The line; none where nothing became of it that matters.
pub(super) fn line(event: &Event, links: &Links) -> Option<Text> {
    let (Record::Lead { contact } | Record::Identified { contact } | Record::User { contact, .. }) =
        &event.record
    else {
        return None;
    };
    let when = |words: &str, at| Text::ours(words).with(Piece::When(at, WhenStyle::Relative));
    Some(match contact.fate.as_ref()? {
        Fate::BecameUser(at) => when("-# Became a user ", *at),
        Fate::Merged { into, name } => {
            let link = Piece::Link { label: shorten(name, NAME_SHOWN), url: links.contact(into) };
            Text::ours("-# Merged into ").with(link)
        }
        Fate::Deleted(at) => when("-# Deleted in Intercom ", *at),
    })
}
