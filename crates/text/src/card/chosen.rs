//! The fields of a lead or user that an operator chose to see on every card.

use deskbell_domain::card::CardField;
use deskbell_domain::card::chosen::{CardFields, ChosenField};
use deskbell_domain::card::text::Text;
use deskbell_domain::contact::Contact;

use super::showing::Placement;
use super::value::{field_name, value};

/// The chosen fields that have a value, but for those that stand on the card already.
pub(super) fn fields(
    contact: &Contact,
    chosen: &CardFields,
    already: &[ChosenField],
    placement: Placement,
) -> Vec<CardField> {
    let others = chosen.iter().filter(|field| !already.contains(field));
    others
        .filter_map(|field| {
            let name = field_name(contact, field, Placement::Channel);
            Some(CardField::inline(name, value(contact, field, placement)?))
        })
        .collect()
}

/// The same as parts of a line: what speaks for itself as it is, the rest behind its name.
pub(super) fn parts(contact: &Contact, chosen: &CardFields, already: &[ChosenField]) -> Vec<Text> {
    let others = chosen.iter().filter(|field| !already.contains(field));
    others.filter_map(|field| part(contact, field)).collect()
}

fn part(contact: &Contact, field: &ChosenField) -> Option<Text> {
    let value = value(contact, field, Placement::Channel)?;
    let speaks_for_itself = matches!(
        field,
        ChosenField::Tags
            | ChosenField::Companies
            | ChosenField::City
            | ChosenField::Country
            | ChosenField::Region
            | ChosenField::Email
            | ChosenField::Phone
            | ChosenField::CreatedAt
            | ChosenField::Pseudonym
    );
    Some(if speaks_for_itself {
        value
    } else {
        Text::theirs(field_name(contact, field, Placement::Channel)).and(" ").joined(value)
    })
}
