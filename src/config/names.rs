//! Names that are nearly one of ours: whoever wrote one of them meant it.

use super::reference;
use super::variables::Variables;

/// Shorter names are near to too many.
const SHORTEST: usize = 6;
/// So many letters may be wrong, missing or too many.
const MOST_SLIPS: usize = 2;

/// A name that no variable has, and the one that it nearly is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct NearMiss {
    pub(super) written: String,
    pub(super) meant: &'static str,
}

/// The names that are nearly one of ours, where that one itself is not there.
pub(super) fn near_misses(variables: &Variables) -> Vec<NearMiss> {
    nearly_ours(variables).filter(|miss| !variables.is_written(miss.meant)).collect()
}

/// The names that are nearly one of ours, beside that one itself: another program may read them, or nobody does.
pub(super) fn beside_the_right_one(variables: &Variables) -> Vec<NearMiss> {
    nearly_ours(variables).filter(|miss| variables.is_written(miss.meant)).collect()
}

fn nearly_ours(variables: &Variables) -> impl Iterator<Item = NearMiss> {
    let nearly = |written: &str| Some(NearMiss { written: written.to_owned(), meant: meant_by(written)? });
    variables.names().filter_map(nearly)
}

/// The variable that a name nearly is; none for the name of a variable, and for one that is far from all.
fn meant_by(written: &str) -> Option<&'static str> {
    // RUST_LOG belongs to all programs in Rust, and RUST_LOG_STYLE and others of their names are no slips.
    let ours = reference::VARIABLES.iter().map(|variable| variable.name).filter(|name| *name != "RUST_LOG");
    if reference::VARIABLES.iter().any(|variable| variable.name == written) || written.len() < SHORTEST {
        return None;
    }
    let upper = written.to_ascii_uppercase().replace('-', "_");
    let distances = ours.map(|name| (distance(&upper, name), name));
    let near = distances.filter(|(slips, name)| *slips <= MOST_SLIPS || shares_its_words(&upper, name));
    near.min().map(|(_, name)| name)
}

/// Whether one name has all the words of the other, and these are two at least: `INTERCOM_TOKEN` and
/// `INTERCOM_ACCESS_TOKEN`.
fn shares_its_words(written: &str, name: &str) -> bool {
    let words = |text: &'_ str| text.split('_').map(str::to_owned).collect::<Vec<_>>();
    let (one, other) = (words(written), words(name));
    let (few, many) = if one.len() < other.len() { (one, other) } else { (other, one) };
    few.len() >= 2 && few.iter().all(|word| many.contains(word))
}

/// How many letters have to be put in, taken out or changed to make one text of the other.
fn distance(one: &str, other: &str) -> usize {
    let other: Vec<_> = other.bytes().collect();
    let mut row: Vec<usize> = (0..=other.len()).collect();
    for (line, letter) in one.bytes().enumerate() {
        let mut diagonal = std::mem::replace(&mut row[0], line + 1);
        for (column, theirs) in other.iter().enumerate() {
            let changed = diagonal + usize::from(letter != *theirs);
            diagonal = row[column + 1];
            row[column + 1] = changed.min(diagonal + 1).min(row[column] + 1);
        }
    }
    row[other.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_meant_is_found() {
        for (written, meant) in [
            ("INTERCOM_TOKEN", "INTERCOM_ACCESS_TOKEN"),
            ("INTERCOM_TOKEN_FILE", "INTERCOM_ACCESS_TOKEN_FILE"),
            ("DISCORD_BOT_TOKEN", "DISCORD_TOKEN"),
            ("discord_token", "DISCORD_TOKEN"),
            ("DISCORD_GUILD_IDS", "DISCORD_GUILD_ID"),
            ("GUILD_ID", "DISCORD_GUILD_ID"),
            ("POLL_INTERVALL", "POLL_INTERVAL"),
            ("RETENSION", "RETENTION"),
            ("STORE_URI", "STORE_URL"),
            ("DESKBELL_KEYS", "DESKBELL_KEY"),
            ("DESKBELL_PREVIOUS_KEY", "DESKBELL_KEY_PREVIOUS"),
        ] {
            assert_eq!(meant_by(written), Some(meant), "{written}");
        }
    }

    #[test]
    fn what_others_read_is_left_alone() {
        let foreign = [
            "PATH",
            "HOME",
            "RUST_LOG",
            "RUST_LOG_STYLE",
            "RUST_BACKTRACE",
            "DATABASE_URL",
            "DISCORD_CLIENT_ID",
            "INTERCOM_APP_ID",
            "TOKEN",
            "LOG_LEVEL",
            "POSTGRES_PASSWORD",
            "DESKBELL_EXCHANGES",
        ];
        for name in foreign {
            assert_eq!(meant_by(name), None, "{name}");
        }
    }

    #[test]
    fn the_distance_of_two_words_is_symmetric_and_nothing_between_equals() {
        for (one, other, expected) in
            [("", "", 0), ("kitten", "sitting", 3), ("flaw", "lawn", 2), ("", "abc", 3)]
        {
            assert_eq!((distance(one, other), distance(other, one)), (expected, expected));
        }
    }
}
