//! Names that are nearly one of ours. In a `.env` whoever wrote one of them meant ours. The environment belongs to all
//! programs: there only a slip of letters, or a name that begins as ours does, is likely to be meant for us, and even then
//! it stops a start only where what it seems to mean is needed and missing.

use super::reference::{self, Presence};
use super::variables::Variables;

/// Shorter names are near to too many.
const SHORTEST: usize = 6;
/// So many letters may be wrong, missing or too many.
const MOST_SLIPS: usize = 2;
/// Put before a name to say whose it is.
const OUR_PREFIX: &str = "DESKBELL_";
/// Words that people put into a name, or leave out of it, and mean the same.
const FILLERS: [&str; 5] = ["ACCESS", "API", "BOT", "ID", "IDS"];
/// Words that people write for one of ours.
const SYNONYMS: [(&str, &str); 8] = [
    ("SERVER", "GUILD"),
    ("SERVERS", "GUILD"),
    ("GUILDS", "GUILD"),
    ("POLLING", "POLL"),
    ("PATH", "URL"),
    ("DIR", "URL"),
    ("DIRECTORY", "URL"),
    ("FOLDER", "URL"),
];

/// A name that no variable has, and the one that it nearly is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct NearMiss {
    pub(super) written: String,
    pub(super) meant: &'static str,
    /// The variable that says already what is meant: that one itself, or the one of its file.
    pub(super) said_by: Option<&'static str>,
}

/// The names that stand in the place of a variable of ours, so that nothing can start as it was meant.
pub(super) fn in_its_place(variables: &Variables) -> Vec<NearMiss> {
    nearly_ours(variables).filter(|miss| is_mistake(variables, miss)).collect()
}

/// The names that count for nothing, and do no harm: another program may read them, or nobody does.
pub(super) fn without_effect(variables: &Variables) -> Vec<NearMiss> {
    nearly_ours(variables).filter(|miss| !is_mistake(variables, miss)).collect()
}

fn is_mistake(variables: &Variables, miss: &NearMiss) -> bool {
    miss.said_by.is_none() && (variables.is_in_dotenv(&miss.written) || is_required(miss.meant))
}

fn nearly_ours(variables: &Variables) -> impl Iterator<Item = NearMiss> {
    variables.names().filter_map(|written| {
        let meant = meant_by(written)?;
        let said_by = and_its_twin(meant).find(|name| variables.is_written(name));
        let is_ours = variables.is_in_dotenv(written) || is_likely_ours(written, meant);
        is_ours.then(|| NearMiss { written: written.to_owned(), meant, said_by })
    })
}

/// A variable, and the one that may stand in its place: that of its file, or that of which it is the file.
fn and_its_twin(name: &'static str) -> impl Iterator<Item = &'static str> {
    let is_file_of = |one: &str, other: &str| one.strip_suffix("_FILE") == Some(other);
    let all = reference::VARIABLES.iter().map(|variable| variable.name);
    let twin = all.filter(move |other| is_file_of(name, other) || is_file_of(other, name));
    std::iter::once(name).chain(twin)
}

fn is_required(name: &'static str) -> bool {
    let mut names = and_its_twin(name);
    names.any(|name| {
        let mut all = reference::VARIABLES.iter();
        all.any(|variable| {
            variable.name == name && matches!(variable.default, Presence::Required | Presence::Usual(_))
        })
    })
}

/// Whether a name in the environment, which is nearly this one of ours, is likely to be meant for us.
fn is_likely_ours(written: &str, meant: &str) -> bool {
    let bare = bare(written);
    distance(&bare, meant) <= MOST_SLIPS || words(&bare).first() == words(meant).first()
}

/// The variable that a name nearly is; none for the name of a variable, and for one that is far from all.
fn meant_by(written: &str) -> Option<&'static str> {
    let bare = bare(written);
    if reference::VARIABLES.iter().any(|variable| variable.name == written) || bare.len() < SHORTEST {
        return None;
    }
    // RUST_LOG belongs to all programs in Rust, and RUST_LOG_STYLE and others of their names are no slips.
    let ours = reference::VARIABLES.iter().map(|variable| variable.name).filter(|name| *name != "RUST_LOG");
    let distances = ours.map(|name| (distance(&bare, name), name));
    let near = distances.filter(|(slips, name)| *slips <= MOST_SLIPS || says_the_same(&bare, name));
    near.min().map(|(_, name)| name)
}

/// A name as we write ours, without what says that it is ours.
fn bare(written: &str) -> String {
    let upper = written.to_ascii_uppercase().replace('-', "_");
    // What is left of DESKBELL_KEYS would be near to nothing.
    let rest = upper.strip_prefix(OUR_PREFIX).filter(|rest| rest.len() >= SHORTEST);
    rest.map(str::to_owned).unwrap_or(upper)
}

/// Whether a name says in other words what ours says; with some of our words, if these are two at least (`GUILD_ID`); or
/// with ours and more behind them (`RETENTION_DAYS`). What has a word of others in front, as `NGINX_LOG_FORMAT` has, is
/// theirs.
fn says_the_same(written: &str, name: &str) -> bool {
    let raw: Vec<_> = written.split('_').collect();
    let (theirs, ours) = (words(written), words(name));
    let is_part = raw.len() >= 2 && raw.iter().all(|word| name.split('_').any(|ours| ours == *word));
    let goes_on = theirs.first() == ours.first() && ours.iter().all(|word| theirs.contains(word));
    is_part || goes_on || essence(theirs) == essence(ours)
}

/// The words of a name, in our words.
fn words(name: &str) -> Vec<&str> {
    let ours = |word| SYNONYMS.iter().find(|(theirs, _)| *theirs == word).map_or(word, |(_, ours)| *ours);
    name.split('_').map(ours).collect()
}

/// The words that make the difference: a key is a token where nothing else is said of it.
fn essence(mut words: Vec<&str>) -> Vec<&str> {
    words.retain(|word| !FILLERS.contains(word));
    words.into_iter().map(|word| if word == "KEY" { "TOKEN" } else { word }).collect()
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
            ("INTERCOM_API_TOKEN", "INTERCOM_ACCESS_TOKEN"),
            ("INTERCOM_API_KEY", "INTERCOM_ACCESS_TOKEN"),
            ("INTERCOM_TOKEN_FILE", "INTERCOM_ACCESS_TOKEN_FILE"),
            ("DISCORD_BOT_TOKEN", "DISCORD_TOKEN"),
            ("BOT_DISCORD_TOKEN", "DISCORD_TOKEN"),
            ("DESKBELL_DISCORD_TOKEN", "DISCORD_TOKEN"),
            ("discord_token", "DISCORD_TOKEN"),
            ("DISCORD_GUILD_IDS", "DISCORD_GUILD_ID"),
            ("DISCORD_SERVER_ID", "DISCORD_GUILD_ID"),
            ("DISCORD_SERVER", "DISCORD_GUILD_ID"),
            ("GUILD_ID", "DISCORD_GUILD_ID"),
            ("POLL_INTERVALL", "POLL_INTERVAL"),
            ("POLLING_INTERVAL", "POLL_INTERVAL"),
            ("POLLING_INTERVAL_SECONDS", "POLL_INTERVAL"),
            ("RETENSION", "RETENTION"),
            ("RETENTION_DAYS", "RETENTION"),
            ("STORE_URI", "STORE_URL"),
            ("DESKBELL_KEYS", "DESKBELL_KEY"),
            ("DESKBELL_PREVIOUS_KEY", "DESKBELL_KEY_PREVIOUS"),
            ("STORE_PATH", "STORE_URL"),
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
            "DISCORD_PUBLIC_KEY",
            "DISCORD_SERVER_NAME",
            "DISCORD_WEBHOOK_URL",
            "INTERCOM_APP_ID",
            "TOKEN",
            "SERVER_ID",
            "LOG_LEVEL",
            "POSTGRES_PASSWORD",
            "DESKBELL_EXCHANGES",
            "NGINX_LOG_FORMAT",
            "REDIS_STORE_URL",
            "SQS_POLL_INTERVAL",
        ];
        for name in foreign {
            assert_eq!(meant_by(name), None, "{name}");
        }
    }

    /// Whether a name in the environment, beside all that is required, is told.
    fn is_told(name: &str) -> bool {
        let tokens = [("DISCORD_TOKEN", "a"), ("INTERCOM_ACCESS_TOKEN", "b"), (name, "c")];
        let variables = Variables::from_pairs(tokens);
        assert_eq!(in_its_place(&variables), [], "{name} stops no start");
        !without_effect(&variables).is_empty()
    }

    #[test]
    fn the_environment_is_told_of_only_where_a_name_begins_as_ours_or_has_a_slip() {
        for ours in
            ["STORE_PATH", "RETENTION_DAYS", "POLL_INTERVALL", "DISCORD_SERVER_ID", "DESKBELL_LOG_FORMAT"]
        {
            assert!(is_told(ours), "{ours}");
        }
        for foreign in ["NGINX_LOG_FORMAT", "REDIS_STORE_URL", "SQS_POLL_INTERVAL", "GUILD_ID", "API_URL"] {
            assert!(!is_told(foreign), "{foreign}");
        }
    }

    #[test]
    fn the_environment_stops_a_start_only_where_what_is_meant_is_required_and_missing() {
        let stops =
            |pairs: &[(&str, &str)]| in_its_place(&Variables::from_pairs(pairs.iter().copied())).len();
        assert_eq!(
            stops(&[("DISCORD_BOT_TOKEN", "a"), ("INTERCOM_TOKEN_FILE", "b"), ("STORE_PATH", "c")]),
            2
        );
        assert_eq!(stops(&[("DISCORD_BOT_TOKEN", "a"), ("DISCORD_TOKEN_FILE", "b")]), 0);
        let in_dotenv = Variables::from_dotenv(b"STORE_PATH=data\nDISCORD_BOT_TOKEN=a\nDISCORD_TOKEN_FILE=b");
        let meant: Vec<_> = in_its_place(&in_dotenv).into_iter().map(|miss| miss.meant).collect();
        assert_eq!(meant, ["STORE_URL"]);
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
