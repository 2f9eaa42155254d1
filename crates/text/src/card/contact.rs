//! The card of a lead or user: who, how to reach, which firm, why, where, when, the rest.

use deskbell_domain::card::text::{Piece, Text, WhenStyle};
use deskbell_domain::card::{COLOUR_OF_REPLIES, Card, CardField};
use deskbell_domain::contact::{Contact, Named, PartialList, Role};
use deskbell_domain::subscription::Detail;
use deskbell_domain::time::Timestamp;
use url::Url;

use super::showing::{Placement, Showing};
use crate::field;

/// As many names of companies or tags are shown; the rest is counted.
const NAMES_SHOWN: usize = 3;

/// The body that notifications and replies have in common.
pub(super) fn card(contact: &Contact, showing: &Showing<'_>) -> Card {
    let mut card = Card::blank(showing.size, COLOUR_OF_REPLIES);
    card.title = Some(contact.display_name());
    card.url = Some(showing.links.contact(&contact.id));
    card.fields = match showing.detail {
        Detail::Full => full_fields(contact, showing.placement),
        Detail::Short => short_fields(contact),
        Detail::Private => Vec::new(),
    };
    if showing.detail == Detail::Full {
        card.thumbnail = contact.image_url.as_deref().and_then(picture);
    }
    card
}

fn short_fields(contact: &Contact) -> Vec<CardField> {
    let mut fields = Vec::new();
    push(&mut fields, field::EMAIL, contact.email.clone().map(email));
    push(&mut fields, field::COMPANY_NAME, names(&contact.companies, "company", "companies"));
    push(&mut fields, field::TAG_NAME, names(&contact.tags, "tag", "tags"));
    fields
}

fn full_fields(contact: &Contact, placement: Placement) -> Vec<CardField> {
    let mut fields = Vec::new();
    push(&mut fields, field::EMAIL, contact.email.clone().map(email));
    push(&mut fields, field::PHONE, contact.phone.clone().map(phone));
    push(&mut fields, field::COMPANY_NAME, names(&contact.companies, "company", "companies"));
    push(&mut fields, field::TAG_NAME, names(&contact.tags, "tag", "tags"));
    push(&mut fields, field::CITY_NAME, contact.location.city.clone().map(Text::theirs));
    if contact.created_at != Timestamp::default() {
        let when = Text::default().with(Piece::When(contact.created_at, WhenStyle::Relative));
        push(&mut fields, field::CREATED_DATE_TIME, Some(when));
    }
    fields.push(CardField::full("More", more(contact, placement)));
    fields
}

fn push(fields: &mut Vec<CardField>, name: &str, value: Option<Text>) {
    fields.extend(value.map(|value| CardField::inline(name, value)));
}

/// An e-mail address as text.
pub(super) fn email(address: String) -> Text {
    Text::default().with(Piece::Email(address))
}

fn phone(number: String) -> Text {
    Text::default().with(Piece::Phone(number))
}

/// `Acme Ltd, Acme Labs +1`; a list without any known name is only counted.
pub(super) fn names<Id>(list: &PartialList<Id>, one: &str, many: &str) -> Option<Text> {
    let known: Vec<&str> = list.items.iter().filter_map(name_of).collect();
    let total = usize::try_from(list.total).unwrap_or(usize::MAX).max(list.items.len());
    match (known.len(), total) {
        (_, 0) => None,
        (0, 1) => Some(Text::ours(format!("1 {one}"))),
        (0, total) => Some(Text::ours(format!("{total} {many}"))),
        (_, total) => Some(shortened_list(&known, total)),
    }
}

fn name_of<Id>(item: &Named<Id>) -> Option<&str> {
    item.name.as_deref().filter(|name| !name.trim().is_empty())
}

fn shortened_list(known: &[&str], total: usize) -> Text {
    let shown = known.len().min(NAMES_SHOWN);
    let text = Text::theirs(known[..shown].join(", "));
    if total > shown { text.and(format!(" +{}", total - shown)) } else { text }
}

/// Every other field of the connector, in one block.
fn more(contact: &Contact, placement: Placement) -> Text {
    let external_id = match (placement, contact.role) {
        (Placement::Reply, Role::Lead) => field::LEAD_ID,
        _ => field::USER_ID,
    };
    let legacy = &contact.legacy;
    let mut more = More::default();
    more.code(field::ID, Some(contact.id.as_str()));
    more.code(external_id, contact.external_id.as_deref());
    more.plain(field::IS_UNSUBSCRIBED, contact.unsubscribed.map(|yes| if yes { "yes" } else { "no" }));
    more.plain(field::COUNTRY_NAME, contact.location.country.as_deref());
    more.plain(field::REGION_NAME, contact.location.region.as_deref());
    more.plain(field::POSTAL_CODE, legacy.postal_code.as_deref());
    more.plain(field::LATITUDE, legacy.latitude.map(|degrees| degrees.to_string()).as_deref());
    more.plain(field::LONGITUDE, legacy.longitude.map(|degrees| degrees.to_string()).as_deref());
    more.plain(field::TIME_ZONE, legacy.time_zone.as_deref());
    more.plain(field::SESSION_COUNT, legacy.session_count.map(|count| count.to_string()).as_deref());
    more.plain(field::PSEUDONYM, legacy.pseudonym.as_deref());
    let picture = contact.image_url.as_deref().and_then(picture);
    if let Some(url) = picture.filter(|_| placement == Placement::Reply) {
        more.piece(field::IMAGE_URL, Piece::Address(url));
    }
    more.0
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
        let gap = if self.0.0.is_empty() { "" } else { " · " };
        self.0 = std::mem::take(&mut self.0).and(format!("{gap}**{name}** ")).with(piece);
    }
}

/// The address of a picture without its query and fragment, which may hold tokens; none unless it is `https`.
fn picture(url: &str) -> Option<String> {
    let mut url = Url::parse(url.trim()).ok().filter(|url| url.scheme() == "https" && url.has_host())?;
    url.set_query(None);
    url.set_fragment(None);
    Some(url.into())
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
