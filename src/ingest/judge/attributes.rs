//! Which custom attributes an event keeps: they may be many and large, so the journal has those that cards show.

use deskbell_domain::card::chosen::CardFields;
use deskbell_domain::contact::Contact;
use deskbell_domain::difference::{Change, Field, Old};
use deskbell_domain::names::Names;

/// Leaves on a contact the attributes that its cards show, and notes which of them, and of those that changed, are dates.
pub(super) fn keep_shown(contact: &mut Contact, changes: &[Change], fields: &CardFields, names: &Names) {
    contact.custom.retain(|name, _| fields.contains_attribute(name));
    contact.digests.clear();
    names.dates.note(contact, changed(changes).map(|(name, _)| name));
}

/// The attributes with the values that a card is about to show, by name.
pub(super) fn shown<'a>(
    contact: &'a Contact,
    changes: &'a [Change],
    fields: &'a CardFields,
) -> impl Iterator<Item = (&'a str, &'a str)> {
    let chosen = contact.custom.iter().filter(|(name, _)| fields.contains_attribute(name));
    chosen.map(|(name, value)| (name.as_str(), value.as_str())).chain(changed(changes))
}

/// The attributes that changed, with what they were and what they are.
fn changed(changes: &[Change]) -> impl Iterator<Item = (&str, &str)> {
    changes.iter().flat_map(|change| {
        let (name, old, new) = match change {
            Change::Value { field: Field::Custom(name), old: Old::Known(old), new } => {
                (Some(name), old.as_deref(), new.as_deref())
            }
            Change::Value { field: Field::Custom(name), old: Old::Unknown, new } => {
                (Some(name), None, new.as_deref())
            }
            Change::Value { .. } | Change::List { .. } | Change::Unspecified => (None, None, None),
        };
        name.into_iter()
            .flat_map(move |name| [old, new].into_iter().flatten().map(|value| (name.as_str(), value)))
    })
}
