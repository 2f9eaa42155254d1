//! Custom attributes: what a workspace keeps of its leads and users beside Intercom's own fields. Their values are read
//! as text; a moment is one that Intercom's list of attributes calls a date, or whose name says so.

use serde::{Deserialize, Serialize};
use sha2::Digest as _;

use crate::address::without_signatures;
use crate::time::Timestamp;

/// From so many code points on the digest of a value is kept beside its text, in code points: a snapshot keeps no more
/// of it.
pub const LONG: usize = 100;

/// What a name ends with whose number is a moment, by the custom of programs and of Intercom's documentation.
const NAMED_AS_MOMENT: &str = "_at";
/// An earlier time under such a name is rather a count, such as of seats: the third of March 1973.
const EARLIEST_BY_NAME: Timestamp = Timestamp(100_000_000);

/// What tells a value from another where its text does not: what may not be shown of it, such as the query of an address,
/// and what is too long to be kept. An address that is only signed anew makes no other value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Digest(u64);

impl Digest {
    /// The digest of a value as Intercom said it.
    pub fn of(value: &str) -> Self {
        let hash = sha2::Sha256::digest(without_signatures(value).as_bytes());
        Self(hash.iter().take(8).fold(0, |number, byte| number << 8 | u64::from(*byte)))
    }

    /// The digest of a value, where its text as it is kept does not say all of it.
    pub fn beside(value: &str, text: &str) -> Option<Self> {
        let is_needed = value != text || text.chars().nth(LONG - 1).is_some();
        is_needed.then(|| Self::of(value))
    }
}

/// Whether Intercom's list of attributes calls one a date.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Declared {
    /// It does.
    Date,
    /// It does not, or was not asked.
    Other,
}

/// The moment that a value is; none where it is to be read as it is.
pub fn moment(name: &str, value: &str, declared: Declared) -> Option<Timestamp> {
    let time = Timestamp::of_either_unit(whole(value)?);
    let earliest = match declared {
        Declared::Date => Timestamp(-Timestamp::LATEST.0),
        Declared::Other if name.to_ascii_lowercase().ends_with(NAMED_AS_MOMENT) => EARLIEST_BY_NAME,
        Declared::Other => return None,
    };
    (earliest..=Timestamp::LATEST).contains(&time).then_some(time)
}

/// Whether only Intercom's list of attributes could tell that a value is a moment.
pub fn may_be_declared(name: &str, value: &str) -> bool {
    let far_enough =
        whole(value).is_some_and(|number| number.unsigned_abs() >= EARLIEST_BY_NAME.0.unsigned_abs());
    far_enough
        && moment(name, value, Declared::Other).is_none()
        && moment(name, value, Declared::Date).is_some()
}

/// A whole number; one that is written with a fraction of nothing, too.
fn whole(value: &str) -> Option<i64> {
    let value = value.trim();
    let digits = value
        .split_once('.')
        .map_or(value, |(digits, fraction)| if fraction.bytes().all(|b| b == b'0') { digits } else { value });
    digits.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_whose_name_says_so_is_a_moment_in_seconds_or_milliseconds() {
        let at = |value| moment("trial_ends_at", value, Declared::Other);
        assert_eq!(at("1764547200"), Some(Timestamp(1_764_547_200)));
        assert_eq!(at("1764547200000"), Some(Timestamp(1_764_547_200)));
        assert_eq!(at("1764547200.0"), Some(Timestamp(1_764_547_200)));
        for other in ["5", "-1764547200", "2026-01-01", "soon", "", "1764547200.5", "99999999999999999"] {
            assert_eq!(at(other), None, "{other}");
        }
        assert_eq!(moment("plan", "1764547200", Declared::Other), None);
        assert_eq!(moment("Trial_Ends_At", "1764547200", Declared::Other), Some(Timestamp(1_764_547_200)));
    }

    #[test]
    fn what_intercom_calls_a_date_is_one_however_early() {
        assert_eq!(moment("birthday", "-86400", Declared::Date), Some(Timestamp(-86_400)));
        assert_eq!(moment("birthday", "0", Declared::Date), Some(Timestamp(0)));
        assert_eq!(moment("birthday", "soon", Declared::Date), None);
        for beyond in ["99999999999999999", "9223372036854775807", "-9223372036854775808"] {
            assert_eq!(moment("birthday", beyond, Declared::Date), None, "{beyond}");
            assert!(!may_be_declared("birthday", beyond), "{beyond}");
        }
    }

    #[test]
    fn only_a_large_number_under_another_name_is_worth_a_question() {
        assert!(may_be_declared("renewal", "1764547200"));
        for (name, value) in [("renewal", "12"), ("renewal", "soon"), ("ends_at", "1764547200")] {
            assert!(!may_be_declared(name, value), "{name} {value}");
        }
    }

    #[test]
    fn a_digest_is_the_same_in_every_version_for_it_is_stored() {
        assert_eq!(
            serde_json::to_string(&Digest::of("https://f.test/?id=1&token=2")).unwrap(),
            "7719382965705944669"
        );
        assert_eq!(Digest::of("https://f.test/?id=1&token=2"), Digest::of("https://f.test/?id=1&token=3"));
        assert_ne!(Digest::of("https://f.test/?id=1"), Digest::of("https://f.test/?id=2"));
        assert_eq!(Digest::beside("pro", "pro"), None);
        assert!(Digest::beside("https://f.test/?id=1", "https://f.test/?…").is_some());
        assert!(Digest::beside(&"é".repeat(100), &"é".repeat(100)).is_some());
    }
}
