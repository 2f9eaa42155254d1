//! Whether a message rings.

use serde::{Deserialize, Serialize};
use strum::{EnumString, IntoStaticStr};

/// Whether a message rings.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, EnumString, IntoStaticStr)]
#[serde(rename_all = "lowercase")]
#[strum(serialize_all = "lowercase")]
pub enum Alert {
    /// It does.
    Loud,
    /// It does not: `SUPPRESS_NOTIFICATIONS`.
    Silent,
    /// It does where somebody is needed ([`Ring`](crate::ring::Ring)).
    Smart,
}

impl Alert {
    /// All of them, in the order in which they are offered.
    pub const ALL: [Self; 3] = [Self::Loud, Self::Silent, Self::Smart];

    /// That of a new notification of which nobody says anything else.
    pub const DEFAULT: Self = Self::Smart;

    /// The name that people read, which is also what controls carry.
    pub fn word(self) -> &'static str {
        self.into()
    }
}
