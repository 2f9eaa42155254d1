//! The card of a lead or user: who, how to reach, which firm, why, where, when, the rest.

use deskbell_domain::card::chosen::ChosenField;
use deskbell_domain::card::text::{Piece, Text, WhenStyle};
use deskbell_domain::card::{COLOUR_OF_REPLIES, Card, CardField};
use deskbell_domain::contact::{Contact, Role};
use deskbell_domain::subscription::Detail;
use url::Url;

use super::chosen;
use super::showing::{Placement, Showing};
use super::value::{COMPANIES, created, email, field_name, names, phone, value};
use crate::field;

/// The body that notifications and replies have in common.
pub(super) fn card(contact: &Contact, showing: &Showing<'_>) -> Card {
    let mut card = Card::blank(showing.size, COLOUR_OF_REPLIES);
    card.title = Some(contact.display_name());
    card.url = Some(showing.shown.links.contact(&contact.id));
    card.fields = match showing.detail {
        Detail::Full => full_fields(contact, showing),
        Detail::Short => short_fields(contact, showing),
        Detail::Card | Detail::Private => Vec::new(),
    };
    if showing.detail == Detail::Full {
        card.thumbnail = contact.image_url.as_deref().and_then(picture);
    }
    card
}

fn short_fields(contact: &Contact, showing: &Showing<'_>) -> Vec<CardField> {
    let (chosen, placement) = (showing.shown.fields, showing.placement);
    let mut fields = Vec::new();
    push(&mut fields, field::EMAIL, contact.email.clone().map(email));
    push(&mut fields, field::COMPANY_NAME, names(&contact.companies, COMPANIES, placement));
    fields.extend(chosen::fields(contact, chosen, &[ChosenField::Email, ChosenField::Companies], placement));
    fields
}

/// What a Full card always shows beside its name.
const ALWAYS: [ChosenField; 4] =
    [ChosenField::Email, ChosenField::Phone, ChosenField::Companies, ChosenField::CreatedAt];

fn full_fields(contact: &Contact, showing: &Showing<'_>) -> Vec<CardField> {
    let placement = showing.placement;
    let mut fields = Vec::new();
    push(&mut fields, field::EMAIL, contact.email.clone().map(email));
    push(&mut fields, field::PHONE, contact.phone.clone().map(phone));
    push(&mut fields, field::COMPANY_NAME, names(&contact.companies, COMPANIES, placement));
    fields.extend(chosen::fields(contact, showing.shown.fields, &ALWAYS, placement));
    push(&mut fields, field::CREATED_DATE_TIME, created(contact, WhenStyle::Relative));
    let more = more(contact, showing);
    if !more.0.is_empty() {
        fields.push(CardField::full("More", more));
    }
    fields
}

fn push(fields: &mut Vec<CardField>, name: &str, value: Option<Text>) {
    fields.extend(value.map(|value| CardField::inline(name, value)));
}

/// The connector's fields that have no row of their own, in the order in which they stand in the block.
const OTHERS: [ChosenField; 13] = [
    ChosenField::Id,
    ChosenField::UserId,
    ChosenField::Tags,
    ChosenField::Unsubscribed,
    ChosenField::City,
    ChosenField::Country,
    ChosenField::Region,
    ChosenField::PostalCode,
    ChosenField::Latitude,
    ChosenField::Longitude,
    ChosenField::TimeZone,
    ChosenField::SessionCount,
    ChosenField::Pseudonym,
];

/// Every other field of the connector, in one block.
fn more(contact: &Contact, showing: &Showing<'_>) -> Text {
    let placement = showing.placement;
    let mut more = More::default();
    for field in OTHERS.iter().filter(|field| !showing.shown.fields.contains(field)) {
        if placement == Placement::Channel && repeats(contact, field) {
            continue;
        }
        if let Some(text) = value(contact, field, placement) {
            more.text(field_name(contact, field, placement), text);
        }
    }
    let picture = contact.image_url.as_deref().and_then(picture);
    if let Some(url) = picture.filter(|_| placement == Placement::Reply) {
        more.piece(field::IMAGE_URL, Piece::Address(url));
    }
    more.0
}

/// Whether a field only says what another one says. In a channel that is left out; a reply shows every field.
fn repeats(contact: &Contact, field: &ChosenField) -> bool {
    let is = |one: &Option<String>, other: Option<&str>| one.is_some() && one.as_deref() == other;
    match field {
        ChosenField::UserId => {
            is(&contact.external_id, Some(contact.id.as_str()))
                || is(&contact.external_id, contact.email.as_deref())
        }
        ChosenField::Region => is(&contact.location.region, contact.location.city.as_deref()),
        ChosenField::Pseudonym => is(&contact.legacy.pseudonym, Some(&contact.display_name())),
        _ => false,
    }
}

/// A block of `**Name** value · **Name** value`.
#[derive(Default)]
pub(super) struct More(pub(super) Text);

impl More {
    /// A value as inline code: ids, which are copied.
    pub(super) fn code(&mut self, name: &str, value: Option<&str>) {
        if let Some(value) = value {
            self.piece(name, Piece::Code(value.to_owned()));
        }
    }

    /// A value as it is.
    pub(super) fn plain(&mut self, name: &str, value: Option<&str>) {
        if let Some(value) = value {
            self.piece(name, Piece::Theirs(value.to_owned()));
        }
    }

    /// Any value.
    pub(super) fn piece(&mut self, name: &str, piece: Piece) {
        self.text(name, Text::default().with(piece));
    }

    /// Any value, of several pieces.
    pub(super) fn text(&mut self, name: &str, value: Text) {
        let gap = if self.0.0.is_empty() { "" } else { " · " };
        self.0 = std::mem::take(&mut self.0).and(format!("{gap}**{name}** ")).joined(value);
    }
}

/// The address of a picture, whole, since its query may be what names the picture; none unless it is `https`. It is for
/// Discord to fetch: in a text it would show a token to whoever reads there.
pub(super) fn picture(url: &str) -> Option<String> {
    let url = Url::parse(url.trim()).ok();
    url.filter(|url| url.scheme() == "https" && url.has_host()).map(Into::into)
}

/// The connector's fields that this contact leaves empty, as far as Intercom gives them: the `-# Empty:` line.
pub fn empty_fields(contact: &Contact) -> Vec<&'static str> {
    let legacy = &contact.legacy;
    let asked = !legacy.is_empty();
    let external_id = if contact.role == Role::Lead { field::LEAD_ID } else { field::USER_ID };
    let fields = [
        (field::EMAIL, contact.email.is_none()),
        (field::PHONE, contact.phone.is_none()),
        (field::NAME, contact.name.is_none()),
        (external_id, contact.external_id.is_none()),
        (field::IMAGE_URL, contact.image_url.as_deref().and_then(picture).is_none()),
        (field::IS_UNSUBSCRIBED, contact.unsubscribed.is_none()),
        (field::COMPANY_NAME, contact.companies.total == 0 && contact.companies.items.is_empty()),
        (field::TAG_NAME, contact.tags.total == 0 && contact.tags.items.is_empty()),
        (field::CITY_NAME, contact.location.city.is_none()),
        (field::COUNTRY_NAME, contact.location.country.is_none()),
        (field::REGION_NAME, contact.location.region.is_none()),
        (field::SESSION_COUNT, asked && legacy.session_count.is_none()),
        (field::LATITUDE, asked && legacy.latitude.is_none()),
        (field::LONGITUDE, asked && legacy.longitude.is_none()),
        (field::POSTAL_CODE, asked && legacy.postal_code.is_none()),
        (field::TIME_ZONE, asked && legacy.time_zone.is_none()),
        (field::PSEUDONYM, asked && legacy.pseudonym.is_none()),
    ];
    fields.into_iter().filter(|(_, empty)| *empty).map(|(name, _)| name).collect()
}

/// The connector's fields that today's API no longer has, where the legacy look-up gave none of them.
pub fn not_given(contact: &Contact) -> Vec<&'static str> {
    if contact.legacy.is_empty() {
        vec![
            field::SESSION_COUNT,
            field::LATITUDE,
            field::LONGITUDE,
            field::POSTAL_CODE,
            field::TIME_ZONE,
            field::PSEUDONYM,
        ]
    } else {
        Vec::new()
    }
}
