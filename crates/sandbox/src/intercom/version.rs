//! Versions of Intercom's API and what changes between them.

use std::{fmt, str::FromStr};

use axum::http::HeaderMap;

/// A version such as 2.16.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ApiVersion {
    major: u16,
    minor: u16,
}

impl ApiVersion {
    /// The last 1.x version, which the legacy look-up asks for.
    pub const LEGACY: Self = Self { major: 1, minor: 4 };
    /// The version of the published description.
    pub const STABLE: Self = Self { major: 2, minor: 16 };
    /// The first version that matches the dates of contacts by second.
    pub const EXACT: Self = Self { major: 2, minor: 17 };

    /// Every version served unless a test says otherwise.
    pub fn all() -> Vec<Self> {
        let modern = (0..=17).map(|minor| Self { major: 2, minor });
        std::iter::once(Self::LEGACY).chain(modern).collect()
    }

    /// Whether this is one of the 1.x versions.
    pub fn is_legacy(self) -> bool {
        self.major == 1
    }

    /// Whether answers take shapes that the published description no longer has.
    pub fn is_older_than_described(self) -> bool {
        !self.is_legacy() && self < Self::STABLE
    }

    /// Whether the dates of contacts match by second rather than by calendar day.
    pub fn matches_dates_by_second(self) -> bool {
        self >= Self::EXACT
    }

    /// Whether webhooks tell words without their HTML.
    pub fn tells_plain_text(self) -> bool {
        self >= Self { major: 2, minor: 15 }
    }

    /// Whether the breaking changes of 2.16 hold: owners as text, five priorities, 410 for merged contacts.
    pub fn has_changes_of_2_16(self) -> bool {
        self >= Self::STABLE
    }
}

impl FromStr for ApiVersion {
    type Err = std::num::ParseIntError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (major, minor) = text.split_once('.').unwrap_or((text, "0"));
        Ok(Self { major: major.parse()?, minor: minor.parse()? })
    }
}

impl fmt::Display for ApiVersion {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}.{}", self.major, self.minor)
    }
}

/// The version that a request names, as it stands there.
pub(super) fn requested(headers: &HeaderMap) -> Option<&str> {
    headers.get("intercom-version")?.to_str().ok()
}
