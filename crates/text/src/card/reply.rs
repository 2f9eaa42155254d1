//! The card of a lead or user in a reply.

use deskbell_domain::card::text::Text;
use deskbell_domain::card::{COLOUR_OF_REPLIES, Card, Size};
use deskbell_domain::contact::{Contact, Role};
use deskbell_domain::subscription::Detail;
use deskbell_domain::time::Timestamp;

use super::showing::Showing;
use super::{brief, contact, usual};

/// The card of a lead or user as a reply shows it, or as somebody shares it in a channel.
pub fn for_contact(contact: &Contact, showing: &Showing<'_>) -> Card {
    let word = match contact.role {
        Role::Lead => "Lead",
        Role::User => "User",
    };
    let mut shown = match (showing.detail, showing.size) {
        (Detail::Private, _) => {
            let mut shown = Card::blank(showing.size, COLOUR_OF_REPLIES);
            shown.description = Some(Text::ours(match contact.role {
                Role::Lead => "A lead.",
                Role::User => "A user.",
            }));
            shown
        }
        (_, Size::Brief | Size::Lines) => brief::contact_card(contact, showing),
        (Detail::Card, Size::Normal) => usual::of_contact(contact, &[], showing, usual::LINES - 1),
        (_, Size::Normal) => contact::card(contact, showing),
    };
    shown.footer = Some(showing.footer(word));
    if showing.size == Size::Normal && showing.detail != Detail::Private {
        shown.timestamp = Some(contact.created_at).filter(|time| *time != Timestamp::default());
    }
    shown
}
