//! What changed of a user: the difference between a stored snapshot and a record, over the fields that count.

mod members;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use serde::{Deserialize, Serialize};
use strum::EnumString;

use crate::address::is_same_thing;
use crate::attribute::{Digest, LONG};
use crate::card::text::shorten;
use crate::contact::{Contact, Location, Named};
use crate::ids::{CompanyId, ContactId, TagId};
use crate::matching::is_same_email;
use crate::time::Timestamp;

use self::members::{Changed, Members, Moved};

/// A field of a user whose change can be announced. The order is the order on a card.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, EnumString)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum Field {
    /// E-mail address.
    Email,
    /// Phone number.
    Phone,
    /// Name.
    Name,
    /// The external id.
    UserId,
    /// The picture.
    ImageUrl,
    /// Whether the person left the mailing list.
    Unsubscribed,
    /// The companies.
    Companies,
    /// The tags.
    Tags,
    /// City, region and country, as one.
    Location,
    /// The teammate who owns the record.
    Owner,
    /// One custom attribute, by name.
    #[strum(disabled)]
    Custom(String),
}

impl Field {
    /// Reads a name as `UPDATE_FIELDS` writes it, such as `email` or `custom:plan`.
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        match text.strip_prefix("custom:").map(str::trim) {
            Some("") => None,
            Some(name) => Some(Self::Custom(name.to_owned())),
            None => text.parse().ok(),
        }
    }
}

/// The fields whose change is announced: `UPDATE_FIELDS`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UpdateFields(BTreeSet<Field>);

impl Default for UpdateFields {
    /// The fields that Microsoft's Power Platform connector watches.
    fn default() -> Self {
        use Field::{Companies, Email, ImageUrl, Name, Phone, Tags, Unsubscribed, UserId};
        Self([Email, Phone, Name, UserId, ImageUrl, Unsubscribed, Companies, Tags].into())
    }
}

impl UpdateFields {
    /// A set of fields.
    pub fn new(fields: impl IntoIterator<Item = Field>) -> Self {
        Self(fields.into_iter().collect())
    }

    /// Whether a change of this field is announced.
    pub fn contains(&self, field: &Field) -> bool {
        self.0.contains(field)
    }
}

/// Everything about a user whose change could ever be announced, as it was last seen.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Snapshot {
    /// `updated_at` of the record it was taken from; an older record is a stale read.
    #[serde(rename = "u")]
    pub updated_at: Timestamp,
    #[serde(rename = "e", default, skip_serializing_if = "Option::is_none")]
    email: Option<String>,
    #[serde(rename = "p", default, skip_serializing_if = "Option::is_none")]
    phone: Option<String>,
    #[serde(rename = "n", default, skip_serializing_if = "Option::is_none")]
    name: Option<String>,
    #[serde(rename = "x", default, skip_serializing_if = "Option::is_none")]
    external_id: Option<String>,
    #[serde(rename = "i", default, skip_serializing_if = "Option::is_none")]
    image_url: Option<String>,
    #[serde(rename = "b", default, skip_serializing_if = "Option::is_none")]
    unsubscribed: Option<bool>,
    #[serde(rename = "o", default, skip_serializing_if = "Option::is_none")]
    owner_id: Option<String>,
    #[serde(rename = "l", default, skip_serializing_if = "Location::is_empty")]
    location: Location,
    #[serde(rename = "c", default)]
    companies: Members,
    #[serde(rename = "t", default)]
    tags: Members,
    #[serde(rename = "a", default, skip_serializing_if = "BTreeMap::is_empty")]
    custom: BTreeMap<String, String>,
    #[serde(rename = "d", default, skip_serializing_if = "BTreeMap::is_empty")]
    digests: BTreeMap<String, Digest>,
}

/// Personal data never reaches a log line.
impl fmt::Debug for Snapshot {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Snapshot").field("updated_at", &self.updated_at).finish_non_exhaustive()
    }
}

/// One field that is different now.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Change {
    /// A single value.
    Value {
        /// Which field.
        field: Field,
        /// What it was.
        old: Old,
        /// What it is; none where it was emptied.
        new: Option<String>,
    },
    /// A list.
    List {
        /// Which field.
        field: Field,
        /// What came.
        added: Vec<Named<String>>,
        /// What went.
        removed: Vec<Named<String>>,
    },
    /// Something moved, but nobody knows what: a user whose first snapshot was not taken yet.
    Unspecified,
}

/// Personal data never reaches a log line.
impl fmt::Debug for Change {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_tuple("Change").field(&self.field()).finish()
    }
}

impl Change {
    /// Which field changed, where that is known.
    pub fn field(&self) -> Option<&Field> {
        match self {
            Self::Value { field, .. } | Self::List { field, .. } => Some(field),
            Self::Unspecified => None,
        }
    }
}

/// What a value was before.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Old {
    /// It was this, or empty.
    Known(Option<String>),
    /// Nobody saw it.
    Unknown,
}

/// A snapshot with its place in the user's history.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StoredSnapshot {
    /// Whose.
    pub contact: ContactId,
    /// How many changes were announced or passed over so far; never goes back, not even when snapshots were thrown
    /// away in between, so that event ids never repeat (see [`Baseline::first_revision`](crate::port::store::Baseline)).
    pub revision: u64,
    /// The fields.
    pub snapshot: Snapshot,
}

/// What a record says against the snapshot.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Difference {
    /// The record is older than the snapshot.
    Stale,
    /// Nothing at all is different.
    Same,
    /// Something is different (if only `updated_at`), but nothing that is announced.
    Silent,
    /// These fields are different.
    Changed(Vec<Change>),
}

impl Snapshot {
    /// Keeps the ids of the companies, and no names.
    pub fn forget_company_names(&mut self) {
        self.companies.forget_names();
    }

    /// The same of the tags.
    pub fn forget_tag_names(&mut self) {
        self.tags.forget_names();
    }

    /// What to remember of a record.
    pub fn of(contact: &Contact) -> Self {
        Self {
            updated_at: contact.updated_at,
            email: contact.email.clone(),
            phone: contact.phone.clone(),
            name: contact.name.clone(),
            external_id: contact.external_id.clone(),
            image_url: contact.image_url.clone(),
            unsubscribed: contact.unsubscribed,
            owner_id: contact.owner_id.clone(),
            location: contact.location.clone(),
            companies: Members::of(&contact.companies),
            tags: Members::of(&contact.tags),
            custom: contact.custom.iter().map(|(name, text)| (name.clone(), shorten(text, LONG))).collect(),
            digests: contact.digests.clone(),
        }
    }

    /// The lists of which a record holds only a part that is not as it was: what came and what went is told by the whole
    /// list alone.
    pub fn moved_parts(&self, contact: &Contact) -> Vec<Field> {
        let companies = self.companies.moved(&contact.companies);
        let tags = self.tags.moved(&contact.tags);
        let moved = [(Field::Companies, companies), (Field::Tags, tags)];
        moved.into_iter().filter(|(_, moved)| *moved == Moved::Yes).map(|(field, _)| field).collect()
    }

    /// Puts what was known of a list in the place of a part of it, so that the next record is compared with no less.
    pub fn complete_parts(&self, contact: &mut Contact) {
        self.companies.complete(&mut contact.companies, CompanyId::new);
        self.tags.complete(&mut contact.tags, TagId::new);
    }

    /// Compares with a newer record (names resolved).
    pub fn difference(&self, contact: &Contact, fields: &UpdateFields) -> Difference {
        if contact.updated_at < self.updated_at {
            return Difference::Stale;
        }
        let now = Self::of(contact);
        if self.same_ids(&now) {
            return Difference::Same;
        }
        let changes: Vec<_> = self
            .changes(&now)
            .into_iter()
            .filter(|change| change.field().is_some_and(|field| fields.contains(field)))
            .collect();
        if changes.is_empty() { Difference::Silent } else { Difference::Changed(changes) }
    }

    /// Equality that does not mind whether a name could be resolved.
    fn same_ids(&self, now: &Self) -> bool {
        self.updated_at == now.updated_at
            && self.companies.has_the_ids_of(&now.companies)
            && self.tags.has_the_ids_of(&now.tags)
            && self.digests == now.digests
            && self.changes(now).is_empty()
    }

    fn changes(&self, now: &Self) -> Vec<Change> {
        let mut changes = Vec::new();
        for (field, old, new) in self.values().into_iter().zip(now.values()).map(|(a, b)| (a.0, a.1, b.1)) {
            if !is_same(&field, old.as_deref(), new.as_deref()) {
                changes.push(Change::Value { field, old: Old::Known(old), new });
            }
        }
        let companies = self.companies.changed(&now.companies);
        changes.extend(companies.map(|changed| of_list(Field::Companies, changed)));
        changes.extend(self.tags.changed(&now.tags).map(|changed| of_list(Field::Tags, changed)));
        let names: BTreeSet<_> = self.custom.keys().chain(now.custom.keys()).collect();
        for name in names {
            if !self.has_same_attribute(now, name) {
                let (old, new) = (self.custom.get(name).cloned(), now.custom.get(name).cloned());
                changes.push(Change::Value { field: Field::Custom(name.clone()), old: Old::Known(old), new });
            }
        }
        changes.sort_by(|a, b| a.field().cmp(&b.field()));
        changes
    }

    /// A snapshot of an earlier version has no digests: there a value is compared with what that version kept of it.
    fn has_same_attribute(&self, now: &Self, name: &str) -> bool {
        let (old, new) = (self.custom.get(name), now.custom.get(name));
        match (self.digests.get(name), now.digests.get(name), old, new) {
            (Some(old), Some(new), ..) => old == new,
            (None, Some(_), Some(old), Some(new)) => may_be_cut_from(old, new),
            _ => is_same(&Field::Custom(name.to_owned()), old.map(String::as_str), new.map(String::as_str)),
        }
    }

    fn values(&self) -> [(Field, Option<String>); 8] {
        let place = [&self.location.city, &self.location.region, &self.location.country];
        let place: Vec<_> = place.into_iter().flatten().map(String::as_str).collect();
        [
            (Field::Email, self.email.clone()),
            (Field::Phone, self.phone.clone()),
            (Field::Name, self.name.clone()),
            (Field::UserId, self.external_id.clone()),
            (Field::ImageUrl, self.image_url.clone()),
            (Field::Unsubscribed, self.unsubscribed.map(|yes| if yes { "yes" } else { "no" }.to_owned())),
            (Field::Owner, self.owner_id.clone()),
            (Field::Location, Some(place.join(", ")).filter(|text| !text.is_empty())),
        ]
    }
}

/// Whether a value says the same. An e-mail address in capitals is the same address, and so is a web address that was
/// only signed anew, in whichever field it stands: that of a picture, or a custom attribute.
fn is_same(field: &Field, old: Option<&str>, new: Option<&str>) -> bool {
    match (field, old, new) {
        (Field::Email, Some(old), Some(new)) => is_same_email(old, new),
        (_, Some(old), Some(new)) => old == new || is_same_thing(old, new),
        _ => old == new,
    }
}

/// Whether a value as an earlier version kept it may be this one: that cut addresses, and texts without a sign.
fn may_be_cut_from(kept: &str, value: &str) -> bool {
    let begins_alike = value.strip_suffix('…').is_some_and(|beginning| kept.starts_with(beginning));
    kept == value || kept.contains('…') || begins_alike
}

fn of_list(field: Field, changed: Changed) -> Change {
    match changed {
        Changed::Members { added, removed } => Change::List { field, added, removed },
        Changed::Number { old, new } => {
            Change::Value { field, old: Old::Known(Some(old.to_string())), new: Some(new.to_string()) }
        }
    }
}

#[cfg(test)]
mod tests;
