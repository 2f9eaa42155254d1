//! Leads and users: Intercom keeps both as contacts and tells them apart by role.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use serde::{Deserialize, Serialize};
use strum::IntoStaticStr;

use crate::attribute::{self, Declared, Digest};
use crate::ids::{CompanyId, ContactId, TagId};
use crate::time::Timestamp;
use crate::visible::shows_anything;

/// What a contact is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, IntoStaticStr)]
#[serde(rename_all = "lowercase")]
#[strum(serialize_all = "lowercase")]
pub enum Role {
    /// Somebody who has not signed up.
    Lead,
    /// Somebody who has.
    User,
}

impl Role {
    /// `lead` or `user`: as Intercom writes it, and as a person reads it.
    pub fn word(self) -> &'static str {
        self.into()
    }
}

/// What became of a lead or user.
#[derive(Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Fate {
    /// A lead became a user, about then.
    BecameUser(Timestamp),
    /// It was merged into another.
    Merged {
        /// Into whom.
        into: ContactId,
        /// What that one is called.
        name: String,
    },
    /// It was deleted; found then.
    Deleted(Timestamp),
}

/// Customer data never reaches a log line.
impl fmt::Debug for Fate {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::BecameUser(_) => "BecameUser",
            Self::Merged { .. } => "Merged",
            Self::Deleted(_) => "Deleted",
        })
    }
}

/// A lead or a user. Text is as Intercom gave it: nothing here is escaped. Empty strings were read as absent.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub struct Contact {
    /// Intercom's id.
    pub id: ContactId,
    /// Lead or user.
    pub role: Role,
    /// `external_id`: User Id (Lead Id) on cards.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub external_id: Option<String>,
    /// E-mail address.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
    /// Phone number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub phone: Option<String>,
    /// Full name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// The picture's address; `https` only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub image_url: Option<String>,
    /// When Intercom made the record.
    #[serde(default)]
    pub created_at: Timestamp,
    /// When the record last moved; page views move it too.
    #[serde(default)]
    pub updated_at: Timestamp,
    /// The last visit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_seen_at: Option<Timestamp>,
    /// When the person wrote, as far as that is told. In the journal of leads alone, where a conversation is told by itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub wrote_at: Option<Timestamp>,
    /// Whether the person took themselves off the mailing list.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unsubscribed: Option<bool>,
    /// The teammate who owns the record, by Intercom's id.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub owner_id: Option<String>,
    /// What became of it since it was announced. Intercom tells none of it with a record.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fate: Option<Fate>,
    /// Where the person is.
    #[serde(default, skip_serializing_if = "Location::is_empty")]
    pub location: Location,
    /// Fields that only the 1.x API has.
    #[serde(default, skip_serializing_if = "Legacy::is_empty")]
    pub legacy: Legacy,
    /// Companies: at most ten are in a record.
    #[serde(default)]
    pub companies: PartialList<CompanyId>,
    /// Tags: at most ten are in a record.
    #[serde(default)]
    pub tags: PartialList<TagId>,
    /// Custom attributes, each value as text of at most 1,000 code points; one that is cut ends in "…". All are kept for
    /// the snapshot; in the journal only those that cards show.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub custom: BTreeMap<String, String>,
    /// The digests of those values of which the text does not say all, or is long. They are for the snapshot alone.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub digests: BTreeMap<String, Digest>,
    /// The custom attributes that Intercom's list of attributes calls dates, as far as that was asked.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub dates: BTreeSet<String>,
}

/// Personal data never reaches a log line, so only the id shows.
impl fmt::Debug for Contact {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Contact")
            .field("id", &self.id)
            .field("role", &self.role)
            .finish_non_exhaustive()
    }
}

impl Contact {
    /// A record that has nothing but an id: the start of tests, and what a record that cannot be read becomes.
    pub fn bare(id: ContactId, role: Role) -> Self {
        Self {
            id,
            role,
            external_id: None,
            email: None,
            phone: None,
            name: None,
            image_url: None,
            created_at: Timestamp::default(),
            updated_at: Timestamp::default(),
            last_seen_at: None,
            wrote_at: None,
            unsubscribed: None,
            owner_id: None,
            fate: None,
            location: Location::default(),
            legacy: Legacy::default(),
            companies: PartialList::default(),
            tags: PartialList::default(),
            custom: BTreeMap::new(),
            digests: BTreeMap::new(),
            dates: BTreeSet::new(),
        }
    }

    /// The name to show: name, else e-mail, else phone, else pseudonym, else `Lead …93bb83`.
    pub fn display_name(&self) -> String {
        [&self.name, &self.email, &self.phone, &self.legacy.pseudonym]
            .into_iter()
            .flatten()
            .map(|text| text.trim())
            .find(|text| shows_anything(text))
            .map_or_else(|| self.placeholder_name(), str::to_owned)
    }

    /// Whether there is an address or a number to answer to.
    pub fn can_be_answered(&self) -> bool {
        self.email.is_some() || self.phone.is_some()
    }

    /// The moment that a value of one of the custom attributes is; none where it is to be read as it is.
    pub fn moment(&self, attribute: &str, value: &str) -> Option<Timestamp> {
        let declared = if self.dates.contains(attribute) { Declared::Date } else { Declared::Other };
        attribute::moment(attribute, value, declared)
    }

    fn placeholder_name(&self) -> String {
        let word = match self.role {
            Role::Lead => "Lead",
            Role::User => "User",
        };
        let id = self.id.as_str();
        let tail = id.char_indices().rev().nth(5).map_or(id, |(start, _)| &id[start..]);
        format!("{word} …{tail}")
    }
}

/// Where a person is, as far as Intercom tells.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Location {
    /// City.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub city: Option<String>,
    /// Region.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub region: Option<String>,
    /// Country.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub country: Option<String>,
}

impl Location {
    /// Whether nothing is known.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// Fields that cards have a place for and that today's API no longer gives: read where an old answer or the legacy
/// API has them.
#[derive(Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Legacy {
    /// How often the person came.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub session_count: Option<u64>,
    /// Degrees.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub latitude: Option<f64>,
    /// Degrees.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub longitude: Option<f64>,
    /// Postal code.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub postal_code: Option<String>,
    /// Time zone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub time_zone: Option<String>,
    /// The made-up name of somebody who gave none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pseudonym: Option<String>,
}

impl Legacy {
    /// Whether nothing is known.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// A list of which the record itself holds at most ten, often without names.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PartialList<Id> {
    /// What the record held.
    #[serde(default = "Vec::new")]
    pub items: Vec<Named<Id>>,
    /// How many there are in all; never less than `items.len()`.
    #[serde(default)]
    pub total: u32,
}

impl<Id> Default for PartialList<Id> {
    fn default() -> Self {
        Self { items: Vec::new(), total: 0 }
    }
}

impl<Id> PartialList<Id> {
    /// A list of which nothing is missing.
    pub fn whole(items: impl IntoIterator<Item = Named<Id>>) -> Self {
        let items: Vec<_> = items.into_iter().collect();
        let total = u32::try_from(items.len()).unwrap_or(u32::MAX);
        Self { items, total }
    }

    /// Whether the record held every item.
    pub fn is_complete(&self) -> bool {
        usize::try_from(self.total).is_ok_and(|total| total <= self.items.len())
    }
}

/// An id with its name, where the name is known.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Named<Id> {
    /// The id.
    pub id: Id,
    /// The name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
}

impl<Id: fmt::Debug> fmt::Debug for Named<Id> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.id.fmt(formatter)
    }
}

/// A company.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Company {
    /// Intercom's id, needed to attach it.
    pub id: CompanyId,
    /// The id that the workspace's owner gave it.
    pub company_id: Option<String>,
    /// The name.
    pub name: Option<String>,
}

/// A tag.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tag {
    /// The id.
    pub id: TagId,
    /// The name.
    pub name: String,
}
