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
}

impl Alert {
    /// All of them, in the order in which they are offered.
    pub const ALL: [Self; 2] = [Self::Loud, Self::Silent];

    /// The name that people read, which is also what controls carry.
    pub fn word(self) -> &'static str {
        self.into()
    }
}
