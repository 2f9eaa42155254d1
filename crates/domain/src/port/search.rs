//! What a search in Intercom asks for, and a page of what it brings.

use crate::contact::Role;
use crate::ids::CompanyId;
use crate::time::Timestamp;

/// Which contacts are looked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ContactSearch {
    /// Only this role; both where none is given.
    pub role: Option<Role>,
    /// What else they must fulfil.
    pub filter: ContactFilter,
    /// Only those whose id ends like one of these; all where none is given. At most 15.
    pub endings: Vec<IdEnding>,
    /// How they are sorted.
    pub sort: ContactSort,
}

/// What contacts must fulfil. Times compare by calendar day in the workspace's zone up to version 2.16.
#[derive(Clone, PartialEq, Eq)]
pub enum ContactFilter {
    /// All.
    None,
    /// Made after.
    CreatedAfter(Timestamp),
    /// Moved after.
    UpdatedAfter(Timestamp),
    /// This e-mail address, in capital or small letters.
    Email(String),
    /// With this value of this custom attribute.
    Attribute(String, String),
    /// Exactly this external id.
    ExternalId(String),
    /// Meant by this text, as [`Wanted`](crate::matching::Wanted) says.
    Text(String),
    /// Somebody whose name may be this text with accents. More are found than are meant; who is, says
    /// [`Wanted`](crate::matching::Wanted).
    MayBearAccents(String),
    /// In this company.
    Company(CompanyId),
    /// In this company, and meant by this text.
    CompanyAndText(CompanyId, String),
}

/// What a person typed never reaches a log line.
impl std::fmt::Debug for ContactFilter {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(match self {
            Self::None => "None",
            Self::CreatedAfter(_) => "CreatedAfter",
            Self::UpdatedAfter(_) => "UpdatedAfter",
            Self::Email(_) => "Email",
            Self::Attribute(..) => "Attribute",
            Self::ExternalId(_) => "ExternalId",
            Self::Text(_) => "Text",
            Self::MayBearAccents(_) => "MayBearAccents",
            Self::Company(_) => "Company",
            Self::CompanyAndText(..) => "CompanyAndText",
        })
    }
}

/// Which conversations are looked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConversationSearch {
    /// Those that moved after this second (exclusive or inclusive: Intercom is not clear).
    pub after: Timestamp,
    /// Only those whose id ends like one of these; all where none is given. At most 15.
    pub endings: Vec<IdEnding>,
    /// By when they last moved.
    pub order: Order,
}

/// Which conversations whose customers wait are looked for: the open ones.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WaitingSearch {
    /// Those that wait since later than this second.
    pub after: Timestamp,
    /// Those that wait since before this second.
    pub before: Timestamp,
    /// Only those whose id ends like one of these; all where none is given. At most 15.
    pub endings: Vec<IdEnding>,
    /// By since when they wait: the longest wait is the oldest.
    pub order: Order,
}

/// From which end a search is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Order {
    /// As every walk begins.
    NewestFirst,
    /// From the other end.
    OldestFirst,
}

/// How an id ends. Ids are texts to Intercom's search, with `$` for their end, so that any search falls into parts
/// which do not overlap: a record that makes every page fail on which it stands spoils only the part that holds it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Default)]
pub struct IdEnding(String);

impl IdEnding {
    /// The endings that are one character longer than this one: ids are made of the digits of hexadecimal numbers.
    pub fn longer(&self) -> impl Iterator<Item = Self> + '_ {
        "0123456789abcdef".chars().map(|digit| Self(format!("{digit}{}", self.0)))
    }

    /// The characters.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether everything that ends like one of the two ends like the other.
    pub fn overlaps(&self, other: &Self) -> bool {
        self.0.ends_with(&other.0) || other.0.ends_with(&self.0)
    }
}

/// How contacts are sorted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ContactSort {
    /// Newest first.
    CreatedDescending,
    /// Oldest first.
    CreatedAscending,
    /// Last moved first.
    UpdatedDescending,
    /// First moved first.
    UpdatedAscending,
}

/// Which page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PageRequest {
    /// How many, 1 to 150.
    pub size: u32,
    /// Where the page before said it goes on; none for the first.
    pub cursor: Option<PageCursor>,
}

/// Intercom's `starting_after`: opaque, and good for one walk only.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
#[serde(transparent)]
pub struct PageCursor(pub String);

/// A page of records.
#[derive(Debug, Clone, PartialEq)]
pub struct Page<T> {
    /// The records that could be read, in Intercom's order.
    pub items: Vec<T>,
    /// How many match in all, if it said so.
    pub total: Option<u64>,
    /// Where the next page begins; none after the last.
    pub next: Option<PageCursor>,
}
