//! Single values of a lead or user as they stand on cards, and what the fields are called.

use deskbell_domain::card::chosen::ChosenField;
use deskbell_domain::card::text::{Piece, Text, WhenStyle};
use deskbell_domain::contact::{Contact, Named, PartialList, Role};
use deskbell_domain::time::Timestamp;

use super::attribute;
use super::showing::Placement;
use crate::field;
use crate::number::{Noun, counted};

/// As many names of companies or tags are shown in a channel; the rest is counted.
const NAMES_SHOWN: usize = 3;
/// As many code points of names are shown in a reply, which leaves room for the count of the rest in a field of a card.
const NAMES_IN_A_REPLY: usize = 270;

/// One and many, where no name is known.
pub(super) const COMPANIES: Noun = ["company", "companies"];
pub(super) const TAGS: Noun = ["tag", "tags"];

/// When the record was made, where that is known.
pub(super) fn created(contact: &Contact, style: WhenStyle) -> Option<Text> {
    let is_known = contact.created_at != Timestamp::default();
    is_known.then(|| Text::default().with(Piece::When(contact.created_at, style)))
}

/// An e-mail address as text.
pub(super) fn email(address: String) -> Text {
    Text::default().with(Piece::Email(address))
}

/// A phone number as text.
pub(super) fn phone(number: String) -> Text {
    Text::default().with(Piece::Phone(number))
}

/// `Acme Ltd, Acme Labs +1`; a list without any known name is only counted. A reply shows all that there is room for.
pub(super) fn names<Id>(list: &PartialList<Id>, noun: Noun, placement: Placement) -> Option<Text> {
    let known: Vec<&str> = list.items.iter().filter_map(name_of).collect();
    let total = usize::try_from(list.total).unwrap_or(usize::MAX).max(list.items.len());
    match (known.len(), total) {
        (_, 0) => None,
        (0, total) => Some(Text::ours(counted(u64::try_from(total).unwrap_or(u64::MAX), noun))),
        (_, total) => Some(shortened_list(&known, total, placement)),
    }
}

fn name_of<Id>(item: &Named<Id>) -> Option<&str> {
    item.name.as_deref().filter(|name| !name.trim().is_empty())
}

fn shortened_list(known: &[&str], total: usize, placement: Placement) -> Text {
    let shown = match placement {
        Placement::Channel => known.len().min(NAMES_SHOWN),
        Placement::Reply => fitting(known),
    };
    let text = Text::theirs(known[..shown].join(", "));
    if total > shown { text.and(format!(" +{}", total - shown)) } else { text }
}

/// How many names a reply has room for: one at least, which the renderer cuts.
fn fitting(names: &[&str]) -> usize {
    let mut length = 0;
    let fit = names.iter().take_while(|name| {
        length += name.chars().count() + 2;
        length <= NAMES_IN_A_REPLY
    });
    fit.count().max(1)
}

/// A yes or no as a word.
fn yes_or_no(it_is: bool) -> &'static str {
    if it_is { "yes" } else { "no" }
}

fn code(text: &str) -> Text {
    Text::default().with(Piece::Code(text.to_owned()))
}

/// What a field is called. The external id of a lead is in a reply called as the commands call it.
pub(super) fn field_name<'a>(contact: &Contact, field: &'a ChosenField, placement: Placement) -> &'a str {
    match field {
        ChosenField::UserId if (placement, contact.role) == (Placement::Reply, Role::Lead) => field::LEAD_ID,
        ChosenField::Id => field::ID,
        ChosenField::CreatedAt => field::CREATED_DATE_TIME,
        ChosenField::UserId => field::USER_ID,
        ChosenField::Email => field::EMAIL,
        ChosenField::Phone => field::PHONE,
        ChosenField::SessionCount => field::SESSION_COUNT,
        ChosenField::Unsubscribed => field::IS_UNSUBSCRIBED,
        ChosenField::City => field::CITY_NAME,
        ChosenField::Country => field::COUNTRY_NAME,
        ChosenField::Region => field::REGION_NAME,
        ChosenField::Latitude => field::LATITUDE,
        ChosenField::Longitude => field::LONGITUDE,
        ChosenField::PostalCode => field::POSTAL_CODE,
        ChosenField::TimeZone => field::TIME_ZONE,
        ChosenField::Pseudonym => field::PSEUDONYM,
        ChosenField::Companies => field::COMPANY_NAME,
        ChosenField::Tags => field::TAG_NAME,
        ChosenField::Custom(name) => name,
    }
}

/// What stands in it; none where nothing does.
pub(super) fn value(contact: &Contact, field: &ChosenField, placement: Placement) -> Option<Text> {
    let legacy = &contact.legacy;
    let theirs = |text: &Option<String>| text.clone().map(Text::theirs);
    match field {
        ChosenField::Id => Some(code(contact.id.as_str())),
        ChosenField::CreatedAt => created(contact, WhenStyle::Relative),
        ChosenField::UserId => contact.external_id.as_deref().map(code),
        ChosenField::Email => contact.email.clone().map(email),
        ChosenField::Phone => contact.phone.clone().map(phone),
        ChosenField::SessionCount => legacy.session_count.map(|count| Text::theirs(count.to_string())),
        ChosenField::Unsubscribed => contact.unsubscribed.map(|it_is| Text::theirs(yes_or_no(it_is))),
        ChosenField::City => theirs(&contact.location.city),
        ChosenField::Country => theirs(&contact.location.country),
        ChosenField::Region => theirs(&contact.location.region),
        ChosenField::Latitude => legacy.latitude.map(|degrees| Text::theirs(degrees.to_string())),
        ChosenField::Longitude => legacy.longitude.map(|degrees| Text::theirs(degrees.to_string())),
        ChosenField::PostalCode => theirs(&legacy.postal_code),
        ChosenField::TimeZone => theirs(&legacy.time_zone),
        ChosenField::Pseudonym => theirs(&legacy.pseudonym),
        ChosenField::Companies => names(&contact.companies, COMPANIES, placement),
        ChosenField::Tags => names(&contact.tags, TAGS, placement),
        ChosenField::Custom(name) => {
            contact.custom.get(name).map(|value| attribute::value(contact, name, value))
        }
    }
}
