//! The id of a server, as it is written in a variable.

use std::ops::RangeInclusive;

use deskbell_domain::ids::GuildId;

/// How many digits an id of Discord has.
const ID_DIGITS: RangeInclusive<usize> = 17..=20;

/// None for what cannot be one.
pub(super) fn guild(text: &str) -> Option<GuildId> {
    text.parse().ok().filter(|_| ID_DIGITS.contains(&text.len()))
}
